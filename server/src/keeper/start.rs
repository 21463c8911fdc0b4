//! Starts keepers: the only place that does. The order with its environment goes through a file only its owner
//! can read; the keeper inherits nothing of the server's environment but `PATH`.

use std::fs::{self, DirBuilder, OpenOptions};
use std::io::{self, ErrorKind, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use tokio::process::{Child, Command};
use tokio::time::{Instant, sleep};

use super::client::{Client, attach, blocking};
use super::disk::end_leftovers;
use super::error::KeeperError;
use super::model::Spec;

/// How long a new keeper may take to open its socket.
const START: Duration = Duration::from_secs(20);

/// Starts a keeper for `spec` in `dir`, which it creates (0700; its parent must exist), and connects to it.
/// After an error nothing runs, but the directory may be there.
/// That the child could not be started is no error here: the exit record says it.
#[expect(clippy::disallowed_methods, reason = "this is where keepers are started")]
pub async fn spawn(keeper_exe: &Path, dir: &Path, spec: &Spec) -> Result<Client, KeeperError> {
    let order = serde_json::to_vec(spec).map_err(io::Error::from)?;
    let to = dir.to_owned();
    let log = blocking(move || prepare(&to, &order)).await?;
    let path = std::env::var_os("PATH").unwrap_or_else(|| "/usr/bin:/bin".into());
    let started = Command::new(keeper_exe)
        .arg("keeper")
        .arg("--dir")
        .arg(dir)
        .env_clear()
        .env("PATH", path)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(log)
        .spawn();
    let connected = match started {
        Ok(mut keeper) => {
            let connected = first_contact(&mut keeper, dir).await;
            if connected.is_err() {
                let _ = keeper.kill().await;
                let _ = end_leftovers(dir).await;
            }
            // Someone has to reap it, or it stays a zombie as long as this server lives.
            tokio::spawn(async move { keeper.wait().await });
            connected
        }
        Err(error) => Err(KeeperError::Start(error.to_string())),
    };
    if connected.is_err() {
        let _ = tokio::fs::remove_file(dir.join("spec.json")).await;
    }
    connected
}

/// Creates the directory with the order in it; returns the log file.
fn prepare(dir: &Path, order: &[u8]) -> io::Result<fs::File> {
    DirBuilder::new().mode(0o700).create(dir)?;
    let create = |name| OpenOptions::new().append(true).create_new(true).mode(0o600).open(dir.join(name));
    create("spec.json")?.write_all(order)?;
    create("keeper.log")
}

/// Waits for the socket of a keeper that was just started, or for its early death.
async fn first_contact(keeper: &mut Child, dir: &Path) -> Result<Client, KeeperError> {
    let deadline = Instant::now() + START;
    loop {
        match attach(dir).await {
            Err(KeeperError::Gone) => {}
            Err(KeeperError::Io(error))
                if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::ConnectionRefused) => {}
            connected => return connected,
        }
        if keeper.try_wait()?.is_some() {
            let log = tokio::fs::read_to_string(dir.join("keeper.log")).await.unwrap_or_default();
            return Err(KeeperError::Start(log.lines().last().unwrap_or("it ended at once").to_owned()));
        }
        if Instant::now() > deadline {
            return Err(KeeperError::TimedOut);
        }
        sleep(Duration::from_millis(3)).await;
    }
}
