//! Who is asking: sign-in links, signed-in browsers, bearer tokens. The only maker of a `Viewer`, and it never keeps a secret.

mod guard;
mod label;
mod queries;
mod secret;
#[cfg(test)]
mod tests;
mod throttle;

use std::{net::IpAddr, sync::Arc};

use app::{
    auth::{
        model::{Identity, Login, Token, Viewer},
        port::Auth,
    },
    error::{AppError, ErrorCode},
    ids::{LoginId, TokenId},
    time::Millis,
};
use async_trait::async_trait;
use http::{HeaderMap, header};
use tokio::sync::broadcast;
use uuid::Uuid;

pub use self::guard::Guard;
use self::{guard::Revoked, throttle::Throttle};
use crate::{
    clock,
    db::{Db, Fault},
};

/// How long the link that another device is given is good for, in milliseconds.
pub const LINK_MS: i64 = 10 * 60 * 1000;
/// How long the link that the server prints at its start is good for, in milliseconds.
pub const START_LINK_MS: i64 = 24 * 60 * 60 * 1000;
/// How long a browser stays signed in, in seconds.
pub const LOGIN_SECONDS: i64 = 90 * 24 * 60 * 60;
/// A browser or token is written down as seen at most this often, in milliseconds.
const SEEN_EVERY_MS: i64 = 60 * 1000;
/// The longest name of a token in characters.
const NAME_MAX: usize = 100;
/// Revocations a socket may lag behind before it asks the database; bounds memory.
const REVOCATIONS: usize = 64;

/// Tells the time; the system's, but in tests.
pub type Clock = Arc<dyn Fn() -> Millis + Send + Sync>;

/// Identity, for the pages through its port and for `http` by its methods; cheap to clone.
#[derive(Clone)]
pub struct AuthEngine(Arc<Inner>);

struct Inner {
    db: Db,
    instance: String,
    /// Whether anyone on loopback comes in.
    open: bool,
    throttle: Throttle,
    revoked: broadcast::Sender<Revoked>,
    clock: Clock,
}

/// What a browser gets for a code.
pub struct SignedIn {
    /// The browser as Settings lists it.
    pub login: Login,
    /// What goes into its cookie.
    pub secret: String,
}

