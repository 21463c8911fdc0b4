//! A keeper's ordinary life: start, input, records, acks, its socket and its directory.

use super::*;

#[tokio::test]
async fn a_child_is_started_as_ordered_and_its_exit_is_kept_until_acked() {
    let mut nest =
        nest("echo \"$A|$HOME|$ROOST_KEEPER\"; pwd; echo oops >&2; read line; echo \"got $line\"; exit 3");
    nest.spec.env.push(("A".to_owned(), "secret".to_owned()));
    let client = nest.start().await;
    let mode = |name: &str| fs::metadata(nest.dir().join(name)).unwrap().permissions().mode() & 0o777;
    assert_eq!((mode(""), mode("sock"), mode("keeper.json"), mode("journal")), (0o700, 0o600, 0o600, 0o700));
    assert!(!nest.dir().join("spec.json").exists(), "the environment does not stay on disk");
    assert_eq!(client.welcome().state, State::Running);

    assert_eq!(client.input("1", b"hello\n".to_vec()).await.unwrap(), Taken::Fresh);
    let mut events = client.take(0).await.unwrap();
    let records = rest(&mut events).await;
    assert_gap_free(&records, 1);
    let cwd = nest.home.path().canonicalize().unwrap();
    let expected = format!("secret||{}\n{}\ngot hello\n", nest.spec.id, cwd.display());
    assert_eq!(text(&records, Kind::Stdout), expected);
    assert_eq!(text(&records, Kind::Stderr), "oops\n");
    let input = records.iter().find(|record| record.kind == Kind::Input).unwrap();
    assert_eq!(input.input(), Some(("1", &b"hello\n"[..])));
    assert_eq!(records.last().unwrap().exit(), Some(Exit { code: Some(3), ..Exit::default() }));

    assert_eq!(client.input("1", b"hello\n".to_vec()).await.unwrap(), Taken::Repeat);
    let late = client.input("2", b"late".to_vec()).await;
    assert!(matches!(late, Err(KeeperError::Refused(Refusal::Exited))), "{late:?}");
    let found = scan(nest.home.path()).await.unwrap();
    assert!(found[0].alive && found[0].id == "k1");
    assert_eq!(found[0].info.as_ref().unwrap().state, State::Exited);
    assert_eq!(found[0].info.as_ref().unwrap().exit, records.last().unwrap().exit());
    client.ack(records.len() as u64 - 1).await.unwrap();
    assert!(client.status().await.is_ok(), "it waits for the ack of the exit");
    end(&nest, &client).await;
    assert!(matches!(timeout(LIMIT, events.next()).await.unwrap(), KeeperEvent::Gone));
    assert!(attach(&nest.dir()).await.is_err());
    forget(&nest.dir()).await.unwrap();
    assert!(!nest.dir().exists());
}

#[tokio::test]
async fn a_keeper_is_let_go_over_a_connection_that_was_lost_and_its_directory_with_it() {
    let nest = nest("exit 3");
    let client = nest.start().await;
    let last = rest(&mut client.take(0).await.unwrap()).await.len() as u64;
    wires::hang_up();
    let_go(&nest.dir(), &client, last).await;
    clear(&nest.dir()).await.unwrap();
    assert!(!nest.dir().exists());
}

#[tokio::test]
async fn a_directory_is_waited_for_while_its_keeper_takes_its_leave() {
    let nest = nest("exit 0");
    let client = nest.start().await;
    rest(&mut client.take(0).await.unwrap()).await;
    let clearing = tokio::spawn(async move {
        let dir = nest.dir();
        clear(&dir).await.unwrap();
        assert!(!dir.exists());
    });
    // As long as one waits for viewers who do not listen, and then some.
    sleep(Duration::from_millis(2_500)).await;
    assert!(!clearing.is_finished());
    // Its answer may be cut off by the end.
    let _ = client.ack(u64::MAX).await;
    clearing.await.unwrap();
}

#[tokio::test]
async fn records_are_gap_free_across_clients_and_inputs_reach_the_child_once() {
    let mut nest = nest("cat");
    nest.spec.segment_bytes = 300;
    drop(nest.start().await);
    let mut seen = Vec::new();
    for round in 0..20_u32 {
        let client = attach(&nest.dir()).await.unwrap();
        let after = seen.last().map_or(0, |record: &Record| record.seq);
        let mut events = client.take(after).await.unwrap();
        for step in 0..5 {
            let id = format!("{round}-{step}");
            let line = format!("line {id}\n").into_bytes();
            assert_eq!(client.input(&id, line.clone()).await.unwrap(), Taken::Fresh);
            assert_eq!(client.input(&id, line).await.unwrap(), Taken::Repeat);
        }
        // Leaves in the middle, sometimes without having read anything.
        for _ in 0..round % 7 {
            seen.push(next(&mut events).await);
        }
        if round % 3 == 0 {
            client.ack(seen.last().map_or(0, |record| record.seq)).await.unwrap();
        }
    }
    let client = attach(&nest.dir()).await.unwrap();
    client.close_input().await.unwrap();
    let refused = client.input("after", b"x".to_vec()).await;
    assert!(
        matches!(refused, Err(KeeperError::Refused(Refusal::InputClosed | Refusal::Exited))),
        "{refused:?}"
    );
    seen.extend(rest(&mut client.take(seen.last().unwrap().seq).await.unwrap()).await);
    assert_gap_free(&seen, 1);
    let expected: String =
        (0..20).flat_map(|round| (0..5).map(move |step| format!("line {round}-{step}\n"))).collect();
    assert_eq!(text(&seen, Kind::Stdout), expected);
    assert_eq!(seen.iter().filter(|record| record.kind == Kind::InputClosed).count(), 1);
    end(&nest, &client).await;
}

