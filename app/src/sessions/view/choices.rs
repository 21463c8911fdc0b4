//! Model, effort and permission mode of a session: one menu, changed between turns. Never applies a choice itself: the card
//! that is pushed says what holds.

use leptos::prelude::*;

use super::{
    bypass::BypassDialog,
    here::{Here, here},
    words::{model, short_mode},
};
use crate::{
    projects::store::ProjectsStore,
    sessions::{
        api,
        model::{Effort, Model, PermissionMode, SessionPatch},
        store::SessionsStore,
    },
    ui::{Button, Call, Dialog, Field, IconName, Look, Menu, MenuItem, TextInput, use_call},
};

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

/// The menu's dialogs and its calls; made once for a page, because the menu is there twice.
#[derive(Clone, Copy)]
pub struct ChoiceMenu {
    call: Call,
    other: RwSignal<bool>,
    bypass: RwSignal<bool>,
}

impl ChoiceMenu {
    /// With both dialogs closed.
    #[must_use]
    pub fn new() -> Self {
        Self { call: use_call(), other: RwSignal::new(false), bypass: RwSignal::new(false) }
    }

    fn patch(self, here: Here, patch: SessionPatch) {
        self.call.run(api::update(here.id, patch), |_| ());
    }

    fn model(self, here: Here, name: &str) {
        self.patch(here, SessionPatch { model: Some(name.to_owned()), ..SessionPatch::default() });
    }
}

impl Default for ChoiceMenu {
    fn default() -> Self {
        Self::new()
    }
}

/// The chip of the header that opens the menu.
#[component]
pub fn ChoiceChip(
    /// Its dialogs.
    menu: ChoiceMenu,
) -> impl IntoView {
    let here = here();
    let name = here.fact(|card| card.model.clone());
    let mode = here.fact(|card| Some(card.permission_mode));
    let text = Signal::derive(move || {
        let mode = mode.get().map_or("", short_mode);
        format!("{} · {mode}", model(name.get().as_deref()))
    });
    view! {
        <span class="choices">
            <Menu label="Model, effort and permissions" text=text>
                <ChoiceItems menu=menu />
            </Menu>
        </span>
    }
}

/// The dialogs behind the menu.
#[component]
pub fn ChoiceDialogs(
    /// Which.
    menu: ChoiceMenu,
) -> impl IntoView {
    let here = here();
    let project = here.fact(|card| card.project_name.clone());
    let confirmed = Callback::new(move |typed: String| {
        let mode = Some(PermissionMode::BypassPermissions);
        menu.patch(
            here,
            SessionPatch { permission_mode: mode, confirm: Some(typed), ..SessionPatch::default() },
        );
    });
    view! {
        <OtherModel open=menu.other chosen=Callback::new(move |name: String| menu.model(here, &name)) />
        <BypassDialog open=menu.bypass project=project confirmed=confirmed />
    }
}

/// The choices as lines of a menu.
#[component]
pub fn ChoiceItems(
    /// Its dialogs.
    menu: ChoiceMenu,
) -> impl IntoView {
    let here = here();
    let chosen_model = here.fact(|card| card.model.clone());
    let chosen_effort = here.fact(|card| card.effort);
    let mode = here.fact(|card| Some(card.permission_mode));
    let bypass_allowed = bypass_allowed();
    let models = expect_context::<SessionsStore>().models;
    let model_items = move || {
        let item = |model: Model| {
            let (name, about, whole) = (model.name.clone(), model.about.clone(), model.about.clone());
            let value = model.value.clone();
            let on = Signal::derive(move || model.is(chosen_model.get().as_deref()));
            view! {
                <MenuItem chosen=on on_select=move |()| menu.model(here, &value)>
                    {name} <span class="menu-about faint xs" title=whole>{about}</span>
                </MenuItem>
            }
        };
        models.get().into_iter().map(item).collect_view()
    };
    let efforts = Effort::ALL.iter().map(move |effort| {
        let effort = *effort;
        let on = Signal::derive(move || chosen_effort.get() == Some(effort));
        let taken = move || {
            let chosen = chosen_model.get();
            models.with(|all| {
                all.iter().find(|one| one.is(chosen.as_deref())).is_none_or(|one| one.takes(effort))
            })
        };
        let select =
            move |()| menu.patch(here, SessionPatch { effort: Some(effort), ..SessionPatch::default() });
        view! {
            <Show when=move || taken() || on.get()>
                <MenuItem chosen=on on_select=select>{effort_words(effort)}</MenuItem>
            </Show>
        }
    });
    let modes = PermissionMode::ALL.iter().map(move |to| {
        let to = *to;
        let on = Signal::derive(move || mode.get() == Some(to));
        let is_bypass = to == PermissionMode::BypassPermissions;
        let select = move |()| {
            if is_bypass {
                menu.bypass.set(true);
            } else {
                menu.patch(here, SessionPatch { permission_mode: Some(to), ..SessionPatch::default() });
            }
        };
        view! {
            <Show when=move || !is_bypass || bypass_allowed.get() || on.get()>
                <MenuItem chosen=on danger=is_bypass on_select=select>{to.words()}</MenuItem>
            </Show>
        }
    });
    view! {
        <p class="menu-label label">"Model"</p>
        {model_items}
        <MenuItem icon=IconName::Edit on_select=move |()| menu.other.set(true)>"Another…"</MenuItem>
        <hr />
        <p class="menu-label label">"Effort"</p>
        {efforts.collect_view()}
        <hr />
        <p class="menu-label label">"Permissions"</p>
        {modes.collect_view()}
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
