//! An approval is asked and answered: once, by one, whatever happens in between.

use app::{
    approvals::{model::Verdict, port::Approvals},
    error::ErrorCode,
    sessions::{
        event::EventBody,
        model::{Act, Status},
        port::Sessions,
    },
};

use crate::stage::{Stage, decision};

#[tokio::test(flavor = "multi_thread")]
async fn one_winner_and_the_loser_is_told_who() {
    let stage = Stage::new().await;
    let id = stage.create("bash: make test").await;
    let approval = stage.pending(id).await;
    assert_eq!(approval.subject, "make test");
    let (a, b) = tokio::join!(stage.allow(&approval), stage.allow(&approval));
    let lost = [a, b].into_iter().filter_map(Result::err).collect::<Vec<_>>();
    assert_eq!(lost.len(), 1);
    assert_eq!(lost[0].code, ErrorCode::AlreadyDecided);
    assert!(lost[0].message.contains("Ada"));
    let idle = stage.until_status(id, Status::Idle).await;
    assert_eq!(idle.waiting, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn another_digest_is_refused() {
    let stage = Stage::new().await;
    let id = stage.create("bash: rm -rf build").await;
    let mut approval = stage.pending(id).await;
    approval.digest = "sha256:0".to_owned();
    let refused = stage.allow(&approval).await.unwrap_err();
    assert_eq!((refused.code, refused.details.as_deref()), (ErrorCode::AlreadyDecided, Some("digest")));
    assert_eq!(stage.card(id).await.waiting, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_edited_command_is_the_one_that_runs_and_a_note_reaches_the_agent() {
    let stage = Stage::new().await;
    let id = stage.create("bash: rm -rf /\nbash: second").await;
    let approval = stage.pending(id).await;
    let mut edited = decision(Verdict::Allow, &approval);
    edited.updated_input = Some(serde_json::json!({"command": "ls"}));
    stage.approvals.decide(&stage.who, approval.id, edited).await.unwrap();
    let second = stage.until(id, "asked again", |card| card.waiting == 1 && card.last_seq > 8).await;
    assert_eq!(second.status, Status::Running);
    let approval = stage.pending(id).await;
    let mut denied = decision(Verdict::Deny, &approval);
    denied.message = Some("use make".to_owned());
    stage.approvals.decide(&stage.who, approval.id, denied).await.unwrap();
    stage.until_status(id, Status::Idle).await;
    let outputs: Vec<String> = stage
        .bodies(id)
        .await
        .into_iter()
        .filter_map(
            |body| if let EventBody::ToolResult { output, .. } = body { Some(output.head) } else { None },
        )
        .collect();
    assert_eq!(outputs, ["ls", "use make"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_interrupt_takes_the_question_back() {
    let stage = Stage::new().await;
    let id = stage.create("bash: make").await;
    let approval = stage.pending(id).await;
    stage.engine.act(&stage.who, id, Act::Interrupt).await.unwrap();
    stage.until(id, "withdrawn", |card| card.waiting == 0 && card.status == Status::Idle).await;
    assert_eq!(stage.allow(&approval).await.unwrap_err().code, ErrorCode::AlreadyDecided);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_limit_denies_and_never_approves() {
    let stage = Stage::with(|config| config.approvals.limit_seconds = 1).await;
    let id = stage.create("bash: make").await;
    stage.pending(id).await;
    stage.until_status(id, Status::Idle).await;
    let denied = stage.bodies(id).await.into_iter().any(|body| {
        matches!(body, EventBody::ToolResult { is_error: true, output, .. } if output.head.contains("Nobody answered"))
    });
    assert!(denied);
}

#[tokio::test(flavor = "multi_thread")]
async fn it_can_be_answered_after_a_restart_of_the_server() {
    let mut stage = Stage::new().await;
    let id = stage.create("bash: make\nsay: done").await;
    let approval = stage.pending(id).await;
    stage.restart().await;
    assert_eq!(stage.card(id).await.waiting, 1);
    stage.allow(&approval).await.unwrap();
    stage.until_status(id, Status::Idle).await;
    assert_eq!(stage.said(id).await, ["done"]);
}
