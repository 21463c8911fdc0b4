//! Shells on terminals: opened, seen by several, kept over a restart of the server, ended and closed. Real keepers and a real
//! shell; what goes over a socket is in `socket`.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

#[path = "../common/mod.rs"]
mod common;
mod links;
mod socket;

use std::{collections::BTreeMap, path::PathBuf, sync::Arc, time::Duration};

use app::{
    auth::model::{Identity, Viewer},
    error::{AppError, ErrorCode},
    ids::{ProjectId, TerminalId},
    terminals::{
        model::{NewTerminal, Terminal, TerminalPatch, TerminalStatus},
        port::Terminals,
    },
};
use server::{
    bus::Bus,
    config::Config,
    db::Db,
    keeper::{Shown, Size, View, Viewing},
    terminals::{Attached, Looking, Sight, TerminalsEngine},
};
use tokio::time::{sleep, timeout};
use uuid::Uuid;

/// How long a story waits for something to happen before it fails; nothing here is measured.
const PATIENCE: Duration = Duration::from_secs(30);

struct Stage {
    _dir: tempfile::TempDir,
    config: Arc<Config>,
    db: Db,
    engine: TerminalsEngine,
    project: ProjectId,
    who: Viewer,
}

async fn start(db: &Db, config: &Arc<Config>) -> TerminalsEngine {
    let exe = PathBuf::from(env!("CARGO_BIN_EXE_roost"));
    TerminalsEngine::start(db.clone(), Bus::default(), Arc::clone(config), exe).await.unwrap()
}

async fn add_project(db: &Db, path: &str, trusted: bool) -> ProjectId {
    let id = ProjectId(Uuid::new_v4());
    let mut tx = db.write().await.unwrap();
    sqlx::query(
        "insert into projects (id, name, path, position, trusted_at, created_at) values (?, 'p', ?, 0, ?, 1)",
    )
    .bind(id.to_string())
    .bind(path)
    .bind(trusted.then_some(1))
    .execute(&mut *tx)
    .await
    .unwrap();
    tx.commit().await.unwrap();
    id
}

impl Stage {
    async fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let project = dir.path().join("project");
        std::fs::create_dir(&project).unwrap();
        let config = Arc::new(Config { home: dir.path().join("home"), ..Config::default() });
        std::fs::create_dir(&config.home).unwrap();
        let db = Db::open(&config.home.join("roost.db")).await.unwrap();
        let project = add_project(&db, project.to_str().unwrap(), true).await;
        let who = Viewer { identity: Identity::Open, label: "Ada".to_owned() };
        Self { _dir: dir, engine: start(&db, &config).await, config, db, project, who }
    }

    async fn open(&self) -> Terminal {
        let new = NewTerminal { project_id: self.project, name: None };
        let card = self.engine.open(&self.who, new).await.unwrap();
        assert_eq!((card.status, &card.reason), (TerminalStatus::Running, &None));
        card
    }

    async fn look(&self, id: TerminalId, looking: Looking) -> (Viewing, Sight) {
        match self.engine.attach(&self.who, id, looking).await.unwrap() {
            Attached::Running(running) => *running,
            Attached::Over(_, words) => panic!("{words}"),
        }
    }

    async fn card(&self, id: TerminalId) -> Option<Terminal> {
        let mut all = self.engine.list(&self.who, Some(self.project)).await.unwrap();
        all.retain(|card| card.id == id);
        all.pop()
    }

    async fn until(&self, id: TerminalId, status: TerminalStatus) -> Terminal {
        let waiting = async {
            loop {
                match self.card(id).await {
                    Some(card) if card.status == status => return card,
                    _ => sleep(Duration::from_millis(20)).await,
                }
            }
        };
        timeout(PATIENCE, waiting).await.expect("a status in time")
    }

    /// Closes what runs, so that no keeper is left.
    async fn end(self) {
        for card in self.engine.list(&self.who, None).await.unwrap() {
            self.engine.close(&self.who, card.id, true).await.unwrap();
        }
        let root = self.config.home.join("terminals");
        let empty = || std::fs::read_dir(&root).unwrap().count() == 0;
        timeout(PATIENCE, async {
            while !empty() {
                sleep(Duration::from_millis(20)).await;
            }
        })
        .await
        .expect("nothing is left on disk");
    }
}

const ROOM: Size = Size { cols: 100, rows: 30 };

fn looking() -> Looking {
    Looking { room: Some(ROOM), view: View { history: 1_000, ..View::default() }, ..Looking::default() }
}

async fn types(sight: &Sight, text: &str) {
    assert_eq!(sight.type_in(text.as_bytes().to_vec()).await, None);
}

