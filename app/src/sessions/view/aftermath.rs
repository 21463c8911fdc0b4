//! What ended lately, for the inbox: failures with a way on, and quiet cards for what came to a good end. Dismissing one is a
//! matter of this browser; archiving is a matter of the session.

use leptos::prelude::*;

use super::words::{activity, dollars, tone};
use crate::{
    ids::SessionId,
    sessions::{
        api,
        model::{Act, Session, Status},
        store::{Row, SessionsStore},
    },
    ui::{Button, IconName, Look, RelativeTime, StatusDot, browser, use_call, use_now},
};

/// How long a failure and a good end stay in the inbox, in milliseconds.
const FAILED_FOR: i64 = 7 * 24 * 3_600_000;
const DONE_FOR: i64 = 24 * 3_600_000;
/// Cards shown of each.
const MOST: usize = 6;
/// Dismissals remembered; bounds what this browser keeps.
const REMEMBERED: usize = 100;
const KEY: &str = "roost.dismissed";

/// Failures and good ends that were not dismissed.
#[component]
pub fn Aftermath(
    /// Says whether there is nothing to show.
    quiet: RwSignal<bool>,
) -> impl IntoView {
    let sessions = expect_context::<SessionsStore>();
    let now = use_now();
    // Until the browser's own memory is read nothing is hidden, so that both sides draw the same.
    let dismissed = RwSignal::new(Vec::<String>::new());
    Effect::new(move |_| {
        let kept = browser::recall(KEY).unwrap_or_default();
        dismissed.set(kept.lines().map(str::to_owned).collect());
    });
    let rows = Memo::new(move |_| {
        let now = now.get();
        let of = |status: Status, span: i64| {
            let lately = |row: &&Row| row.status == status && !row.archived && now.0 - row.at.0 < span;
            let fresh = |row: &&Row| dismissed.with(|gone| !gone.contains(&mark(row)));
            sessions
                .rows
                .with(|rows| rows.iter().filter(lately).filter(fresh).take(MOST).map(|row| row.id).collect())
        };
        let mut all: Vec<SessionId> = of(Status::Failed, FAILED_FOR);
        all.extend(of(Status::Completed, DONE_FOR));
        all
    });
    // A memo the parent can read would have to be made by it; this only says that the list is empty.
    Effect::new(move |_| quiet.set(rows.with(Vec::is_empty)));
    quiet.set(rows.with_untracked(Vec::is_empty));
    let dismiss = Callback::new(move |id: SessionId| {
        let gone = sessions.rows.with_untracked(|rows| rows.iter().find(|row| row.id == id).map(mark));
        dismissed.update(|all| {
            all.extend(gone);
            let surplus = all.len().saturating_sub(REMEMBERED);
            all.drain(..surplus);
        });
        browser::remember(KEY, Some(&dismissed.with_untracked(|all| all.join("\n"))));
    });
    view! {
        <For each=move || rows.get() key=|id| *id let:id>
            <Ended id=id dismiss=dismiss />
        </For>
    }
}

/// A session in the state it ended in; when it ends again, it is another one.
fn mark(row: &Row) -> String {
    format!("{} {}", row.id, row.at.0)
}

/// One session that ended.
#[component]
fn Ended(
    /// Which.
    id: SessionId,
    /// Puts the card away.
    dismiss: Callback<SessionId>,
) -> AnyView {
    let sessions = expect_context::<SessionsStore>();
    let Some(card) = untrack(|| sessions.card(id)) else { return ().into_any() };
    let card = RwSignal::from(card);
    let call = use_call();
    let now = use_now();
    let fact = move |read: fn(&Session) -> String| Memo::new(move |_| card.with(read));
    let (name, project) = (fact(|card| card.name.clone()), fact(|card| card.project_name.clone()));
    let failed = Memo::new(move |_| card.with(|card| card.status == Status::Failed));
    let resumable = Memo::new(move |_| card.with(|card| card.claude_session_id.is_some()));
    let line = Memo::new(move |_| {
        card.with(|card| {
            let said = activity(card, now.get());
            let word = if card.status == Status::Completed { "Completed" } else { "" };
            let parts = [word.to_owned(), said, dollars(card.usage.cost_usd)];
            parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" · ")
        })
    });
    view! {
        <article class="card ended" class:failed=failed>
            <a class="row" href=format!("/sessions/{id}")>
                <StatusDot tone=Signal::derive(move || card.with(tone)) word=Signal::derive(move || if failed.get() { "Failed".to_owned() } else { "Completed".to_owned() }) />
                <b class="clip grow">{name}</b>
                <span class="faint xs clip">{project}</span>
                <span class="faint xs"><RelativeTime at=Signal::derive(move || card.with(|card| card.updated_at)) /></span>
            </a>
            <p class="soft sm">{line}</p>
            <div class="row ended-acts">
                <Show when=move || failed.get() && resumable.get()>
                    <Button class="grow" busy=call.busy on_click=move |()| call.run(api::act(id, Act::Resume), |_| ())>
                        "Resume as Session"
                    </Button>
                </Show>
                <Button look=Look::Quiet icon=IconName::Close class="dismiss" label="Dismiss" on_click=move |()| dismiss.run(id) />
            </div>
        </article>
    }
    .into_any()
}
