//! The way to a keeper is lost while it lives, or a keeper is there that nobody knows of.

use std::time::Duration;

use app::terminals::{
    model::{Terminal, TerminalStatus},
    port::Terminals,
};
use server::keeper::{Spec, Viewing};
use tokio::time::{sleep, timeout};

use super::{PATIENCE, Stage, common::wires::hang_up, looking, shows, types};

/// How long a view waits until it is asked for again.
const PAUSE: Duration = Duration::from_millis(50);

/// Waits until this view has noticed that nothing more comes.
async fn ends(viewing: &mut Viewing) {
    timeout(PATIENCE, async { while viewing.next().await.is_ok() {} }).await.expect("its end in time");
    // Each connection notices it by itself.
    sleep(Duration::from_millis(50)).await;
}

async fn closed(stage: &Stage, card: &Terminal) {
    stage.engine.close(&stage.who, card.id, true).await.unwrap();
    assert!(stage.card(card.id).await.is_none());
}

#[tokio::test]
async fn a_lost_connection_is_made_anew_while_the_keeper_lives() {
    let stage = Stage::new().await;
    let card = stage.open().await;
    let (mut viewing, sight) = stage.look(card.id, looking()).await;
    types(&sight, "PS1=; stty -echo; sh -c 'echo begins; read line; echo got $line; sleep 600; :'\r").await;
    shows(&mut viewing, "begins\r\n").await;
    hang_up();
    ends(&mut viewing).await;
    types(&sight, "this\r").await;
    let mut viewing = sight.view_again(None, PAUSE).await.expect("it is still there");
    shows(&mut viewing, "got this").await;
    hang_up();
    ends(&mut viewing).await;
    let busy = stage.engine.close(&stage.who, card.id, false).await.unwrap_err();
    assert_eq!(busy.details.as_deref(), Some("sh"), "it can still say what runs");
    hang_up();
    closed(&stage, &card).await;
    timeout(PATIENCE, async { while sight.view_again(None, PAUSE).await.is_some() {} })
        .await
        .expect("it is over");
    drop((viewing, sight));
    stage.end().await;
}

#[tokio::test]
async fn the_end_of_a_shell_is_stored_once_the_database_takes_it() {
    let stage = Stage::new().await;
    let card = stage.open().await;
    let change = async |sql: &'static str| {
        let mut tx = stage.db.write().await.unwrap();
        sqlx::query(sql).execute(&mut *tx).await.unwrap();
        tx.commit().await.unwrap();
    };
    change("create trigger full before update on terminals begin select raise(abort, 'full'); end").await;
    let (mut viewing, sight) = stage.look(card.id, looking()).await;
    types(&sight, "exit\r").await;
    ends(&mut viewing).await;
    // It is tried at least once in vain.
    while !stage.config.home.join("terminals").join(format!("{}.picture", card.id)).exists() {
        sleep(Duration::from_millis(20)).await;
    }
    sleep(Duration::from_millis(200)).await;
    assert_eq!(stage.card(card.id).await.unwrap().status, TerminalStatus::Running);
    change("drop trigger full").await;
    stage.until(card.id, TerminalStatus::Ended).await;
    assert!(sight.ended().await.is_some());
    drop((viewing, sight));
    stage.end().await;
}

#[tokio::test]
async fn a_program_that_nobody_knows_of_makes_room_for_the_next() {
    let stage = Stage::new().await;
    let card = stage.open().await;
    let (viewing, sight) = stage.look(card.id, looking()).await;
    types(&sight, "exit\r").await;
    stage.until(card.id, TerminalStatus::Ended).await;
    drop((viewing, sight));
    // What a start leaves that was never taken note of.
    let dir = stage.config.home.join("terminals").join(format!("{}-2", card.id));
    let argv = ["sleep", "600"].map(str::to_owned).to_vec();
    let env = vec![("PATH".to_owned(), "/usr/bin:/bin".to_owned())];
    let spec = Spec::new("unknown", argv, "/".as_ref(), env);
    let exe = env!("CARGO_BIN_EXE_roost").as_ref();
    let unknown = server::keeper::spawn(exe, &dir, &spec).await.unwrap().status().await.unwrap();
    let again = stage.engine.restart(&stage.who, card.id).await.unwrap();
    assert_eq!((again.status, again.reason), (TerminalStatus::Running, None));
    let (mut viewing, sight) = stage.look(card.id, looking()).await;
    types(&sight, "PS1=; stty -echo; echo back again\r").await;
    shows(&mut viewing, "back again\r\n").await;
    let pid = rustix::process::Pid::from_raw(unknown.child_pid.unwrap().cast_signed()).unwrap();
    timeout(PATIENCE, async {
        while rustix::process::test_kill_process(pid).is_ok() {
            sleep(Duration::from_millis(20)).await;
        }
    })
    .await
    .expect("what nobody knew of has ended");
    drop((viewing, sight));
    stage.end().await;
}
