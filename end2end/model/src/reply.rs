//! The next response of a conversation: which round of its script is due, and what is said without one. Never talks HTTP.

use serde_json::Value;

use crate::{
    Script,
    conversation::{Conversation, Wanted, notification},
    demo,
    script::{Call, PLAN_FILE, Part, Round, TASK},
};

/// One response, placeholders filled in.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Reply {
    pub(crate) parts: Vec<Part>,
    pub(crate) calls: Vec<Call>,
}

impl Reply {
    fn say(text: impl Into<String>) -> Self {
        Self { parts: vec![Part::Say(text.into())], calls: Vec::new() }
    }
}

/// What the model answers to a conversation that stands like this.
pub(crate) fn next(conversation: &Conversation) -> Reply {
    match conversation.wanted {
        Wanted::Title => {
            return Reply::say(serde_json::json!({ "title": title(&conversation.prompt) }).to_string());
        }
        Wanted::Summary => {
            return Reply::say(format!(
                "<analysis>Everything said so far is covered.</analysis>\n<summary>\nThe conversation held {} prompts; all of them were answered.\n</summary>",
                conversation.turns
            ));
        }
        Wanted::Answer => {}
    }
    if let Some(summary) = notification(&conversation.prompt) {
        return Reply::say(format!("The background work is done: {summary}"));
    }
    let script = demo::script_for(&conversation.prompt)
        .and_then(Script::parse)
        .or_else(|| deletion(&conversation.prompt))
        .or_else(|| Script::parse(&conversation.prompt));
    let mut reply =
        script.map_or_else(|| Reply::say(small_talk(conversation)), |script| due(&script, conversation));
    if let Some(said) = &conversation.folded {
        reply.parts.insert(0, Part::Say(format!("Noted while working: “{said}”.")));
    }
    reply
}

/// What is done when a person has the agent delete what it scheduled, in the words that Roost sends then.
fn deletion(prompt: &str) -> Option<Script> {
    let (id, _) = prompt.strip_prefix("Delete the scheduled task ")?.split_once(':')?;
    Script::parse(&format!("tool: CronDelete {}\nsay: It is deleted.", serde_json::json!({ "id": id })))
}

/// The round that follows the calls already made.
fn due(script: &Script, conversation: &Conversation) -> Reply {
    let mut made = conversation.calls.as_slice();
    let mut speed = None;
    for round in &script.rounds {
        if made.is_empty() || round.calls.is_empty() {
            let mut reply = fill(round, conversation);
            if let Some(speed) = speed {
                reply.parts.insert(0, Part::Slow(speed));
            }
            return reply;
        }
        for part in &round.parts {
            if let Part::Slow(pause) = part {
                speed = Some(*pause);
            }
        }
        let (these, rest) = made.split_at(round.calls.len().min(made.len()));
        if let Some(text) = &round.otherwise
            && these.iter().any(|call| call.failed)
        {
            return Reply::say(fill_text(text, conversation));
        }
        made = rest;
    }
    Reply::say("Done.")
}

fn fill(round: &Round, conversation: &Conversation) -> Reply {
    let parts = round.parts.iter().map(|part| match part {
        Part::Say(text) => Part::Say(fill_text(text, conversation)),
        other => other.clone(),
    });
    let calls = round.calls.iter().map(|call| {
        let mut call = call.clone();
        fill_input(&mut call.input, conversation);
        call
    });
    Reply { parts: parts.collect(), calls: calls.collect() }
}

fn fill_text(text: &str, conversation: &Conversation) -> String {
    text.replace("{result}", conversation.last_result()).replace("{turns}", &conversation.turns.to_string())
}

fn fill_input(input: &mut Value, conversation: &Conversation) {
    let Some(fields) = input.as_object_mut() else { return };
    for field in fields.values_mut() {
        let Some(text) = field.as_str() else { continue };
        if text == PLAN_FILE {
            // Outside plan mode the CLI names no file; a plan may still be asked for.
            *field = conversation.plan_file.as_deref().unwrap_or("PLAN.md").into();
        } else if let Some(subject) = text.strip_prefix(TASK) {
            *field = conversation.task_id(subject).unwrap_or("1").into();
        }
    }
}

