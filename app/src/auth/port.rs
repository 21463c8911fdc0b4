//! What the pages may ask about identity. Sign-in itself is a plain route of the server, before any page.

use async_trait::async_trait;

use super::model::{Login, Token, Viewer};
use crate::{
    error::AppError,
    ids::{LoginId, TokenId},
};

/// Signed-in browsers and bearer tokens.
#[async_trait]
pub trait Auth: Send + Sync {
    /// Every signed-in browser, the newest first.
    async fn logins(&self, who: &Viewer) -> Result<Vec<Login>, AppError>;
    /// Signs one browser out; its sockets die. 404 for an unknown id.
    async fn revoke_login(&self, who: &Viewer, id: LoginId) -> Result<(), AppError>;
    /// Signs every browser out, this one included.
    async fn sign_out_everywhere(&self, who: &Viewer) -> Result<(), AppError>;
    /// Every token, the newest first.
    async fn tokens(&self, who: &Viewer) -> Result<Vec<Token>, AppError>;
    /// Makes a token and returns its secret, which is shown this once. 409 if the name is taken.
    async fn create_token(&self, who: &Viewer, name: &str) -> Result<(Token, String), AppError>;
    /// Revokes a token; its sockets die. 404 for an unknown id.
    async fn revoke_token(&self, who: &Viewer, id: TokenId) -> Result<(), AppError>;
    /// A one-time link path (`/sign-in#…`) to sign another device in, good for ten minutes.
    async fn sign_in_link(&self, who: &Viewer) -> Result<String, AppError>;
}
