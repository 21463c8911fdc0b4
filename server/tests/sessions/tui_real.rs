//! The real CLI's own interface on a terminal, against the scripted model: what the stand-in of `tui` cannot show. Skipped
//! like the stories of `real`.

use std::time::Duration;

use app::{
    approvals::model::ApprovalKind,
    ids::SessionId,
    sessions::{
        event::{EventBody, TaskState, TurnOutcome},
        model::{Act, Session, Status, Surface},
        port::Sessions,
    },
};

use crate::{
    real::real,
    stage::Stage,
    tui::{asked, terminal, tui, types},
};

async fn create(stage: &Stage, prompt: &str) -> SessionId {
    stage.engine.create(&stage.who, tui(stage, prompt)).await.unwrap().id
}

/// Types a prompt and sends it. The interface takes an enter that comes along with the text for a part of it.
async fn prompts(stage: &Stage, id: SessionId, prompt: &str) {
    types(stage, id, prompt).await;
    tokio::time::sleep(Duration::from_millis(400)).await;
    types(stage, id, "\r").await;
}

/// Says yes to what is asked. A dialog that is about to be drawn does not hear an enter yet, so it is pressed until it does.
async fn agrees(stage: &Stage, id: SessionId, kind: ApprovalKind) {
    while stage.card(id).await.waiting_for == Some(kind) {
        types(stage, id, "\r").await;
        for _ in 0..50 {
            if stage.card(id).await.waiting_for != Some(kind) {
                return;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
}

/// Waits for the end of the n-th turn.
async fn turns(stage: &Stage, id: SessionId, n: usize) -> Session {
    let ended = async || {
        let bodies = stage.bodies(id).await.into_iter();
        bodies.filter(|body| matches!(body, EventBody::TurnEnded { .. })).count()
    };
    for _ in 0..1_500 {
        let card = stage.card(id).await;
        if card.status == Status::Idle && ended().await >= n {
            return card;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("turn {n} never ended: {:#?}\n{:#?}", stage.card(id).await, stage.bodies(id).await);
}

/// The pid of the CLI itself.
async fn child(stage: &Stage) -> rustix::process::Pid {
    let keepers = server::keeper::scan(&stage.config.home.join("terminals")).await.unwrap();
    let pid = keepers[0].info.as_ref().unwrap().child_pid.unwrap();
    rustix::process::Pid::from_raw(pid.cast_signed()).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_first_prompt_is_answered_and_the_project_stays_clean() {
    let Some(stage) = real().await else { return };
    let id = create(&stage, "say: I **know**.").await;
    let idle = turns(&stage, id, 1).await;
    assert_eq!((idle.surface, idle.live), (Surface::Tui, true));
    assert_eq!(asked(&stage, id).await, ["say: I **know**."]);
    assert_eq!(stage.said(id).await, ["I **know**."]);
    assert!(idle.usage.input_tokens > 0 && idle.context.used > 0 && idle.model.is_some(), "{idle:#?}");
    let bodies = stage.bodies(id).await;
    assert!(bodies.iter().all(|body| !matches!(body, EventBody::Unknown { .. })), "{bodies:#?}");
    let project = std::fs::read_dir(stage.dir.path().join("project")).unwrap();
    assert_eq!(project.count(), 0, "nothing is written into the project");
    // An error of the model ends the turn, not the session.
    prompts(&stage, id, "error: 529 overloaded").await;
    let idle = turns(&stage, id, 2).await;
    assert!(idle.live);
    let failed = stage.bodies(id).await.into_iter().find_map(|body| match body {
        EventBody::TurnEnded { outcome: TurnOutcome::Failed, text, .. } => text,
        _ => None,
    });
    assert!(failed.unwrap().contains("overloaded"));
    prompts(&stage, id, "/clear").await;
    stage.until(id, "cleared", |card| card.claude_session_id.is_none() && card.status == Status::Idle).await;
    prompts(&stage, id, "say: turn {turns}").await;
    let idle = turns(&stage, id, 3).await;
    assert_eq!(stage.said(id).await.last().unwrap(), "turn 1", "the agent remembers nothing");
    prompts(&stage, id, "/exit").await;
    let left = stage.until_status(id, Status::Completed).await;
    assert_eq!(left.claude_session_id, idle.claude_session_id);
    stage.until(id, "paid", |card| card.usage.cost_usd > 0.0).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn it_is_relaunched_with_its_conversation_after_it_was_killed() {
    let Some(mut stage) = real().await else { return };
    let id = create(&stage, "say: turn {turns}").await;
    turns(&stage, id, 1).await;
    rustix::process::kill_process(child(&stage).await, rustix::process::Signal::KILL).unwrap();
    let failed = stage.until_status(id, Status::Failed).await;
    assert_eq!(failed.reason.as_deref(), Some("The agent was ended by signal 9."));
    let opened = stage.engine.terminal(&stage.who, id).await.unwrap();
    assert_eq!(Some(opened.id), failed.terminal_id);
    stage.until_status(id, Status::Idle).await;
    // The server goes in the middle of it, and the terminal does not mind.
    prompts(&stage, id, "bash: touch a.txt\nsay: turn {turns}").await;
    stage.restart().await;
    stage.until(id, "found again", |card| card.live).await;
    let asking = stage.until(id, "asking", |card| card.needs_you()).await;
    assert_eq!(asking.waiting_for, Some(ApprovalKind::Tool));
    agrees(&stage, id, ApprovalKind::Tool).await;
    turns(&stage, id, 2).await;
    assert_eq!(stage.said(id).await.last().unwrap(), "turn 2");
    stage.engine.act(&stage.who, id, Act::Stop).await.unwrap();
    stage.until(id, "gone", |card| card.status == Status::Stopped && !card.live).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_chat_goes_on_in_its_terminal_and_back_and_says_everything_once() {
    let Some(stage) = real().await else { return };
    let id = stage.create("say: turn {turns}").await;
    stage.until_status(id, Status::Idle).await;
    stage.engine.terminal(&stage.who, id).await.unwrap();
    stage.until_status(id, Status::Idle).await;
    prompts(&stage, id, "say: turn {turns}").await;
    turns(&stage, id, 2).await;
    let back = stage.engine.chat(&stage.who, id, false).await.unwrap();
    assert_eq!((back.surface, back.status), (Surface::Chat, Status::Completed));
    stage.send(id, "say: turn {turns}").await;
    turns(&stage, id, 3).await;
    assert_eq!(stage.said(id).await, ["turn 1", "turn 2", "turn 3"]);
    assert_eq!(asked(&stage, id).await, ["say: turn {turns}"; 3]);
    assert!(terminal(&stage, id).await.unwrap().reason.is_some(), "the terminal is over");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_permission_and_a_question_asked_in_the_terminal_need_you() {
    let Some(stage) = real().await else { return };
    let id =
        create(&stage, "bash: touch a.txt\nask: [Store] Which one? | SQLite - small | Postgres - big").await;
    let asking = stage.until(id, "a permission", |card| card.needs_you()).await;
    assert_eq!((asking.waiting_for, asking.status), (Some(ApprovalKind::Tool), Status::Running));
    agrees(&stage, id, ApprovalKind::Tool).await;
    stage.until(id, "a question", |card| card.waiting_for == Some(ApprovalKind::Questions)).await;
    assert!(stage.dir.path().join("project/a.txt").exists());
    agrees(&stage, id, ApprovalKind::Questions).await;
    let idle = turns(&stage, id, 1).await;
    assert!(!idle.needs_you());
    // What is refused there ends the turn.
    prompts(&stage, id, "bash: touch b.txt").await;
    stage.until(id, "a permission", |card| card.needs_you()).await;
    stage.engine.act(&stage.who, id, Act::Interrupt).await.unwrap();
    let idle = turns(&stage, id, 2).await;
    assert!(!idle.needs_you() && !stage.dir.path().join("project/b.txt").exists());
}

#[tokio::test(flavor = "multi_thread")]
async fn where_no_hook_may_run_it_is_followed_all_the_same() {
    let Some(stage) = real().await else { return };
    let settings = stage.dir.path().join("agent-home/.claude/settings.json");
    std::fs::write(settings, r#"{"disableAllHooks":true}"#).unwrap();
    let id = create(&stage, "bash: touch a.txt\nsay: turn {turns}").await;
    stage.until(id, "a permission", |card| card.waiting_for == Some(ApprovalKind::Tool)).await;
    agrees(&stage, id, ApprovalKind::Tool).await;
    turns(&stage, id, 1).await;
    prompts(&stage, id, "error: 529 overloaded").await;
    turns(&stage, id, 2).await;
    let outcomes = stage.bodies(id).await.into_iter().filter_map(|body| match body {
        EventBody::TurnEnded { outcome, .. } => Some(outcome),
        _ => None,
    });
    assert_eq!(outcomes.collect::<Vec<_>>(), [TurnOutcome::Done, TurnOutcome::Failed]);
    prompts(&stage, id, "/clear").await;
    stage.until(id, "cleared", |card| card.claude_session_id.is_none() && card.status == Status::Idle).await;
    prompts(&stage, id, "say: turn {turns}").await;
    turns(&stage, id, 3).await;
    rustix::process::kill_process(child(&stage).await, rustix::process::Signal::KILL).unwrap();
    stage.until_status(id, Status::Failed).await;
    // What the killed one said of itself last is not believed of the next.
    stage.engine.terminal(&stage.who, id).await.unwrap();
    stage.until_status(id, Status::Idle).await;
    prompts(&stage, id, "say: turn {turns}").await;
    turns(&stage, id, 4).await;
    assert_eq!(stage.said(id).await, ["turn 1", "turn 1", "turn 2"]);
    let notes = stage.config.home.join("sessions").join(id.to_string()).join("hooks-2.jsonl");
    assert_eq!(std::fs::read(notes).unwrap(), b"", "no hook ran");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_typed_while_it_works_is_there_once() {
    let Some(stage) = real().await else { return };
    let id = create(&stage, "bash: ls\nwait: 2500\nsay: one\nbash: ls -a\nsay: two").await;
    stage.until(id, "at work", |card| card.activity.is_some()).await;
    prompts(&stage, id, "and this").await;
    turns(&stage, id, 1).await;
    prompts(&stage, id, "wait: 2500\nsay: three").await;
    stage.until_status(id, Status::Running).await;
    prompts(&stage, id, "say: four").await;
    turns(&stage, id, 3).await;
    let asked = asked(&stage, id).await;
    assert_eq!(asked[1..], ["and this", "wait: 2500\nsay: three", "say: four"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_sub_agent_does_is_shown_below_its_call() {
    let Some(stage) = real().await else { return };
    let id = create(&stage, "agent: [general-purpose] look | bash: ls\nsay: started").await;
    // It runs in the background, and the agent speaks of its end by itself.
    turns(&stage, id, 2).await;
    let bodies = stage.bodies(id).await;
    let call = bodies.iter().find_map(|body| match body {
        EventBody::ToolCall { id, name, .. } if name == "Agent" => Some(id.clone()),
        _ => None,
    });
    let below = |body: &&EventBody| match body {
        EventBody::ToolCall { parent, .. }
        | EventBody::ToolResult { parent, .. }
        | EventBody::AssistantText { parent, .. } => parent.is_some() && *parent == call,
        _ => false,
    };
    assert_eq!(bodies.iter().filter(below).count(), 3, "{bodies:#?}");
    let states = bodies.iter().filter_map(|body| match body {
        EventBody::Task { state, tool_use_id, .. } if *tool_use_id == call => Some(*state),
        _ => None,
    });
    assert_eq!(states.collect::<Vec<_>>(), [TaskState::Running, TaskState::Completed]);
    assert_eq!(asked(&stage, id).await.len(), 1, "nobody else said anything");
}
