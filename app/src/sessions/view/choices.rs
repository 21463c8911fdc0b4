//! Model, effort and permission mode of a session: one menu, changed between turns. Never applies a choice itself: the card
//! that is pushed says what holds.

use leptos::prelude::*;

use super::{
    bypass::BypassDialog,
    here::here,
    words::{model, short_mode},
};
use crate::{
    projects::store::ProjectsStore,
    sessions::{
        api,
        model::{Effort, PermissionMode, SessionPatch},
    },
    ui::{Button, Dialog, Field, IconName, Look, Menu, MenuItem, TextInput, use_call},
};

/// The names every account knows, and how they read.
pub const MODELS: [(&str, &str); 4] =
    [("default", "Default"), ("opus", "Opus"), ("sonnet", "Sonnet"), ("haiku", "Haiku")];

/// An effort in words.
#[must_use]
pub fn effort_words(effort: Effort) -> &'static str {
    match effort {
        Effort::Low => "Low",
        Effort::Medium => "Medium",
        Effort::High => "High",
        Effort::Xhigh => "Very high",
        Effort::Max => "Maximum",
    }
}

/// The chip of the header that opens the menu, and the two dialogs behind it.
#[component]
pub fn Choices() -> impl IntoView {
    let here = here();
    let call = use_call();
    let (other, bypass) = (RwSignal::new(false), RwSignal::new(false));
    let patch = move |patch: SessionPatch| call.run(api::update(here.id, patch), |_| ());
    let set_model = move |name: &str| patch(SessionPatch { model: Some(name.to_owned()), ..SessionPatch::default() });
    let chosen_model = here.fact(|card| card.model.clone());
    let chosen_effort = here.fact(|card| card.effort);
    let mode = here.fact(|card| Some(card.permission_mode));
    let text = Signal::derive(move || {
        let mode = mode.get().map_or("", short_mode);
        format!("{} · {mode}", model(chosen_model.get().as_deref()))
    });
    let project = here.fact(|card| card.project_name.clone());
    let bypass_allowed = bypass_allowed();
    let models = MODELS.map(|(name, words)| {
        let on = Signal::derive(move || match chosen_model.get() {
            None => name == "default",
            Some(chosen) => chosen == name || (name != "default" && chosen.contains(name)),
        });
        view! { <MenuItem chosen=on on_select=move |()| set_model(name)>{words}</MenuItem> }
    });
    let efforts = Effort::ALL.iter().map(move |effort| {
        let effort = *effort;
        let on = Signal::derive(move || chosen_effort.get() == Some(effort));
        let select = move |()| patch(SessionPatch { effort: Some(effort), ..SessionPatch::default() });
        view! { <MenuItem chosen=on on_select=select>{effort_words(effort)}</MenuItem> }
    });
    let modes = PermissionMode::ALL.iter().map(move |to| {
        let to = *to;
        let on = Signal::derive(move || mode.get() == Some(to));
        let is_bypass = to == PermissionMode::BypassPermissions;
        let select = move |()| {
            if is_bypass {
                bypass.set(true);
            } else {
                patch(SessionPatch { permission_mode: Some(to), ..SessionPatch::default() });
            }
        };
        view! {
            <Show when=move || !is_bypass || bypass_allowed.get() || on.get()>
                <MenuItem chosen=on danger=is_bypass on_select=select>{to.words()}</MenuItem>
            </Show>
        }
    });
    let confirmed = Callback::new(move |typed: String| {
        patch(SessionPatch {
            permission_mode: Some(PermissionMode::BypassPermissions),
            confirm: Some(typed),
            ..SessionPatch::default()
        });
    });
    view! {
        <span class="choices">
            <Menu label="Model, effort and permissions" text=text>
                <p class="menu-label label">"Model"</p>
                {models.collect_view()}
                <MenuItem icon=IconName::Edit on_select=move |()| other.set(true)>"Another…"</MenuItem>
                <hr />
                <p class="menu-label label">"Effort"</p>
                {efforts.collect_view()}
                <hr />
                <p class="menu-label label">"Permissions"</p>
                {modes.collect_view()}
            </Menu>
        </span>
        <OtherModel open=other chosen=Callback::new(move |name: String| set_model(&name)) />
        <BypassDialog open=bypass project=project confirmed=confirmed />
    }
}

/// Whether the configuration lets this session's project go without asking.
fn bypass_allowed() -> Memo<bool> {
    let projects = expect_context::<ProjectsStore>();
    let project = here().fact(|card| Some(card.project_id));
    Memo::new(move |_| {
        project.get().and_then(|project| projects.get(project)).is_some_and(|project| project.bypass_allowed)
    })
}

/// Asks for the name of a model that is not in the menu.
#[component]
fn OtherModel(
    /// Whether it is shown.
    open: RwSignal<bool>,
    /// Takes the name.
    chosen: Callback<String>,
) -> impl IntoView {
    let name = RwSignal::new(String::new());
    let take = move || {
        let name = name.get_untracked().trim().to_owned();
        if !name.is_empty() {
            open.set(false);
            chosen.run(name);
        }
    };
    view! {
        <Dialog open=open title="Another model">
            <form
                class="stack"
                on:submit=move |event: leptos::ev::SubmitEvent| {
                    event.prevent_default();
                    take();
                }
            >
                <Field label="Name" hint=Signal::stored("As the CLI takes it. A name that does not exist fails at the next turn.".to_owned())>
                    <TextInput value=name mono=true autofocus=true placeholder="claude-opus-5-5" />
                </Field>
                <footer class="dialog-acts">
                    <Button on_click=move |()| open.set(false)>"Cancel"</Button>
                    <Button look=Look::Primary submit=true>"Use it"</Button>
                </footer>
            </form>
        </Dialog>
    }
}
