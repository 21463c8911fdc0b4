//! The hub: Roost in a terminal, over SSH and on a phone. It is a client of the running server like any other; what is said and
//! done goes over the HTTP API, and nothing but its own token is written to the database.
//! Map: `model` is what is shown, `update` what follows from a key, an answer or a push (pure), `view` draws it, `work` asks the
//! server, `feed` hears from it, `attach` hands the screen over to a terminal, `editor` to an editor; `settings` is the server's
//! configuration; `hangup` sees that the terminal is gone; `stage` runs them all.

mod api;
mod attach;
mod cards;
mod clipboard;
mod editor;
mod feed;
mod hangup;
mod model;
mod place;
mod plain;
mod screen;
mod settings;
mod stage;
#[cfg(test)]
mod tests;
mod thread;
mod update;
mod view;
mod work;

use std::path::PathBuf;

pub use place::Finder;

use self::place::{Identity, Place};
use crate::db::Db;

/// Shows the hub on this terminal until a person or a signal ends it. `home` is the server's, `editor` is a command line as in
/// `$EDITOR`.
///
/// # Errors
/// If the terminal cannot be used, or the database refuses a token.
pub async fn run(db: Db, find: Finder, home: PathBuf, editor: Option<String>) -> anyhow::Result<()> {
    let (identity, secret) = Identity::new(db).await?;
    let shown = stage::run(Place::new(find, &secret), home, editor).await;
    identity.end().await?;
    shown
}