impl AuthEngine {
    /// Reads what the database knows of this installation. With `open`, whoever reaches the port from this machine
    /// comes in without signing in; the caller has made sure that the server listens on loopback only.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn new(db: Db, open: bool) -> Result<Self, Fault> {
        Self::with_clock(db, open, Arc::new(clock::now)).await
    }

    /// The same, by another clock.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn with_clock(db: Db, open: bool, clock: Clock) -> Result<Self, Fault> {
        let mut tx = db.write().await?;
        let instance = queries::fact(&mut tx, "instance", &secret::short_id()).await?;
        tx.commit().await?;
        let revoked = broadcast::channel(REVOCATIONS).0;
        Ok(Self(Arc::new(Inner { db, instance, open, throttle: Throttle::default(), revoked, clock })))
    }

    /// The name of the login cookie; two servers on one machine have different ones, because cookies know no ports.
    #[must_use]
    pub fn cookie_name(&self) -> String {
        format!("roost_{}", self.0.instance)
    }

    /// The path of a new one-time link, good for `ms` milliseconds. The code is in the fragment, which no log sees.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn link(&self, ms: i64) -> Result<String, AppError> {
        let (code, now) = (secret::random(), self.now());
        let mut tx = self.0.db.write().await?;
        queries::add_code(&mut tx, &secret::hash(&code), now.plus(ms), now).await?;
        tx.commit().await.map_err(Fault::Sql)?;
        Ok(format!("/sign-in#{code}"))
    }

    /// Exchanges a code for a login, once.
    ///
    /// # Errors
    /// 401 for a code that is unknown, used or over; 429 after five of those in a quarter of an hour.
    pub async fn exchange(&self, code: &str, user_agent: &str, peer: IpAddr) -> Result<SignedIn, AppError> {
        let now = self.now();
        self.0.throttle.check(peer, now)?;
        let secret = secret::random();
        let login = Login {
            id: LoginId(Uuid::now_v7()),
            label: label::label(user_agent),
            created_at: now,
            seen_at: now,
            current: true,
        };
        let mut tx = self.0.db.write().await?;
        if !queries::use_code(&mut tx, &secret::hash(code), now).await? {
            self.0.throttle.failed(peer, now);
            return Err(AppError::new(
                ErrorCode::SignedOut,
                "This link was used already or is too old. `roost link` prints a new one.",
            ));
        }
        queries::add_login(&mut tx, &login, &secret::hash(&secret), self.oldest()).await?;
        tx.commit().await.map_err(Fault::Sql)?;
        self.0.throttle.succeeded(peer);
        tracing::info!(login.id = %login.id, login.label, "a browser signed in");
        Ok(SignedIn { login, secret })
    }

    /// Who holds this cookie; none if it is not, or no longer, good.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn by_cookie(&self, secret: &str) -> Result<Option<Viewer>, AppError> {
        let found = queries::login_by_hash(self.0.db.read(), &secret::hash(secret), self.oldest()).await?;
        let Some(login) = found else { return Ok(None) };
        if self.is_due(login.seen_at) {
            self.note(Identity::Login(login.id)).await;
        }
        Ok(Some(Viewer { identity: Identity::Login(login.id), label: login.label }))
    }

    /// Who holds this bearer token. A good one passes whatever others did wrong from the same address.
    ///
    /// # Errors
    /// 401 for a token that is not good; 429 after five of those in a quarter of an hour.
    pub async fn by_bearer(&self, secret: &str, peer: IpAddr) -> Result<Viewer, AppError> {
        let found = queries::token_by_hash(self.0.db.read(), &secret::hash(secret)).await?;
        let Some(token) = found else {
            let now = self.now();
            self.0.throttle.check(peer, now)?;
            self.0.throttle.failed(peer, now);
            return Err(AppError::new(ErrorCode::SignedOut, "This token is not known, or was revoked."));
        };
        if token.used_at.is_none_or(|used| self.is_due(used)) {
            self.note(Identity::Token(token.id)).await;
        }
        Ok(Viewer { identity: Identity::Token(token.id), label: token.name })
    }

    /// The viewer that anyone on this machine is, where the configuration says so; none otherwise.
    #[must_use]
    pub fn by_loopback(&self, peer: IpAddr) -> Option<Viewer> {
        let comes_in = self.0.open && peer.to_canonical().is_loopback();
        comes_in.then(|| Viewer { identity: Identity::Open, label: "This machine".to_owned() })
    }

    /// Who sends this from a browser: whoever holds its cookie, or, where that is configured, whoever is on this machine.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn by_browser(&self, headers: &HeaderMap, peer: IpAddr) -> Result<Option<Viewer>, AppError> {
        if let Some(secret) = cookie(headers, &self.cookie_name())
            && let Some(viewer) = self.by_cookie(secret).await?
        {
            return Ok(Some(viewer));
        }
        Ok(self.by_loopback(peer))
    }

    /// The watch a socket keeps over its viewer.
    #[must_use]
    pub fn guard(&self, who: &Viewer) -> Guard {
        Guard::new(self.clone(), who.identity, self.0.revoked.subscribe())
    }

    /// Signs the asking browser out; nothing to do for a token.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn sign_out(&self, who: &Viewer) -> Result<(), AppError> {
        match who.identity {
            Identity::Login(id) => self.drop_login(id).await.map(drop),
            Identity::Token(_) | Identity::Open => Ok(()),
        }
    }

    /// Revokes the token of this name; false if there is none.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn revoke_token_named(&self, name: &str) -> Result<bool, AppError> {
        let tokens = queries::tokens(self.0.db.read()).await?;
        match tokens.into_iter().find(|token| token.name == name) {
            Some(token) => self.drop_token(token.id).await,
            None => Ok(false),
        }
    }

    /// Every token, for the command line.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn all_tokens(&self) -> Result<Vec<Token>, AppError> {
        Ok(queries::tokens(self.0.db.read()).await?)
    }

    /// Makes a token; the second value is its secret, which is nowhere else.
    ///
    /// # Errors
    /// 400 for an empty or overlong name, 409 for one that is taken.
    pub async fn new_token(&self, name: &str) -> Result<(Token, String), AppError> {
        let name = name.trim();
        if name.is_empty() || name.chars().count() > NAME_MAX || name.chars().any(char::is_control) {
            return Err(AppError::invalid("name", format!("A token's name has 1 to {NAME_MAX} characters.")));
        }
        let secret = format!("{}{}", secret::TOKEN_PREFIX, secret::random());
        let token = Token {
            id: TokenId(Uuid::now_v7()),
            name: name.to_owned(),
            created_at: self.now(),
            used_at: None,
        };
        let mut tx = self.0.db.write().await?;
        if !queries::add_token(&mut tx, &token, &secret::hash(&secret)).await? {
            return Err(AppError::conflict("name", "There is a token of this name already."));
        }
        tx.commit().await.map_err(Fault::Sql)?;
        tracing::info!(token.id = %token.id, token.name, "a token was made");
        Ok((token, secret))
    }

    /// Whether an identity still holds. A database that cannot tell just now changes nothing.
    async fn holds(&self, identity: Identity) -> bool {
        let db = self.0.db.read();
        let told = match identity {
            Identity::Login(id) => queries::has_login(db, id, self.oldest()).await,
            Identity::Token(id) => queries::has_token(db, id).await,
            Identity::Open => Ok(self.0.open),
        };
        told.unwrap_or_else(|fault| {
            tracing::warn!(%fault, "could not check whether an identity still holds");
            true
        })
    }

    async fn drop_login(&self, id: LoginId) -> Result<bool, AppError> {
        let mut tx = self.0.db.write().await?;
        let gone = queries::remove_login(&mut tx, id).await?;
        tx.commit().await.map_err(Fault::Sql)?;
        self.tell(Revoked::Login(id));
        Ok(gone)
    }

    async fn drop_token(&self, id: TokenId) -> Result<bool, AppError> {
        let mut tx = self.0.db.write().await?;
        let gone = queries::remove_token(&mut tx, id).await?;
        tx.commit().await.map_err(Fault::Sql)?;
        self.tell(Revoked::Token(id));
        Ok(gone)
    }

    fn tell(&self, revoked: Revoked) {
        tracing::info!(?revoked, "an identity was revoked");
        // An error only says that no socket is open.
        let _ = self.0.revoked.send(revoked);
    }

    /// Writes down that somebody was here. A full disk must not keep them out, so a failure is only logged.
    async fn note(&self, identity: Identity) {
        let now = self.now();
        let noted = async {
            let mut tx = self.0.db.write().await?;
            match identity {
                Identity::Login(id) => queries::saw_login(&mut tx, id, now).await?,
                Identity::Token(id) => queries::used_token(&mut tx, id, now).await?,
                Identity::Open => {}
            }
            tx.commit().await.map_err(Fault::Sql)
        };
        if let Err(fault) = noted.await {
            tracing::warn!(%fault, "could not note when an identity was last seen");
        }
    }

    fn is_due(&self, seen: Millis) -> bool {
        self.now().0 - seen.0 >= SEEN_EVERY_MS
    }

    fn now(&self) -> Millis {
        (self.0.clock)()
    }

    /// Logins made before this are over.
    fn oldest(&self) -> Millis {
        self.now().plus(-LOGIN_SECONDS * 1000)
    }
}

