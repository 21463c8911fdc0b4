//! The real CLI against the scripted model: what the echo agent cannot show. Skipped, with a word about it, unless
//! `ROOST_TEST_CLAUDE` names a binary; `cargo xtask test` always does.

use std::{collections::BTreeMap, path::Path};

use app::{
    approvals::{
        model::{ApprovalKind, Verdict},
        port::Approvals,
    },
    sessions::{
        event::{EventBody, Origin, ToolDetail},
        model::{Act, Fork, PermissionMode, Session, Status},
        port::Sessions,
    },
};
use scripted_model::{Options, serve};
use tokio::net::TcpListener;

use crate::stage::{Stage, decision};

/// A stage whose agent is the real CLI in a home of its own; none without a binary.
pub(crate) async fn real() -> Option<Stage> {
    let Some(claude) = std::env::var_os("ROOST_TEST_CLAUDE") else {
        println!("skipped: ROOST_TEST_CLAUDE does not name a claude binary");
        return None;
    };
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let model = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(serve(listener, Options::default()));
    let stage = Stage::with(|config| {
        let agent = config.claude.binary.clone().unwrap();
        write_wrapper(&agent, &claude.to_string_lossy(), &model);
        let dir = agent.parent().unwrap().join("agent-home/.claude");
        greet_nobody(&dir, &agent.parent().unwrap().join("project"));
        // Where Roost looks for what the wrapper lets the CLI write.
        config.claude.env.insert("CLAUDE_CONFIG_DIR".to_owned(), dir.display().to_string());
    })
    .await;
    Some(stage)
}

/// The real CLI sees nothing of this process's environment: no account, no home, no address but the model's.
fn write_wrapper(agent: &Path, claude: &str, model: &str) {
    let home = agent.parent().unwrap().join("agent-home");
    std::fs::create_dir_all(&home).unwrap();
    let home = home.display();
    let off = "CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC=1 DISABLE_TELEMETRY=1 DISABLE_AUTOUPDATER=1 DISABLE_ERROR_REPORTING=1";
    let script = format!(
        "#!/bin/sh\nexec env -i PATH=\"$PATH\" TERM=xterm LANG=C.UTF-8 HOME={home} TMPDIR={home} \
         CLAUDE_CONFIG_DIR={home}/.claude ANTHROPIC_BASE_URL={model} ANTHROPIC_API_KEY=made-up-key-of-a-test {off} \
         CLAUDE_CODE_MAX_RETRIES=1 CLAUDE_CODE_ENABLE_TODO_TOOLS=1 {claude} \"$@\"\n"
    );
    std::fs::write(agent, script).unwrap();
}

/// Nothing that the CLI asks at its first start in a terminal is asked: its greeting, the key, the trust in the project.
fn greet_nobody(dir: &Path, project: &Path) {
    std::fs::create_dir_all(dir).unwrap();
    let known = serde_json::json!({
        "hasCompletedOnboarding": true,
        "lastOnboardingVersion": "2.1.329",
        "theme": "dark",
        "customApiKeyResponses": { "approved": ["ade-up-key-of-a-test"] },
        "projects": { project.display().to_string(): { "hasTrustDialogAccepted": true } },
    });
    std::fs::write(dir.join(".claude.json"), known.to_string()).unwrap();
}

