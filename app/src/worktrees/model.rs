//! What a worktree is on both sides, and how its branch is named. Pure: never runs git.

use serde::{Deserialize, Serialize};

use crate::ids::ProjectId;

/// The longest name of a branch that is made of words, in characters.
const NAME_MAX: usize = 40;
/// The name where the words have nothing that can stand in one.
const NAMELESS: &str = "work";

/// In which worktree a session works: one that is there, or a new one.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct InWorktree {
    /// One that is there. Nothing else is said then.
    #[serde(default)]
    pub id: Option<ProjectId>,
    /// The name of the new branch; made from the session's name or its prompt if absent.
    #[serde(default)]
    pub branch: Option<String>,
    /// The branch that it starts from; if absent the one that others start from, else what is checked out.
    #[serde(default)]
    pub base: Option<String>,
}

/// A name for a branch, of the first words of a text: small letters, digits and hyphens.
#[must_use]
pub fn branch_of(text: &str) -> String {
    let line = text.lines().map(str::trim).find(|line| !line.is_empty()).unwrap_or_default();
    let lower = line.to_lowercase();
    let words = lower.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    let mut name = String::new();
    for word in words {
        let gap = usize::from(!name.is_empty());
        if name.len() + gap + word.len() > NAME_MAX {
            if name.is_empty() {
                name.push_str(&word[..NAME_MAX]);
            }
            break;
        }
        if gap > 0 {
            name.push('-');
        }
        name.push_str(word);
    }
    if name.is_empty() { NAMELESS.to_owned() } else { name }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_branch_is_named_by_the_first_words() {
        for (text, name) in [
            ("Fix the login, please!", "fix-the-login-please"),
            ("\n  \n-rf ../../etc\nmore", "rf-etc"),
            ("Größe der Körbe", "gr-e-der-k-rbe"),
            ("", "work"),
            ("日本語", "work"),
            ("one two three four five six seven eight nine ten", "one-two-three-four-five-six-seven-eight"),
        ] {
            assert_eq!(branch_of(text), name, "{text}");
        }
        assert_eq!(branch_of(&"x".repeat(100)), "x".repeat(NAME_MAX));
    }
}
