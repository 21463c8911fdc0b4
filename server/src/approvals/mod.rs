//! Approvals: the inbox. A session's actor asks and settles them; this reads them, draws their cards and passes
//! decisions on to the actor, which lets exactly one win.

mod card;
mod queries;

use std::sync::Arc;

use app::{
    approvals::{
        model::{Approval, ApprovalStatus, Decision},
        port::Approvals,
    },
    auth::model::Viewer,
    error::AppError,
    events::Push,
    ids::{ApprovalId, SessionId},
};
use async_trait::async_trait;
use tokio::sync::broadcast::error::RecvError;

use crate::{bus::Bus, db::Db, sessions::SessionsEngine};

/// The approvals of this server; cheap to clone.
#[derive(Clone)]
pub struct ApprovalsEngine {
    db: Db,
    sessions: Arc<SessionsEngine>,
}

impl ApprovalsEngine {
    /// Starts telling every page of approvals that are asked or settled, until the bus is gone.
    #[must_use]
    pub fn start(db: Db, bus: Bus, sessions: Arc<SessionsEngine>) -> Self {
        let engine = Self { db, sessions };
        let teller = engine.clone();
        let mut touched = bus.touched_approvals();
        tokio::spawn(async move {
            loop {
                match touched.recv().await {
                    Ok(id) => teller.tell(&bus, id).await,
                    // Cards are whole: pages that missed some fetch all of them.
                    Err(RecvError::Lagged(_)) => bus.publish(Push::Resync),
                    Err(RecvError::Closed) => return,
                }
            }
        });
        engine
    }

    async fn tell(&self, bus: &Bus, id: ApprovalId) {
        match queries::get(self.db.read(), id).await {
            Ok(Some(row)) => bus.publish(Push::Approval(Box::new(card::draw(row)))),
            Ok(None) => {}
            Err(fault) => tracing::error!(%fault, "an approval could not be read"),
        }
    }
}

#[async_trait]
impl Approvals for ApprovalsEngine {
    async fn list(
        &self,
        _who: &Viewer,
        status: Option<ApprovalStatus>,
        session: Option<SessionId>,
    ) -> Result<Vec<Approval>, AppError> {
        let rows = queries::list(self.db.read(), status, session).await?;
        Ok(rows.into_iter().map(card::draw).collect())
    }

    async fn decide(&self, who: &Viewer, id: ApprovalId, decision: Decision) -> Result<Approval, AppError> {
        let unknown = || AppError::not_found("approval");
        let row = queries::get(self.db.read(), id).await?.ok_or_else(unknown)?;
        self.sessions.decide(who, row.session_id, id, decision).await?;
        let row = queries::get(self.db.read(), id).await?.ok_or_else(unknown)?;
        Ok(card::draw(row))
    }
}
