//! The dialog that adds a project: a directory that is there, or a new one by name. The server says what is wrong with either.

use leptos::{ev::SubmitEvent, prelude::*};
use leptos_router::{NavigateOptions, hooks::use_navigate};

use super::paths::PathInput;
use crate::{
    projects::{api, model::NewProject},
    ui::{Button, Field, IconName, Look, Segment, Segmented, TextInput, use_call},
};

const THERE: &str = "there";
const NEW: &str = "new";

/// What is in the dialog.
#[component]
pub fn AddProject(
    /// Closes the dialog.
    open: RwSignal<bool>,
) -> impl IntoView {
    let call = use_call().inline();
    let (how, path, name) =
        (RwSignal::new(THERE), RwSignal::new(String::new()), RwSignal::new(String::new()));
    let navigate = use_navigate();
    let wanted = move || {
        let text = if how.get() == THERE { path.get() } else { name.get() };
        let text = Some(text.trim().to_owned()).filter(|text| !text.is_empty());
        if how.get() == THERE {
            NewProject { path: text, name: None }
        } else {
            NewProject { path: None, name: text }
        }
    };
    let nothing = Signal::derive(move || wanted() == NewProject::default());
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let navigate = navigate.clone();
        call.run(api::add(untrack(wanted)), move |project| {
            open.set(false);
            navigate(&format!("/projects/{}", project.id), NavigateOptions::default());
        });
    };
    let wrong = Signal::derive(move || call.error.get().map(|error| error.message));
    let field = move || {
        if how.get() == THERE {
            view! {
                <Field
                    label="Directory"
                    hint="On the machine where Roost runs. Nothing in it is changed or started by adding it."
                    error=wrong
                >
                    <PathInput value=path />
                </Field>
            }
            .into_any()
        } else {
            view! {
                <Field
                    label="Name"
                    hint="Makes a directory of this name, with a fresh git repository, where Settings says new projects go."
                    error=wrong
                >
                    <TextInput value=name mono=true autofocus=true placeholder="orchard" />
                </Field>
            }
            .into_any()
        }
    };
    let segments = vec![
        Segment { key: THERE, words: "A directory I have", icon: Some(IconName::Folder) },
        Segment { key: NEW, words: "A new one", icon: Some(IconName::Plus) },
    ];
    let choose = Callback::new(move |key| {
        call.error.set(None);
        how.set(key);
    });
    view! {
        <form class="stack" on:submit=submit>
            <Segmented label="What to add" segments=segments value=how on_change=choose />
            <div class="add-field">{field}</div>
            <footer class="dialog-acts">
                <Button on_click=move |()| open.set(false)>"Cancel"</Button>
                <Button look=Look::Primary submit=true busy=call.busy disabled=nothing>
                    {move || if how.get() == THERE { "Add project" } else { "Make project" }}
                </Button>
            </footer>
        </form>
    }
    .into_any()
}
