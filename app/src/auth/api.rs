//! What Settings asks about identity, and the two plain routes that set and clear the cookie. Never sees the cookie itself.

#![allow(missing_docs, reason = "`#[server]` makes structs whose fields are the arguments")]

use leptos::{prelude::*, server_fn::codec::Json};

use super::model::{Login, Token};
use crate::{
    error::AppError,
    ids::{LoginId, TokenId},
    ui::browser,
};

/// Every signed-in browser, the newest first.
#[server(prefix = "/api/ui", endpoint = "auth/logins", input = Json)]
pub async fn logins() -> Result<Vec<Login>, AppError> {
    let (engine, who) = crate::engine::caller()?;
    engine.auth.logins(&who).await
}

/// Signs one browser out.
#[server(prefix = "/api/ui", endpoint = "auth/revoke-login", input = Json)]
pub async fn revoke_login(id: LoginId) -> Result<(), AppError> {
    let (engine, who) = crate::engine::caller()?;
    engine.auth.revoke_login(&who, id).await
}

/// Every token, the newest first.
#[server(prefix = "/api/ui", endpoint = "auth/tokens", input = Json)]
pub async fn tokens() -> Result<Vec<Token>, AppError> {
    let (engine, who) = crate::engine::caller()?;
    engine.auth.tokens(&who).await
}

/// Makes a token and returns it with its secret, which nobody can show again.
#[server(prefix = "/api/ui", endpoint = "auth/create-token", input = Json)]
pub async fn create_token(name: String) -> Result<(Token, String), AppError> {
    let (engine, who) = crate::engine::caller()?;
    engine.auth.create_token(&who, &name).await
}

/// Revokes a token.
#[server(prefix = "/api/ui", endpoint = "auth/revoke-token", input = Json)]
pub async fn revoke_token(id: TokenId) -> Result<(), AppError> {
    let (engine, who) = crate::engine::caller()?;
    engine.auth.revoke_token(&who, id).await
}

/// The path of a link that signs another device in, once and within ten minutes.
#[server(prefix = "/api/ui", endpoint = "auth/link", input = Json)]
pub async fn sign_in_link() -> Result<String, AppError> {
    let (engine, who) = crate::engine::caller()?;
    engine.auth.sign_in_link(&who).await
}

/// Exchanges a link's code for this browser's cookie. Only in a browser.
pub async fn exchange(code: String) -> Result<(), AppError> {
    browser::post("/api/v1/auth/exchange", &serde_json::json!({ "code": code })).await
}

/// Signs this browser out, or every one. Only in a browser.
pub async fn sign_out(everywhere: bool) -> Result<(), AppError> {
    browser::post("/api/v1/auth/sign-out", &serde_json::json!({ "everywhere": everywhere })).await
}
