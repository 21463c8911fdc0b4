//! `roost link`: a sign-in link for one more browser. Works beside a running server and without one.

use std::net::{Ipv4Addr, SocketAddr};

use anyhow::Result;

use super::home;
use crate::{
    auth::{AuthEngine, LINK_MS},
    config::Config,
};

/// Prints the link.
pub(super) async fn run(config: &Config) -> Result<()> {
    let db = home::database(config).await?;
    let auth = AuthEngine::new(db.clone(), false).await?;
    let base = home::running_at(&config.home).unwrap_or_else(|| base(config, config.listen));
    println!("{base}{}", auth.link(LINK_MS).await?);
    db.close().await;
    Ok(())
}

/// The address that a person can open: the first configured name, else where the server listens.
pub(super) fn base(config: &Config, listen: SocketAddr) -> String {
    if listen.ip().is_loopback() {
        return format!("http://{listen}");
    }
    match config.server.hosts.first() {
        // A name without a port is reached through a proxy, which is where TLS is.
        Some(host) if !host.contains(':') => format!("https://{host}"),
        Some(host) => format!("http://{host}"),
        None if listen.ip().is_unspecified() => {
            format!("http://{}", SocketAddr::from((Ipv4Addr::LOCALHOST, listen.port())))
        }
        None => format!("http://{listen}"),
    }
}
