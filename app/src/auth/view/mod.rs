//! The sign-in page, and the cards of Settings about browsers and tokens.

pub mod browsers;
pub mod sign_in;
pub mod tokens;

pub use self::{browsers::BrowsersCard, sign_in::SignIn, tokens::TokensCard};
