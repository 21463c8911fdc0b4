//! Which ports the programs of living keepers listen on: their descendants by `/proc`, and the sockets these have open. Looks
//! at processes and never at a port itself.

use std::{
    collections::{BTreeMap, HashSet},
    io,
    net::{IpAddr, SocketAddr},
    path::Path,
};

use procfs::{
    net::{TcpNetEntry, TcpState, tcp, tcp6},
    process::{FDTarget, Process},
};

use super::{client::blocking, disk::scan, sweep};

/// The most of a command line that is told.
const COMMAND: usize = 200;

/// A port that a program listens on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listening {
    /// The name of the keeper's directory.
    pub keeper: String,
    /// The program's process id; of several with the same socket the first one.
    pub pid: u32,
    /// What it was started as, at most 200 characters.
    pub command: String,
    /// Where it listens.
    pub address: SocketAddr,
}

/// Every port that a descendant of a living keeper under `root` listens on, in this machine's own network.
///
/// # Errors
/// When the keepers' directories or the system's tables cannot be read.
pub async fn listening(root: &Path) -> io::Result<Vec<Listening>> {
    let keepers = scan(root).await?;
    blocking(move || {
        let mut sockets: BTreeMap<u64, SocketAddr> = BTreeMap::new();
        for entry in entries()? {
            if entry.state == TcpState::Listen {
                sockets.insert(entry.inode, plain(entry.local_address));
            }
        }
        let processes = sweep::all();
        let mut found = Vec::new();
        for keeper in keepers.into_iter().filter(|keeper| keeper.alive) {
            let Some(info) = keeper.info else { continue };
            let mut told = HashSet::new();
            let mut family = sweep::descendants(&processes, &HashSet::from([info.keeper_pid]));
            family.sort_unstable_by_key(|process| process.pid);
            for process in family {
                for address in open(process.pid).filter_map(|inode| sockets.get(&inode)) {
                    if told.insert(*address) {
                        let command = command(process.pid);
                        found.push(Listening {
                            keeper: keeper.id.clone(),
                            pid: process.pid,
                            command,
                            address: *address,
                        });
                    }
                }
            }
        }
        Ok(found)
    })
    .await
}

fn entries() -> io::Result<Vec<TcpNetEntry>> {
    let mut all = tcp().map_err(io::Error::other)?;
    // There is no such table where the system has no IPv6.
    all.extend(tcp6().unwrap_or_default());
    Ok(all)
}

/// An IPv4 address as such, also where a socket of IPv6 stands for it.
fn plain(address: SocketAddr) -> SocketAddr {
    SocketAddr::new(address.ip().to_canonical(), address.port())
}

/// The sockets that a process has open; none of one that is gone or not ours.
fn open(pid: u32) -> impl Iterator<Item = u64> {
    let all = Process::new(pid.cast_signed()).and_then(|process| process.fd());
    all.into_iter().flatten().flatten().filter_map(|open| match open.target {
        FDTarget::Socket(inode) => Some(inode),
        _ => None,
    })
}

fn command(pid: u32) -> String {
    let words = Process::new(pid.cast_signed()).and_then(|process| process.cmdline()).unwrap_or_default();
    words.join(" ").chars().take(COMMAND).collect()
}

/// Where one on this machine reaches what listens there.
#[must_use]
pub fn reachable(address: SocketAddr) -> SocketAddr {
    let ip = match address.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => IpAddr::from([127, 0, 0, 1]),
        IpAddr::V6(ip) if ip.is_unspecified() => IpAddr::from([0, 0, 0, 0, 0, 0, 0, 1]),
        ip => ip,
    };
    SocketAddr::new(ip, address.port())
}
