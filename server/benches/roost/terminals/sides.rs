//! The two sides of the comparison: Roost with its keepers, and the rival, each with processes that can be weighed.

use std::{path::Path, process::Stdio, time::Duration};

use serde_json::json;
use tokio::{
    io::{AsyncBufReadExt, BufReader},
    process::{Child, Command},
};

use super::client::{At, Client};
use crate::{
    home::Home,
    numbers::{resident, used},
};

/// One side; what it started ends with [`Side::close`].
pub(super) enum Side {
    Roost { home: Box<Home>, terminals: Vec<String> },
    Rival { child: Child, url: String, terminals: usize },
}

impl Side {
    pub(super) async fn roost() -> Self {
        Self::Roost { home: Box::new(crate::roomy().await), terminals: Vec::new() }
    }

    /// The rival with its own name; none if it is not installed.
    pub(super) async fn rival() -> Option<(Self, String)> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/rival");
        if !folder.join("node_modules").is_dir() {
            return None;
        }
        let mut command = Command::new("node");
        command.arg("server.mjs").current_dir(folder).env_clear().kill_on_drop(true);
        command.env("PATH", std::env::var_os("PATH").unwrap_or_default());
        let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn().unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let mut line = async || lines.next_line().await.unwrap().expect("the rival says where it listens");
        let (url, name) = (line().await, line().await);
        Some((Self::Rival { child, url, terminals: 0 }, name))
    }

    /// Opens a terminal and says where it is.
    pub(super) async fn open(&mut self) -> At {
        match self {
            Self::Roost { home, terminals } => {
                let made = home.post("/api/v1/terminals", json!({"project_id": home.project_id})).await;
                let id = made.body["id"].as_str().unwrap().to_owned();
                let base = home.base.replace("http:", "ws:");
                let url = format!("{base}/api/v1/terminals/{id}/ws?cols=100&rows=30&history=10000");
                terminals.push(id);
                At::Roost { url, token: home.token.clone() }
            }
            Self::Rival { url, terminals, .. } => {
                *terminals += 1;
                At::Rival { url: format!("{url}/{terminals}") }
            }
        }
    }

    /// A new terminal whose shell is quiet, with somebody who looks.
    pub(super) async fn quiet(&mut self) -> (At, Client) {
        let at = self.open().await;
        let mut client = Client::connect(&at).await;
        client.hush().await;
        (at, client)
    }

    /// Its processes: the server first, without the shells.
    async fn processes(&self) -> Vec<u32> {
        match self {
            Self::Roost { home, .. } => {
                let keepers = server::keeper::scan(&home.root.join("terminals")).await.unwrap();
                let keepers = keepers.into_iter().filter_map(|found| Some(found.info?.keeper_pid));
                std::iter::once(home.pid()).chain(keepers).collect()
            }
            Self::Rival { child, .. } => child.id().into_iter().collect(),
        }
    }

    /// Processor time used so far.
    pub(super) async fn used(&self) -> Duration {
        self.processes().await.into_iter().map(used).sum()
    }

    /// Memory, where what is shared counts in parts.
    pub(super) async fn weight(&self) -> u64 {
        self.processes().await.into_iter().map(|pid| resident(pid).1).sum()
    }

    /// Ends every shell and the server.
    pub(super) async fn close(self) {
        match self {
            Self::Roost { home, terminals } => {
                for id in terminals {
                    let path = format!("/api/v1/terminals/{id}?force=true");
                    home.call(reqwest::Method::DELETE, &path, None).await;
                }
                home.kill().await;
            }
            Self::Rival { mut child, .. } => child.kill().await.unwrap(),
        }
    }
}
