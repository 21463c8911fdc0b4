//! How often a secret may be wrong before its sender has to wait. In memory only: a restart forgives.

use std::{
    collections::HashMap,
    net::{IpAddr, Ipv6Addr},
    sync::{Mutex, PoisonError},
};

use app::{
    error::{AppError, ErrorCode},
    time::Millis,
};

/// Failures one peer may have in a window.
const PER_PEER: u32 = 5;
/// Failures all peers together may have in a window; also bounds the table to about twice as many entries.
const TOGETHER: u32 = 500;
/// The window.
const WINDOW_MS: i64 = 15 * 60 * 1000;

#[derive(Clone, Copy)]
struct Window {
    since: Millis,
    failures: u32,
}

impl Window {
    fn is_over(self, now: Millis) -> bool {
        now.0 - self.since.0 >= WINDOW_MS
    }
}

#[derive(Default)]
struct Table {
    peers: HashMap<IpAddr, Window>,
    all: Option<Window>,
}

/// Failures by peer. A plain mutex, held for one look-up and never over an await.
#[derive(Default)]
pub(super) struct Throttle(Mutex<Table>);

impl Throttle {
    /// 429 with the seconds to wait in `details`, once this peer or all together failed too often.
    pub(super) fn check(&self, peer: IpAddr, now: Millis) -> Result<(), AppError> {
        let table = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let over = |window: Option<&Window>, limit| {
            window
                .filter(|window| !window.is_over(now) && window.failures >= limit)
                .map(|window| window.since)
        };
        let since =
            over(table.peers.get(&network(peer)), PER_PEER).or_else(|| over(table.all.as_ref(), TOGETHER));
        let Some(since) = since else { return Ok(()) };
        let seconds = (since.0 + WINDOW_MS - now.0).max(1000).div_euclid(1000);
        Err(AppError::new(ErrorCode::TooManyTries, "Too many tries. Wait a while and try again.")
            .with(seconds.to_string()))
    }

    /// Counts a failure, unless the limit is reached already: waiting is never prolonged by asking.
    pub(super) fn failed(&self, peer: IpAddr, now: Millis) {
        if self.check(peer, now).is_err() {
            return;
        }
        let mut table = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if table.peers.len() >= TOGETHER as usize {
            table.peers.retain(|_, window| !window.is_over(now));
        }
        let fresh = Window { since: now, failures: 0 };
        let count = |window: &mut Window| {
            if window.is_over(now) {
                *window = fresh;
            }
            window.failures += 1;
        };
        count(table.all.get_or_insert(fresh));
        count(table.peers.entry(network(peer)).or_insert(fresh));
    }

    /// Forgets a peer's failures.
    pub(super) fn succeeded(&self, peer: IpAddr) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).peers.remove(&network(peer));
    }
}

/// One household's IPv6 addresses are as many as it likes, so they count as one.
fn network(peer: IpAddr) -> IpAddr {
    match peer {
        IpAddr::V6(address) if address.to_ipv4_mapped().is_none() => {
            IpAddr::V6(Ipv6Addr::from_bits(address.to_bits() & (u128::MAX << 64)))
        }
        other => other.to_canonical(),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    fn peer(n: u32) -> IpAddr {
        IpAddr::V4(n.into())
    }

    #[test]
    fn the_sixth_try_waits_and_only_the_peer_that_failed() {
        let throttle = Throttle::default();
        for n in 0..5 {
            throttle.check(peer(1), Millis(n)).unwrap();
            throttle.failed(peer(1), Millis(n));
        }
        let error = throttle.check(peer(1), Millis(5)).unwrap_err();
        assert_eq!((error.code, error.details.as_deref()), (ErrorCode::TooManyTries, Some("899")));
        throttle.check(peer(2), Millis(5)).unwrap();
        throttle.check(peer(1), Millis(WINDOW_MS)).unwrap();
        throttle.failed(peer(1), Millis(WINDOW_MS));
        throttle.check(peer(1), Millis(WINDOW_MS)).unwrap();
    }

    #[test]
    fn all_together_are_bounded_and_so_is_the_table() {
        let throttle = Throttle::default();
        for n in 0..10_000 {
            throttle.failed(peer(n), Millis(0));
        }
        assert!(throttle.check(peer(20_000), Millis(0)).is_err());
        assert_eq!(throttle.0.lock().unwrap().peers.len(), TOGETHER as usize);
        throttle.check(peer(20_000), Millis(WINDOW_MS)).unwrap();
    }

    #[test]
    fn success_forgives_and_one_ipv6_network_is_one_peer() {
        let throttle = Throttle::default();
        let (a, b) = ("2001:db8::1".parse().unwrap(), "2001:db8::2".parse().unwrap());
        for _ in 0..5 {
            throttle.failed(a, Millis(0));
        }
        assert!(throttle.check(b, Millis(0)).is_err());
        throttle.succeeded(b);
        throttle.check(a, Millis(0)).unwrap();
    }
}
