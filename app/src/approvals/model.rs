//! What an agent waits for, as it is shown and as it is answered. Pure: never decides anything.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;

use crate::{
    ids::{ApprovalId, ProjectId, SessionId},
    sessions::choice::PermissionMode,
    time::Millis,
};

/// What kind of answer is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum ApprovalKind {
    /// May this tool run?
    Tool,
    /// One to four questions, each with options.
    Questions,
    /// Is this plan good?
    Plan,
}

/// How far an approval has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum ApprovalStatus {
    /// Nobody has answered.
    Pending,
    /// Answered yes.
    Allowed,
    /// Answered no.
    Denied,
    /// The agent took the question back, or is gone.
    Withdrawn,
    /// The configured limit passed; the agent was told no.
    Expired,
}

/// One option of a question.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct QuestionOption {
    /// What is answered.
    pub label: String,
    /// What it means.
    #[serde(default)]
    pub description: String,
}

/// One question of the agent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Question {
    /// The question; also the key of its answer.
    pub question: String,
    /// A word or two for a heading.
    #[serde(default)]
    pub header: String,
    /// Whether several options may be chosen.
    #[serde(default)]
    pub multi_select: bool,
    /// Two to four options; free text is always possible beside them.
    #[serde(default)]
    pub options: Vec<QuestionOption>,
}

/// One of the CLI's own proposals for "always allow".
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct Suggestion {
    /// What it would allow from now on, in words: `cargo nextest:*`, `edits in this session`.
    pub label: String,
    /// Where it would be remembered: `this session`, `this project, for you`, …
    pub scope: String,
}

/// An approval as the inbox and the thread show it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct Approval {
    /// Its id.
    pub id: ApprovalId,
    /// Whose it is.
    pub session_id: SessionId,
    /// The session's name.
    pub session_name: String,
    /// Its project.
    pub project_id: ProjectId,
    /// The project's name.
    pub project_name: String,
    /// What kind of answer is wanted.
    pub kind: ApprovalKind,
    /// The tool that asks, such as `Bash`.
    pub tool: String,
    /// The tool call it belongs to.
    pub tool_use_id: String,
    /// The sub-agent that asks, if it is one.
    pub agent: Option<String>,
    /// One line: `Run this command?`, `Write src/main.rs?`.
    pub title: String,
    /// What the decision is about: the command, the path.
    pub subject: String,
    /// The whole input of the tool, to be edited before allowing.
    #[cfg_attr(feature = "ssr", schema(value_type = Object))]
    pub input: Value,
    /// The input drawn for reading: a diff, a plan; sanitised HTML.
    pub html: Option<String>,
    /// Why the CLI asks, in its words.
    pub reason: Option<String>,
    /// The questions, for that kind.
    pub questions: Vec<Question>,
    /// What "always allow" can mean here; answered by index.
    pub suggestions: Vec<Suggestion>,
    /// The hash of the request as shown; a decision must repeat it.
    pub digest: String,
    /// When it was asked.
    pub asked_at: Millis,
    /// When it is denied by itself, where the configuration sets a limit.
    pub expires_at: Option<Millis>,
    /// How far it has come.
    pub status: ApprovalStatus,
    /// Who decided.
    pub decided_by: Option<String>,
    /// When.
    pub decided_at: Option<Millis>,
}

/// Yes or no.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// Go on.
    Allow,
    /// Do not.
    Deny,
}

/// A person's answer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct Decision {
    /// Yes or no.
    pub decision: Verdict,
    /// The digest of what was shown.
    pub digest: String,
    /// With a no: what the agent should do instead.
    #[serde(default)]
    pub message: Option<String>,
    /// With a yes: the input to run instead of the one asked for.
    #[serde(default)]
    #[cfg_attr(feature = "ssr", schema(value_type = Option<Object>))]
    pub updated_input: Option<Value>,
    /// With a yes: the index of the suggestion to remember.
    #[serde(default)]
    pub remember: Option<u32>,
    /// For questions: the answer to each, by the question's text; several choices are joined by `, `.
    #[serde(default)]
    pub answers: Option<BTreeMap<String, String>>,
    /// For a plan: the permission mode to go on with.
    #[serde(default)]
    pub next_mode: Option<PermissionMode>,
}

impl Decision {
    /// Nothing but this, on what has this digest.
    #[must_use]
    pub fn new(decision: Verdict, digest: impl Into<String>) -> Self {
        let digest = digest.into();
        Self {
            decision,
            digest,
            message: None,
            updated_input: None,
            remember: None,
            answers: None,
            next_mode: None,
        }
    }
}
