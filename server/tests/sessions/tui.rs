//! Sessions whose agent is the CLI's own interface, with a stand-in for that: a shell script on a terminal, which runs the
//! hooks it is given and keeps a record as the CLI does. What only the real one can show is in `tui_real`, what goes wrong or
//! another way in `tui_trouble`.

use std::time::Duration;

use app::{
    approvals::model::ApprovalKind,
    error::ErrorCode,
    ids::{SessionId, TerminalId},
    sessions::{
        event::{EventBody, TurnOutcome},
        model::{Act, Effort, NewMessage, NewSession, PermissionMode, SessionPatch, Status, Surface},
        port::Sessions,
    },
    terminals::{
        model::{Terminal, TerminalStatus},
        port::Terminals,
    },
};
use serde_json::{Value, json};
use server::terminals::{Attached, Looking};

use crate::{
    common::program::{Server, client, run, text},
    stage::Stage,
};

/// The stand-in. A line that is typed is a prompt: `ask` waits for another line, `long` for an escape, `go` takes up another
/// conversation, `quit` and `die` end it.
const SCRIPT: &str = r#"#!/bin/sh
for arg in "$@"; do
    case $arg in
        -p) chat=1 ;;
        --session-id=*) id=${arg#*=}; source=startup ;;
        --resume=*) id=${arg#*=}; source=resume ;;
        --settings=*) hook=$(sed -n 's/.*"command":"\([^"]*\)".*/\1/p' "${arg#*=}") ;;
        --) words=1 ;;
        *) [ -n "$words" ] && prompt=$arg ;;
    esac
done
CLAUDE_CONFIG_DIR=${CLAUDE_CONFIG_DIR:-$HOME/.claude}
mkdir -p "$CLAUDE_CONFIG_DIR/projects/p"
file=$CLAUDE_CONFIG_DIR/projects/p/$id.jsonl
if [ -n "$chat" ]; then
    printf '{"type":"mode","uuid":"%s"}\n' "$(cat /proc/sys/kernel/random/uuid)" >>"$file"
    exec ROOST echo-agent -- "$@"
fi
echo "$source $id" >>"$CLAUDE_CONFIG_DIR/starts"
tell() {
    printf '{"hook_event_name":"%s","session_id":"%s","transcript_path":"%s","permission_mode":"default"%s}' \
        "$1" "$id" "$file" "$2" | sh -c "$hook"
}
parent=$(sed -n 's/.*"uuid":"\([^"]*\)".*/\1/p' "$file" 2>/dev/null | tail -n 1)
record() {
    uuid=$(cat /proc/sys/kernel/random/uuid)
    printf '{"type":"%s","uuid":"%s","parentUuid":"%s","timestamp":"%s","isSidechain":false,"message":{"id":"%s","content":%s,"usage":{"input_tokens":5,"output_tokens":2}}}\n' \
        "$1" "$uuid" "$parent" "$(date -u +%Y-%m-%dT%H:%M:%S.%3NZ)" "$$-$turn" "$2" >>"$file"
    parent=$uuid
}
turn() {
    turn=$((turn + 1))
    tell UserPromptSubmit
    record user "\"$1\""
    case $1 in
        ask) tell PermissionRequest ',"tool_name":"AskUserQuestion"'; read -r answer ;;
        long) stty -icanon; dd bs=1 count=1 >/dev/null 2>&1; stty icanon
              record user '[{"type":"text","text":"[Request interrupted by user]"}]'; return ;;
        work) sleep 3600 ;;
    esac
    record assistant "[{\"type\":\"text\",\"text\":\"$1 is answered\"}]"
    tell Stop
    record system '[]'
}
trap 'exit 0' INT
tell SessionStart ",\"source\":\"$source\""
[ -n "$prompt" ] && turn "$(echo $prompt)"
while read -r line; do
    case $line in
        quit) exit 0 ;;
        die) exit 3 ;;
        go*) id=${line#go }; file=$CLAUDE_CONFIG_DIR/projects/p/$id.jsonl; parent=
             tell SessionStart ',"source":"resume"' ;;
        *) turn "$line" ;;
    esac
