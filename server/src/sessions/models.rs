//! The models that agents offer, as the last one named them when it was greeted; kept over restarts. Which of them an
//! account may use is only ever known from its agent.

use std::sync::{Mutex, PoisonError};

use app::{events::Push, sessions::model::Model};
use serde_json::Value;

use super::{claude, queries};
use crate::{
    bus::Bus,
    db::{Batch, Db, Fault},
};

/// What is known; the aliases of every CLI until an agent was greeted.
pub(super) struct Models {
    /// A std lock, held for a copy or a comparison and never over an await.
    known: Mutex<Vec<Model>>,
}

impl Models {
    /// What was known when the server ended.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub(super) async fn load(db: &Db) -> Result<Self, Fault> {
        let kept = queries::models(db.read()).await?;
        // A list that a newer Roost wrote in another way is learned again with the next agent.
        let known = kept.and_then(|kept| serde_json::from_str(&kept).ok()).unwrap_or_else(Model::aliases);
        Ok(Self { known: Mutex::new(known) })
    }

    /// What is known, in the agent's order.
    pub(super) fn list(&self) -> Vec<Model> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Takes the answer to a greeting. What is new is told to every page and stored; a disk that is full costs only that
    /// the next server asks again.
    pub(super) fn learn(&self, reply: &Value, db: &Db, bus: &Bus) {
        let models = claude::models(reply);
        {
            let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
            if models.is_empty() || *known == models {
                return;
            }
            known.clone_from(&models);
        }
        bus.publish(Push::Models { models: models.clone() });
        let db = db.clone();
        tokio::spawn(async move {
            if let Err(fault) = keep(&db, &models).await {
                tracing::warn!(%fault, "the list of models is not stored");
            }
        });
    }
}

async fn keep(db: &Db, models: &[Model]) -> Result<(), Fault> {
    let json = serde_json::to_string(models)?;
    let mut batch = Batch::default();
    queries::keep_models(&mut batch, &json)?;
    db.commit(batch).await
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::db::test_db;

    #[tokio::test]
    async fn what_an_agent_offers_is_told_once_and_kept() {
        let (db, _dir) = test_db().await;
        let bus = Bus::default();
        let mut pushes = bus.subscribe();
        let models = Models::load(&db).await.unwrap();
        assert_eq!(models.list(), Model::aliases());

        models.learn(&json!({"models": []}), &db, &bus);
        assert_eq!(models.list(), Model::aliases(), "an agent that does not tell changes nothing");

        let reply = json!({"models": [{"value": "fable", "displayName": "Fable"}]});
        models.learn(&reply, &db, &bus);
        models.learn(&reply, &db, &bus);
        assert!(
            matches!(&pushes.recv().await.unwrap().push, Push::Models { models } if models[0].name == "Fable")
        );
        assert!(pushes.try_recv().is_err(), "told twice");

        let kept = async || Models::load(&db).await.unwrap().list();
        let deadline = std::time::Instant::now() + std::time::Duration::from_secs(5);
        while kept().await != models.list() && std::time::Instant::now() < deadline {
            tokio::time::sleep(std::time::Duration::from_millis(5)).await;
        }
        assert_eq!(kept().await, models.list());
    }
}