/// Reads until this is shown, and returns what was.
async fn shows(viewing: &mut Viewing, words: &str) -> String {
    let mut text = String::new();
    while !text.contains(words) {
        match timeout(PATIENCE, viewing.next())
            .await
            .unwrap_or_else(|_| panic!("{words:?} in {text:?}"))
            .unwrap()
        {
            Shown::Picture { bytes, .. } => text = String::from_utf8(bytes).unwrap(),
            Shown::Output { bytes, .. } => text.push_str(&String::from_utf8(bytes).unwrap()),
            Shown::Copy(_) => {}
            Shown::Ended(exit) => panic!("it ended ({exit:?}) without {words:?}: {text:?}"),
        }
    }
    text
}

fn refused<T>(result: Result<T, AppError>) -> (ErrorCode, Option<String>) {
    let error = result.err().expect("a refusal");
    (error.code, error.details)
}

#[tokio::test]
async fn a_shell_lives_on_while_the_server_is_away() {
    let mut stage = Stage::new().await;
    let card = stage.open().await;
    assert_eq!(card.name, "Terminal 1");
    let (mut viewing, sight) = stage.look(card.id, looking()).await;
    types(
        &sight,
        "PS1=; stty -echo; cd /; stty size; echo \"in $PWD $TERM $COLORTERM <$ROOST_KEEPER_SECRET>\"\r",
    )
    .await;
    let text = shows(&mut viewing, "in / xterm-256color truecolor <>").await;
    assert!(text.contains("30 100"), "it has the size of the first who looks: {text:?}");
    drop((viewing, sight));

    // Another server on the same home; the first one is as good as gone.
    stage.engine = start(&stage.db, &stage.config).await;
    assert_eq!(stage.card(card.id).await.unwrap().status, TerminalStatus::Running);
    let (mut viewing, sight) = stage.look(card.id, looking()).await;
    let text = shows(&mut viewing, "in /").await;
    assert!(text.contains("truecolor"), "what was shown before is shown again: {text:?}");
    types(&sight, "echo and \"still here\"\r").await;
    shows(&mut viewing, "and still here").await;
    drop((viewing, sight));
    stage.end().await;
}

#[tokio::test]
async fn one_viewer_drives_and_the_others_look() {
    let stage = Stage::new().await;
    let card = stage.open().await;
    let (mut desk, desk_sight) = stage.look(card.id, looking()).await;
    types(&desk_sight, "PS1=; stty -echo; trap 'stty size' WINCH; echo set\r").await;
    shows(&mut desk, "set\r\n").await;
    let small = Size { cols: 40, rows: 20 };
    let (mut phone, phone_sight) = stage.look(card.id, Looking { room: Some(small), ..looking() }).await;
    assert!(matches!(phone.next().await, Ok(Shown::Picture { size: ROOM, .. })), "looking changes nothing");
    assert!(desk_sight.crew().driving && !phone_sight.crew().driving);
    assert_eq!((phone_sight.crew().viewers, phone_sight.crew().driver.as_deref()), (2, Some("Ada")));
    phone_sight.room(small).await.unwrap();
    types(&phone_sight, "echo typed elsewhere\r").await;
    let text = shows(&mut desk, "typed elsewhere").await;
    assert!(!text.contains("20 40"), "{text:?}");

    let mut told = desk_sight.crew_changes();
    phone_sight.drive(small).await.unwrap();
    timeout(PATIENCE, told.changed()).await.unwrap().unwrap();
    assert!(!desk_sight.crew().driving && phone_sight.crew().driving);
    types(&phone_sight, "stty size\r").await;
    shows(&mut desk, "20 40").await;

    let (_, reader) = stage.look(card.id, Looking { read_only: true, ..looking() }).await;
    reader.drive(ROOM).await.unwrap();
    assert!(!reader.crew().driving && phone_sight.crew().driving, "a reader drives nothing");
    assert!(reader.type_in(b"echo no\r".to_vec()).await.unwrap().contains("looking only"));
    drop((desk, phone, desk_sight, phone_sight, reader));
    stage.end().await;
}

#[tokio::test]
async fn an_ended_shell_is_seen_as_it_was_and_started_anew() {
    let stage = Stage::new().await;
    let card = stage.open().await;
    let (mut viewing, sight) = stage.look(card.id, looking()).await;
    types(&sight, "PS1=; stty -echo; echo last words; exit 7\r").await;
    shows(&mut viewing, "last words\r\n").await;
    let card = stage.until(card.id, TerminalStatus::Ended).await;
    assert_eq!(card.reason.as_deref(), Some("The shell ended with code 7."));
    assert_eq!(sight.type_in(b"x".to_vec()).await.as_deref(), Some("The shell has ended."));
    match stage.engine.attach(&stage.who, card.id, looking()).await.unwrap() {
        Attached::Over(Some((ROOM, picture)), words) => {
            assert!(String::from_utf8(picture).unwrap().contains("last words"));
            assert_eq!(words, "The shell ended with code 7.");
        }
        _ => panic!("its last picture is there"),
    }

    let again = stage.engine.restart(&stage.who, card.id).await.unwrap();
    assert_eq!((again.status, again.reason), (TerminalStatus::Running, None));
    assert!(again.version > card.version);
    let (mut viewing, sight) = stage.look(card.id, looking()).await;
    types(&sight, "PS1=; stty -echo; echo back again\r").await;
    shows(&mut viewing, "back again\r\n").await;
    assert_eq!(refused(stage.engine.restart(&stage.who, card.id).await).0, ErrorCode::Conflict);
    drop((viewing, sight));
    stage.end().await;
}