done
"#;

fn script() -> String {
    SCRIPT.replace("ROOST", env!("CARGO_BIN_EXE_roost"))
}

pub(crate) async fn stage() -> Stage {
    Stage::with(|config| {
        let agent = config.claude.binary.clone().unwrap();
        std::fs::write(&agent, script()).unwrap();
        let dir = agent.parent().unwrap().join("agent");
        config.claude.env.insert("CLAUDE_CONFIG_DIR".to_owned(), dir.display().to_string());
    })
    .await
}

pub(crate) fn tui(stage: &Stage, prompt: &str) -> NewSession {
    NewSession { surface: Surface::Tui, ..stage.prompt(prompt) }
}

pub(crate) async fn create(stage: &Stage, prompt: &str) -> SessionId {
    stage.engine.create(&stage.who, tui(stage, prompt)).await.unwrap().id
}

/// Types into the terminal of a session.
pub(crate) async fn types(stage: &Stage, id: SessionId, text: &str) {
    types_into(stage, stage.card(id).await.terminal_id.unwrap(), text).await;
}

pub(crate) async fn types_into(stage: &Stage, terminal: TerminalId, text: &str) {
    match stage.terminals.attach(&stage.who, terminal, Looking::default()).await.unwrap() {
        Attached::Running(running) => {
            assert_eq!(running.1.type_in(text.as_bytes().to_vec()).await, None);
        }
        Attached::Over(_, words) => panic!("{words}"),
    }
}

