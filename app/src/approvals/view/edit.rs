//! The two forms of a permission: another input, and a note with a no.

use leptos::{ev::KeyboardEvent, html, prelude::*};
use serde_json::Value;

use super::answer::Answers;
use crate::{
    json,
    ui::{Button, Look},
};

/// The part of an input that is edited alone: the command of a shell.
fn part(tool: &str) -> Option<&'static str> {
    matches!(tool, "Bash" | "PowerShell").then_some("command")
}

/// The text to edit.
fn text_of(tool: &str, input: &Value) -> String {
    match part(tool).and_then(|key| input.get(key)).and_then(Value::as_str) {
        Some(text) => text.to_owned(),
        None => serde_json::to_string_pretty(input).unwrap_or_default(),
    }
}

/// The input that the edited text makes, or what is wrong with it.
fn input_of(tool: &str, input: &Value, text: &str) -> Result<Value, String> {
    match part(tool).filter(|key| input.get(*key).is_some()) {
        Some(_) if text.trim().is_empty() => Err("The command is empty.".to_owned()),
        Some(key) => {
            let mut edited = input.clone();
            edited[key] = Value::String(text.to_owned());
            Ok(edited)
        }
        None => match json::read(text) {
            Ok(edited @ Value::Object(_)) => Ok(edited),
            Ok(_) => Err("The input has to be an object in braces.".to_owned()),
            Err(error) => Err(format!("This is not JSON: {error}.")),
        },
    }
}

/// Another input to run instead.
#[component]
pub fn EditInput(
    /// The tool.
    tool: String,
    /// What it asked to run with.
    input: Value,
    /// Where the answer goes.
    answers: Answers,
) -> impl IntoView {
    let text = RwSignal::new(text_of(&tool, &input));
    let wrong = RwSignal::new(None::<String>);
    let rows = text.with_untracked(|text| text.lines().count().clamp(2, 12));
    let run = move |()| match text.with_untracked(|text| input_of(&tool, &input, text)) {
        Ok(input) => {
            wrong.set(None);
            answers.edited(input);
        }
        Err(why) => wrong.set(Some(why)),
    };
    view! {
        <div class="ask-form">
            <textarea
                class="input mono"
                rows=rows.to_string()
                aria-label="Input to run instead"
                spellcheck="false"
                autofocus
                prop:value=text
                on:input=move |event| text.set(event_target_value(&event))
            ></textarea>
            {move || wrong.get().map(|wrong| view! { <p class="field-error" role="alert">{wrong}</p> })}
            <Button look=Look::Plain busy=answers.call.busy on_click=run>
                "Allow the edited input"
            </Button>
        </div>
    }
}

/// A no, with what the agent should do instead.
#[component]
pub fn DenyNote(
    /// Where the answer goes.
    answers: Answers,
    /// What the button says.
    words: &'static str,
) -> impl IntoView {
    let text = RwSignal::new(String::new());
    let field = NodeRef::<html::Textarea>::new();
    Effect::new(move |_| {
        if let Some(field) = field.get() {
            let _ = field.focus();
        }
    });
    let send = move || answers.deny(&text.get_untracked());
    let keys = move |event: KeyboardEvent| {
        if event.key() == "Enter" && (event.ctrl_key() || event.meta_key()) {
            event.prevent_default();
            send();
        }
    };
    view! {
        <div class="ask-form">
            <textarea
                class="input"
                rows="2"
                node_ref=field
                aria-label="Note to the agent"
                placeholder="What should it do instead? The agent reads this. (optional)"
                prop:value=text
                on:input=move |event| text.set(event_target_value(&event))
                on:keydown=keys
            ></textarea>
            <Button look=Look::Danger busy=answers.call.busy on_click=move |()| send()>
                {words}
            </Button>
        </div>
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_shell_is_edited_by_its_command_alone() {
        let input = json!({"command": "rm x", "timeout": 5});
        assert_eq!(text_of("Bash", &input), "rm x");
        assert_eq!(input_of("Bash", &input, "ls"), Ok(json!({"command": "ls", "timeout": 5})));
        assert!(input_of("Bash", &input, " ").is_err());
    }

    #[test]
    fn anything_else_is_edited_as_json_and_has_to_stay_an_object() {
        let input = json!({"file_path": "/a"});
        assert!(text_of("Write", &input).contains("\"file_path\""));
        assert_eq!(input_of("Write", &input, r#"{"file_path":"/b"}"#), Ok(json!({"file_path": "/b"})));
        assert!(input_of("Write", &input, "[1]").is_err());
        assert!(input_of("Write", &input, "{").is_err_and(|why| why.contains("JSON")));
    }
}
