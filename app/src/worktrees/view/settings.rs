//! What a project says of its new worktrees: which ignored files they get, and how they are set up. Saves what is written; checks nothing.

use leptos::prelude::*;

use crate::{
    ids::ProjectId,
    ui::{Button, Field, TextInput, use_call},
    worktrees::{api, model::WorktreeSettings},
};

/// The form.
#[component]
pub(super) fn Settings(
    /// Of which project.
    project: ProjectId,
    /// What is in force.
    settings: WorktreeSettings,
    /// Asks for the list anew.
    again: Callback<()>,
) -> impl IntoView {
    let (copy, setup) = (RwSignal::new(settings.copy), RwSignal::new(settings.setup));
    let call = use_call();
    let save = move || {
        let settings = WorktreeSettings { copy: copy.get_untracked(), setup: setup.get_untracked() };
        call.run(api::change_settings(project, settings), move |()| again.run(()));
    };
    view! {
        <details class="card worktree">
            <summary>"What new worktrees get"</summary>
            <form
                class="stack"
                on:submit=move |event: leptos::ev::SubmitEvent| {
                    event.prevent_default();
                    save();
                }
            >
                <Field
                    label="Ignored files to copy"
                    hint="A pattern a line, as in .gitignore. At most 200 files and 20 MB; links are left out."
                >
                    <textarea
                        class="input mono"
                        rows="3"
                        spellcheck="false"
                        prop:value=copy
                        on:input=move |event| copy.set(event_target_value(&event))
                    >
                        {copy.get_untracked()}
                    </textarea>
                </Field>
                <Field
                    label="Set-up command"
                    hint="Runs in a terminal of the worktree before the first prompt is sent, such as npm ci."
                >
                    <TextInput value=setup mono=true />
                </Field>
                <footer class="row">
                    <span class="grow"></span>
                    <Button submit=true busy=call.busy>"Save"</Button>
                </footer>
            </form>
        </details>
    }
    .into_any()
}
