//! What the page knows of approvals: every pending one, and those it saw settled. Changed by pushes only.

use leptos::prelude::*;

use super::model::{Approval, ApprovalStatus};
use crate::{
    boot::Boot,
    events::Push,
    ids::{ApprovalId, SessionId},
};

/// Settled approvals kept, so that a card can say who answered; bounds a list that otherwise only grows.
const SETTLED: usize = 20;

/// The approvals on the page; cheap to copy.
#[derive(Clone, Copy, Debug)]
pub struct ApprovalsStore {
    /// The one that waits longest comes first; settled ones are among them.
    pub all: RwSignal<Vec<Approval>>,
}

impl ApprovalsStore {
    /// With what the page was drawn from.
    #[must_use]
    pub fn new(boot: &Boot) -> Self {
        let mut all = boot.approvals.clone();
        sort(&mut all);
        Self { all: RwSignal::new(all) }
    }

    /// Takes what the server says.
    pub fn apply(&self, push: &Push) {
        match push {
            Push::Approval(approval) => self.all.update(|all| put(all, approval)),
            Push::SessionGone { session } => {
                self.all.update(|all| all.retain(|one| one.session_id != *session))
            }
            Push::ProjectGone { project } => {
                self.all.update(|all| all.retain(|one| one.project_id != *project))
            }
            _ => {}
        }
    }

    /// Takes every pending approval anew; what is not among them any more is gone, unless it was seen settled.
    pub fn reset(&self, pending: Vec<Approval>) {
        self.all.update(|all| {
            all.retain(|one| one.status != ApprovalStatus::Pending);
            for approval in &pending {
                put(all, approval);
            }
        });
    }

    /// How many wait.
    #[must_use]
    pub fn pending(&self) -> usize {
        self.all.with(|all| all.iter().filter(|one| one.status == ApprovalStatus::Pending).count())
    }

    /// Those that wait, of one session or of all; the one that waits longest first.
    #[must_use]
    pub fn waiting(&self, session: Option<SessionId>) -> Vec<ApprovalId> {
        let wanted = |one: &&Approval| {
            one.status == ApprovalStatus::Pending && session.is_none_or(|session| one.session_id == session)
        };
        self.all.with(|all| all.iter().filter(wanted).map(|one| one.id).collect())
    }

    /// One approval, as it stands.
    #[must_use]
    pub fn get(&self, id: ApprovalId) -> Option<Approval> {
        self.all.with(|all| all.iter().find(|one| one.id == id).cloned())
    }
}

fn put(all: &mut Vec<Approval>, approval: &Approval) {
    match all.iter_mut().find(|one| one.id == approval.id) {
        // What is settled stays settled: an older card may arrive late.
        Some(known) if known.status == ApprovalStatus::Pending => *known = approval.clone(),
        Some(_) => return,
        None => all.push(approval.clone()),
    }
    let settled = all.iter().filter(|one| one.status != ApprovalStatus::Pending).count();
    if settled > SETTLED {
        let oldest = all
            .iter()
            .filter(|one| one.status != ApprovalStatus::Pending)
            .min_by_key(|one| one.decided_at)
            .map(|one| one.id);
        all.retain(|one| Some(one.id) != oldest);
    }
    sort(all);
}

fn sort(all: &mut [Approval]) {
    all.sort_by_key(|one| (one.asked_at, one.id));
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::{approvals::model::ApprovalKind, ids::ProjectId, time::Millis};

    fn approval(n: u128, at: i64, status: ApprovalStatus) -> Approval {
        Approval {
            id: ApprovalId(Uuid::from_u128(n)),
            session_id: SessionId(Uuid::from_u128(n % 2)),
            session_name: String::new(),
            project_id: ProjectId(Uuid::nil()),
            project_name: String::new(),
            kind: ApprovalKind::Tool,
            tool: "Bash".into(),
            tool_use_id: String::new(),
            agent: None,
            title: String::new(),
            subject: String::new(),
            input: serde_json::Value::Null,
            html: None,
            reason: None,
            questions: vec![],
            suggestions: vec![],
            digest: String::new(),
            asked_at: Millis(at),
            expires_at: None,
            status,
            decided_by: None,
            decided_at: (status != ApprovalStatus::Pending).then_some(Millis(at + 1)),
        }
    }

    fn push(n: u128, at: i64, status: ApprovalStatus) -> Push {
        Push::Approval(Box::new(approval(n, at, status)))
    }

    #[test]
    fn the_longest_wait_comes_first_and_settled_stays_settled() {
        let owner = Owner::new();
        owner.set();
        let store = ApprovalsStore::new(&Boot::default());
        for push in [
            push(1, 20, ApprovalStatus::Pending),
            push(2, 10, ApprovalStatus::Pending),
            push(1, 20, ApprovalStatus::Allowed),
            push(1, 20, ApprovalStatus::Pending),
        ] {
            store.apply(&push);
        }
        assert_eq!(store.pending(), 1);
        assert_eq!(store.waiting(None), [ApprovalId(Uuid::from_u128(2))]);
        assert!(store.waiting(Some(SessionId(Uuid::from_u128(1)))).is_empty());
        assert_eq!(store.get(ApprovalId(Uuid::from_u128(1))).unwrap().status, ApprovalStatus::Allowed);

        store.reset(vec![approval(3, 5, ApprovalStatus::Pending)]);
        assert_eq!(store.waiting(None), [ApprovalId(Uuid::from_u128(3))]);
        for n in 10..60 {
            store.apply(&push_settled(n));
        }
        assert_eq!(store.all.get().len(), SETTLED + 1, "the list does not grow for ever");
    }

    fn push_settled(n: u128) -> Push {
        push(n, 100 + i64::try_from(n).unwrap(), ApprovalStatus::Denied)
    }
}
