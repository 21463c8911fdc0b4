//! A commit that is to be made, and what its author has to know before. Pure: never runs git.

use serde::{Deserialize, Serialize};

use crate::{
    ids::ProjectId,
    sessions::{
        event::{Event, EventBody},
        model::{Effort, Mode, NewSession, PermissionMode, Surface},
    },
    worktrees::model::InWorktree,
};

/// The most bytes of a message.
pub const MESSAGE_MAX: usize = 64 << 10;

/// A commit of what is staged.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct NewCommit {
    /// The message, 1 byte to 64 KiB.
    pub message: String,
    /// Whether it takes the place of the last commit, which `head` must name.
    #[serde(default)]
    pub amend: bool,
    /// The last commit as it was shown, the full id; nothing is done on top of another one. Absent: whatever it is.
    #[serde(default)]
    pub head: Option<String>,
    /// Whether a line says who signs it off.
    #[serde(default)]
    pub sign_off: bool,
}

/// What a new commit starts from.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct CommitStart {
    /// The last commit; none before the first one.
    pub last: Option<LastCommit>,
    /// Who git says the author is, such as `Ada <ada@example.org>`; none if it does not know.
    pub author: Option<String>,
    /// The message that git has prepared, as for a merge.
    pub prepared: Option<String>,
}

/// The commit that is checked out.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct LastCommit {
    /// Its full id.
    pub id: String,
    /// Its whole message.
    pub message: String,
    /// Whether a remote has it, as far as it was fetched or pushed.
    pub pushed: bool,
}

/// The session that writes a message: a job that may do nothing but answer. It works where the change is, in the project or in a
/// worktree of another one.
#[must_use]
pub fn drafting(place: ProjectId, worktree_of: Option<ProjectId>, prompt: String) -> NewSession {
    NewSession {
        project_id: worktree_of.unwrap_or(place),
        prompt,
        mode: Mode::Job,
        surface: Surface::Chat,
        model: None,
        effort: Some(Effort::Low),
        permission_mode: Some(PermissionMode::DontAsk),
        confirm: None,
        images: Vec::new(),
        name: Some("Commit message".to_owned()),
        worktree: worktree_of.map(|_| InWorktree { id: Some(place), ..InWorktree::default() }),
    }
}

/// The message that such a session came to: its last text, without the fence that models like to put around one.
#[must_use]
pub fn drafted(events: &[Event]) -> Option<String> {
    let text = events.iter().rev().find_map(|event| match &event.body {
        EventBody::AssistantText { text, parent: None, aborted: false, .. } => Some(text.trim()),
        _ => None,
    })?;
    let fenced = text.strip_prefix("```").and_then(|rest| rest.strip_suffix("```"));
    let plain = fenced.and_then(|rest| rest.split_once('\n')).map_or(text, |(_, inside)| inside.trim());
    Some(plain.to_owned()).filter(|message| !message.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::Millis;

    #[test]
    fn the_message_is_the_last_text_without_its_fence() {
        let said = |texts: &[&str]| -> Vec<Event> {
            let body = |text: &&str| EventBody::AssistantText {
                text: (*text).to_owned(),
                html: String::new(),
                uuid: None,
                parent: None,
                aborted: false,
            };
            texts.iter().map(|text| Event { seq: 1, at: Millis(0), body: body(text) }).collect()
        };
        assert_eq!(drafted(&said(&["Let me see.", "Fix it\n\nWhy.\n"])).as_deref(), Some("Fix it\n\nWhy."));
        assert_eq!(drafted(&said(&["```text\nFix it\n```"])).as_deref(), Some("Fix it"));
        assert_eq!(drafted(&said(&["``` `"])).as_deref(), Some("``` `"));
        assert_eq!(drafted(&said(&[])), None);
    }
}