#[tokio::test]
async fn a_line_of_fifty_megabytes_passes() {
    let nest = nest("echo first; head -c 50000000 /dev/zero | tr '\\0' x; echo; echo last");
    let client = nest.start().await;
    let records = rest(&mut client.take(0).await.unwrap()).await;
    assert_gap_free(&records, 1);
    let mut lines = Lines::new(0);
    let items: Vec<_> = records.iter().flat_map(|record| lines.push(record.clone())).collect();
    let lengths: Vec<_> =
        items.iter().map(|item| if let Item::Line { bytes, .. } = item { bytes.len() } else { 0 }).collect();
    assert_eq!(lengths, [5, 50_000_000, 4, 0]);
    assert_eq!(lines.through(), records.last().unwrap().seq);
    end(&nest, &client).await;
}

#[tokio::test]
async fn a_directory_too_deep_for_a_socket_address_works() {
    let nest = nest("cat");
    let deep = nest.home.path().join("d".repeat(120)).join("e".repeat(120));
    fs::create_dir_all(&deep).unwrap();
    let dir = deep.join("k");
    spawn(exe(), &dir, &nest.spec).await.unwrap();
    let client = attach(&dir).await.unwrap();
    client.input("1", b"deep\n".to_vec()).await.unwrap();
    let mut events = client.take(1).await.unwrap();
    assert_eq!(next(&mut events).await.bytes, b"deep\n");
    client.kill(KillMode::Kill).await.unwrap();
    rest(&mut events).await;
    let _ = client.ack(u64::MAX).await;
    assert!(matches!(timeout(LIMIT, events.next()).await.unwrap(), KeeperEvent::Gone));
}

#[tokio::test]
async fn one_directory_has_one_keeper_and_a_bad_start_is_told() {
    let nest = nest("sleep 300");
    let client = nest.start().await;
    assert!(spawn(exe(), &nest.dir(), &nest.spec).await.is_err(), "the directory is taken");
    let second =
        std::process::Command::new(exe()).arg("keeper").arg("--dir").arg(nest.dir()).output().unwrap();
    assert!(!second.status.success());
    assert!(client.status().await.is_ok());
    client.kill(KillMode::Kill).await.unwrap();
    rest(&mut client.take(0).await.unwrap()).await;
    end(&nest, &client).await;

    let other = nest.home.path().join("k2");
    let failed = spawn(Path::new("/no/such/roost"), &other, &nest.spec).await;
    assert!(matches!(failed, Err(KeeperError::Start(_))));
    assert!(!other.join("spec.json").exists(), "the environment does not stay on disk");
    let failed = spawn(Path::new("/bin/false"), &nest.home.path().join("k3"), &nest.spec).await;
    assert!(matches!(failed, Err(KeeperError::Start(_))));
}

#[tokio::test]
async fn an_unknown_frame_is_answered_and_the_connection_lives_on() {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    let nest = nest("sleep 300");
    let client = nest.start().await;
    let mut raw = tokio::net::UnixStream::connect(nest.dir().join("sock")).await.unwrap();
    let mut answer = async |frame: &[u8]| {
        raw.write_all(frame).await.unwrap();
        let mut head = [0; 5];
        timeout(LIMIT, raw.read_exact(&mut head)).await.unwrap().unwrap();
        let mut payload = vec![0; u32::from_le_bytes(head[..4].try_into().unwrap()) as usize - 1];
        raw.read_exact(&mut payload).await.unwrap();
        (head[4], String::from_utf8(payload).unwrap())
    };
    let (kind, text) = answer(&[1, 0, 0, 0, 40]).await;
    assert!(kind == 72 && text.contains("unknown frame type 40"), "{kind} {text}");
    let (kind, _) = answer(&[3, 0, 0, 0, 1, b'{', b'x']).await;
    assert_eq!(kind, 72, "malformed JSON is an error too");
    // A server from the future, with a field nobody knows yet.
    let hello = br#"{"n":99,"colour":"red"}"#;
    let frame = [&(hello.len() as u32 + 1).to_le_bytes()[..], &[1], hello].concat();
    let (kind, text) = answer(&frame).await;
    assert!(kind == 65 && text.contains(&format!("\"version\":{PROTOCOL_VERSION}")), "{kind} {text}");
    client.kill(KillMode::Kill).await.unwrap();
    rest(&mut client.take(0).await.unwrap()).await;
    end(&nest, &client).await;
}
