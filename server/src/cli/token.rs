//! `roost token`: bearer tokens, straight in the database. A running server notices by itself.

use anyhow::{Result, bail};
use app::time::Millis;
use clap::Subcommand;

use super::home;
use crate::{auth::AuthEngine, config::Config};

/// What to do with tokens.
#[derive(Subcommand)]
pub(super) enum Token {
    /// Makes a token and prints its secret, which is shown this once.
    Create {
        /// What to call it; unique.
        #[arg(long)]
        name: String,
    },
    /// Lists the tokens, the newest first.
    List,
    /// Revokes a token; its open connections end within seconds.
    Revoke {
        /// Its name.
        name: String,
    },
}

/// Does it.
pub(super) async fn run(config: &Config, command: Token) -> Result<()> {
    let db = home::database(config).await?;
    let auth = AuthEngine::new(db.clone(), false).await?;
    match command {
        Token::Create { name } => {
            let (_, secret) = auth.new_token(&name).await?;
            println!("{secret}");
            eprintln!("Send it as `Authorization: Bearer …`. It is not shown again.");
        }
        Token::List => {
            for token in auth.all_tokens().await? {
                let used =
                    token.used_at.map_or_else(|| "never used".to_owned(), |at| format!("used {}", date(at)));
                println!("{}\tmade {}\t{used}", token.name, date(token.created_at));
            }
        }
        Token::Revoke { name } => {
            if !auth.revoke_token_named(&name).await? {
                bail!("there is no token called {name:?}");
            }
        }
    }
    db.close().await;
    Ok(())
}

/// `2026-11-21 04:15 UTC`.
fn date(at: Millis) -> String {
    jiff::Timestamp::from_millisecond(at.0)
        .map_or_else(|_| "?".to_owned(), |at| at.strftime("%Y-%m-%d %H:%M UTC").to_string())
}