/// The answer to a prompt that is no script: it proves what the model was told.
fn small_talk(conversation: &Conversation) -> String {
    let words: Vec<_> = conversation.prompt.split_whitespace().collect();
    let mut echo = words[..words.len().min(8)].join(" ");
    if words.len() > 8 {
        echo.push('…');
    }
    let turns = conversation.turns;
    let counted = if turns == 1 { "prompt" } else { "prompts" };
    format!(
        "You said “{echo}”. Our conversation holds **{turns} {counted}** so far.\n\n\
         - I have read it and there is nothing to change yet.\n\
         - Tell me which file you care about, and I will start there."
    )
}

/// Up to six words of what a session is about.
fn title(prompt: &str) -> String {
    let about = prompt.split_once("<session>").map_or(prompt, |(_, after)| after);
    let about = about.split("</session>").next().unwrap_or_default().trim();
    let line = about.lines().next().unwrap_or_default();
    let words: Vec<_> = line.split_whitespace().take(6).collect();
    let title = words.join(" ").trim_end_matches(['.', ',', ':', '?', '!']).to_owned();
    let mut letters = title.chars();
    match letters.next() {
        Some(first) => first.to_uppercase().chain(letters).collect(),
        None => "Untitled session".to_owned(),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use serde_json::json;

    use super::*;

    /// The conversation after the first `done` calls of its script, each answered by `result`.
    fn after(prompt: &str, done: usize, result: &Value) -> Conversation {
        let mut messages = vec![json!({"role": "user", "content": prompt})];
        for number in 0..done {
            let id = format!("t{number}");
            messages
                .push(json!({"role": "assistant", "content": [{"type": "tool_use", "id": id, "input": {}}]}));
            let mut answer = result.clone();
            answer["type"] = json!("tool_result");
            answer["tool_use_id"] = json!(id);
            messages.push(json!({"role": "user", "content": [answer]}));
        }
        Conversation::read(&json!({ "messages": messages }))
    }

    #[test]
    fn each_result_brings_the_next_round() {
        let prompt = "slow: 5\nbash: a\nsay: between\nparallel:\nread: b\nread: c\nend\nsay: got {result}";
        let fine = json!({"content": "fine"});
        let reply = |done| next(&after(prompt, done, &fine));
        assert_eq!(reply(0).calls[0].name, "Bash");
        assert_eq!(reply(1).parts, [Part::Slow(5), Part::Say("between".into())]);
        assert_eq!(reply(1).calls.len(), 2);
        assert_eq!(reply(3).parts.last(), Some(&Part::Say("got fine".into())));
        assert!(reply(3).calls.is_empty());
    }

    #[test]
    fn a_refusal_can_end_the_script() {
        let prompt = "bash: a\notherwise: Then not: {result}\nbash: b";
        let refused = next(&after(prompt, 1, &json!({"content": "no", "is_error": true})));
        assert_eq!(refused, Reply::say("Then not: no"));
        let allowed = next(&after(prompt, 1, &json!({"content": "ok"})));
        assert_eq!(allowed.calls.len(), 1);
    }

    #[test]
    fn without_a_script_the_prompts_are_counted() {
        let read = Conversation::read(&json!({"messages": [
            {"role": "user", "content": "one"}, {"role": "assistant", "content": "x"}, {"role": "user", "content": "two"}]}));
        let Part::Say(text) = &next(&read).parts[0] else { panic!() };
        assert!(text.contains("“two”") && text.contains("2 prompts"));
    }

    #[test]
    fn a_title_is_a_few_words() {
        assert_eq!(
            title("<session>\nfix the login bug, please, today.\n</session>\nWrite"),
            "Fix the login bug, please, today"
        );
    }
}
