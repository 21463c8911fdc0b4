//! Where the server is, and how this program proves who it is. The token is made for this run, its secret is in memory only,
//! and it is revoked at the end; of one whose program was killed nobody has the secret, and the next hub takes it away.

use std::{
    net::{Ipv4Addr, Ipv6Addr, SocketAddr},
    process,
    sync::Arc,
};

use app::error::AppError;
use rustix::{
    io::Errno,
    process::{Pid, test_kill_process},
};

use crate::{auth::AuthEngine, db::Db};

/// What the tokens of hubs are called, before the number of the process.
const NAME: &str = "hub ";

/// Tells where the server of this home listens; none if there is none. Reads a file.
pub type Finder = Arc<dyn Fn() -> Option<SocketAddr> + Send + Sync>;

/// The server, wherever it is at the moment; cheap to clone.
#[derive(Clone)]
pub(super) struct Place {
    find: Finder,
    secret: Arc<str>,
}

impl Place {
    pub(super) fn new(find: Finder, secret: &str) -> Self {
        Self { find, secret: secret.into() }
    }

    /// An address on this machine at which the server answers now.
    pub(super) async fn address(&self) -> Option<SocketAddr> {
        let find = Arc::clone(&self.find);
        let listens = tokio::task::spawn_blocking(move || find()).await.ok()??;
        Some(match listens {
            SocketAddr::V4(at) if at.ip().is_unspecified() => (Ipv4Addr::LOCALHOST, at.port()).into(),
            SocketAddr::V6(at) if at.ip().is_unspecified() => (Ipv6Addr::LOCALHOST, at.port()).into(),
            other => other,
        })
    }

    /// The value of the `Authorization` header.
    pub(super) fn bearer(&self) -> String {
        format!("Bearer {}", self.secret)
    }
}

/// The token of this run.
pub(super) struct Identity {
    auth: AuthEngine,
    db: Db,
    name: String,
}

impl Identity {
    /// Makes the token, and takes those away whose hubs are gone; the second value is its secret.
    pub(super) async fn new(db: Db) -> anyhow::Result<(Self, String)> {
        let auth = AuthEngine::new(db.clone(), false).await?;
        for token in auth.all_tokens().await? {
            if token.name.strip_prefix(NAME).and_then(|pid| pid.parse().ok()).is_some_and(is_gone) {
                auth.revoke_token_named(&token.name).await?;
            }
        }
        let name = format!("{NAME}{}", process::id());
        let (_, secret) = auth.new_token(&name).await?;
        Ok((Self { auth, db, name }, secret))
    }

    /// Revokes the token.
    pub(super) async fn end(self) -> Result<(), AppError> {
        let revoked = self.auth.revoke_token_named(&self.name).await;
        self.db.close().await;
        revoked.map(drop)
    }
}

/// Whether no process of this number is alive, or it is this one, which has no token yet.
fn is_gone(pid: i32) -> bool {
    let own = u32::try_from(pid).is_ok_and(|pid| pid == process::id());
    own || Pid::from_raw(pid).is_none_or(|pid| test_kill_process(pid) == Err(Errno::SRCH))
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_token_whose_hub_is_gone_is_taken_away_by_the_next() {
        let dir = tempfile::tempdir().unwrap();
        let db = Db::open(&dir.path().join("roost.db")).await.unwrap();
        let auth = AuthEngine::new(db.clone(), false).await.unwrap();
        for name in ["hub 2147483647", "hub 1", "hub of mine", "ci"] {
            auth.new_token(name).await.unwrap();
        }
        let (identity, _) = Identity::new(db.clone()).await.unwrap();
        let names = async || {
            let mut names: Vec<_> =
                auth.all_tokens().await.unwrap().into_iter().map(|token| token.name).collect();
            names.sort();
            names
        };
        let own = format!("hub {}", process::id());
        let mut kept = vec!["ci".to_owned(), "hub 1".to_owned(), own, "hub of mine".to_owned()];
        kept.sort();
        assert_eq!(names().await, kept);
        identity.auth.revoke_token_named(&identity.name).await.unwrap();
        assert_eq!(names().await, ["ci", "hub 1", "hub of mine"]);
    }

    #[tokio::test]
    async fn a_server_that_listens_everywhere_is_reached_on_loopback() {
        for (listens, reached) in [
            ("0.0.0.0:7676", "127.0.0.1:7676"),
            ("[::]:1", "[::1]:1"),
            ("127.0.0.1:9", "127.0.0.1:9"),
            ("192.0.2.1:9", "192.0.2.1:9"),
        ] {
            let place = Place::new(Arc::new(move || listens.parse().ok()), "");
            assert_eq!(place.address().await, reached.parse().ok());
        }
    }
}
