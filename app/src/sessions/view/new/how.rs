//! How a new session works: its model, effort and permissions, and its name.

use leptos::prelude::*;

use super::{
    super::choices::effort_words,
    form::{Choices, OTHER},
};
use crate::{
    projects::model::Project,
    sessions::{
        model::{Effort, NAME_MAX, PermissionMode},
        store::SessionsStore,
    },
    ui::{Field, Select, TextInput},
};

/// Model, effort, permissions and name.
#[component]
pub fn How(choices: Choices, project: Memo<Option<Project>>) -> impl IntoView {
    let pair = |(key, words): (&str, &str)| (key.to_owned(), words.to_owned());
    let models = expect_context::<SessionsStore>().models;
    let names = Signal::derive(move || {
        let known = models.get().into_iter().map(|model| (model.value, model.name));
        known.chain([pair((OTHER, "Another…"))]).collect::<Vec<_>>()
    });
    let chosen = Memo::new(move |_| {
        choices.model.with(|value| models.with(|all| all.iter().find(|one| one.value == *value).cloned()))
    });
    let choose = move |model| {
        choices.model.set(model);
        choices.settle(&models.read_untracked());
    };
    let about = Signal::derive(move || chosen.get().map(|model| model.about).unwrap_or_default());
    let efforts = Signal::derive(move || {
        let taken =
            |effort: &&Effort| chosen.with(|model| model.as_ref().is_none_or(|model| model.takes(**effort)));
        let words =
            Effort::ALL.iter().filter(taken).map(|effort| pair((effort.as_str(), effort_words(*effort))));
        std::iter::once(pair(("", "The model's own"))).chain(words).collect::<Vec<_>>()
    });
    let allowed = Memo::new(move |_| project.with(|one| one.as_ref().is_some_and(|one| one.bypass_allowed)));
    let modes = Signal::derive(move || {
        let offered = |mode: &&PermissionMode| allowed.get() || **mode != PermissionMode::BypassPermissions;
        PermissionMode::ALL
            .iter()
            .filter(offered)
            .map(|mode| pair((mode.as_str(), mode.words())))
            .collect::<Vec<_>>()
    });
    view! {
        <div class="how">
            <Field label="Model">
                <Select value=choices.model options=names on_change=choose />
            </Field>
            <Field label="Effort">
                <Select value=choices.effort options=efforts on_change=move |effort| choices.effort.set(effort) />
            </Field>
            <Field label="Permissions">
                <Select
                    value=choices.mode
                    options=modes
                    on_change=move |mode| {
                        choices.mode.set(mode);
                        choices.confirm.set(None);
                    }
                />
            </Field>
            <Show when=move || about.with(|about| !about.is_empty())>
                <p class="field-hint">{about}</p>
            </Show>
            <Show when=move || choices.model.with(|model| model == OTHER)>
                <Field label="Name of the model">
                    <TextInput value=choices.other mono=true placeholder="claude-opus-5-5" />
                </Field>
            </Show>
        </div>
        <Field label="Name (optional)">
            <input
                type="text"
                class="input"
                placeholder="The first words of the prompt"
                maxlength=NAME_MAX.to_string()
                autocomplete="off"
                prop:value=choices.name
                on:input=move |event| choices.name.set(event_target_value(&event))
            />
        </Field>
    }
}
