//! Sessions in a terminal where something goes wrong, or another way than usual, with the stand-in of `tui`.

use std::time::Duration;

use app::{
    sessions::{
        model::{Act, NAME_MAX, Status},
        port::Sessions,
    },
    terminals::model::TerminalStatus,
};
use serde_json::json;

use crate::{
    common::wires::hang_up,
    stage::Stage,
    tui::{asked, create, message, stage, starts, terminal, types, types_into, until_noted},
};

/// Instead of running a hook: tells of itself only in the list of live processes.
const WITHOUT_HOOKS: &str = r#"tell() {
    mkdir -p "$CLAUDE_CONFIG_DIR/sessions"
    case $1 in UserPromptSubmit) now=busy ;; *) now=idle ;; esac
    printf '{"sessionId":"%s","status":"%s","statusUpdatedAt":%s}' "$id" "$now" "$(date +%s%3N)" \
        >"$CLAUDE_CONFIG_DIR/sessions/$$.json"
    return
"#;

/// A stage where no hook runs.
async fn without_hooks() -> Stage {
    let stage = stage().await;
    let agent = stage.config.claude.binary.as_ref().unwrap();
    let script = std::fs::read_to_string(agent).unwrap();
    std::fs::write(agent, script.replace("tell() {\n", WITHOUT_HOOKS)).unwrap();
    stage
}

#[tokio::test(flavor = "multi_thread")]
async fn where_no_hook_runs_a_first_prompt_is_not_given_again_after_the_conversation_was_cleared() {
    let stage = without_hooks().await;
    let id = create(&stage, "one").await;
    stage.until(id, "answered", |card| card.status == Status::Idle && card.last_seq > 2).await;
    types(&stage, id, &format!("go {}\n", uuid::Uuid::new_v4())).await;
    stage.until(id, "cleared", |card| card.claude_session_id.is_none()).await;
    types(&stage, id, "quit\n").await;
    stage.until(id, "left", |card| card.status == Status::Completed && !card.live).await;
    stage.engine.terminal(&stage.who, id).await.unwrap();
    stage.until(id, "at rest", |card| card.status == Status::Idle && card.live).await;
    assert_eq!((starts(&stage).len(), asked(&stage, id).await), (2, vec!["one".to_owned()]));
}

