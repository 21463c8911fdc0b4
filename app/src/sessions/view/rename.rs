//! A session's name, changed in place: Enter keeps it, Escape does not, an empty one brings back the first words of the prompt.

use leptos::{ev::KeyboardEvent, html, prelude::*};

use super::{
    here::here,
    words::{short_mode, tokens},
};
use crate::{
    projects::store::ProjectsStore,
    sessions::{
        api,
        model::{NAME_MAX, Session, SessionPatch},
    },
    ui::use_call,
};

/// The line under the name where there is no room for more: project, branch of its own, permission mode, and how much is in the
/// window.
fn place(card: &Session, branch: Option<String>) -> String {
    let mut parts = vec![card.project_name.clone()];
    parts.extend(branch);
    parts.push(short_mode(card.permission_mode).to_owned());
    if card.context.used > 0 {
        parts.push(tokens(card.context.used));
    }
    parts.join(" · ")
}

/// The name, or the field that changes it.
#[component]
pub fn Name(
    /// Whether it is being changed.
    editing: RwSignal<bool>,
) -> impl IntoView {
    let here = here();
    let call = use_call();
    let name = here.fact(|card| card.name.clone());
    let projects = expect_context::<ProjectsStore>();
    let place = Memo::new(move |_| {
        let card = here.card.get()?;
        let branch = card.worktree_id.and_then(|id| projects.get(id)).map(|worktree| worktree.name);
        Some(place(&card, branch))
    });
    let text = RwSignal::new(String::new());
    let field = NodeRef::<html::Input>::new();
    Effect::new(move |_| {
        if editing.get() {
            text.set(name.get_untracked());
            request_animation_frame(move || {
                if let Some(field) = field.try_get_untracked().flatten() {
                    let _ = field.focus();
                    field.select();
                }
            });
        }
    });
    let keep = move || {
        if !editing.get_untracked() {
            return;
        }
        editing.set(false);
        let new = text.get_untracked().trim().to_owned();
        if new != name.get_untracked() {
            let patch = SessionPatch { name: Some(new), ..SessionPatch::default() };
            call.run(api::update(here.id, patch), |_| ());
        }
    };
    let keys = move |event: KeyboardEvent| match event.key().as_str() {
        "Enter" if !event.is_composing() => keep(),
        "Escape" => {
            event.prevent_default();
            editing.set(false);
        }
        _ => {}
    };
    move || {
        if editing.get() {
            view! {
                <input
                    class="input name-input grow"
                    node_ref=field
                    aria-label="Name of the session"
                    placeholder="The first words of the prompt"
                    maxlength=NAME_MAX.to_string()
                    prop:value=text
                    on:input=move |event| text.set(event_target_value(&event))
                    on:keydown=keys
                    on:blur=move |_| keep()
                />
            }
            .into_any()
        } else {
            view! {
                <div class="name grow">
                    <h1 class="clip" title=name on:dblclick=move |_| editing.set(true)>{name}</h1>
                    <span class="name-place faint xs clip">{place}</span>
                </div>
            }
            .into_any()
        }
    }
}