/// Waits until a hook of the first start has noted this.
pub(crate) async fn until_noted(stage: &Stage, id: SessionId, note: &str) {
    let file = stage.config.home.join("sessions").join(id.to_string()).join("hooks-1.jsonl");
    while !std::fs::read_to_string(&file).unwrap().contains(note) {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// The card of the terminal of a session.
pub(crate) async fn terminal(stage: &Stage, id: SessionId) -> Option<Terminal> {
    stage.terminals.of_session(&stage.who, id).await.unwrap().pop()
}

/// What people said, in order.
pub(crate) async fn asked(stage: &Stage, id: SessionId) -> Vec<String> {
    let bodies = stage.bodies(id).await.into_iter();
    bodies
        .filter_map(|body| if let EventBody::UserMessage { text, .. } = body { Some(text) } else { None })
        .collect()
}

/// How the stand-in was started, in order.
pub(crate) fn starts(stage: &Stage) -> Vec<String> {
    let text = std::fs::read_to_string(stage.dir.path().join("agent/starts")).unwrap_or_default();
    text.lines().map(str::to_owned).collect()
}

/// What is chosen for a chat, and in a terminal only there.
fn choices() -> [SessionPatch; 3] {
    let none = SessionPatch::default();
    [
        SessionPatch { model: Some("opus".to_owned()), ..none.clone() },
        SessionPatch { effort: Some(Effort::High), ..none.clone() },
        SessionPatch { permission_mode: Some(PermissionMode::Plan), ..none },
    ]
}

pub(crate) async fn message(stage: &Stage, id: SessionId, text: &str) -> Result<(), ErrorCode> {
    let message = NewMessage {
        id: app::ids::MessageId(uuid::Uuid::new_v4()),
        text: text.to_owned(),
        images: Vec::new(),
    };
    stage.engine.send(&stage.who, id, message).await.map(|_| ()).map_err(|error| error.code)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_prompt_is_answered_in_the_terminal_and_is_history() {
    let stage = stage().await;
    let id = create(&stage, "one").await;
    let idle = stage.until(id, "answered", |card| card.status == Status::Idle && card.last_seq > 4).await;
    assert_eq!((idle.surface, idle.live, idle.waiting), (Surface::Tui, true, 0));
    assert_eq!(
        (asked(&stage, id).await, stage.said(id).await),
        (vec!["one".to_owned()], vec!["one is answered".to_owned()])
    );
    assert_eq!((idle.usage.input_tokens, idle.usage.output_tokens), (5, 2), "a message is counted once");
    let card = terminal(&stage, id).await.unwrap();
    assert_eq!(
        (Some(card.id), card.session_id, card.status),
        (idle.terminal_id, Some(id), TerminalStatus::Running)
    );

    assert_eq!(stage.terminals.list(&stage.who, None).await.unwrap(), [], "it is no shell");
    for refused in [
        stage.terminals.restart(&stage.who, card.id).await.map(drop),
        stage.terminals.close(&stage.who, card.id, true).await,
    ] {
        assert_eq!(refused.unwrap_err().code, ErrorCode::Conflict);
    }
    assert_eq!(message(&stage, id, "two").await, Err(ErrorCode::Conflict));
    for patch in choices() {
        assert_eq!(stage.engine.update(&stage.who, id, patch).await.unwrap_err().code, ErrorCode::Conflict);
    }

    types(&stage, id, "quit\n").await;
    let left = stage.until(id, "left", |card| card.status.is_finished() && !card.live).await;
    assert_eq!((left.status, left.reason, left.terminal_id), (Status::Completed, None, Some(card.id)));
    let archived = stage.engine.act(&stage.who, id, Act::Archive).await.unwrap();
    assert!(archived.archived);
    let resumed = stage.engine.act(&stage.who, id, Act::Resume).await.unwrap_err();
    assert_eq!(resumed.details.as_deref(), Some("archived"));
    stage.until(id, "forgotten", |card| card.terminal_id.is_none()).await;
    assert_eq!(terminal(&stage, id).await, None);
    assert!(!stage.config.home.join("sessions").join(id.to_string()).exists());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_question_needs_you_and_an_escape_interrupts() {
    let stage = stage().await;
    let id = create(&stage, "").await;
    stage.until_status(id, Status::Idle).await;
    types(&stage, id, "ask\n").await;
    let asking = stage.until(id, "asking", |card| card.needs_you()).await;
    assert_eq!((asking.status, asking.waiting_for), (Status::Running, Some(ApprovalKind::Questions)));
    let listed = stage.engine.list(&stage.who, app::sessions::model::SessionFilter::default()).await.unwrap();
    assert!(listed[0].needs_you(), "it is stored");
    types(&stage, id, "yes\n").await;
    let idle = stage.until(id, "answered", |card| card.status == Status::Idle && !card.needs_you()).await;
    types(&stage, id, "long\n").await;
    stage.until_status(id, Status::Running).await;
    stage.until(id, "recorded", |card| card.last_seq >= idle.last_seq + 3).await;
    stage.engine.act(&stage.who, id, Act::Interrupt).await.unwrap();
    stage.until(id, "at rest", |card| card.status == Status::Idle && card.last_seq > idle.last_seq + 3).await;
    assert!(
        stage
            .bodies(id)
            .await
            .iter()
            .any(|body| matches!(body, EventBody::TurnEnded { outcome: TurnOutcome::Interrupted, .. }))
    );
    let closed = stage.engine.act(&stage.who, id, Act::Close).await.unwrap();
    assert_eq!(closed.status, Status::Completed);
    stage.until(id, "gone", |card| !card.live).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_conversation_is_gone_on_with_and_one_that_never_began_is_begun() {
    let stage = stage().await;
    let id = create(&stage, "").await;
    stage.until_status(id, Status::Idle).await;
    types(&stage, id, "die\n").await;
    let failed = stage.until_status(id, Status::Failed).await;
    assert_eq!(failed.reason.as_deref(), Some("The agent ended with code 3."));
    assert_eq!(failed.claude_session_id, None, "nothing was said");
    let again = stage.engine.terminal(&stage.who, id).await.unwrap();
    assert_eq!((Some(again.id), again.status), (failed.terminal_id, TerminalStatus::Running));
    stage.until_status(id, Status::Idle).await;
    types(&stage, id, "two\n").await;
    stage.until(id, "answered", |card| card.status == Status::Idle && card.claude_session_id.is_some()).await;
    stage.engine.act(&stage.who, id, Act::Stop).await.unwrap();
    stage.until(id, "stopped", |card| card.status == Status::Stopped && !card.live).await;
    // Two devices at once: both get the one that runs.
    let (one, other) =
        tokio::join!(stage.engine.terminal(&stage.who, id), stage.engine.terminal(&stage.who, id));
    assert_eq!(one.unwrap().id, other.unwrap().id);
    stage.until_status(id, Status::Idle).await;
    let starts = starts(&stage);
    let sources: Vec<&str> = starts.iter().filter_map(|start| start.split(' ').next()).collect();
    assert_eq!(sources, ["startup", "startup", "resume"]);
    assert_eq!(starts[1].split(' ').nth(1), starts[2].split(' ').nth(1));
    types(&stage, id, "three\n").await;
    stage.until(id, "answered", |card| card.usage.output_tokens == 4).await;
    assert_eq!(asked(&stage, id).await, ["two", "three"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_chat_goes_on_in_the_terminal_and_back_with_one_writer() {
    let stage = stage().await;
    let busy = stage.create("wait: 60000").await;
    stage.until_status(busy, Status::Running).await;
    assert_eq!(stage.engine.terminal(&stage.who, busy).await.unwrap_err().code, ErrorCode::Conflict);
    let id = stage.create("hello").await;
    let idle = stage.until_status(id, Status::Idle).await;
    let (one, other) =
        tokio::join!(stage.engine.terminal(&stage.who, id), stage.engine.terminal(&stage.who, id));
    assert_eq!(one.unwrap().id, other.unwrap().id);
    let card = stage.until_status(id, Status::Idle).await;
    assert_eq!(starts(&stage), [format!("resume {}", idle.claude_session_id.unwrap())]);
    assert_eq!((card.surface, card.live), (Surface::Tui, true));
    let mut before = asked(&stage, id).await;
    types(&stage, id, "work\n").await;
    stage.until_status(id, Status::Running).await;
    assert_eq!(message(&stage, id, "and now").await, Err(ErrorCode::Conflict));
    assert_eq!(stage.engine.chat(&stage.who, id, false).await.unwrap_err().code, ErrorCode::Conflict);
    stage.until(id, "recorded", |card| card.last_seq >= idle.last_seq + 4).await;
    let back = stage.engine.chat(&stage.who, id, true).await.unwrap();
    assert_eq!((back.surface, back.status), (Surface::Chat, Status::Stopped));
    assert!(back.reason.unwrap().contains("Ada ended its terminal"));
    // At once, while the terminal is still going: the chat waits for its end.
    message(&stage, id, "in the chat").await.unwrap();
    let answered = stage.until(id, "answered", |card| card.status == Status::Idle && card.live).await;
    assert_eq!(answered.surface, Surface::Chat);
    before.extend(["work".to_owned(), "in the chat".to_owned()]);
    assert_eq!(asked(&stage, id).await, before, "each message is there once");
    assert_eq!(terminal(&stage, id).await.unwrap().status, TerminalStatus::Ended);
    assert_eq!(
        stage.engine.chat(&stage.who, id, false).await.unwrap().status,
        Status::Idle,
        "it is there already"
    );
    stage.engine.terminal(&stage.who, id).await.unwrap();
    stage.until_status(id, Status::Idle).await;
    assert_eq!(asked(&stage, id).await, before, "what the chat said is not said again");
    types(&stage, id, "again\n").await;
    stage
        .until(id, "answered", |card| card.status == Status::Idle && card.last_seq > answered.last_seq + 4)
        .await;
    let back =
        |body: &EventBody| matches!(body, EventBody::Notice { text, .. } if text.contains("earlier place"));
    assert!(!stage.bodies(id).await.iter().any(back), "nobody went back");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_terminal_outlives_the_server_and_what_it_did_meanwhile_is_history() {
    let mut stage = stage().await;
    let (runs, leaves) = (create(&stage, "").await, create(&stage, "").await);
    for id in [runs, leaves] {
        stage.until_status(id, Status::Idle).await;
    }
    let terminals = [terminal(&stage, runs).await.unwrap().id, terminal(&stage, leaves).await.unwrap().id];
    stage.engine.let_go().await;
    for (id, words) in [(terminals[0], "while away\nask\n"), (terminals[1], "bye\nquit\n")] {
        types_into(&stage, id, words).await;
    }
    until_noted(&stage, runs, "PermissionRequest").await;
    until_noted(&stage, leaves, "Stop").await;
    stage.restart().await;
    let asking = stage.until(runs, "asking", |card| card.needs_you()).await;
    assert_eq!((asking.status, asking.live, asking.terminal_id), (Status::Running, true, Some(terminals[0])));
    assert_eq!(asked(&stage, runs).await, ["while away", "ask"]);
    let left = stage.until_status(leaves, Status::Completed).await;
    assert!(!left.live);
    assert_eq!(stage.said(leaves).await, ["bye is answered"]);
    // A keeper that is killed takes its program along; the session says so.
    let keepers = server::keeper::scan(&stage.config.home.join("terminals")).await.unwrap();
    let pid = keepers[0].info.as_ref().unwrap().keeper_pid;
    let pid = rustix::process::Pid::from_raw(pid.cast_signed()).unwrap();
    rustix::process::kill_process(pid, rustix::process::Signal::KILL).unwrap();
    let lost = stage.until_status(runs, Status::Failed).await;
    assert!(lost.reason.unwrap().contains("its keeper was killed"));
    assert!(!lost.live && lost.waiting == 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_begin_in_a_terminal_says_why() {
    let stage = stage().await;
    let mut new = tui(&stage, "look");
    new.images
        .push(app::sessions::model::NewImage { media_type: "image/png".to_owned(), data: String::new() });
    let error = stage.engine.create(&stage.who, new).await.unwrap_err();
    assert_eq!(error.details.as_deref(), Some("images"));
    let error = stage.engine.create(&stage.who, tui(&stage, &"x".repeat(100_001))).await.unwrap_err();
    assert_eq!(error.code, ErrorCode::TooLarge);
    std::fs::remove_file(stage.config.claude.binary.as_ref().unwrap()).unwrap();
    let id = create(&stage, "x").await;
    let failed = stage.until_status(id, Status::Failed).await;
    assert!(failed.reason.unwrap().contains("could not be started"));
    assert_eq!(terminal(&stage, id).await.unwrap().status, TerminalStatus::Failed);
    let archived = stage.engine.act(&stage.who, id, Act::Archive).await.unwrap();
    assert_eq!(archived.status, Status::Failed);
    assert_eq!(stage.engine.terminal(&stage.who, id).await.unwrap_err().details.as_deref(), Some("archived"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_terminal_does_not_mind_that_the_server_was_killed() {
    let dir = tempfile::tempdir().unwrap();
    let project = dir.path().join("project");
    std::fs::create_dir(&project).unwrap();
    // Where the program of these tests looks for its agent.
    let agent = dir.path().join("no-such-claude");
    std::fs::write(&agent, script()).unwrap();
    std::fs::set_permissions(&agent, std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
    let mut server = Server::start(dir.path());
    let token = text(&run(dir.path(), &["token", "create", "--name", "ci"]).stdout).trim().to_owned();
    let ask = async |base: &str, path: &str, body: Option<Value>| -> Value {
        let url = format!("{base}/api/v1/{path}");
        let request = match body {
            Some(body) => client().post(url).json(&body),
            None => client().get(url),
        };
        let answer = request.bearer_auth(&token).send().await.unwrap();
        assert!(answer.status().is_success(), "{path}: {}", answer.status());
        answer.json().await.unwrap()
    };
    let project = ask(&server.base, "projects", Some(json!({ "path": project }))).await;
    let project = project["id"].as_str().unwrap();
    ask(&server.base, &format!("projects/{project}/trust"), Some(json!({}))).await;
    let new = json!({ "project_id": project, "prompt": "work", "surface": "tui" });
    let session = ask(&server.base, "sessions", Some(new)).await;
    let id = session["id"].as_str().unwrap();
    let events = format!("sessions/{id}/events?after=0&limit=100");
    let said = async |base: &str| {
        let page = ask(base, &events, None).await;
        let events = page["events"].as_array().unwrap().clone().into_iter();
        events.filter(|event| event["kind"] == "user_message").count()
    };
    while said(&server.base).await == 0 {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let before = ask(&server.base, &format!("sessions/{id}"), None).await;
    server.child.kill().unwrap();
    server.child.wait().unwrap();
    server = Server::start(dir.path());
    let after = ask(&server.base, &format!("sessions/{id}"), None).await;
    let (before, after) = (&before["session"], &after["session"]);
    assert_eq!((after["status"].as_str(), after["live"].as_bool()), (Some("running"), Some(true)));
    assert_eq!(after["terminal_id"], before["terminal_id"]);
    assert_eq!(said(&server.base).await, 1);
    let terminal = ask(&server.base, &format!("sessions/{id}/terminal"), Some(json!({}))).await;
    assert_eq!(
        (terminal["id"].clone(), terminal["status"].as_str()),
        (before["terminal_id"].clone(), Some("running"))
    );
    let listed = ask(&server.base, &format!("terminals?session={id}"), None).await;
    assert_eq!(listed[0]["id"], terminal["id"]);
    ask(&server.base, &format!("sessions/{id}/stop"), Some(json!({}))).await;
    while ask(&server.base, &format!("sessions/{id}"), None).await["session"]["live"] == true {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    ask(&server.base, &format!("sessions/{id}/archive"), Some(json!({}))).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_terminal_that_was_only_about_to_open_is_opened() {
    let mut stage = stage().await;
    let id = create(&stage, "").await;
    stage.until_status(id, Status::Idle).await;
    types(&stage, id, "quit\n").await;
    stage.until(id, "left", |card| card.status == Status::Completed && !card.live).await;
    // What a server leaves that was killed once it had decided to start the agent, and before there was a keeper.
    stage.engine.let_go().await;
    let mut tx = stage.db.write().await.unwrap();
    for sql in [
        "update terminals set status = 'running', run = 2",
        "update sessions set status = 'queued', driver = json_set(driver, '$.tui.run', 2)",
    ] {
        sqlx::query(sql).execute(&mut *tx).await.unwrap();
    }
    tx.commit().await.unwrap();
    stage.restart().await;
    let idle = stage.until_status(id, Status::Idle).await;
    assert!(idle.live);
    assert_eq!(starts(&stage).len(), 2);
    types(&stage, id, "quit\n").await;
    stage.until(id, "left", |card| card.status == Status::Completed && !card.live).await;
    // The same, before it was stored which start that would be.
    stage.engine.let_go().await;
    let mut tx = stage.db.write().await.unwrap();
    let sql =
        "update sessions set status = 'queued', driver = json_set(driver, '$.tui.wanted', json('true'))";
    sqlx::query(sql).execute(&mut *tx).await.unwrap();
    tx.commit().await.unwrap();
    stage.restart().await;
    stage.until_status(id, Status::Idle).await;
    assert_eq!(starts(&stage).len(), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_chosen_here_for_a_terminal_that_is_about_to_open() {
    let stage = stage().await;
    let id = create(&stage, "").await;
    for patch in choices() {
        assert_eq!(stage.engine.update(&stage.who, id, patch).await.unwrap_err().code, ErrorCode::Conflict);
    }
    stage.until_status(id, Status::Idle).await;
}
