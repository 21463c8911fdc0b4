//! The real CLI in the hub, against the scripted model: started, answered, left, reattached, stopped. Skipped, with a word about
//! it, unless `ROOST_TEST_CLAUDE` names a binary.

use std::{fs, path::Path};

use scripted_model::{Options, serve};
use serde_json::json;
use tokio::net::TcpListener;

use crate::{Home, agent, tmux::Tmux};

/// Makes the real CLI the agent of this home. It sees nothing of this process's environment: no account, no home, no address
/// but the model's; and nothing is asked that it asks at its first start.
fn real_agent(home: &Path, claude: &str, model: &str) {
    let dir = home.join("agent-home");
    let config = dir.join(".claude");
    fs::create_dir_all(&config).unwrap();
    let known = json!({
        "hasCompletedOnboarding": true,
        "lastOnboardingVersion": "2.1.329",
        "theme": "dark",
        "customApiKeyResponses": { "approved": ["ade-up-key-of-a-test"] },
        "projects": { home.join("web").display().to_string(): { "hasTrustDialogAccepted": true } },
    });
    fs::write(config.join(".claude.json"), known.to_string()).unwrap();
    let (dir, config) = (dir.display(), config.display());
    agent(
        home,
        &format!(
            "exec env -i PATH=\"$PATH\" TERM=xterm-256color LANG=C.UTF-8 HOME={dir} TMPDIR={dir} CLAUDE_CONFIG_DIR={config} \
             ANTHROPIC_BASE_URL={model} ANTHROPIC_API_KEY=made-up-key-of-a-test CLAUDE_CODE_MAX_RETRIES=1 \
             CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC=1 DISABLE_TELEMETRY=1 DISABLE_AUTOUPDATER=1 DISABLE_ERROR_REPORTING=1 \
             {claude} \"$@\""
        ),
    );
    // Where Roost looks for what the CLI writes.
    fs::create_dir_all(home.join("roost")).unwrap();
    let settings = format!("[claude.env]\nCLAUDE_CONFIG_DIR = \"{config}\"\n");
    fs::write(home.join("roost/roost.toml"), settings).unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn the_agents_own_interface_is_started_answered_left_and_stopped() {
    let Ok(claude) = std::env::var("ROOST_TEST_CLAUDE") else {
        println!("skipped: ROOST_TEST_CLAUDE does not name a claude binary");
        return;
    };
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let model = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(serve(listener, Options::default()));
    let home = Home::with(|home| real_agent(home, &claude, &model)).await;
    let tmux = Tmux::new(home.dir.path(), 80, 24);
    tmux.starts_hub("");
    tmux.shows("n starts a session").await;
    tmux.begins_a_session().await;
    tmux.shows("New session in web").await;
    tmux.types("say: ALPHA{turns}");
    tmux.press(&["Tab", "Tab", "Space"]);
    tmux.shows("terminal").await;
    tmux.press(&["Enter"]);
    tmux.shows("ALPHA1").await;

    tmux.types("bash: touch a.txt");
    tmux.shows("bash: touch a.txt").await;
    tmux.press(&["Enter"]);
    tmux.shows("Do you want to").await;
    tmux.press(&["F12"]);
    tmux.shows("It runs on.").await;
    tmux.press(&["Enter"]);
    let list = tmux.shows("needs you").await;
    assert!(list.contains("1 needs you"), "{list}");
    // What it asks is answered in its terminal.
    tmux.types("a");
    tmux.shows("Do you want to").await;
    // A dialog that was just drawn does not hear an enter yet, so it is pressed until it does.
    tmux.until("the file", |_| {
        tmux.press(&["Enter"]);
        home.dir.path().join("web/a.txt").exists()
    })
    .await;
    tmux.hides("Do you want to").await;

    tmux.press(&["C-b", "d"]);
    tmux.shows("r  Reattach").await;
    tmux.types("r");
    tmux.hides("It runs on.").await;
    tmux.shows("ALPHA1").await;
    tmux.press(&["F12"]);
    tmux.shows("a  Stop and archive").await;
    tmux.types("a");
    tmux.shows("y  Archive it").await;
    tmux.press(&["Enter"]);
    tmux.shows("stopped").await;
    let session = home.get("sessions").await[0].clone();
    assert_eq!(
        (&session["status"], &session["archived"], &session["surface"]),
        (&json!("stopped"), &json!(false), &json!("tui")),
        "who declines leaves it stopped: {session}"
    );
}
