//! Statements with their values that run in one go. Every statement by itself is a trip to the thread that SQLite runs on
//! and back; a step of a session is one such trip, however much it stores.

use sqlx::{
    Arguments as _, AssertSqlSafe, Encode, Executor as _, Sqlite, SqliteConnection, Type, query::Query,
    sqlite::SqliteArguments,
};

use super::{Db, Fault};

/// Batches with more values than this are read anew each time: SQLite keeps a statement with the values it last had, and
/// there are as many of these as there are sizes of a burst.
const KEPT: usize = 128;

/// Statements that answer nothing, in order. Empty at first.
#[derive(Default)]
pub struct Batch {
    sql: String,
    values: SqliteArguments,
}

impl Batch {
    /// Adds a statement, whose values follow in the order of its `?`s. The text comes from code, never from a person.
    pub fn push(&mut self, statement: &str) -> &mut Self {
        if !self.sql.is_empty() {
            self.sql.push(';');
        }
        self.sql.push_str(statement);
        self
    }

    /// Adds a statement that inserts `count` rows: `head` is followed by as many times `row`.
    pub fn push_rows(&mut self, head: &str, row: &str, count: usize) -> &mut Self {
        self.push(head).sql.push_str(&vec![row; count].join(","));
        self
    }

    /// Adds the value of the next `?`.
    ///
    /// # Errors
    /// When the value cannot be written as SQLite wants it; texts, numbers and bytes always can.
    pub fn bind<'v>(&mut self, value: impl Encode<'v, Sqlite> + Type<Sqlite>) -> Result<&mut Self, Fault> {
        self.values.add(value).map_err(sqlx::Error::Encode)?;
        Ok(self)
    }

    fn query(self, sql: String) -> Query<'static, Sqlite, SqliteArguments> {
        let kept = self.values.len() <= KEPT;
        sqlx::query_with(AssertSqlSafe(sql), self.values).persistent(kept)
    }

    /// Runs the statements within a transaction.
    ///
    /// # Errors
    /// What the first one that failed says; those after it have not run.
    pub async fn run(mut self, tx: &mut SqliteConnection) -> Result<(), Fault> {
        let sql = std::mem::take(&mut self.sql);
        tx.execute(self.query(sql)).await?;
        Ok(())
    }
}

impl Db {
    /// Runs the statements as a transaction of their own. Once begun it goes on to its end, even when nobody waits for it.
    ///
    /// # Errors
    /// What the first one that failed says; then nothing is stored.
    pub async fn commit(&self, batch: Batch) -> Result<(), Fault> {
        let mut writer = self.writer.acquire().await?;
        // A task of its own: given up between `begin` and `commit`, it would keep everyone else from writing.
        let done = tokio::spawn(async move {
            let sql = format!("begin immediate;{};commit", batch.sql);
            let done = writer.execute(batch.query(sql)).await;
            if done.is_err() {
                // It is open still, or not: SQLite ends it by itself when the disk is full.
                let _ = writer.execute("rollback").await;
            }
            done
        });
        done.await.map_err(std::io::Error::other)??;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::{super::test_db, *};

    fn facts(rows: &[(&str, &str)]) -> Batch {
        let mut batch = Batch::default();
        batch.push_rows("insert into meta (key, value) values ", "(?, ?)", rows.len());
        for (key, value) in rows {
            batch.bind(*key).unwrap().bind(*value).unwrap();
        }
        batch
    }

    async fn stored(db: &Db) -> Vec<(String, String)> {
        let sql = "select key, value from meta where key like 'test%' order by key";
        sqlx::query_as(sql).fetch_all(db.read()).await.unwrap()
    }

    #[tokio::test]
    async fn values_go_to_their_statements() {
        let (db, _dir) = test_db().await;
        let mut batch = facts(&[("test1", "a;b"), ("test2", "?")]);
        batch.push("update meta set value = ? where key = ?").bind("c").unwrap().bind("test2").unwrap();
        db.commit(batch).await.unwrap();
        assert_eq!(stored(&db).await, [("test1".into(), "a;b".into()), ("test2".into(), "c".into())]);
    }

    #[tokio::test]
    async fn one_that_nobody_waits_for_is_in_nobodys_way() {
        let (db, _dir) = test_db().await;
        for n in 0..100 {
            let (one, two) = (format!("test{n:02}a"), format!("test{n:02}b"));
            let patience = std::time::Duration::from_micros(n * 5);
            let _ = tokio::time::timeout(patience, db.commit(facts(&[(&one, ""), (&two, "")]))).await;
        }
        db.settle().await.unwrap();
        let given_up = stored(&db).await.len();
        assert!(given_up.is_multiple_of(2), "both or none");
        db.commit(facts(&[("test", "after them")])).await.unwrap();
        assert_eq!(stored(&db).await.len(), given_up + 1);
    }

    #[tokio::test]
    async fn all_is_stored_or_nothing_and_the_next_one_is_not_disturbed() {
        let (db, _dir) = test_db().await;
        let mut batch = facts(&[("test1", "a")]);
        batch.push("insert into nowhere values (1)");
        assert!(db.commit(batch).await.is_err());
        assert!(db.commit(facts(&[("test1", "a"), ("test1", "b")])).await.is_err(), "one key twice");
        assert_eq!(stored(&db).await, []);
        db.commit(facts(&[("test1", "c")])).await.unwrap();
        let mut tx = db.write().await.unwrap();
        facts(&[("test2", "d")]).run(&mut tx).await.unwrap();
        tx.rollback().await.unwrap();
        assert_eq!(stored(&db).await, [("test1".into(), "c".into())]);
    }
}