async fn idle_after(stage: &Stage, id: app::ids::SessionId, seq: u64) -> Session {
    stage.until(id, "at rest", |card| card.status == Status::Idle && card.last_seq > seq).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_prompt_becomes_a_file_after_a_person_allowed_it() {
    let Some(stage) = real().await else { return };
    let id = stage
        .create("think: a file is wanted\nsay: I'll **write** it.\nwrite: a.txt | hello\nsay: Written.")
        .await;
    let approval = stage.pending(id).await;
    assert_eq!((approval.tool.as_str(), approval.kind), ("Write", ApprovalKind::Tool));
    assert!(approval.html.as_ref().unwrap().contains("hello"));
    assert!(!approval.suggestions.is_empty());
    stage.allow(&approval).await.unwrap();
    let idle = stage.until_status(id, Status::Idle).await;
    assert_eq!(std::fs::read_to_string(stage.dir.path().join("project/a.txt")).unwrap().trim_end(), "hello");
    assert!(idle.usage.cost_usd > 0.0 && idle.context.used > 0 && idle.context.window > 0, "{idle:#?}");
    let bodies = stage.bodies(id).await;
    assert!(
        bodies.iter().any(|body| matches!(body, EventBody::Thinking { text, .. } if text.contains("wanted")))
    );
    assert!(bodies.iter().any(|body| matches!(
        body,
        EventBody::ToolResult { detail: ToolDetail::Patch { created: true, added: 1, .. }, .. }
    )));
    assert!(bodies.iter().all(|body| !matches!(body, EventBody::Unknown { .. })), "{bodies:#?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn denying_tells_the_agent_why_and_always_allowing_is_remembered() {
    let Some(stage) = real().await else { return };
    let id = stage.create("bash: touch a.txt\nbash: touch b.txt\nbash: touch b.txt\nsay: {result}").await;
    let approval = stage.pending(id).await;
    let mut denied = decision(Verdict::Deny, &approval);
    denied.message = Some("not that one".to_owned());
    stage.approvals.decide(&stage.who, approval.id, denied).await.unwrap();
    let before = approval.id;
    let next = loop {
        let next = stage.pending(id).await;
        if next.id != before {
            break next;
        }
    };
    let rule = next.suggestions.iter().position(|suggestion| suggestion.label.contains("touch")).unwrap();
    let mut always = decision(Verdict::Allow, &next);
    always.remember = u32::try_from(rule).ok();
    stage.approvals.decide(&stage.who, next.id, always).await.unwrap();
    stage.until_status(id, Status::Idle).await;
    assert!(!stage.dir.path().join("project/a.txt").exists());
    assert!(stage.dir.path().join("project/b.txt").exists());
    let asked = stage
        .bodies(id)
        .await
        .into_iter()
        .filter(|body| matches!(body, EventBody::ApprovalAsked { .. }))
        .count();
    assert_eq!(asked, 2, "the third run was covered by the rule");
}

#[tokio::test(flavor = "multi_thread")]
async fn questions_and_a_plan_are_answered() {
    let Some(stage) = real().await else { return };
    let mut new = stage.prompt("ask: [Store] Which database? | SQLite - small | Postgres - big\nask-many: Which checks? | fmt | clippy\nplan: 1. Write it.\nsay: {result}");
    new.permission_mode = Some(PermissionMode::Plan);
    let id = stage.engine.create(&stage.who, new).await.unwrap().id;
    let asked = stage.pending(id).await;
    assert_eq!((asked.kind, asked.questions.len()), (ApprovalKind::Questions, 2));
    let mut answers = decision(Verdict::Allow, &asked);
    let reply = |question: &str, answer: &str| (question.to_owned(), answer.to_owned());
    answers.answers =
        Some(BTreeMap::from([reply("Which database?", "SQLite"), reply("Which checks?", "fmt, clippy")]));
    stage.approvals.decide(&stage.who, asked.id, answers).await.unwrap();
    let plan = stage.until(id, "a plan", |card| card.waiting_for == Some(ApprovalKind::Plan)).await;
    assert_eq!(plan.permission_mode, PermissionMode::Plan);
    let plan = stage.pending(id).await;
    assert!(plan.html.as_ref().unwrap().contains("Write it."));
    let mut approved = decision(Verdict::Allow, &plan);
    approved.next_mode = Some(PermissionMode::AcceptEdits);
    stage.approvals.decide(&stage.who, plan.id, approved).await.unwrap();
    let idle = stage.until_status(id, Status::Idle).await;
    assert_eq!(idle.permission_mode, PermissionMode::AcceptEdits);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_interrupt_ends_the_turn_and_the_next_message_is_answered() {
    let Some(stage) = real().await else { return };
    let id = stage.create("slow: 200\nlong: 20").await;
    stage.until_status(id, Status::Running).await;
    tokio::time::sleep(std::time::Duration::from_millis(600)).await;
    stage.engine.act(&stage.who, id, Act::Interrupt).await.unwrap();
    let idle = stage.until_status(id, Status::Idle).await;
    stage.send(id, "say: back").await;
    idle_after(&stage, id, idle.last_seq + 2).await;
    assert_eq!(stage.said(id).await.last().unwrap(), "back");
}

#[tokio::test(flavor = "multi_thread")]
async fn closing_and_resuming_keeps_the_context() {
    let Some(stage) = real().await else { return };
    let id = stage.create("say: turn {turns}").await;
    stage.until_status(id, Status::Idle).await;
    stage.engine.act(&stage.who, id, Act::Close).await.unwrap();
    stage.until(id, "gone", |card| card.status == Status::Completed && !card.live).await;
    stage.engine.act(&stage.who, id, Act::Resume).await.unwrap();
    let idle = stage.until_status(id, Status::Idle).await;
    stage.send(id, "say: turn {turns}").await;
    idle_after(&stage, id, idle.last_seq + 2).await;
    assert_eq!(stage.said(id).await, ["turn 1", "turn 2"]);
    // And a message alone brings it back too.
    stage.engine.act(&stage.who, id, Act::Close).await.unwrap();
    let closed = stage.until(id, "gone", |card| card.status == Status::Completed && !card.live).await;
    stage.send(id, "say: turn {turns}").await;
    idle_after(&stage, id, closed.last_seq + 3).await;
    assert_eq!(stage.said(id).await, ["turn 1", "turn 2", "turn 3"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_fork_has_the_past_up_to_its_place_and_an_edit_replaces_a_message() {
    let Some(stage) = real().await else { return };
    let id = stage.create("say: turn {turns}").await;
    let first = stage.until_status(id, Status::Idle).await;
    stage.send(id, "say: turn {turns}").await;
    idle_after(&stage, id, first.last_seq + 2).await;
    let events = stage.events(id).await;
    let fork =
        Fork { seq: first.last_seq, prompt: "say: turn {turns} of the fork".to_owned(), images: Vec::new() };
    let forked = stage.engine.fork(&stage.who, id, fork).await.unwrap();
    stage.until_status(forked.id, Status::Idle).await;
    assert_eq!(stage.said(forked.id).await, ["turn 1", "turn 2 of the fork"]);
    let mine = events.iter().rev().find(|event| matches!(event.body, EventBody::UserMessage { .. })).unwrap();
    let edit = Fork { seq: mine.seq, prompt: "say: turn {turns} again".to_owned(), images: Vec::new() };
    let edited = stage.engine.fork(&stage.who, id, edit).await.unwrap();
    let card = stage.until_status(edited.id, Status::Idle).await;
    assert_eq!(stage.said(edited.id).await, ["turn 1", "turn 2 again"]);
    assert!(
        card.usage.cost_usd < stage.card(id).await.usage.cost_usd,
        "a fork does not pay for its source again"
    );
    assert_eq!(stage.events(id).await, events);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_background_agent_keeps_the_job_and_starts_a_turn_by_itself() {
    let Some(mut stage) = real().await else { return };
    let id = stage.create("agent-bg: Look around | wait: 1500\\nsay: found it\nsay: started").await;
    let idle =
        stage.until(id, "busy behind", |card| card.status == Status::Idle && card.background > 0).await;
    assert_eq!(idle.idle_deadline, None, "a job with background work is not completed by its timer");
    stage.restart().await;
    stage.until(id, "done behind", |card| card.status == Status::Idle && card.background == 0).await;
    let origins: Vec<Origin> = stage
        .bodies(id)
        .await
        .into_iter()
        .filter_map(|body| if let EventBody::TurnStarted { origin, .. } = body { Some(origin) } else { None })
        .collect();
    assert_eq!(origins.first(), Some(&Origin::Person));
    // Its end is told before the turn that it starts.
    let bodies = loop {
        let bodies = stage.bodies(id).await;
        if bodies.iter().any(|body| matches!(body, EventBody::TurnStarted { origin: Origin::Agent, .. })) {
            break bodies;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    };
    assert!(bodies.iter().any(|body| matches!(body, EventBody::AssistantText { parent: Some(_), .. })));
}

#[tokio::test(flavor = "multi_thread")]
async fn api_errors_and_lost_conversations_are_readable() {
    let Some(stage) = real().await else { return };
    let id = stage.create("error: 529 overloaded").await;
    let failed = stage.until_status(id, Status::Failed).await;
    let reason = failed.reason.unwrap();
    assert!(reason.to_lowercase().contains("overloaded"), "{reason}");
    // The conversation's file disappears: resuming says so, and the next message starts afresh.
    let lost = stage.create("say: turn {turns}").await;
    stage.until_status(lost, Status::Idle).await;
    stage.engine.act(&stage.who, lost, Act::Close).await.unwrap();
    stage.until(lost, "gone", |card| card.status == Status::Completed && !card.live).await;
    std::fs::remove_dir_all(stage.dir.path().join("agent-home/.claude/projects")).unwrap();
    stage.engine.act(&stage.who, lost, Act::Resume).await.unwrap();
    let failed = stage.until_status(lost, Status::Failed).await;
    assert!(failed.reason.unwrap().contains("does not know this conversation"));
    assert_eq!(failed.claude_session_id, None);
    stage.send(lost, "say: turn {turns}").await;
    stage.until_status(lost, Status::Idle).await;
    assert_eq!(stage.said(lost).await, ["turn 1", "turn 1"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn not_being_signed_in_is_said_before_anything_else() {
    let Some(stage) = real().await else { return };
    let agent = stage.config.claude.binary.clone().unwrap();
    let wrapper = std::fs::read_to_string(&agent).unwrap();
    std::fs::write(&agent, wrapper.replace("ANTHROPIC_API_KEY=made-up-key-of-a-test", "")).unwrap();
    let id = stage.create("say: x").await;
    let failed = stage.until_status(id, Status::Failed).await;
    assert!(failed.reason.unwrap().contains("not signed in"));
}
