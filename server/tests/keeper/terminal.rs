//! A child on a terminal: what is shown, to whom, and what comes of those who do not look.

use server::keeper::{Hosting, Shown, Size, View, Viewing};

use super::*;

const SIZE: Size = Size { cols: 80, rows: 24 };
const ALL: View = View { since: None, size: None, history: u32::MAX };

fn terminal(script: &str) -> Nest {
    let mut nest = nest(script);
    nest.spec.kind = Hosting::Terminal { size: SIZE, history_rows: 10_000, history_bytes: 4 << 20 };
    nest.spec.env.push(("TERM".to_owned(), "xterm-256color".to_owned()));
    nest
}

/// What a viewer has been told so far, pictures and output in one.
#[derive(Default)]
struct Seen {
    text: String,
    place: u64,
    size: Option<Size>,
    pictures: usize,
    exit: Option<Exit>,
}

impl Seen {
    async fn more(&mut self, viewing: &mut Viewing) {
        match timeout(LIMIT, viewing.next()).await.expect("something to see in time").unwrap() {
            Shown::Picture { place, size, bytes } => {
                self.text = String::from_utf8(bytes).unwrap();
                (self.place, self.size) = (place, Some(size));
                self.pictures += 1;
            }
            Shown::Output { place, bytes } => {
                assert_eq!(place, self.place, "nothing doubled, nothing missing");
                self.place += bytes.len() as u64;
                self.text.push_str(&String::from_utf8(bytes).expect("whole characters"));
            }
            Shown::Copy(text) => self.text.push_str(&format!("<copied {text}>")),
            Shown::Ended(exit) => self.exit = Some(exit),
        }
    }

    async fn until(&mut self, viewing: &mut Viewing, words: &str) {
        while !self.text.contains(words) {
            assert!(self.exit.is_none(), "it ended without {words:?}: {:?}", self.text);
            self.more(viewing).await;
        }
    }

    async fn last(&mut self, viewing: &mut Viewing) -> Exit {
        while self.exit.is_none() {
            self.more(viewing).await;
        }
        self.exit.clone().unwrap()
    }
}

async fn stop(nest: &Nest, client: &Client) {
    client.kill(KillMode::Kill).await.unwrap();
    rest(&mut client.take(0).await.unwrap()).await;
    end(nest, client).await;
}

#[tokio::test]
async fn a_shell_is_typed_into_and_seen_and_its_terminal_is_a_real_one() {
    let nest =
        terminal("tty -s && stty size; read line; printf '\\033]52;c;aGk=\\007'; echo \"got $line\"; exit 4");
    let client = nest.start().await;
    let mut viewing = client.view(ALL).await.unwrap();
    let mut seen = Seen::default();
    seen.until(&mut viewing, "24 80").await;
    assert_eq!(seen.size, Some(SIZE));
    client.type_in(b"hello\r".to_vec()).await.unwrap();
    seen.until(&mut viewing, "got hello\r\n").await;
    assert!(seen.text.contains("hello\r\n"), "what is typed is echoed: {:?}", seen.text);
    let exit = seen.last(&mut viewing).await;
    assert_eq!(exit, Exit { code: Some(4), ..Exit::default() });
    assert!(seen.text.contains("<copied aGk=>"));

    let late = client.type_in(b"late".to_vec()).await;
    assert!(matches!(late, Err(KeeperError::Refused(Refusal::Exited))), "{late:?}");
    // The keeper waits for the server; until then the last picture can be had.
    let mut last = Seen::default();
    let exit = last.last(&mut client.view(ALL).await.unwrap()).await;
    assert_eq!(exit.code, Some(4));
    assert!(last.text.contains("got hello"), "{:?}", last.text);
    let records = rest(&mut client.take(0).await.unwrap()).await;
    assert_eq!(records.len(), 1, "nothing that was typed or shown is on disk, only how it ended");
    end(&nest, &client).await;
}

#[tokio::test]
async fn a_viewer_that_comes_back_goes_on_where_it_was() {
    let nest = terminal("stty -echo; while read line; do echo \"$line!\"; done");
    let client = nest.start().await;
    let mut viewing = client.view(ALL).await.unwrap();
    let mut seen = Seen::default();
    client.type_in(b"one\r".to_vec()).await.unwrap();
    seen.until(&mut viewing, "one!").await;
    // Until nothing more comes of it.
    while timeout(Duration::from_millis(300), seen.more(&mut viewing)).await.is_ok() {}
    drop(viewing);
    client.type_in(b"two\r".to_vec()).await.unwrap();
    let back = View { since: Some(seen.place), size: seen.size, history: 0 };
    let mut viewing = client.view(back).await.unwrap();
    seen.until(&mut viewing, "two!").await;
    assert_eq!(seen.pictures, 1, "no new picture was needed");

    // With another size, or from a place that is not known, it starts over.
    for back in [
        View { size: Some(Size { cols: 10, rows: 10 }), ..back },
        View { since: Some(seen.place + 1_000), ..back },
    ] {
        let mut anew = Seen::default();
        anew.until(&mut client.view(back).await.unwrap(), "two!").await;
        assert_eq!((anew.pictures, anew.size), (1, Some(SIZE)));
    }
    stop(&nest, &client).await;
}

