//! Identity against a fresh database and a clock that the test moves.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

use std::{
    net::{IpAddr, Ipv4Addr},
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
};

use app::{
    auth::{model::Viewer, port::Auth},
    error::ErrorCode,
    time::Millis,
};

use futures::FutureExt;

use super::{AuthEngine, LINK_MS, LOGIN_SECONDS};
use crate::db::{Db, test_db};

const PEER: IpAddr = IpAddr::V4(Ipv4Addr::new(192, 0, 2, 7));

struct World {
    auth: AuthEngine,
    now: Arc<AtomicI64>,
    db: Db,
    _dir: tempfile::TempDir,
}

impl World {
    async fn new() -> Self {
        let (db, dir) = test_db().await;
        let now = Arc::new(AtomicI64::new(1_000_000_000_000));
        let clock = Arc::clone(&now);
        let clock = Arc::new(move || Millis(clock.load(Ordering::SeqCst)));
        let auth = AuthEngine::with_clock(db.clone(), false, clock).await.unwrap();
        Self { auth, now, db, _dir: dir }
    }

    fn pass(&self, ms: i64) {
        self.now.fetch_add(ms, Ordering::SeqCst);
    }

    async fn code(&self) -> String {
        self.auth.link(LINK_MS).await.unwrap().strip_prefix("/sign-in#").unwrap().to_owned()
    }

    async fn sign_in(&self) -> (Viewer, String) {
        let signed_in = self.auth.exchange(&self.code().await, "Firefox Linux", PEER).await.unwrap();
        (self.auth.by_cookie(&signed_in.secret).await.unwrap().unwrap(), signed_in.secret)
    }
}

#[tokio::test]
async fn a_code_works_once_and_for_ten_minutes() {
    let world = World::new().await;
    let code = world.code().await;
    assert_eq!(code.len(), 43);
    let signed_in = world.auth.exchange(&code, "Mozilla/5.0 (X11; Linux) Chrome/1", PEER).await.unwrap();
    assert_eq!(signed_in.login.label, "Chrome on Linux");
    assert_eq!(world.auth.exchange(&code, "", PEER).await.err().unwrap().code, ErrorCode::SignedOut);

    let late = world.code().await;
    world.pass(LINK_MS);
    assert_eq!(world.auth.exchange(&late, "", PEER).await.err().unwrap().code, ErrorCode::SignedOut);
}

#[tokio::test]
async fn two_exchanges_of_one_code_have_one_winner() {
    let world = World::new().await;
    let code = world.code().await;
    let (one, two) = tokio::join!(world.auth.exchange(&code, "", PEER), world.auth.exchange(&code, "", PEER));
    assert_eq!(u8::from(one.is_ok()) + u8::from(two.is_ok()), 1);
}

#[tokio::test]
async fn a_login_ends_after_ninety_days() {
    let world = World::new().await;
    let (_, cookie) = world.sign_in().await;
    world.pass(LOGIN_SECONDS * 1000);
    assert!(world.auth.by_cookie(&cookie).await.unwrap().is_some());
    world.pass(1);
    assert!(world.auth.by_cookie(&cookie).await.unwrap().is_none());
}

#[tokio::test]
async fn five_wrong_codes_and_even_a_right_one_waits() {
    let world = World::new().await;
    for _ in 0..5 {
        assert_eq!(world.auth.exchange("wrong", "", PEER).await.err().unwrap().code, ErrorCode::SignedOut);
    }
    let code = world.code().await;
    assert_eq!(world.auth.exchange(&code, "", PEER).await.err().unwrap().code, ErrorCode::TooManyTries);
    let elsewhere = IpAddr::V4(Ipv4Addr::LOCALHOST);
    assert!(world.auth.exchange(&code, "", elsewhere).await.is_ok());
}

