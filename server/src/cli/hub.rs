//! `roost hub`: the hub on this terminal, beside a running server; offers to start one that outlives it if there is none.

use std::{
    env,
    fs::OpenOptions,
    io::{self, IsTerminal, Write},
    os::unix::fs::OpenOptionsExt,
    sync::Arc,
    time::Duration,
};

use anyhow::{Context, Result, bail};
use tokio::time::{Instant, sleep};

use super::home;
use crate::{config::Config, hub, keeper};

/// How long a server may take until it listens.
const START: Duration = Duration::from_secs(30);
/// How often it is looked for.
const LOOK: Duration = Duration::from_millis(50);

/// Shows the hub until the person leaves it.
pub(super) async fn run(config: Config) -> Result<()> {
    if !io::stdin().is_terminal() || !io::stdout().is_terminal() {
        bail!("the hub is for a person at a terminal; programs use the API, see `roost token`");
    }
    home::make(&config)?;
    if home::listens_at(&config.home).is_none() {
        if !wanted(&config).await? {
            println!("`roost` starts one.");
            return Ok(());
        }
        start(&config).await?;
    }
    let db = home::database(&config).await?;
    let editor = ["VISUAL", "EDITOR"].into_iter().filter_map(env::var_os);
    let editor =
        editor.map(|editor| editor.to_string_lossy().into_owned()).find(|editor| !editor.trim().is_empty());
    let home = config.home.clone();
    hub::run(db, Arc::new(move || home::listens_at(&home)), config.home, editor).await
}

/// Asks whether to start a server; yes if nothing is said.
async fn wanted(config: &Config) -> Result<bool> {
    print!("No Roost runs with {}. Start one? [Y/n] ", config.home.display());
    io::stdout().flush()?;
    let (read, said) = tokio::task::spawn_blocking(|| {
        let mut said = String::new();
        io::stdin().read_line(&mut said).map(|read| (read, said))
    })
    .await??;
    // The end of the input is no answer.
    Ok(read > 0 && matches!(said.trim().to_lowercase().as_str(), "" | "y" | "yes"))
}

/// Starts a server of its own session and waits until it listens.
async fn start(config: &Config) -> Result<()> {
    let path = config.home.join("serve.log");
    let log = OpenOptions::new().create(true).append(true).mode(0o600).open(&path);
    let log = log.with_context(|| format!("cannot write {}", path.display()))?;
    let exe = env::current_exe().context("cannot tell where this program is")?;
    let (home, listen) = (config.home.as_os_str(), config.listen.to_string());
    let args = [
        "serve".as_ref(),
        "--detached".as_ref(),
        "--home".as_ref(),
        home,
        "--listen".as_ref(),
        listen.as_ref(),
    ];
    let mut server = keeper::detached(exe.as_os_str(), &args, log).context("a server cannot be started")?;
    let end = Instant::now() + START;
    while home::listens_at(&config.home).is_none() {
        if server.try_wait()?.is_some() {
            let log = tokio::fs::read_to_string(&path).await.unwrap_or_default();
            bail!("the server ended at once: {}", log.lines().last().unwrap_or("its log is empty"));
        }
        if Instant::now() > end {
            bail!("the server does not listen yet; {} tells more", path.display());
        }
        sleep(LOOK).await;
    }
    Ok(())
}
