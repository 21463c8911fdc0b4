//! An orphan that lives: a real keeper with a real child that no session knows. Its directory is temporary.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

use std::{path::Path, sync::Arc};

use app::{error::AppError, settings::port::Settings};
use async_trait::async_trait;
use server::{
    auth::AuthEngine,
    config::Config,
    db::Db,
    keeper::{self, Spec},
    settings::{OwnKeepers, SettingsEngine},
};

struct NoSessions;

#[async_trait]
impl OwnKeepers for NoSessions {
    async fn keeper_ids(&self) -> Result<Vec<String>, AppError> {
        Ok(Vec::new())
    }
}

#[tokio::test]
async fn a_living_orphan_is_shown_with_its_command_and_ends_with_its_child() {
    let home = tempfile::tempdir().unwrap();
    let keepers = home.path().join("keepers");
    std::fs::create_dir(&keepers).unwrap();
    let db = Db::open(&home.path().join("roost.db")).await.unwrap();
    let who = AuthEngine::new(db, true).await.unwrap().by_loopback([127, 0, 0, 1].into()).unwrap();

    let env = vec![("PATH".to_owned(), "/usr/bin:/bin".to_owned())];
    let argv = ["sleep", "1000"].map(str::to_owned).to_vec();
    let mut spec = Spec::new("orphan", argv, home.path(), env);
    spec.kill_grace_ms = 200;
    let exe = Path::new(env!("CARGO_BIN_EXE_roost"));
    let client = keeper::spawn(exe, &keepers.join("orphan"), &spec).await.unwrap();
    let child = loop {
        if let Some(child) = client.status().await.unwrap().child_pid {
            break child;
        }
        tokio::task::yield_now().await;
    };

    let mut config = Config { home: home.path().to_owned(), ..Config::default() };
    config.claude.binary = Some(home.path().join("no-such-claude"));
    let settings = SettingsEngine::new(Arc::new(config), "1-test", keepers.clone(), Arc::new(NoSessions));
    let orphans = settings.system(&who).await.unwrap().orphans;
    assert_eq!((orphans.len(), orphans[0].command.as_str()), (1, "sleep 1000"));
    assert!(orphans[0].pid > 0);

    settings.end_orphan(&who, "orphan").await.unwrap();
    assert!(!keepers.join("orphan").exists());
    assert!(!Path::new(&format!("/proc/{child}")).exists());
    assert!(settings.system(&who).await.unwrap().orphans.is_empty());
}
