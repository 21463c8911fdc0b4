//! Stores by sequences of pushes. Never draws anything.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

use uuid::Uuid;

use super::*;
use crate::{
    boot::OpenSession,
    ids::MessageId,
    sessions::{
        event::{Event, EventBody, EventPage, Excerpt, Partial, PartialBlock, ToolDetail},
        model::{Context, Mode, PermissionMode, QueuedMessage, SessionPage, Surface, Usage},
        open::{Outgoing, Phase},
        thread::{Body, ToolState},
    },
};

fn id(n: u128) -> SessionId {
    SessionId(Uuid::from_u128(n))
}

fn card(n: u128, version: u64, at: i64) -> Session {
    Session {
        id: id(n),
        version,
        project_id: ProjectId(Uuid::nil()),
        worktree_id: None,
        project_name: "p".into(),
        name: format!("s{n}"),
        status: Status::Running,
        reason: None,
        mode: Mode::Job,
        surface: Surface::Chat,
        terminal_id: None,
        live: true,
        archived: false,
        waiting: 0,
        waiting_for: None,
        idle_deadline: None,
        background: 0,
        self_started: false,
        activity: None,
        claude_session_id: None,
        forked_from: None,
        model: None,
        effort: None,
        permission_mode: PermissionMode::Default,
        permission_set_by: "me".into(),
        permission_set_at: Millis(0),
        usage: Usage::default(),
        context: Context::default(),
        last_seq: 0,
        created_at: Millis(0),
        updated_at: Millis(at),
    }
}

fn pushed(store: &SessionsStore, card: Session) {
    assert_eq!(store.apply(Push::Session(Box::new(card))), None);
}

fn order(store: &SessionsStore) -> Vec<SessionId> {
    store.rows.get().iter().map(|row| row.id).collect()
}

fn call(seq: u64) -> Event {
    let body = EventBody::ToolCall {
        id: format!("t{seq}"),
        name: "Bash".into(),
        input: serde_json::Value::Null,
        uuid: None,
        parent: None,
    };
    Event { seq, at: Millis(0), body }
}

fn open(n: u128, events: Vec<Event>, last_seq: u64) -> OpenSession {
    OpenSession {
        page: SessionPage { session: card(n, 1, 0), queue: vec![], draft: "draft".into() },
        events: EventPage { events, last_seq },
    }
}

fn owned<T>(test: impl FnOnce() -> T) -> T {
    let owner = Owner::new();
    owner.set();
    test()
}

#[test]
fn who_needs_you_comes_first_and_activity_moves_nothing() {
    owned(|| {
        let store = SessionsStore::new(&Boot::default());
        store.take(vec![card(1, 1, 10), card(2, 1, 20), card(3, 1, 30)]);
        assert_eq!(order(&store), [id(3), id(2), id(1)]);
        pushed(&store, card(1, 2, 99));
        assert_eq!(order(&store), [id(3), id(2), id(1)], "it only went on working");
        pushed(&store, Session { waiting: 1, ..card(2, 2, 40) });
        assert_eq!(order(&store), [id(2), id(3), id(1)]);
        pushed(&store, Session { status: Status::Idle, ..card(1, 3, 100) });
        assert_eq!(order(&store), [id(2), id(1), id(3)]);
    });
}

#[test]
fn an_old_card_changes_nothing_and_a_session_goes_with_its_project() {
    owned(|| {
        let store = SessionsStore::new(&Boot::default());
        pushed(&store, Session { name: "new".into(), ..card(1, 5, 10) });
        pushed(&store, Session { name: "old".into(), ..card(1, 4, 10) });
        assert_eq!(store.card(id(1)).unwrap().get().name, "new");
        store.reset(vec![card(2, 1, 0)], &[ProjectId(Uuid::nil())]);
        assert_eq!(order(&store), [id(1), id(2)], "what is not on the first page is not gone");
        store.reset(vec![], &[]);
        assert!(store.card(id(1)).is_none(), "it went with its project");
        pushed(&store, card(2, 2, 0));
        assert_eq!(store.apply(Push::ProjectGone { project: ProjectId(Uuid::nil()) }), None);
        assert!(order(&store).is_empty());
    });
}

#[test]
fn a_result_redraws_its_own_entry_only() {
    owned(|| {
        let boot = Boot { open: Some(open(1, vec![call(1), call(2)], 2)), ..Boot::default() };
        let thread = SessionsStore::new(&boot).thread;
        let before = thread.nodes.get();
        let result = EventBody::ToolResult {
            id: "t2".into(),
            is_error: false,
            output: Excerpt::default(),
            detail: ToolDetail::Plain,
            images: 0,
            uuid: None,
            parent: None,
        };
        let events = vec![Event { seq: 3, at: Millis(0), body: result }];
        assert_eq!(thread.apply(Push::Events { session: id(1), events }), None);
        let states: Vec<ToolState> = before
            .iter()
            .map(|node| match node.body.get() {
                Body::Tool(tool) => tool.state(),
                other => panic!("{other:?}"),
            })
            .collect();
        assert_eq!(states, [ToolState::Running, ToolState::Done], "the nodes of before are those of now");
    });
}

