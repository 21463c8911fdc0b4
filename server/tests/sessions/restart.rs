//! The server comes back: nothing is lost, nothing is doubled.

use app::sessions::{
    event::EventBody,
    model::{Act, Mode, Status},
    port::Sessions,
};

use crate::stage::Stage;

#[tokio::test(flavor = "multi_thread")]
async fn a_turn_goes_on_while_no_server_is_there() {
    let mut stage = Stage::new().await;
    let id = stage.create("flood: 300\nwait: 500\nflood: 300\nsay: end").await;
    stage.until_status(id, Status::Running).await;
    stage.restart().await;
    stage.until_status(id, Status::Idle).await;
    let said = stage.said(id).await;
    assert_eq!(said.len(), 601);
    assert_eq!(said.last().unwrap(), "end");
    let events = stage.events(id).await;
    assert!(events.iter().enumerate().all(|(i, event)| event.seq == i as u64 + 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_agent_that_died_meanwhile_tells_how() {
    let mut stage = Stage::new().await;
    let id = stage.create("say: before\nwait: 400\nstderr: out of cheese\nexit: 3").await;
    stage.until_status(id, Status::Running).await;
    stage.restart().await;
    let failed = stage.until_status(id, Status::Failed).await;
    let reason = failed.reason.unwrap();
    assert!(reason.contains("code 3") && reason.contains("out of cheese"), "{reason}");
    assert_eq!(stage.said(id).await, ["before"]);
    stage.until(id, "gone", |card| !card.live).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_idle_session_is_found_again_and_answers() {
    let mut stage = Stage::new().await;
    let mut new = stage.prompt("say: one");
    new.mode = Mode::Session;
    let id = stage.engine.create(&stage.who, new).await.unwrap().id;
    stage.until_status(id, Status::Idle).await;
    for n in 0..3 {
        stage.restart().await;
        let before = stage.card(id).await;
        assert_eq!((before.status, before.live), (Status::Idle, true));
        stage.send(id, &format!("say: after {n}")).await;
        stage
            .until(id, "answered", |card| card.status == Status::Idle && card.last_seq > before.last_seq + 3)
            .await;
    }
    assert_eq!(stage.said(id).await, ["one", "after 0", "after 1", "after 2"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_killed_keeper_is_a_readable_failure_and_its_journal_is_kept() {
    let stage = Stage::new().await;
    let id = stage.create("say: heard\nwait: 60000").await;
    stage.until(id, "heard", |card| card.last_seq >= 4).await;
    let keepers = std::fs::read_dir(stage.config.home.join("keepers")).unwrap();
    for entry in keepers.flatten() {
        let info = std::fs::read(entry.path().join("keeper.json")).unwrap();
        let info: serde_json::Value = serde_json::from_slice(&info).unwrap();
        let pid = rustix::process::Pid::from_raw(info["keeper_pid"].as_i64().unwrap() as i32).unwrap();
        rustix::process::kill_process(pid, rustix::process::Signal::KILL).unwrap();
    }
    let failed = stage.until_status(id, Status::Failed).await;
    assert!(failed.reason.unwrap().contains("keeper"));
    assert_eq!(stage.said(id).await, ["heard"]);
    // And it can be used again.
    stage.send(id, "say: again").await;
    stage.until_status(id, Status::Idle).await;
    assert_eq!(stage.said(id).await.last().unwrap(), "again");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_queued_session_still_starts() {
    let mut stage = Stage::with(|config| config.sessions.max_running = 1).await;
    let first = stage.create("wait: 60000").await;
    stage.until_status(first, Status::Running).await;
    let second = stage.create("say: second").await;
    stage.restart().await;
    stage.engine.act(&stage.who, first, Act::Stop).await.unwrap();
    stage.until_status(second, Status::Idle).await;
    let prompts =
        stage.bodies(second).await.into_iter().filter(|body| matches!(body, EventBody::UserMessage { .. }));
    assert_eq!(prompts.count(), 1);
}
