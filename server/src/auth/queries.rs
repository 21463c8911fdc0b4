//! Every SQL string of identity. Secrets come in as hashes only.

use app::{
    auth::model::{Login, Token},
    ids::{LoginId, TokenId},
    time::Millis,
};
use sqlx::{SqliteConnection, SqlitePool};

use crate::db::Fault;

/// The value of a fact about this installation, which is `fresh` from now on if there was none.
pub(super) async fn fact(tx: &mut SqliteConnection, key: &str, fresh: &str) -> Result<String, Fault> {
    sqlx::query("insert into meta (key, value) values (?, ?) on conflict do nothing")
        .bind(key)
        .bind(fresh)
        .execute(&mut *tx)
        .await?;
    Ok(sqlx::query_scalar("select value from meta where key = ?").bind(key).fetch_one(tx).await?)
}

/// Stores a code and forgets those that are over.
pub(super) async fn add_code(
    tx: &mut SqliteConnection,
    hash: &[u8],
    expires: Millis,
    now: Millis,
) -> Result<(), Fault> {
    sqlx::query("delete from sign_in_codes where expires_at <= ?").bind(now.0).execute(&mut *tx).await?;
    sqlx::query("insert into sign_in_codes (hash, expires_at) values (?, ?)")
        .bind(hash)
        .bind(expires.0)
        .execute(tx)
        .await?;
    Ok(())
}

/// Uses a code up; false if it is unknown, used or over.
pub(super) async fn use_code(tx: &mut SqliteConnection, hash: &[u8], now: Millis) -> Result<bool, Fault> {
    let used = sqlx::query(
        "update sign_in_codes set used_at = ?1 where hash = ?2 and used_at is null and expires_at > ?1",
    )
    .bind(now.0)
    .bind(hash)
    .execute(tx)
    .await?;
    Ok(used.rows_affected() == 1)
}

/// Stores a signed-in browser and forgets those made before `oldest`.
pub(super) async fn add_login(
    tx: &mut SqliteConnection,
    login: &Login,
    hash: &[u8],
    oldest: Millis,
) -> Result<(), Fault> {
    sqlx::query("delete from logins where created_at < ?").bind(oldest.0).execute(&mut *tx).await?;
    sqlx::query("insert into logins (id, hash, label, created_at, seen_at) values (?, ?, ?, ?, ?)")
        .bind(login.id.to_string())
        .bind(hash)
        .bind(&login.label)
        .bind(login.created_at.0)
        .bind(login.seen_at.0)
        .execute(tx)
        .await?;
    Ok(())
}

type LoginRow = (String, String, i64, i64);

fn login((id, label, created, seen): LoginRow) -> Result<Login, Fault> {
    let id = id.parse().map_err(|_| Fault::Data(format!("login {id}")))?;
    Ok(Login { id, label, created_at: Millis(created), seen_at: Millis(seen), current: false })
}

/// The browser that holds this secret, if it signed in after `oldest`.
pub(super) async fn login_by_hash(
    db: &SqlitePool,
    hash: &[u8],
    oldest: Millis,
) -> Result<Option<Login>, Fault> {
    let row = sqlx::query_as(
        "select id, label, created_at, seen_at from logins where hash = ? and created_at >= ?",
    )
    .bind(hash)
    .bind(oldest.0)
    .fetch_optional(db)
    .await?;
    row.map(login).transpose()
}

/// Every browser that signed in after `oldest`, the newest first.
pub(super) async fn logins(db: &SqlitePool, oldest: Millis) -> Result<Vec<Login>, Fault> {
    let rows: Vec<LoginRow> =
        sqlx::query_as("select id, label, created_at, seen_at from logins where created_at >= ? order by created_at desc, id")
            .bind(oldest.0)
            .fetch_all(db)
            .await?;
    rows.into_iter().map(login).collect()
}