/// The value of a cookie.
fn cookie<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let all = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    all.flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(key, _)| *key == name)
        .map(|(_, value)| value)
}

#[async_trait]
impl Auth for AuthEngine {
    async fn logins(&self, who: &Viewer) -> Result<Vec<Login>, AppError> {
        let mut logins = queries::logins(self.0.db.read(), self.oldest()).await?;
        for login in &mut logins {
            login.current = who.identity == Identity::Login(login.id);
        }
        Ok(logins)
    }

    async fn revoke_login(&self, _who: &Viewer, id: LoginId) -> Result<(), AppError> {
        if self.drop_login(id).await? { Ok(()) } else { Err(AppError::not_found("browser")) }
    }

    async fn sign_out_everywhere(&self, _who: &Viewer) -> Result<(), AppError> {
        let mut tx = self.0.db.write().await?;
        queries::remove_logins(&mut tx).await?;
        tx.commit().await.map_err(Fault::Sql)?;
        self.tell(Revoked::AllLogins);
        Ok(())
    }

    async fn tokens(&self, _who: &Viewer) -> Result<Vec<Token>, AppError> {
        self.all_tokens().await
    }

    async fn create_token(&self, _who: &Viewer, name: &str) -> Result<(Token, String), AppError> {
        self.new_token(name).await
    }

    async fn revoke_token(&self, _who: &Viewer, id: TokenId) -> Result<(), AppError> {
        if self.drop_token(id).await? { Ok(()) } else { Err(AppError::not_found("token")) }
    }

    async fn sign_in_link(&self, _who: &Viewer) -> Result<String, AppError> {
        self.link(LINK_MS).await
    }
}
