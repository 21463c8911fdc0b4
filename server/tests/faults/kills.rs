//! The server is killed at random moments, over and over, while agents stream and wait for answers. Then every event and
//! every file is compared with a run in which nothing happened.

use std::{
    collections::BTreeMap,
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use rand::{Rng, SeedableRng, rngs::StdRng};
use tokio::{net::TcpListener, time::sleep};

use crate::{
    history,
    home::{Home, PATIENCE},
    life::{Lived, Story, live},
};

/// Kills around the echo agent, which is quick: many lives, many places to die.
const KILLS: u32 = 100;
/// Kills around the real CLI.
const KILLS_REAL: u32 = 25;

fn echo_story(name: String) -> Story {
    let many = "one two three four five six seven eight nine ten ".repeat(8);
    let prompts = [
        format!("say: {name} 0\nstream: {many}\nflood: 20\nbash: touch {name}\nsay: {name} 0 end"),
        format!(
            "bash: edit {name}\nflood: 120\nstream: {many}\nbash: deny {name}\nwait: 30\nsay: {name} 1 end"
        ),
        format!("flood: 60\nwait: 40\nflood: 60\nbash: three {name}\nraw: what is this\nsay: {name} 2 end"),
        format!("stream: {many}\nbash: four {name}\nsay: {name} 3 end"),
    ];
    Story { name, prompts }
}

fn real_story(name: String) -> Story {
    let prompts = [
        format!("think: files\nsay: {name} 0\nwrite: {name}.txt | line one\nsay: {name} 0 end"),
        format!(
            "long: 6\nbash: printf 'ran\\n' >> {name}.log\nedit: {name}.txt | line one | line two\nsay: {name} 1 end"
        ),
        format!(
            "bash: printf deny >> {name}.log\nbash: printf 'again\\n' >> {name}.log\nlong: 4\nsay: {name} 2 end"
        ),
        format!("write: {name}-late.txt | late\nsay: {name} 3 end {{turns}}"),
    ];
    Story { name, prompts }
}

/// The real CLI in a home of its own, before the scripted model; it sees nothing of this process's environment.
fn real_agent(dir: &Path, claude: &str, model: &str) -> String {
    let home = dir.display();
    let off = "CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC=1 DISABLE_TELEMETRY=1 DISABLE_AUTOUPDATER=1 DISABLE_ERROR_REPORTING=1";
    format!(
        "exec env -i PATH=\"$PATH\" TERM=xterm LANG=C.UTF-8 HOME={home} TMPDIR={home} CLAUDE_CONFIG_DIR={home}/.claude \
         ANTHROPIC_BASE_URL={model} ANTHROPIC_API_KEY=made-up-key-of-a-test {off} CLAUDE_CODE_MAX_RETRIES=1 {claude} \"$@\""
    )
}

pub(crate) fn rng() -> StdRng {
    let seed = std::env::var("ROOST_TEST_SEED")
        .ok()
        .and_then(|seed| seed.parse().ok())
        .unwrap_or_else(|| rand::rng().random());
    println!("ROOST_TEST_SEED={seed}");
    StdRng::seed_from_u64(seed)
}

/// `sessions` at a time live one life after the other until `over`; gives all of them, one list for each.
async fn lives(
    home: &Arc<Home>,
    story: fn(String) -> Story,
    sessions: usize,
    over: &Arc<AtomicBool>,
    rng: &mut StdRng,
) -> Vec<Vec<Lived>> {
    let one_after_the_other = |n| {
        let (home, over, mut rng) = (Arc::clone(home), Arc::clone(over), StdRng::from_rng(rng));
        async move {
            let mut lived = Vec::new();
            while lived.is_empty() || !over.load(Ordering::Relaxed) {
                lived.push(live(&home, story(format!("s{n}-{}-", lived.len())), &mut rng).await);
            }
            lived
        }
    };
    together((0..sessions).map(one_after_the_other)).await
}

/// Lives the same stories where nothing happens, and compares.
async fn compare(
    run: Vec<Vec<Lived>>,
    home: &Arc<Home>,
    story: fn(String) -> Story,
    undisturbed: &Arc<Home>,
    rng: &mut StdRng,
) {
    let again = |lives: Vec<Lived>| {
        let (home, undisturbed, mut rng) = (Arc::clone(home), Arc::clone(undisturbed), StdRng::from_rng(rng));
        async move {
            for lived in lives {
                let again = live(&undisturbed, story(lived.story.name.clone()), &mut rng).await;
                let (a, b) = (
                    history::comparable(&lived.events, &home),
                    history::comparable(&again.events, &undisturbed),
                );
                history::assert_same(&lived.story.name, &a, &b);
            }
        }
    };
    together(run.into_iter().map(again)).await;
}

async fn together<F: Future<Output: Send> + Send + 'static>(all: impl Iterator<Item = F>) -> Vec<F::Output> {
    let tasks: Vec<_> = all.map(tokio::spawn).collect();
    let mut results = Vec::new();
    for task in tasks {
        results.push(task.await.unwrap_or_else(|panic| std::panic::resume_unwind(panic.into_panic())));
    }
    results
}

