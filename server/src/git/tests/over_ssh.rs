//! A remote over SSH, by an `sshd` of the test's own on loopback. Where there is none it says so and proves nothing.

use std::{
    fs,
    net::{TcpListener, TcpStream},
    time::Duration,
};

use app::git::{
    model::run::{Command, Push as Pushed, RunEnd, RunNews},
    port::runs::Runs,
};
use futures::StreamExt;

use super::*;

/// Where Debian and others put it; it wants to be called by its whole path.
const SSHD: &str = "/usr/sbin/sshd";

/// A running `sshd` that lets one key in.
struct Sshd {
    port: u16,
    user: String,
    task: tokio::task::JoinHandle<()>,
}

impl Drop for Sshd {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn said(program: &str, dir: &Path, args: &[&str]) -> Result<String, String> {
    match exec(Exec::new(program, dir).args(args)).await {
        Ok(output) if output.success() => Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned()),
        Ok(output) => Err(String::from_utf8_lossy(&output.stderr).trim().to_owned()),
        Err(error) => Err(error.to_string()),
    }
}

impl Sshd {
    /// Starts it with its files in `dir`, or says why it cannot.
    async fn start(dir: &Path) -> Result<Self, String> {
        for key in ["host", "mine", "strange"] {
            said("ssh-keygen", dir, &["-q", "-t", "ed25519", "-N", "", "-f", key]).await?;
        }
        fs::copy(dir.join("mine.pub"), dir.join("allowed")).unwrap();
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let at = dir.display();
        let config = format!(
            "ListenAddress 127.0.0.1:{port}\nHostKey {at}/host\nAuthorizedKeysFile {at}/allowed\nPidFile none\nStrictModes no\n\
             UsePAM no\nPasswordAuthentication no\nKbdInteractiveAuthentication no\nPermitRootLogin prohibit-password\n"
        );
        fs::write(dir.join("config"), config).unwrap();
        let config = dir.join("config").to_str().unwrap().to_owned();
        said(SSHD, dir, &["-t", "-f", &config]).await?;
        let user = said("id", dir, &["-un"]).await?;
        let run = Exec::new(SSHD, dir).args(["-D", "-e", "-f", &config]).timeout(Duration::from_secs(300));
        let task = tokio::spawn(async move { drop(exec(run).await) });
        let sshd = Self { port, user, task };
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            if sshd.task.is_finished() {
                return Err("it ended at once".to_owned());
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        let host = fs::read_to_string(dir.join("host.pub")).unwrap();
        fs::write(dir.join("known"), format!("[127.0.0.1]:{port} {host}")).unwrap();
        Ok(sshd)
    }
}

impl Home {
    async fn pushed(&self, id: ProjectId, command: Command) -> RunEnd {
        let run = self.git.start(&self.who, id, command).await.unwrap();
        let mut news = self.git.follow(&self.who, id, run.id).await.unwrap();
        while let Some(one) = news.next().await {
            if let RunNews::End(end) = one {
                return end;
            }
        }
        panic!("it never ended");
    }
}

#[tokio::test]
async fn a_branch_is_pushed_over_ssh_and_nothing_asks() {
    let home = Home::new().await;
    let keys = home.dir.path().join("keys");
    fs::create_dir(&keys).unwrap();
    let sshd = match Sshd::start(&keys).await {
        Ok(sshd) => sshd,
        Err(why) => {
            eprintln!(
                "skipped: there is no sshd that can be started here ({why}), so nothing was pushed over SSH"
            );
            return;
        }
    };
    let (project, path) = home.repository("p").await;
    home.engine.trust(&home.who, project.id).await.unwrap();
    let bare = home.dir.path().join("remote.git");
    git(home.dir.path(), &["init", "--quiet", "--bare", bare.to_str().unwrap()]).await;
    let address = format!("ssh://{}@127.0.0.1:{}{}", sshd.user, sshd.port, bare.display());
    git(&path, &["remote", "add", "origin", &address]).await;
    let publish = Command::Push(Pushed { set_upstream: Some("origin".to_owned()), lease: None });
    let at = keys.display();
    for (key, known, ok, words) in [
        ("mine", "nothing", false, "The key of the remote's host is not known"),
        ("strange", "known", false, "The remote wants to know who you are"),
        ("mine", "known", true, "even with origin/main"),
    ] {
        let ssh = format!(
            "ssh -F none -i {at}/{key} -oIdentitiesOnly=yes -oUserKnownHostsFile={at}/{known} -oGlobalKnownHostsFile=none"
        );
        git(&path, &["config", "core.sshCommand", &ssh]).await;
        let end = home.pushed(project.id, publish.clone()).await;
        assert!(end.ok == ok && end.words.contains(words), "{key} {known}: {end:?}");
    }
    let there = said("git", &bare, &["rev-parse", "main"]).await;
    assert_eq!(there, said("git", &path, &["rev-parse", "main"]).await);
}
