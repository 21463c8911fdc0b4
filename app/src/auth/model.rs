//! Who is asking, and how they may be known. Only the server's `auth` makes a `Viewer`.

use serde::{Deserialize, Serialize};

use crate::{
    ids::{LoginId, TokenId},
    time::Millis,
};

/// How the viewer is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Identity {
    /// A browser that exchanged a sign-in link for a cookie.
    Login(LoginId),
    /// A program with a bearer token.
    Token(TokenId),
    /// Anyone on loopback, where the configuration says `auth.loopback = "open"`.
    Open,
}

/// The identity every port call takes; holding one proves that the check was made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Viewer {
    /// How they are known.
    pub identity: Identity,
    /// The name other people see: `Chrome on Linux`, or a token's name.
    pub label: String,
}

/// A signed-in browser, as Settings lists it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct Login {
    /// Its id, to revoke it.
    pub id: LoginId,
    /// Browser and system, read from the user agent.
    pub label: String,
    /// When it signed in.
    pub created_at: Millis,
    /// When it was last seen, to the minute.
    pub seen_at: Millis,
    /// Whether this is the browser that asks.
    pub current: bool,
}

/// A bearer token, as Settings lists it; the secret itself is not kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct Token {
    /// Its id, to revoke it.
    pub id: TokenId,
    /// The name it was given; unique.
    pub name: String,
    /// When it was made.
    pub created_at: Millis,
    /// When it was last used, to the minute.
    pub used_at: Option<Millis>,
}