/// Kills the server `kills` times: mostly while it serves, sometimes while it starts.
async fn kill_again_and_again(home: &Home, kills: u32, rng: &mut StdRng) {
    for _ in 0..kills {
        if rng.random_ratio(4, 5) {
            let pause = Duration::from_micros(rng.random_range(0..250_000));
            sleep(pause).await;
            home.kill().await;
        }
        // Otherwise it is killed while it starts, at a moment counted from the beginning of its life.
        else {
            home.kill().await;
            home.launch();
            let pause = Duration::from_micros(rng.random_range(0..150_000));
            sleep(pause).await;
            home.kill().await;
        }
        home.start().await;
    }
}

fn files(home: &Home) -> BTreeMap<String, String> {
    let entries = std::fs::read_dir(&home.project).unwrap().flatten().filter(|entry| entry.path().is_file());
    entries
        .map(|entry| {
            (entry.file_name().into_string().unwrap(), std::fs::read_to_string(entry.path()).unwrap())
        })
        .collect()
}

/// Every keeper was let go: none is left behind that nobody will ever ask again.
async fn assert_nothing_left(home: &Home) {
    let nothing = async {
        while !home.keepers().is_empty() {
            sleep(Duration::from_millis(50)).await;
        }
    };
    tokio::time::timeout(PATIENCE, nothing)
        .await
        .unwrap_or_else(|_| panic!("left behind: {:?}\n{}", home.keepers(), home.log()));
}

pub(crate) async fn integrity(home: &Home) -> String {
    let address = format!("sqlite://{}", home.root.join("roost.db").display());
    let db = sqlx::SqlitePool::connect(&address).await.unwrap();
    sqlx::query_scalar("pragma integrity_check").fetch_one(&db).await.unwrap()
}

async fn story_survives(
    home: Home,
    undisturbed: Home,
    story: fn(String) -> Story,
    sessions: usize,
    kills: u32,
) {
    let (home, mut rng) = (Arc::new(home), rng());
    let over = Arc::new(AtomicBool::new(false));
    let killer = {
        let (home, over, mut rng) = (Arc::clone(&home), Arc::clone(&over), StdRng::from_rng(&mut rng));
        tokio::spawn(async move {
            kill_again_and_again(&home, kills, &mut rng).await;
            over.store(true, Ordering::Relaxed);
        })
    };
    let run = lives(&home, story, sessions, &over, &mut rng).await;
    killer.await.unwrap();
    assert_nothing_left(&home).await;
    assert_eq!(integrity(&home).await, "ok");

    let lived: Vec<&Lived> = run.iter().flatten().collect();
    let events: usize = lived.iter().map(|lived| lived.events.len()).sum();
    println!("{kills} kills, {} sessions, {events} events", lived.len());
    let undisturbed = Arc::new(undisturbed);
    compare(run, &home, story, &undisturbed, &mut rng).await;
    assert_eq!(files(&home), files(&undisturbed));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_killed_again_and_again_loses_and_doubles_nothing() {
    story_survives(Home::new().await, Home::new().await, echo_story, 6, KILLS).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nor_does_it_with_the_real_agent() {
    let Ok(claude) = std::env::var("ROOST_TEST_CLAUDE") else {
        println!("skipped: ROOST_TEST_CLAUDE does not name a claude binary");
        return;
    };
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let model = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(scripted_model::serve(listener, scripted_model::Options { pace: Duration::from_millis(1) }));
    let homes = [tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap()];
    let home = Home::with(|_| {}, &real_agent(homes[0].path(), &claude, &model)).await;
    let undisturbed = Home::with(|_| {}, &real_agent(homes[1].path(), &claude, &model)).await;
    story_survives(home, undisturbed, real_story, 2, KILLS_REAL).await;
}
