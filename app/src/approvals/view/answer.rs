//! One answer to one approval: what is sent, whether it is under way, and why it was refused. Bound to the digest that was shown.

use std::collections::BTreeMap;

use leptos::prelude::*;
use serde_json::Value;

use crate::{
    approvals::{
        api,
        model::{Approval, Decision, Verdict},
    },
    ids::ApprovalId,
    sessions::choice::PermissionMode,
    ui::{Call, use_call},
};

/// A key that was pressed for the card that takes keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Press {
    /// `Y`.
    Allow,
    /// `D`.
    Deny,
}

/// Answers one approval; cheap to copy.
#[derive(Clone, Copy)]
pub struct Answers {
    /// Whether an answer is under way, and why the last one was refused.
    pub call: Call,
    id: ApprovalId,
    digest: StoredValue<String>,
}

impl Answers {
    /// For the request as it is shown now.
    #[must_use]
    pub fn new(approval: &Approval) -> Self {
        Self { call: use_call().inline(), id: approval.id, digest: StoredValue::new(approval.digest.clone()) }
    }

    fn decide(self, decision: Decision) {
        self.call.run(api::decide(self.id, decision), |_| ());
    }

    fn yes(self) -> Decision {
        Decision::new(Verdict::Allow, self.digest.get_value())
    }

    /// Go on.
    pub fn allow(self) {
        self.decide(self.yes());
    }

    /// Go on, and remember the suggestion of this index.
    pub fn always(self, suggestion: u32) {
        self.decide(Decision { remember: Some(suggestion), ..self.yes() });
    }

    /// Go on with this input instead.
    pub fn edited(self, input: Value) {
        self.decide(Decision { updated_input: Some(input), ..self.yes() });
    }

    /// Answers questions, by their text.
    pub fn questions(self, answers: BTreeMap<String, String>) {
        self.decide(Decision { answers: Some(answers), ..self.yes() });
    }

    /// Approves a plan and goes on in this mode.
    pub fn plan(self, next: PermissionMode) {
        self.decide(Decision { next_mode: Some(next), ..self.yes() });
    }

    /// Do not; the agent reads the note.
    pub fn deny(self, note: &str) {
        let message = Some(note.trim()).filter(|note| !note.is_empty()).map(str::to_owned);
        self.decide(Decision { decision: Verdict::Deny, message, ..self.yes() });
    }
}
