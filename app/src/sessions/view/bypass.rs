//! The question before an agent may do everything: the project's name has to be typed. Never offered where the
//! configuration does not allow it.

use leptos::prelude::*;

use crate::ui::{Button, Dialog, Field, Icon, IconName, Look, TextInput};

/// Asks for the project's name; `confirmed` gets it as it was typed, and the server checks it again.
#[component]
pub fn BypassDialog(
    /// Whether it is shown.
    open: RwSignal<bool>,
    /// The project's name.
    #[prop(into)]
    project: Signal<String>,
    /// Takes what was typed.
    confirmed: Callback<String>,
) -> impl IntoView {
    let typed = RwSignal::new(String::new());
    Effect::new(move |_| {
        if open.get() {
            typed.set(String::new());
        }
    });
    let matches = Signal::derive(move || typed.get().trim() == project.get());
    let confirm = move || {
        if matches.get_untracked() {
            open.set(false);
            confirmed.run(typed.get_untracked().trim().to_owned());
        }
    };
    view! {
        <Dialog open=open title="Let the agent do everything?">
            <form
                class="stack"
                on:submit=move |event: leptos::ev::SubmitEvent| {
                    event.prevent_default();
                    confirm();
                }
            >
                <p class="note failed">
                    <Icon name=IconName::Warning />
                    <span>
                        "It will run commands, change and delete files anywhere, and reach the network, without asking. What it reads can tell it what to do."
                    </span>
                </p>
                <Field label="Type the project's name to go on" hint=Signal::derive(move || format!("It is called {}", project.get()))>
                    <TextInput value=typed autofocus=true />
                </Field>
                <footer class="dialog-acts">
                    <Button on_click=move |()| open.set(false)>"Cancel"</Button>
                    <Button look=Look::Danger submit=true disabled=Signal::derive(move || !matches.get())>
                        "Bypass permissions"
                    </Button>
                </footer>
            </form>
        </Dialog>
    }
}
