//! Signing in and out, browsers and tokens. The cookie is made and unmade here and nowhere else.

use std::{convert::Infallible, net::IpAddr};

use app::{
    auth::{
        model::{Login, Token},
        port::Auth,
    },
    ids::{LoginId, TokenId},
};
use axum::{
    Json,
    extract::{FromRequestParts, State},
    response::{IntoResponse, Response},
};
use http::{HeaderValue, StatusCode, header, request::Parts};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{
    super::{
        Shared,
        error::ApiError,
        extract::{Body, Path, Who},
        gate,
        table::{Route, delete, get, post},
    },
    Answer,
};
use crate::auth::LOGIN_SECONDS;

const TAG: &str = "auth";

/// The code of a sign-in link.
#[derive(Serialize, Deserialize, ToSchema)]
struct Exchange {
    /// What follows the `#` in the link.
    code: String,
}

/// How far to sign out.
#[derive(Default, Serialize, Deserialize, ToSchema)]
struct SignOut {
    /// Every browser, not only this one.
    #[serde(default)]
    everywhere: bool,
}

/// A token to be made.
#[derive(Serialize, Deserialize, ToSchema)]
struct NewToken {
    /// 1 to 100 characters, not taken yet.
    name: String,
}

/// A new token with its secret.
#[derive(Serialize, Deserialize, ToSchema)]
struct MadeToken {
    /// The token as lists show it.
    token: Token,
    /// What to send as `Authorization: Bearer …`; shown this once.
    secret: String,
}

/// A link to sign another device in.
#[derive(Serialize, Deserialize, ToSchema)]
struct Link {
    /// The path, good once and for ten minutes.
    path: String,
}

pub(super) fn routes() -> Vec<Route> {
    vec![
        post("/api/v1/auth/exchange", exchange)
            .says(TAG, "Exchanges the code of a sign-in link for a login cookie, once.")
            .takes::<Exchange>()
            .gives::<Login>(200)
            .public(),
        post("/api/v1/auth/sign-out", sign_out)
            .says(TAG, "Signs this browser out, or every one.")
            .takes::<SignOut>(),
        post("/api/v1/auth/links", link)
            .says(TAG, "Makes a link to sign another device in.")
            .gives::<Link>(201),
        get("/api/v1/auth/logins", logins)
            .says(TAG, "Signed-in browsers, the newest first.")
            .gives_list::<Login>(),
        delete("/api/v1/auth/logins/{id}", revoke_login)
            .says(TAG, "Signs a browser out; its connections end."),
        get("/api/v1/auth/tokens", tokens)
            .says(TAG, "Bearer tokens, the newest first.")
            .gives_list::<Token>(),
        post("/api/v1/auth/tokens", create_token)
            .says(TAG, "Makes a bearer token.")
            .takes::<NewToken>()
            .gives::<MadeToken>(201),
        delete("/api/v1/auth/tokens/{id}", revoke_token).says(TAG, "Revokes a token; its connections end."),
    ]
}

/// The one handler that nobody is signed in for; it needs the peer's address to count its failures.
async fn exchange(
    State(http): State<Shared>,
    caller: Caller,
    Body(exchange): Body<Exchange>,
) -> Result<Response, ApiError> {
    let signed_in = http.auth.exchange(&exchange.code, &caller.user_agent, caller.peer).await?;
    let cookie = set_cookie(&http.auth.cookie_name(), &signed_in.secret, LOGIN_SECONDS);
    Ok(([(header::SET_COOKIE, cookie)], Json(signed_in.login)).into_response())
}

/// Where a sign-in comes from.
struct Caller {
    peer: IpAddr,
    user_agent: String,
}

impl<S: Sync> FromRequestParts<S> for Caller {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Infallible> {
        let agent = parts.headers.get(header::USER_AGENT).and_then(|agent| agent.to_str().ok());
        Ok(Self { peer: gate::peer(parts), user_agent: agent.unwrap_or_default().to_owned() })
    }
}

async fn sign_out(
    State(http): State<Shared>,
    Who(who): Who,
    Body(how): Body<SignOut>,
) -> Result<Response, ApiError> {
    if how.everywhere {
        http.auth.sign_out_everywhere(&who).await?;
    } else {
        http.auth.sign_out(&who).await?;
    }
    let cookie = set_cookie(&http.auth.cookie_name(), "", 0);
    Ok((StatusCode::NO_CONTENT, [(header::SET_COOKIE, cookie)]).into_response())
}

/// Never `Secure` by what a header claims: over plain HTTP such a cookie would be dropped, and the sign-in with it.
fn set_cookie(name: &str, value: &str, seconds: i64) -> HeaderValue {
    let text = format!("{name}={value}; HttpOnly; SameSite=Strict; Path=/; Max-Age={seconds}");
    // Name and value are made here of characters that a header may hold.
    HeaderValue::from_str(&text).unwrap_or(HeaderValue::from_static(""))
}

async fn link(State(http): State<Shared>, Who(who): Who) -> Result<(StatusCode, Json<Link>), ApiError> {
    Ok((StatusCode::CREATED, Json(Link { path: http.auth.sign_in_link(&who).await? })))
}

async fn logins(State(http): State<Shared>, Who(who): Who) -> Answer<Vec<Login>> {
    Ok(Json(http.auth.logins(&who).await?))
}

async fn revoke_login(
    State(http): State<Shared>,
    Who(who): Who,
    Path(id): Path<LoginId>,
) -> Result<StatusCode, ApiError> {
    http.auth.revoke_login(&who, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn tokens(State(http): State<Shared>, Who(who): Who) -> Answer<Vec<Token>> {
    Ok(Json(http.auth.tokens(&who).await?))
}

async fn create_token(
    State(http): State<Shared>,
    Who(who): Who,
    Body(new): Body<NewToken>,
) -> Result<(StatusCode, Json<MadeToken>), ApiError> {
    let (token, secret) = http.auth.create_token(&who, &new.name).await?;
    Ok((StatusCode::CREATED, Json(MadeToken { token, secret })))
}

async fn revoke_token(
    State(http): State<Shared>,
    Who(who): Who,
    Path(id): Path<TokenId>,
) -> Result<StatusCode, ApiError> {
    http.auth.revoke_token(&who, id).await?;
    Ok(StatusCode::NO_CONTENT)
}
