//! The life of a session, line by line of the status table, with a process behind every state.

use app::{
    error::ErrorCode,
    ids::MessageId,
    sessions::{
        event::{EventBody, Origin, TurnOutcome},
        model::{Act, Fork, Mode, NewMessage, PermissionMode, SessionPatch, Status},
        port::Sessions,
    },
};
use uuid::Uuid;

use crate::stage::Stage;

#[tokio::test(flavor = "multi_thread")]
async fn a_job_runs_rests_and_completes_by_itself() {
    let stage = Stage::with(|config| config.sessions.grace_seconds = 1).await;
    let id = stage.create("say: hello\nsay: there").await;
    let idle = stage.until_status(id, Status::Idle).await;
    assert!(idle.live && idle.idle_deadline.is_some() && idle.claude_session_id.is_some());
    let done = stage.until_status(id, Status::Completed).await;
    assert_eq!(done.idle_deadline, None);
    assert_eq!(stage.said(id).await, ["hello", "there"]);
    let gone = stage.until(id, "gone", |card| !card.live).await;
    assert!((gone.usage.cost_usd - 0.01).abs() < 1e-9);
}

#[tokio::test(flavor = "multi_thread")]
async fn events_are_numbered_without_a_gap() {
    let stage = Stage::new().await;
    let id = stage.create("flood: 1500").await;
    let card = stage.until_status(id, Status::Idle).await;
    let events = stage.events(id).await;
    assert!(events.iter().enumerate().all(|(i, event)| event.seq == i as u64 + 1));
    assert_eq!(events.last().unwrap().seq, card.last_seq);
    assert_eq!(stage.said(id).await.len(), 1500);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_while_it_runs_waits_and_can_be_changed_and_taken_back() {
    let stage = Stage::new().await;
    let id = stage.create("wait: 60000").await;
    stage.until_status(id, Status::Running).await;
    let ids: Vec<MessageId> = (0..3).map(|_| MessageId(Uuid::new_v4())).collect();
    for (n, message) in ids.iter().enumerate() {
        let message = NewMessage { id: *message, text: format!("say: {n}"), images: Vec::new() };
        stage.engine.send(&stage.who, id, message.clone()).await.unwrap();
        stage.engine.send(&stage.who, id, message).await.unwrap();
    }
    stage.engine.edit_queued(&stage.who, id, ids[1], "say: edited").await.unwrap();
    stage.engine.recall(&stage.who, id, ids[2]).await.unwrap();
    assert_eq!(stage.engine.get(&stage.who, id).await.unwrap().queue.len(), 2, "sent twice is one message");
    stage.engine.act(&stage.who, id, Act::Interrupt).await.unwrap();
    stage.until(id, "all said", |card| card.status == Status::Idle && card.usage.cost_usd > 0.025).await;
    assert_eq!(stage.said(id).await, ["0", "edited"]);
    let late = stage.engine.recall(&stage.who, id, ids[0]).await.unwrap_err();
    assert_eq!(late.code, ErrorCode::Conflict);
    let ended = stage.bodies(id).await;
    assert!(
        ended
            .iter()
            .any(|body| matches!(body, EventBody::TurnEnded { outcome: TurnOutcome::Interrupted, .. }))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn pin_close_resume_and_complete() {
    let stage = Stage::new().await;
    let id = stage.create("say: one").await;
    stage.until_status(id, Status::Idle).await;
    let pinned = stage.engine.act(&stage.who, id, Act::Pin).await.unwrap();
    assert_eq!((pinned.mode, pinned.idle_deadline, pinned.status), (Mode::Session, None, Status::Idle));
    assert_eq!(
        stage.engine.act(&stage.who, id, Act::Complete).await.unwrap_err().details.as_deref(),
        Some("idle")
    );
    stage.engine.act(&stage.who, id, Act::Close).await.unwrap();
    stage.until(id, "gone", |card| card.status == Status::Completed && !card.live).await;
    let queued = stage.engine.act(&stage.who, id, Act::Resume).await.unwrap();
    assert_eq!(queued.status, Status::Queued, "idle only once the agent confirmed the conversation");
    let idle = stage.until_status(id, Status::Idle).await;
    assert_eq!(idle.mode, Mode::Session);
    stage.send(id, "say: two").await;
    stage.until(id, "said", |card| card.status == Status::Idle && card.last_seq > idle.last_seq + 3).await;
    assert_eq!(stage.said(id).await, ["one", "two"]);
    let job = stage.create("say: job").await;
    stage.until_status(job, Status::Idle).await;
    assert_eq!(stage.engine.act(&stage.who, job, Act::Complete).await.unwrap().status, Status::Completed);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stopped_session_takes_a_message_at_once_and_runs_again() {
    let stage = Stage::new().await;
    let id = stage.create("say: before\nwait: 60000").await;
    stage.until_status(id, Status::Running).await;
    let stopped = stage.engine.act(&stage.who, id, Act::Stop).await.unwrap();
    assert_eq!(stopped.status, Status::Stopped);
    assert!(stopped.reason.unwrap().contains("Ada"));
    // The old agent is still ending: its last words must not move the new state.
    stage.send(id, "say: after").await;
    stage.until(id, "said", |card| card.status == Status::Idle && card.live).await;
    assert_eq!(stage.said(id).await.last().unwrap(), "after");
}

#[tokio::test(flavor = "multi_thread")]
async fn no_more_turns_run_at_once_than_there_are_slots() {
    let stage = Stage::with(|config| config.sessions.max_running = 1).await;
    let first = stage.create("wait: 60000").await;
    stage.until_status(first, Status::Running).await;
    let second = stage.create("say: second").await;
    tokio::time::sleep(std::time::Duration::from_millis(300)).await;
    assert_eq!(stage.card(second).await.status, Status::Queued);
    stage.engine.act(&stage.who, first, Act::Stop).await.unwrap();
    stage.until_status(second, Status::Idle).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn background_work_keeps_a_job_from_completing() {
    let stage = Stage::with(|config| config.sessions.grace_seconds = 0).await;
    let id = stage.create("background: 2\nsay: left it running").await;
    let idle = stage.until_status(id, Status::Idle).await;
    assert_eq!((idle.background, idle.idle_deadline), (2, None));
    stage.send(id, "background: 0").await;
    stage.until_status(id, Status::Completed).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_fork_keeps_the_source_and_begins_with_its_past() {
    let stage = Stage::new().await;
    let id = stage.create("say: one").await;
    let first = stage.until_status(id, Status::Idle).await;
    stage.send(id, "say: two").await;
    stage.until(id, "second", |card| card.status == Status::Idle && card.last_seq > first.last_seq + 3).await;
    let before = stage.events(id).await;
    let fork = Fork { seq: first.last_seq, prompt: "say: other".to_owned(), images: Vec::new() };
    let forked = stage.engine.fork(&stage.who, id, fork).await.unwrap();
    assert_eq!(forked.forked_from, Some(id));
    let idle = stage.until_status(forked.id, Status::Idle).await;
    assert_eq!(stage.said(forked.id).await, ["one", "other"]);
    assert_ne!(idle.claude_session_id, first.claude_session_id);
    assert_eq!(stage.events(id).await, before, "the source is untouched");
    // Editing the first message is a fresh session without a past.
    let mine = before.iter().find(|event| matches!(event.body, EventBody::UserMessage { .. })).unwrap().seq;
    let edit = Fork { seq: mine, prompt: "say: fresh".to_owned(), images: Vec::new() };
    let fresh = stage.engine.fork(&stage.who, id, edit).await.unwrap();
    stage.until_status(fresh.id, Status::Idle).await;
    assert_eq!(stage.said(fresh.id).await, ["fresh"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn forking_is_refused_with_the_reason() {
    let stage = Stage::new().await;
    let id = stage.create("say: x\nwait: 60000").await;
    stage.until(id, "said", |card| card.last_seq >= 4).await;
    let said = stage
        .events(id)
        .await
        .into_iter()
        .find(|event| matches!(event.body, EventBody::AssistantText { .. }))
        .unwrap();
    let fork = |seq| Fork { seq, prompt: "say: y".to_owned(), images: Vec::new() };
    let running = stage.engine.fork(&stage.who, id, fork(said.seq)).await.unwrap_err();
    assert_eq!((running.code, running.details.as_deref()), (ErrorCode::Conflict, Some("running")));
    assert_eq!(stage.engine.fork(&stage.who, id, fork(999)).await.unwrap_err().code, ErrorCode::Invalid);
}

#[tokio::test(flavor = "multi_thread")]
async fn choices_are_kept_with_who_made_them() {
    let stage = Stage::new().await;
    let id = stage.create("say: x").await;
    stage.until_status(id, Status::Idle).await;
    let patch = SessionPatch {
        name: Some("A better name".to_owned()),
        permission_mode: Some(PermissionMode::AcceptEdits),
        draft: Some("half a thought".to_owned()),
        ..SessionPatch::default()
    };
    let card = stage.engine.update(&stage.who, id, patch).await.unwrap();
    assert_eq!((card.name.as_str(), card.permission_mode), ("A better name", PermissionMode::AcceptEdits));
    assert_eq!(card.permission_set_by, "Ada");
    assert_eq!(stage.engine.get(&stage.who, id).await.unwrap().draft, "half a thought");
    let bypass =
        SessionPatch { permission_mode: Some(PermissionMode::BypassPermissions), ..SessionPatch::default() };
    assert_eq!(stage.engine.update(&stage.who, id, bypass).await.unwrap_err().code, ErrorCode::Forbidden);
}

#[tokio::test(flavor = "multi_thread")]
async fn archiving_stops_and_taking_back_restores_what_was() {
    let stage = Stage::new().await;
    let id = stage.create("wait: 60000").await;
    stage.until_status(id, Status::Running).await;
    let archived = stage.engine.act(&stage.who, id, Act::Archive).await.unwrap();
    assert_eq!((archived.archived, archived.status), (true, Status::Stopped));
    assert!(
        stage
            .engine
            .list(&stage.who, app::sessions::model::SessionFilter::default())
            .await
            .unwrap()
            .is_empty()
    );
    let back = stage.engine.act(&stage.who, id, Act::Unarchive).await.unwrap();
    assert_eq!((back.archived, back.status), (false, Status::Stopped));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_turn_is_marked_with_who_started_it() {
    let stage = Stage::new().await;
    let id = stage.create("say: x").await;
    stage.until_status(id, Status::Idle).await;
    let began = stage.bodies(id).await.into_iter().find_map(|body| match body {
        EventBody::TurnStarted { origin, .. } => Some(origin),
        _ => None,
    });
    assert_eq!(began, Some(Origin::Person));
}