#[test]
fn a_gap_asks_again_and_another_session_is_not_mixed_in() {
    owned(|| {
        let boot = Boot { open: Some(open(1, vec![call(1)], 1)), ..Boot::default() };
        let store = SessionsStore::new(&boot);
        assert_eq!(store.apply(Push::Events { session: id(1), events: vec![call(3)] }), Some(1));
        assert_eq!(store.apply(Push::Events { session: id(2), events: vec![call(2)] }), None);
        assert_eq!(store.thread.since(), 1);
        assert!(!store.thread.begin(id(1)), "it is on the page already");
        assert!(store.thread.begin(id(2)));
        store.thread.loaded(open(1, vec![call(1)], 1));
        assert_eq!(store.thread.phase.get(), Phase::Loading, "an answer that comes too late is dropped");
        store.apply(Push::SessionGone { session: id(1) });
    });
}

#[test]
fn a_message_is_under_way_until_it_is_seen_again() {
    owned(|| {
        let boot = Boot { open: Some(open(1, vec![], 0)), ..Boot::default() };
        let thread = SessionsStore::new(&boot).thread;
        let message = |n| MessageId(Uuid::from_u128(n));
        let queue = |n| QueuedMessage { id: message(n), text: String::new(), images: vec![], at: Millis(0) };
        thread.outgoing.set(Some(Outgoing { id: message(7), failed: None }));
        thread.apply(Push::Queue { session: id(1), version: 2, queue: vec![queue(6)] });
        assert!(thread.outgoing.get().is_some());
        thread.apply(Push::Queue { session: id(1), version: 3, queue: vec![queue(6), queue(7)] });
        assert!(thread.outgoing.get().is_none());
        assert_eq!(thread.delivered.get(), Some(message(7)));

        thread.outgoing.set(Some(Outgoing { id: message(8), failed: None }));
        let body =
            EventBody::UserMessage { id: message(8), text: "x".into(), images: vec![], by: "me".into() };
        thread.apply(Push::Events { session: id(1), events: vec![Event { seq: 1, at: Millis(0), body }] });
        assert!(thread.outgoing.get().is_none());
        assert_eq!(thread.delivered.get(), Some(message(8)));

        thread.outgoing.set(Some(Outgoing { id: message(9), failed: None }));
        thread.begin(id(2));
        assert_eq!(thread.delivered.get(), Some(message(8)), "gone elsewhere is not delivered");
    });
}

#[test]
fn what_is_finished_is_not_being_written_any_more() {
    owned(|| {
        let boot = Boot { open: Some(open(1, vec![], 0)), ..Boot::default() };
        let thread = SessionsStore::new(&boot).thread;
        let text = Some(PartialBlock::Text { html: "half".into() });
        let say = |seq, parent: Option<&str>| {
            let (text, html) = (String::new(), String::new());
            let parent = parent.map(str::to_owned);
            let body = EventBody::AssistantText { text, html, uuid: None, parent, aborted: false };
            Push::Events { session: id(1), events: vec![Event { seq, at: Millis(0), body }] }
        };
        thread.apply(Push::Partial { session: id(1), partial: Partial { rev: 1, block: text.clone() } });
        thread.apply(say(1, Some("a sub-agent")));
        assert_eq!(thread.partial.get(), text);
        thread.apply(say(2, None));
        assert_eq!(thread.partial.get(), Some(PartialBlock::Working));
    });
}

#[test]
fn what_was_read_before_a_push_and_came_after_it_changes_nothing() {
    owned(|| {
        let boot = Boot { open: Some(open(1, vec![], 0)), ..Boot::default() };
        let thread = SessionsStore::new(&boot).thread;
        let push = |version, text: &str| Push::Draft { session: id(1), version, text: text.into() };
        thread.apply(push(11, "written"));
        thread.settings(10, vec![], String::new());
        assert_eq!(thread.draft.get(), "written");
        thread.apply(push(12, ""));
        assert_eq!(thread.draft.get(), "");
    });
}

#[test]
fn an_old_partial_is_old_news() {
    owned(|| {
        let boot = Boot { open: Some(open(1, vec![], 0)), ..Boot::default() };
        let thread = SessionsStore::new(&boot).thread;
        let text = |html: &str| Some(PartialBlock::Text { html: html.into() });
        for (rev, block, shown) in [
            (5, text("a"), text("a")),
            (4, text("b"), text("a")),
            (6, text("c"), text("c")),
            (0, None, None),
            (6, text("c"), None),
        ] {
            thread.apply(Push::Partial { session: id(1), partial: Partial { rev, block } });
            assert_eq!(thread.partial.get(), shown);
        }
    });
}
