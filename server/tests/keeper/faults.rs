//! What goes wrong around a keeper: it is killed, the disk is full, nobody reads.

use super::*;

#[tokio::test]
async fn nothing_is_buffered_for_a_client_that_does_not_read() {
    let nest = nest("head -c 100000000 /dev/zero | tr '\\0' '\\n'; echo end");
    let client = nest.start().await;
    let lazy = client.take(0).await.unwrap();
    let lazier = client.take(0).await.unwrap();
    until(async || client.status().await.unwrap().exit.is_some()).await;
    let status = fs::read_to_string(format!("/proc/{}/status", client.welcome().keeper_pid)).unwrap();
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    let peak: u64 = peak.trim().trim_end_matches(" kB").parse().unwrap();
    assert!(peak < 64 << 10, "{peak} kB at its peak");
    drop((lazy, lazier));
    end(&nest, &client).await;
}

#[tokio::test]
async fn a_killed_keeper_leaves_everything_and_its_child_can_be_ended() {
    let nest = nest("trap '' HUP PIPE; setsid sleep 300 & echo $!; seq 1 20000; printf half; sleep 300");
    let client = nest.start().await;
    let mut events = client.take(0).await.unwrap();
    let mut live = Vec::new();
    while live.last().is_none_or(|record: &Record| !record.bytes.ends_with(b"half")) {
        live.push(next(&mut events).await);
    }
    assert!(read_dead(&nest.dir(), 0).await.is_err(), "not while it lives");
    assert!(end_leftovers(&nest.dir()).await.is_err(), "not while it lives");
    assert!(forget(&nest.dir()).await.is_err(), "not while it lives");
    sigkill(client.welcome().keeper_pid);
    assert!(matches!(timeout(LIMIT, events.next()).await.unwrap(), KeeperEvent::Gone));
    assert!(matches!(client.input("x", Vec::new()).await, Err(KeeperError::Gone | KeeperError::NotSent)));
    until(async || !scan(nest.home.path()).await.unwrap()[0].alive).await;

    let dead = rest(&mut read_dead(&nest.dir(), 0).await.unwrap()).await;
    assert_eq!(dead, live);
    assert!(text(&dead, Kind::Stdout).ends_with("19999\n20000\nhalf"));
    let sleeper: i32 = text(&dead, Kind::Stdout).lines().next().unwrap().parse().unwrap();
    assert!(runs(sleeper));
    assert!(end_leftovers(&nest.dir()).await.unwrap() >= 2);
    assert!(!runs(sleeper));
    assert!(!runs(client.welcome().child_pid.unwrap().cast_signed()));
    assert_eq!(end_leftovers(&nest.dir()).await.unwrap(), 0);
}

#[tokio::test]
async fn a_full_disk_holds_the_child_back_and_loses_nothing() {
    let mut nest = nest("read go; seq 1 200000; echo done");
    nest.spec.segment_bytes = 1;
    let client = nest.start().await;
    let mut events = client.take(0).await.unwrap();
    // The input is record 1; the segment of record 5 leads to a device that is always full.
    let full = nest.dir().join("journal/00000000000000000005.log");
    symlink("/dev/full", &full).unwrap();
    client.input("go", b"go\n".to_vec()).await.unwrap();
    let mut records = Vec::new();
    let reason = loop {
        match timeout(LIMIT, events.next()).await.unwrap() {
            KeeperEvent::Record(record) => records.push(record),
            KeeperEvent::Blocked(reason) => break reason,
            other => panic!("{other:?}"),
        }
    };
    assert!(reason.contains("No space left"), "{reason}");
    assert_eq!(records.len(), 4);
    let status = client.status().await.unwrap();
    assert_eq!((status.last_seq, status.journal_blocked), (4, Some(reason)));
    let refused = client.input("more", b"x".to_vec()).await;
    assert!(matches!(refused, Err(KeeperError::Refused(Refusal::JournalBlocked(_)))), "{refused:?}");
    fs::remove_file(&full).unwrap();
    assert!(matches!(
        timeout(LIMIT, events.next()).await.unwrap(),
        KeeperEvent::Unblocked | KeeperEvent::Record(_)
    ));
    let records = rest(&mut client.take(0).await.unwrap()).await;
    assert_gap_free(&records, 1);
    let expected: String = (1..=200_000).map(|n| format!("{n}\n")).collect();
    assert!(text(&records, Kind::Stdout) == expected + "done\n");
    end(&nest, &client).await;
}

#[tokio::test]
async fn a_keeper_whose_directory_was_deleted_ends() {
    let nest = nest("sleep 300");
    let client = nest.start().await;
    let mut events = client.take(0).await.unwrap();
    fs::remove_dir_all(nest.dir()).unwrap();
    assert!(matches!(timeout(LIMIT, events.next()).await.unwrap(), KeeperEvent::Gone));
    until(async || !runs(client.welcome().child_pid.unwrap().cast_signed())).await;
}

#[tokio::test]
async fn an_order_is_withdrawn_only_where_no_keeper_began() {
    let mut nest = nest("sleep 300");
    let client = nest.start().await;
    assert!(!withdraw(&nest.dir()).await.unwrap(), "not while it lives");
    sigkill(client.welcome().keeper_pid);
    until(async || !lives(&nest.dir()).await).await;
    assert!(!withdraw(&nest.dir()).await.unwrap(), "nor when there is a journal");
    end_leftovers(&nest.dir()).await.unwrap();
    // An order whose server died before it could start the keeper.
    let late = nest.home.path().join("late");
    fs::create_dir(&late).unwrap();
    nest.spec.id = "late".to_owned();
    fs::write(late.join("spec.json"), serde_json::to_vec(&nest.spec).unwrap()).unwrap();
    assert!(withdraw(&late).await.unwrap());
    assert!(!late.exists());
}

#[tokio::test]
async fn only_the_keeper_itself_is_put_down() {
    let nest = nest("sleep 300");
    let client = nest.start().await;
    let file = nest.dir().join("keeper.json");
    let known = fs::read_to_string(&file).unwrap();
    let mut other: serde_json::Value = serde_json::from_str(&known).unwrap();
    other["keeper_start_time"] = 1.into();
    fs::write(&file, other.to_string()).unwrap();
    put_down(&nest.dir()).await.unwrap();
    client.status().await.unwrap();
    assert!(lives(&nest.dir()).await, "its number belongs to another process by now");
    fs::write(&file, known).unwrap();
    put_down(&nest.dir()).await.unwrap();
    until(async || !lives(&nest.dir()).await).await;
    put_down(&nest.dir()).await.unwrap();
    end_leftovers(&nest.dir()).await.unwrap();
    until(async || !runs(client.welcome().child_pid.unwrap().cast_signed())).await;
}