#[tokio::test]
async fn another_size_reaches_the_child_and_every_viewer() {
    let nest = terminal("trap 'stty size' WINCH; while :; do sleep 0.05; done");
    let client = nest.start().await;
    let mut viewing = client.view(ALL).await.unwrap();
    let mut seen = Seen::default();
    seen.more(&mut viewing).await;
    for (asked, gets) in [((100, 30), "30 100"), ((0, 0), "1 2"), ((10_000, 9_999), "300 500")] {
        client.resize(Size { cols: asked.0, rows: asked.1 }).await.unwrap();
        seen.until(&mut viewing, gets).await;
    }
    assert_eq!(seen.size, Some(Size { cols: 500, rows: 300 }));
    client.kill(KillMode::Ladder).await.unwrap();
    seen.last(&mut viewing).await;
    end(&nest, &client).await;
}

#[tokio::test]
async fn nobody_who_does_not_look_slows_it_down_or_is_stored_for() {
    // A thousand times what is kept of it, while one viewer takes nothing at all.
    let nest = terminal(
        "sleep 0.3; yes \"$(printf '%0200d' 0) is a line of output that nobody reads\" | head -c 1000000000; echo; \
         echo the end; sleep 60",
    );
    let client = nest.start().await;
    let stuck = client.view(ALL).await.unwrap();
    let mut viewing = client.view(ALL).await.unwrap();
    let mut seen = Seen::default();
    let mut most = 0;
    let keeper = client.welcome().keeper_pid;
    while !seen.text.contains("the end") {
        seen.more(&mut viewing).await;
        if seen.text.len() > 128 << 10 {
            seen.text.drain(..seen.text.len() - 100);
        }
        let statm = fs::read_to_string(format!("/proc/{keeper}/statm")).unwrap();
        let resident: u64 = statm.split(' ').nth(1).unwrap().parse().unwrap();
        most = most.max(resident * 4096);
    }
    assert!(most < 120 << 20, "the keeper took {most} bytes");
    let mut late = stuck;
    let mut seen = Seen::default();
    seen.until(&mut late, "the end").await;
    assert!(seen.pictures >= 1);
    stop(&nest, &client).await;
}

#[tokio::test]
async fn a_large_paste_arrives_whole() {
    let nest = terminal("stty raw -echo; echo ready; head -c 10000000 | cksum; sleep 60");
    let client = nest.start().await;
    let mut viewing = client.view(ALL).await.unwrap();
    let mut seen = Seen::default();
    seen.until(&mut viewing, "ready").await;
    let paste: Vec<u8> = (0..10_000_000_u32).map(|n| b'a' + (n % 23) as u8).collect();
    for part in paste.chunks(64 << 10) {
        client.type_in(part.to_vec()).await.unwrap();
    }
    fs::write(nest.home.path().join("paste"), &paste).unwrap();
    let file = fs::File::open(nest.home.path().join("paste")).unwrap();
    let sum = std::process::Command::new("cksum").stdin(file).output().unwrap().stdout;
    seen.until(&mut viewing, String::from_utf8(sum).unwrap().trim()).await;
    stop(&nest, &client).await;
}

#[tokio::test]
async fn what_has_the_terminal_is_told_and_closing_it_ends_everything() {
    let nest = terminal("exec bash --norc -i");
    let client = nest.start().await;
    let mut viewing = client.view(ALL).await.unwrap();
    let mut seen = Seen::default();
    client.type_in(b"echo re''ady\r".to_vec()).await.unwrap();
    seen.until(&mut viewing, "ready").await;
    assert_eq!(client.status().await.unwrap().terminal.unwrap().busy, None);
    client.type_in(b"sleep 600\r".to_vec()).await.unwrap();
    until(async || client.status().await.unwrap().terminal.unwrap().busy.as_deref() == Some("sleep")).await;
    client.kill(KillMode::Ladder).await.unwrap();
    let exit = seen.last(&mut viewing).await;
    assert_eq!((exit.signal, exit.asked), (Some(1), Asked::Terminate), "it was hung up");
    end(&nest, &client).await;
}

#[tokio::test]
async fn what_cannot_be_started_says_why_and_pipes_have_no_terminal() {
    let mut missing = terminal("");
    missing.spec.argv = vec!["no-such-shell".to_owned()];
    let (_, exit) = exit_of(&missing).await;
    assert_eq!(exit.failed_to_start.unwrap().reason, FailureReason::BinaryMissing);
    let mut gone = terminal("true");
    gone.spec.cwd = "/no/such/dir".into();
    let (_, exit) = exit_of(&gone).await;
    assert_eq!(exit.failed_to_start.unwrap().reason, FailureReason::CwdMissing);

    let pipes = nest("sleep 60");
    let client = pipes.start().await;
    let refused = |result| matches!(result, Err(KeeperError::Refused(Refusal::NoTerminal)));
    assert!(refused(client.type_in(b"x".to_vec()).await));
    assert!(refused(client.resize(SIZE).await));
    assert!(matches!(
        client.view(ALL).await.unwrap().next().await,
        Err(KeeperError::Refused(Refusal::NoTerminal))
    ));
    stop(&pipes, &client).await;
}
