//! Settings with directories of keepers that were never started; a live one is ended in `tests/settings.rs`.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

use std::{path::Path, sync::Arc};

use app::{
    error::{AppError, ErrorCode},
    settings::port::Settings,
};
use async_trait::async_trait;

use super::{OwnKeepers, SettingsEngine};
use crate::{auth::AuthEngine, config::Config, db::test_db};

struct Known(Vec<&'static str>);

#[async_trait]
impl OwnKeepers for Known {
    async fn keeper_ids(&self) -> Result<Vec<String>, AppError> {
        Ok(self.0.iter().map(|id| (*id).to_owned()).collect())
    }
}

fn engine(home: &Path, own: Vec<&'static str>) -> SettingsEngine {
    let mut config = Config { home: home.to_owned(), ..Config::default() };
    config.claude.binary = Some(home.join("no-such-claude"));
    SettingsEngine::new(Arc::new(config), "1-test", home.join("keepers"), Arc::new(Known(own)))
}

#[tokio::test]
async fn a_dead_keeper_without_a_session_is_listed_and_can_be_ended() {
    let (db, dir) = test_db().await;
    let who = AuthEngine::new(db, true).await.unwrap().by_loopback("127.0.0.1".parse().unwrap()).unwrap();
    for id in ["mine", "nobodys"] {
        std::fs::create_dir_all(dir.path().join("keepers").join(id)).unwrap();
    }
    let settings = engine(dir.path(), vec!["mine"]);
    let system = settings.system(&who).await.unwrap();
    assert_eq!(system.orphans.iter().map(|orphan| orphan.id.as_str()).collect::<Vec<_>>(), ["nobodys"]);
    assert!(system.claude.problem.is_some());

    assert_eq!(settings.end_orphan(&who, "mine").await.unwrap_err().code, ErrorCode::NotFound);
    assert_eq!(settings.end_orphan(&who, "../keepers/mine").await.unwrap_err().code, ErrorCode::NotFound);
    settings.end_orphan(&who, "nobodys").await.unwrap();
    assert!(settings.system(&who).await.unwrap().orphans.is_empty());
    assert!(dir.path().join("keepers/mine").exists());
}