#[tokio::test]
async fn it_is_closed_only_when_nothing_runs_in_it_or_on_purpose() {
    let stage = Stage::new().await;
    let card = stage.open().await;
    let (mut viewing, sight) = stage.look(card.id, looking()).await;
    types(&sight, "PS1=; stty -echo; sh -c 'echo begins; sleep 600; :'\r").await;
    shows(&mut viewing, "begins\r\n").await;
    let (code, what) = refused(stage.engine.close(&stage.who, card.id, false).await);
    assert_eq!((code, what.as_deref()), (ErrorCode::Conflict, Some("sh")));
    stage.engine.close(&stage.who, card.id, true).await.unwrap();
    assert!(stage.card(card.id).await.is_none());
    assert_eq!(refused(stage.engine.close(&stage.who, card.id, true).await).0, ErrorCode::NotFound);
    drop((viewing, sight));
    stage.end().await;
}

#[tokio::test]
async fn what_cannot_be_opened_says_why() {
    let stage = Stage::new().await;
    let open =
        async |project| stage.engine.open(&stage.who, NewTerminal { project_id: project, name: None }).await;
    assert_eq!(refused(open(ProjectId(Uuid::new_v4())).await).0, ErrorCode::NotFound);
    let untrusted = add_project(&stage.db, "/srv/untrusted", false).await;
    assert_eq!(refused(open(untrusted).await), (ErrorCode::Untrusted, Some("/srv/untrusted".to_owned())));
    let gone = add_project(&stage.db, "/no/such/directory", true).await;
    let card = open(gone).await.unwrap();
    let failed = async {
        loop {
            let all = stage.engine.list(&stage.who, Some(gone)).await.unwrap();
            if all[0].status == TerminalStatus::Failed {
                return all[0].clone();
            }
            sleep(Duration::from_millis(20)).await;
        }
    };
    let card = Terminal { reason: timeout(PATIENCE, failed).await.unwrap().reason, ..card };
    assert!(card.reason.unwrap().contains("/no/such/directory"));
    assert!(matches!(
        stage.engine.attach(&stage.who, card.id, looking()).await.unwrap(),
        Attached::Over(_, words) if words.contains("could not be started")
    ));

    let exe = PathBuf::from("/no/such/roost");
    let broken = TerminalsEngine::start(stage.db.clone(), Bus::default(), Arc::clone(&stage.config), exe);
    let new = NewTerminal { project_id: stage.project, name: None };
    let card = broken.await.unwrap().open(&stage.who, new).await.unwrap();
    assert_eq!(card.status, TerminalStatus::Failed);
    assert!(card.reason.unwrap().starts_with("The shell could not be started"));
    let card = stage.open().await;
    for (name, fits) in [("", false), ("a name", true), (&"x".repeat(61), false), ("a\nb", false)] {
        let renamed = stage.engine.update(&stage.who, card.id, TerminalPatch { name: name.to_owned() }).await;
        assert_eq!(renamed.is_ok(), fits, "{name:?}");
    }
    assert_eq!(stage.card(card.id).await.unwrap().name, "a name");
    stage.end().await;
}

#[tokio::test]
async fn a_shell_whose_keeper_was_killed_is_said_to_be_lost() {
    let mut stage = Stage::new().await;
    let (killed, closed) = (stage.open().await, stage.open().await);
    // What the next server finds: one keeper dead, and one terminal that nobody knows any more.
    let keepers: BTreeMap<String, u32> = server::keeper::scan(&stage.config.home.join("terminals"))
        .await
        .unwrap()
        .into_iter()
        .map(|found| (found.id, found.info.unwrap().keeper_pid))
        .collect();
    let pid = keepers[&format!("{}-1", killed.id)];
    rustix::process::kill_process(
        rustix::process::Pid::from_raw(pid.cast_signed()).unwrap(),
        rustix::process::Signal::KILL,
    )
    .unwrap();
    stage.until(killed.id, TerminalStatus::Failed).await;
    assert!(stage.card(killed.id).await.unwrap().reason.unwrap().contains("keeper was killed"));
    let mut tx = stage.db.write().await.unwrap();
    sqlx::query("delete from terminals where id = ?")
        .bind(closed.id.to_string())
        .execute(&mut *tx)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    stage.engine = start(&stage.db, &stage.config).await;
    assert!(stage.engine.list(&stage.who, None).await.unwrap().iter().all(|card| card.id == killed.id));
    stage.end().await;
}
