//! Bad agents and bad input: kept, shown, told in words; the server goes on.

use app::{
    error::ErrorCode,
    ids::ProjectId,
    sessions::{
        event::EventBody,
        model::{PROMPT_MAX, Status},
        port::Sessions,
    },
};
use uuid::Uuid;

use crate::stage::Stage;

async fn unknowns(stage: &Stage, id: app::ids::SessionId) -> Vec<(String, String)> {
    let bodies = stage.bodies(id).await.into_iter();
    bodies
        .filter_map(
            |body| if let EventBody::Unknown { name, raw } = body { Some((name, raw.head)) } else { None },
        )
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn garbage_and_broken_text_are_kept_and_shown() {
    let stage = Stage::new().await;
    let id = stage
        .create("raw: Segmentation fault\ninvalid: \nraw: {\"type\":\"from_the_future\"}\nsay: still here")
        .await;
    stage.until_status(id, Status::Idle).await;
    let unknowns = unknowns(&stage, id).await;
    assert_eq!(unknowns.len(), 3, "{unknowns:?}");
    assert_eq!(unknowns[0].1, "Segmentation fault");
    assert_eq!(unknowns[2].0, "from_the_future");
    assert_eq!(stage.said(id).await, ["still here"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_line_of_50_megabytes_is_survived() {
    let stage = Stage::new().await;
    let id = stage.create("bytes: 52428800\nsay: after").await;
    stage.until_status(id, Status::Idle).await;
    assert_eq!(stage.said(id).await, ["after"]);
    let unknowns = unknowns(&stage, id).await;
    assert_eq!(unknowns.len(), 1);
    assert!(unknowns[0].1.len() < 20_000, "only an excerpt goes to the page");
}

#[tokio::test(flavor = "multi_thread")]
async fn half_a_line_and_death_is_kept_and_failed() {
    let stage = Stage::new().await;
    let id = stage.create("half: {\"type\":\"assi").await;
    let failed = stage.until_status(id, Status::Failed).await;
    assert!(failed.reason.unwrap().contains("code 7"));
    assert_eq!(unknowns(&stage, id).await[0].1, "{\"type\":\"assi");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_api_error_fails_with_its_text_and_the_session_can_go_on() {
    let stage = Stage::new().await;
    let id = stage.create("fail: API Error: 529 Overloaded").await;
    let failed = stage.until_status(id, Status::Failed).await;
    assert!(failed.reason.unwrap().contains("529 Overloaded"));
    stage.send(id, "say: recovered").await;
    stage.until_status(id, Status::Idle).await;
    assert_eq!(stage.said(id).await, ["recovered"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_missing_binary_and_a_missing_directory_are_told_apart() {
    let stage = Stage::with(|config| config.claude.binary = Some("/nowhere/claude".into())).await;
    let id = stage.create("say: x").await;
    let failed = stage.until_status(id, Status::Failed).await;
    assert!(failed.reason.unwrap().contains("not found"));
    let stage = Stage::new().await;
    std::fs::remove_dir(stage.dir.path().join("project")).unwrap();
    let id = stage.create("say: x").await;
    let failed = stage.until_status(id, Status::Failed).await;
    assert!(failed.reason.unwrap().contains("directory is gone"));
}

#[tokio::test(flavor = "multi_thread")]
async fn bad_prompts_and_unknown_projects_are_refused() {
    let stage = Stage::new().await;
    let stage = &stage;
    let refused = |prompt: String| async move {
        stage.engine.create(&stage.who, stage.prompt(&prompt)).await.unwrap_err()
    };
    assert_eq!(refused("  \n".to_owned()).await.details.as_deref(), Some("prompt"));
    assert_eq!(refused("x".repeat(PROMPT_MAX + 1)).await.code, ErrorCode::TooLarge);
    let mut new = stage.prompt("x");
    new.project_id = ProjectId(Uuid::new_v4());
    assert_eq!(stage.engine.create(&stage.who, new).await.unwrap_err().code, ErrorCode::NotFound);
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_starts_in_a_directory_nobody_trusted() {
    let stage = Stage::new().await;
    let mut tx = stage.db.write().await.unwrap();
    sqlx::query("update projects set trusted_at = null").execute(&mut *tx).await.unwrap();
    tx.commit().await.unwrap();
    let refused = stage.engine.create(&stage.who, stage.prompt("say: x")).await.unwrap_err();
    assert_eq!(refused.code, ErrorCode::Untrusted);
    assert!(!stage.config.home.join("keepers").exists());
}