/// Whether this browser is signed in.
pub(super) async fn has_login(db: &SqlitePool, id: LoginId, oldest: Millis) -> Result<bool, Fault> {
    Ok(sqlx::query_scalar("select exists (select 1 from logins where id = ? and created_at >= ?)")
        .bind(id.to_string())
        .bind(oldest.0)
        .fetch_one(db)
        .await?)
}

/// Remembers that a browser was seen.
pub(super) async fn saw_login(tx: &mut SqliteConnection, id: LoginId, now: Millis) -> Result<(), Fault> {
    sqlx::query("update logins set seen_at = max(seen_at, ?) where id = ?")
        .bind(now.0)
        .bind(id.to_string())
        .execute(tx)
        .await?;
    Ok(())
}

/// Signs a browser out; false if there is none of this id.
pub(super) async fn remove_login(tx: &mut SqliteConnection, id: LoginId) -> Result<bool, Fault> {
    let gone = sqlx::query("delete from logins where id = ?").bind(id.to_string()).execute(tx).await?;
    Ok(gone.rows_affected() == 1)
}

/// Signs every browser out and voids every link that was not used yet.
pub(super) async fn remove_logins(tx: &mut SqliteConnection) -> Result<(), Fault> {
    sqlx::query("delete from logins").execute(&mut *tx).await?;
    sqlx::query("delete from sign_in_codes").execute(tx).await?;
    Ok(())
}

/// Stores a token; false if its name is taken.
pub(super) async fn add_token(tx: &mut SqliteConnection, token: &Token, hash: &[u8]) -> Result<bool, Fault> {
    let added = sqlx::query(
        "insert into tokens (id, name, hash, created_at) values (?, ?, ?, ?) on conflict (name) do nothing",
    )
    .bind(token.id.to_string())
    .bind(&token.name)
    .bind(hash)
    .bind(token.created_at.0)
    .execute(tx)
    .await?;
    Ok(added.rows_affected() == 1)
}

type TokenRow = (String, String, i64, Option<i64>);

fn token((id, name, created, used): TokenRow) -> Result<Token, Fault> {
    let id = id.parse().map_err(|_| Fault::Data(format!("token {id}")))?;
    Ok(Token { id, name, created_at: Millis(created), used_at: used.map(Millis) })
}

/// The token with this secret.
pub(super) async fn token_by_hash(db: &SqlitePool, hash: &[u8]) -> Result<Option<Token>, Fault> {
    let row = sqlx::query_as("select id, name, created_at, used_at from tokens where hash = ?")
        .bind(hash)
        .fetch_optional(db)
        .await?;
    row.map(token).transpose()
}

/// Every token, the newest first.
pub(super) async fn tokens(db: &SqlitePool) -> Result<Vec<Token>, Fault> {
    let rows: Vec<TokenRow> =
        sqlx::query_as("select id, name, created_at, used_at from tokens order by created_at desc, id")
            .fetch_all(db)
            .await?;
    rows.into_iter().map(token).collect()
}

/// Whether this token still works.
pub(super) async fn has_token(db: &SqlitePool, id: TokenId) -> Result<bool, Fault> {
    Ok(sqlx::query_scalar("select exists (select 1 from tokens where id = ?)")
        .bind(id.to_string())
        .fetch_one(db)
        .await?)
}

/// Remembers that a token was used.
pub(super) async fn used_token(tx: &mut SqliteConnection, id: TokenId, now: Millis) -> Result<(), Fault> {
    sqlx::query("update tokens set used_at = max(coalesce(used_at, 0), ?) where id = ?")
        .bind(now.0)
        .bind(id.to_string())
        .execute(tx)
        .await?;
    Ok(())
}

/// Revokes a token; false if there is none of this id.
pub(super) async fn remove_token(tx: &mut SqliteConnection, id: TokenId) -> Result<bool, Fault> {
    let gone = sqlx::query("delete from tokens where id = ?").bind(id.to_string()).execute(tx).await?;
    Ok(gone.rows_affected() == 1)
}