#[tokio::test]
async fn a_token_is_stored_as_a_hash_and_its_use_is_noted_once_a_minute() {
    let world = World::new().await;
    let (token, secret) = world.auth.new_token(" laptop ").await.unwrap();
    assert_eq!((token.name.as_str(), secret.len(), &secret[..6]), ("laptop", 49, "roost_"));
    assert_eq!(world.auth.new_token("laptop").await.unwrap_err().code, ErrorCode::Conflict);
    assert_eq!(world.auth.new_token("  ").await.unwrap_err().code, ErrorCode::Invalid);

    assert_eq!(world.auth.by_bearer(&secret, PEER).await.unwrap().label, "laptop");
    let first = world.auth.all_tokens().await.unwrap()[0].used_at.unwrap();
    world.pass(59_000);
    world.auth.by_bearer(&secret, PEER).await.unwrap();
    assert_eq!(world.auth.all_tokens().await.unwrap()[0].used_at, Some(first));
    world.pass(1_000);
    world.auth.by_bearer(&secret, PEER).await.unwrap();
    assert_eq!(world.auth.all_tokens().await.unwrap()[0].used_at, Some(first.plus(60_000)));

    let stored: Vec<u8> =
        sqlx::query_scalar("select hash from tokens").fetch_one(world.db.read()).await.unwrap();
    assert_eq!(stored.len(), 32);
    assert!(!stored.windows(8).any(|part| secret.as_bytes().windows(8).any(|other| part == other)));
}

#[tokio::test]
async fn wrong_tokens_wait_but_a_right_one_passes() {
    let world = World::new().await;
    let (_, secret) = world.auth.new_token("ci").await.unwrap();
    for _ in 0..5 {
        assert_eq!(world.auth.by_bearer("roost_wrong", PEER).await.unwrap_err().code, ErrorCode::SignedOut);
    }
    assert_eq!(world.auth.by_bearer("roost_wrong", PEER).await.unwrap_err().code, ErrorCode::TooManyTries);
    assert!(world.auth.by_bearer(&secret, PEER).await.is_ok());
}

#[tokio::test]
async fn revoking_a_login_fires_its_guard_and_no_other() {
    let world = World::new().await;
    let ((one, cookie), (two, _)) = (world.sign_in().await, world.sign_in().await);
    let (mut first, mut second) = (world.auth.guard(&one), world.auth.guard(&two));
    let listed = world.auth.logins(&one).await.unwrap();
    assert_eq!(listed.iter().filter(|login| login.current).count(), 1);

    world.auth.sign_out(&one).await.unwrap();
    first.revoked().await;
    first.revoked().await;
    assert!(world.auth.by_cookie(&cookie).await.unwrap().is_none());
    assert!(second.revoked().now_or_never().is_none());
    world.auth.sign_out_everywhere(&two).await.unwrap();
    second.revoked().await;
}

#[tokio::test]
async fn a_token_revoked_by_another_process_fires_the_guard_too() {
    let world = World::new().await;
    let (_, secret) = world.auth.new_token("ci").await.unwrap();
    let who = world.auth.by_bearer(&secret, PEER).await.unwrap();
    let mut guard = world.auth.guard(&who);
    let other_process = AuthEngine::new(world.db.clone(), false).await.unwrap();
    assert!(other_process.revoke_token_named("ci").await.unwrap());
    assert!(!other_process.revoke_token_named("ci").await.unwrap());
    guard.revoked().await;
}

#[tokio::test]
async fn signing_out_everywhere_voids_links_too_but_not_tokens() {
    let world = World::new().await;
    let (who, cookie) = world.sign_in().await;
    let (_, secret) = world.auth.new_token("ci").await.unwrap();
    let code = world.code().await;
    world.auth.sign_out_everywhere(&who).await.unwrap();
    assert!(world.auth.by_cookie(&cookie).await.unwrap().is_none());
    assert!(world.auth.exchange(&code, "", PEER).await.is_err());
    assert!(world.auth.by_bearer(&secret, PEER).await.is_ok());
}

#[tokio::test]
async fn only_loopback_comes_in_through_an_open_door() {
    let (db, _dir) = test_db().await;
    let open = AuthEngine::new(db.clone(), true).await.unwrap();
    assert!(open.by_loopback("127.0.0.1".parse().unwrap()).is_some());
    assert!(open.by_loopback("::ffff:127.0.0.1".parse().unwrap()).is_some());
    assert!(open.by_loopback(PEER).is_none());
    let closed = AuthEngine::new(db, false).await.unwrap();
    assert!(closed.by_loopback("127.0.0.1".parse().unwrap()).is_none());
    assert_eq!(open.cookie_name(), closed.cookie_name());
}
