//! What happens to the connections between a server and its keepers, on purpose.

use std::os::fd::OwnedFd;

use rustix::{
    net::{Shutdown, SocketAddrUnix, getpeername, shutdown},
    process::{PidfdFlags, PidfdGetfdFlags, getpid, pidfd_getfd, pidfd_open},
};

/// Ends every connection of this process to a keeper. The keepers live on.
pub fn hang_up() {
    let own = pidfd_open(getpid(), PidfdFlags::empty()).unwrap();
    let open = std::fs::read_dir("/proc/self/fd").unwrap().flatten();
    let numbers = open.filter_map(|entry| entry.file_name().to_str()?.parse().ok());
    let files: Vec<OwnedFd> =
        numbers.filter_map(|number| pidfd_getfd(&own, number, PidfdGetfdFlags::empty()).ok()).collect();
    let to_a_keeper = |file: &&OwnedFd| {
        let peer = getpeername(file).ok().flatten();
        peer.and_then(|peer| SocketAddrUnix::try_from(peer).ok()).is_some_and(|peer| peer.path().is_some())
    };
    let ended = files.iter().filter(to_a_keeper).map(|file| shutdown(file, Shutdown::Both).unwrap());
    assert!(ended.count() > 0, "there was a connection");
}