#[tokio::test(flavor = "multi_thread")]
async fn where_no_hook_runs_an_earlier_conversation_is_gone_back_to_and_nothing_of_it_is_said_again() {
    let mut stage = without_hooks().await;
    let id = create(&stage, "one").await;
    let first = stage.until(id, "answered", |card| card.status == Status::Idle && card.last_seq > 2).await;
    let conversation = first.claude_session_id.unwrap();
    types(&stage, id, &format!("go {}\n", uuid::Uuid::new_v4())).await;
    let cleared = stage.until(id, "cleared", |card| card.claude_session_id.is_none()).await;
    types(&stage, id, &format!("go {conversation}\n")).await;
    let back = stage.until(id, "back", |card| card.last_seq > cleared.last_seq).await;
    assert_eq!(back.claude_session_id, Some(conversation));
    // A server that does not remember how far the record was read.
    stage.engine.let_go().await;
    let mut tx = stage.db.write().await.unwrap();
    let sql = "update sessions set driver = json_set(driver, '$.tui.read', 0)";
    sqlx::query(sql).execute(&mut *tx).await.unwrap();
    tx.commit().await.unwrap();
    stage.restart().await;
    types(&stage, id, "two\n").await;
    stage
        .until(id, "answered", |card| card.status == Status::Idle && card.last_seq > back.last_seq + 2)
        .await;
    assert_eq!(asked(&stage, id).await, ["one", "two"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_said_in_another_conversation_is_history_from_the_moment_it_was_chosen() {
    let mut stage = stage().await;
    let id = create(&stage, "one").await;
    let card = stage.until(id, "answered", |card| card.status == Status::Idle && card.last_seq > 4).await;
    let other = uuid::Uuid::new_v4();
    let earlier =
        json!({ "type": "user", "uuid": uuid::Uuid::new_v4(), "message": { "content": "long ago" } });
    let record = stage.dir.path().join("agent/projects/p").join(format!("{other}.jsonl"));
    std::fs::write(record, format!("{earlier}\n")).unwrap();
    // No server looks while it is chosen and spoken in.
    stage.engine.let_go().await;
    types_into(&stage, card.terminal_id.unwrap(), &format!("go {other}\ntwo\nask\n")).await;
    until_noted(&stage, id, "PermissionRequest").await;
    stage.restart().await;
    let asking = stage.until(id, "asking", |card| card.needs_you()).await;
    assert_eq!(asking.claude_session_id, Some(other));
    assert_eq!(asked(&stage, id).await, ["one", "two", "ask"]);
    assert_eq!(stage.said(id).await, ["one is answered", "two is answered"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_record_that_cannot_be_looked_for_is_no_reason_to_begin_anew() {
    let stage = stage().await;
    let id = create(&stage, "one").await;
    stage.until(id, "answered", |card| card.status == Status::Idle && card.last_seq > 4).await;
    types(&stage, id, "quit\n").await;
    let left = stage.until(id, "left", |card| card.status == Status::Completed && !card.live).await;
    let (projects, aside) = (stage.dir.path().join("agent/projects"), stage.dir.path().join("aside"));
    std::fs::rename(&projects, &aside).unwrap();
    std::os::unix::fs::symlink(&projects, &projects).unwrap();
    let refused = stage.engine.terminal(&stage.who, id).await.unwrap_err();
    assert!(refused.message.contains("cannot be looked for"), "{refused:?}");
    let failed = stage.card(id).await;
    assert_eq!((failed.status, failed.claude_session_id), (Status::Failed, left.claude_session_id));
    std::fs::remove_file(&projects).unwrap();
    std::fs::rename(&aside, &projects).unwrap();
    stage.engine.terminal(&stage.who, id).await.unwrap();
    stage.until_status(id, Status::Idle).await;
    let conversation = left.claude_session_id.unwrap();
    assert_eq!(starts(&stage), [format!("startup {conversation}"), format!("resume {conversation}")]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_terminal_is_typed_to_and_stopped_after_its_connection_was_lost() {
    let stage = stage().await;
    let id = create(&stage, "").await;
    let idle = stage.until_status(id, Status::Idle).await;
    types(&stage, id, "long\n").await;
    stage.until(id, "recorded", |card| card.last_seq >= idle.last_seq + 3).await;
    hang_up();
    stage.engine.act(&stage.who, id, Act::Interrupt).await.unwrap();
    stage.until_status(id, Status::Idle).await;
    hang_up();
    stage.engine.act(&stage.who, id, Act::Stop).await.unwrap();
    stage.until(id, "gone", |card| card.status == Status::Stopped && !card.live).await;
    assert_eq!(terminal(&stage, id).await.unwrap().status, TerminalStatus::Ended);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_terminal_said_last_is_history_before_the_chat_goes_on() {
    let mut stage = stage().await;
    let id = create(&stage, "one").await;
    let card = stage.until(id, "answered", |card| card.status == Status::Idle && card.last_seq > 4).await;
    // A server that was killed once it had taken the terminal back, and before the terminal had ended.
    stage.engine.let_go().await;
    types_into(&stage, card.terminal_id.unwrap(), "two\nquit\n").await;
    let mut tx = stage.db.write().await.unwrap();
    let sql = "update sessions set status = 'stopped', surface = 'chat', driver = json_set(driver, '$.leaving', json('true'))";
    sqlx::query(sql).execute(&mut *tx).await.unwrap();
    tx.commit().await.unwrap();
    while terminal(&stage, id).await.unwrap().status == TerminalStatus::Running {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    stage.restart().await;
    message(&stage, id, "in the chat").await.unwrap();
    stage.until(id, "answered", |card| card.status == Status::Idle && card.live).await;
    assert_eq!(asked(&stage, id).await, ["one", "two", "in the chat"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_sub_agent_did_is_history_though_its_call_failed_and_then_nobody_listens_to_it() {
    let stage = stage().await;
    let id = create(&stage, "one").await;
    let card = stage.until(id, "answered", |card| card.status == Status::Idle && card.last_seq > 4).await;
    let conversation =
        stage.dir.path().join("agent/projects/p").join(card.claude_session_id.unwrap().to_string());
    let agents = conversation.join("subagents");
    std::fs::create_dir_all(&agents).unwrap();
    let record = |kind: &str, block: serde_json::Value| {
        let message = json!({ "id": "m", "content": [block] });
        let line = json!({ "type": kind, "uuid": uuid::Uuid::new_v4(), "message": message });
        format!("{line}\n")
    };
    std::fs::write(agents.join("agent-a.meta.json"), r#"{"toolUseId":"call"}"#).unwrap();
    std::fs::write(
        agents.join("agent-a.jsonl"),
        record("assistant", json!({ "type": "text", "text": "I look." })),
    )
    .unwrap();
    let call = json!({ "type": "tool_use", "id": "call", "name": "Agent", "input": {} });
    let failed = json!({ "type": "tool_result", "tool_use_id": "call", "is_error": true, "content": "no" });
    let both = record("assistant", call) + &record("user", failed);
    let mut file =
        std::fs::OpenOptions::new().append(true).open(conversation.with_extension("jsonl")).unwrap();
    std::io::Write::write_all(&mut file, both.as_bytes()).unwrap();
    while stage.said(id).await.last().is_none_or(|said| said != "I look.") {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let listened = "select json_array_length(driver, '$.tui.asides') from sessions";
    while sqlx::query_scalar::<_, i64>(listened).fetch_one(stage.db.read()).await.unwrap() > 0 {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_said_after_the_agent_took_something_out_of_its_record_is_history_once() {
    let stage = stage().await;
    let id = create(&stage, "one").await;
    let card = stage.until(id, "answered", |card| card.status == Status::Idle && card.last_seq > 4).await;
    let record = format!("agent/projects/p/{}.jsonl", card.claude_session_id.unwrap());
    let record = stage.dir.path().join(record);
    let before = std::fs::read_to_string(&record).unwrap();
    let answer = |text: &str| {
        let message = json!({ "id": text, "content": [{ "type": "text", "text": text }] });
        format!("{}\n", json!({ "type": "assistant", "uuid": uuid::Uuid::new_v4(), "message": message }))
    };
    // As the CLI does it: the rest is written over the line, then the file is cut.
    let kept: String = before.split_inclusive('\n').filter(|line| !line.contains("is answered")).collect();
    assert!(kept.len() < before.len());
    std::fs::write(&record, format!("{kept}{}{}", answer("Again."), answer(&"And on. ".repeat(99)))).unwrap();
    while stage.said(id).await.last().is_none_or(|said| !said.starts_with("And on.")) {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let said = stage.said(id).await;
    assert_eq!(said.iter().filter(|said| *said == "Again.").count(), 1, "{said:?}");
    assert_eq!(said.iter().filter(|said| said.contains("is answered")).count(), 1, "{said:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_title_that_is_chosen_in_the_terminal_is_a_name_that_can_be_shown() {
    let stage = stage().await;
    let id = create(&stage, "one").await;
    let card = stage.until(id, "answered", |card| card.status == Status::Idle && card.last_seq > 4).await;
    let record = format!("agent/projects/p/{}.jsonl", card.claude_session_id.unwrap());
    let titled = |title: &str| {
        let mut file = std::fs::OpenOptions::new().append(true).open(stage.dir.path().join(&record)).unwrap();
        let line = json!({ "type": "custom-title", "customTitle": title });
        std::io::Write::write_all(&mut file, format!("{line}\n").as_bytes()).unwrap();
    };
    titled("\u{1b}[31m red\u{7}\n house ");
    stage.until(id, "renamed", |card| card.name == "[31m red house").await;
    titled(" \u{1b}\n");
    titled(&"x".repeat(1_000));
    let long = stage.until(id, "renamed", |card| card.name.starts_with('x')).await;
    assert_eq!(long.name.chars().count(), NAME_MAX);
}
