//! One session in a list: its state, its name, when, and what it does.

use leptos::prelude::*;
use leptos_router::hooks::use_location;

use super::words::{activity, dollars, state, tone};
use crate::{
    ids::{ProjectId, SessionId},
    sessions::{
        model::{Mode, Session, Status},
        store::SessionsStore,
    },
    ui::{Chip, Icon, IconName, RelativeTime, StatusDot, Tone, use_now},
};

/// One line of a list.
#[component]
pub fn SessionRow(
    /// Whose.
    id: SessionId,
    /// The project that the list is of; then the row does not name it.
    project: Option<ProjectId>,
) -> AnyView {
    let sessions = expect_context::<SessionsStore>();
    let Some(card) = untrack(|| sessions.card(id)) else { return ().into_any() };
    let card = RwSignal::from(card);
    let now = use_now();
    let path = use_location().pathname;
    let own = format!("/sessions/{id}");
    let href = match project {
        Some(project) => format!("{own}?project={project}"),
        None => own.clone(),
    };
    let on = Memo::new(move |_| path.with(|path| path.trim_end_matches('/') == own));
    let fact = move |read: fn(&Session) -> String| Memo::new(move |_| card.with(read));
    let (name, word) = (fact(|card| card.name.clone()), fact(|card| state(card).to_owned()));
    let cost = fact(|card| dollars(card.usage.cost_usd));
    let tone = Memo::new(move |_| card.with(tone));
    let pinned =
        Memo::new(move |_| card.with(|card| card.mode == Mode::Session && !card.status.is_finished()));
    let in_terminal = Memo::new(move |_| card.with(Session::in_terminal));
    // The chip says the state where the line beside it does not.
    let chip = Memo::new(move |_| {
        card.with(|card| match card.status {
            _ if card.needs_you() => true,
            Status::Running => card.self_started,
            Status::Queued | Status::Idle | Status::Failed | Status::Stopped | Status::Completed => true,
        })
    });
    let about = Memo::new(move |_| {
        card.with(|card| {
            let line = activity(card, now.get());
            match (project, line.is_empty()) {
                (Some(_), _) => line,
                (None, true) => card.project_name.clone(),
                (None, false) => format!("{} · {line}", card.project_name),
            }
        })
    });
    view! {
        <a class="item" class:on=on href=href aria-current=move || on.get().then_some("page") data-status=move || card.with(|card| card.status.as_str())>
            <span class="row">
                <StatusDot tone=tone word=word />
                <span class="title clip grow">{name}</span>
                <Show when=move || in_terminal.get()>
                    <span class="pin faint" title="In a terminal"><Icon name=IconName::Terminal /></span>
                </Show>
                {move || {
                    pinned
                        .get()
                        .then(|| view! { <span class="pin faint" title="Persistent session"><Icon name=IconName::Pin /></span> })
                }}
                <span class="faint xs"><RelativeTime at=Signal::derive(move || card.with(|card| card.updated_at)) /></span>
            </span>
            <span class="row xs soft item-line">
                <Show when=move || chip.get()>
                    <Chip tone=chip_tone(tone)>{word}</Chip>
                </Show>
                <span class="clip grow">{about}</span>
                <span class="num">{cost}</span>
            </span>
        </a>
    }
    .into_any()
}

fn chip_tone(tone: Memo<Tone>) -> Signal<Tone> {
    tone.into()
}
