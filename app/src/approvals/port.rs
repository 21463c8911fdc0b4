//! What the engine must do with approvals.

use async_trait::async_trait;

use super::model::{Approval, ApprovalStatus, Decision};
use crate::{
    auth::model::Viewer,
    error::AppError,
    ids::{ApprovalId, SessionId},
};

/// Questions that agents wait on, across all projects.
#[async_trait]
pub trait Approvals: Send + Sync {
    /// The approvals of this status (any if none), the newest first, at most 200; of one session if given.
    async fn list(
        &self,
        who: &Viewer,
        status: Option<ApprovalStatus>,
        session: Option<SessionId>,
    ) -> Result<Vec<Approval>, AppError>;
    /// Decides. 404 unknown; 409 `already_decided` with who and when, or when the digest is another's.
    async fn decide(&self, who: &Viewer, id: ApprovalId, decision: Decision) -> Result<Approval, AppError>;
}
