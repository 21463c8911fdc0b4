//! The hierarchy against the real CLI: what it says it loaded is what Roost lists, in the same order. Skipped, with a word
//! about it, unless `ROOST_TEST_CLAUDE` names a binary; `cargo xtask test` always does.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

use std::{fs, path::Path, process::Stdio, sync::Arc, time::Duration};

use app::{
    auth::model::{Identity, Viewer},
    memories::port::Memories,
    projects::{model::NewProject, port::Projects},
};
use scripted_model::{Options, serve};
use serde_json::{Value, json};
use server::{bus::Bus, config::Config, db::Db, memories::MemoriesEngine, projects::ProjectsEngine};
use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader},
    net::TcpListener,
    process::Command,
    time::timeout,
};

/// How long the CLI may take to answer.
const PATIENCE: Duration = Duration::from_secs(60);

/// Files that say which of them the CLI reads: `{root}` is the directory around all.
const FILES: [(&str, &str); 27] = [
    ("home/.claude/CLAUDE.md", "user @extra.md @~/note.md"),
    ("home/.claude/extra.md", "x"),
    ("home/note.md", "x"),
    ("home/.claude/rules/only.md", "x"),
    ("home/.claude/rules/later.md", "---\npaths: src/**\n---\nx"),
    ("up/CLAUDE.md", "x @beside.md"),
    ("up/beside.md", "x"),
    ("up/.claude/CLAUDE.md", "x"),
    ("up/.claude/rules/team.md", "x"),
    ("up/CLAUDE.local.md", "x"),
    (
        "up/project/CLAUDE.md",
        "@docs/1.md see @docs/tail.md.\n\n`@docs/code.md` **@docs/bold.md** me@docs/mail.md (@docs/paren.md)\n\n\
         ```\n@docs/block.md\n```\n\n<!-- @docs/comment.md -->\n\n- @docs/list.md#part\n- @{root}/up/project/docs/whole.md\n\
         - @docs/picture.png\n- @../beside.md\n- @gone.md\n",
    ),
    ("up/project/docs/1.md", "@2.md"),
    ("up/project/docs/2.md", "@3.md"),
    ("up/project/docs/3.md", "@4.md @../CLAUDE.md"),
    ("up/project/docs/4.md", "@5.md"),
    ("up/project/docs/5.md", "x"),
    ("up/project/docs/tail.md", "x"),
    ("up/project/docs/code.md", "x"),
    ("up/project/docs/bold.md", "x"),
    ("up/project/docs/mail.md", "x"),
    ("up/project/docs/list.md", "x"),
    ("up/project/docs/whole.md", "x"),
    ("up/project/docs/comment.md", "x"),
    ("up/project/.claude/CLAUDE.md", "x"),
    ("up/project/.claude/rules/deep/rule.md", "x"),
    ("up/project/.claude/rules/cond.md", "---\npaths:\n  - \"src/**\"\n---\n@../../docs/mail.md"),
    ("up/project/CLAUDE.local.md", "x"),
];

/// What the CLI says it read, in its order.
#[expect(clippy::disallowed_methods, reason = "the CLI itself is asked, beside Roost")]
async fn asked(claude: &str, root: &Path) -> Vec<String> {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let model = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(serve(listener, Options::default()));
    let home = root.join("home");
    let mut cli = Command::new(claude)
        .args(["-p", "--input-format", "stream-json", "--output-format", "stream-json", "--verbose"])
        .current_dir(root.join("up/project"))
        .env_clear()
        .env("PATH", "/usr/bin:/bin")
        .env("HOME", &home)
        .env("TMPDIR", &home)
        .env("CLAUDE_CONFIG_DIR", home.join(".claude"))
        .env("ANTHROPIC_BASE_URL", model)
        .env("ANTHROPIC_API_KEY", "made-up-key-of-a-test")
        .env("CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC", "1")
        .env("DISABLE_TELEMETRY", "1")
        .env("DISABLE_AUTOUPDATER", "1")
        .env("DISABLE_ERROR_REPORTING", "1")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .kill_on_drop(true)
        .spawn()
        .unwrap();
    let question = json!({ "type": "control_request", "request_id": "1",
        "request": { "subtype": "get_context_usage", "detail": "summary" } });
    let mut input = cli.stdin.take().unwrap();
    input.write_all(format!("{question}\n").as_bytes()).await.unwrap();
    let mut lines = BufReader::new(cli.stdout.take().unwrap()).lines();
    let answer = async {
        while let Some(line) = lines.next_line().await.unwrap() {
            let line: Value = serde_json::from_str(&line).unwrap();
            if line["type"] == "control_response" {
                return line["response"]["response"]["memoryFiles"].clone();
            }
        }
        panic!("the CLI ended without an answer");
    };
    let files = timeout(PATIENCE, answer).await.expect("an answer of the CLI");
    files.as_array().unwrap().iter().map(|file| file["path"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_list_is_what_the_cli_reads() {
    let Some(claude) = std::env::var_os("ROOST_TEST_CLAUDE") else {
        println!("skipped: ROOST_TEST_CLAUDE does not name a claude binary");
        return;
    };
    let dir = tempfile::tempdir().unwrap();
    let root = dir.path().canonicalize().unwrap();
    for (name, text) in FILES {
        let path = root.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text.replace("{root}", root.to_str().unwrap())).unwrap();
    }
    let slug: String = root
        .join("up/project")
        .to_str()
        .unwrap()
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() { c } else { '-' })
        .collect();
    let notes = root.join("home/.claude/projects").join(slug).join("memory");
    fs::create_dir_all(&notes).unwrap();
    fs::write(notes.join("MEMORY.md"), "x").unwrap();
    fs::write(notes.join("topic.md"), "x").unwrap();

    let mut config = Config::default();
    config.claude.env.insert("CLAUDE_CONFIG_DIR".to_owned(), root.join("home/.claude").display().to_string());
    config.claude.env.insert("HOME".to_owned(), root.join("home").display().to_string());
    let db = Db::open(&root.join("roost.db")).await.unwrap();
    let (config, bus) = (Arc::new(config), Bus::default());
    let projects = ProjectsEngine::new(db.clone(), bus.clone(), Arc::clone(&config));
    let who = Viewer { identity: Identity::Open, label: "Ada".to_owned() };
    let path = Some(root.join("up/project").display().to_string());
    let project = projects.add(&who, NewProject { path, name: None }).await.unwrap();
    let engine = MemoriesEngine::new(db, bus, config, projects);
    let files = engine.list(&who, project.id).await.unwrap().files;
    let mut loaded: Vec<_> = files.into_iter().filter_map(|file| Some((file.order?, file.path))).collect();
    loaded.sort();
    let loaded: Vec<_> = loaded.into_iter().map(|(_, path)| path).collect();
    assert_eq!(loaded, asked(&claude.to_string_lossy(), &root).await);
}
