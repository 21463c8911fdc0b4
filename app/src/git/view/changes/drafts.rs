//! Comments that are being written: kept in the browser by project, file and lines until they are sent to the server or given
//! up, so that a reload loses none. Never tells anybody else of them.

use leptos::prelude::*;

use crate::{
    git::model::{Commented, NewComment, WhichDiff},
    ids::ProjectId,
    json,
    ui::browser,
};

/// The most of them in one file; the oldest one makes room.
const MOST: usize = 10;

/// Those of one file's change; cheap to copy.
#[derive(Clone, Copy)]
pub struct Drafts {
    key: StoredValue<String>,
}

impl Drafts {
    /// Those of this file of a project.
    pub(super) fn of(project: ProjectId, which: &WhichDiff) -> Self {
        let key = serde_json::json!([project, which.group, which.path]);
        Self { key: StoredValue::new(format!("comment:{key}")) }
    }

    /// What was written last.
    pub(super) fn last(self) -> Option<NewComment> {
        self.all().pop()
    }

    /// What was written on these lines so far.
    pub(super) fn text(self, about: &Commented) -> String {
        self.all().into_iter().find(|one| is_on(one, about)).map(|one| one.text).unwrap_or_default()
    }

    /// Keeps what is written on these lines, or forgets it with an empty text.
    pub(super) fn keep(self, about: &Commented, text: &str) {
        let mut all = self.all();
        put(&mut all, NewComment { about: about.clone(), text: text.to_owned() });
        let text = serde_json::to_string(&all).ok().filter(|_| !all.is_empty());
        self.key.with_value(|key| browser::remember(key, text.as_deref()));
    }

    fn all(self) -> Vec<NewComment> {
        let kept = self.key.with_value(|key| browser::recall(key));
        kept.and_then(|text| json::read(&text).ok()).unwrap_or_default()
    }
}

/// Whether a comment is on these lines. Their code may have changed.
fn is_on(one: &NewComment, about: &Commented) -> bool {
    (one.about.side, one.about.first, one.about.last) == (about.side, about.first, about.last)
}

/// Puts one in the place of that on the same lines, at the end; an empty one only takes it away.
fn put(all: &mut Vec<NewComment>, new: NewComment) {
    all.retain(|one| !is_on(one, &new.about));
    if !new.text.trim().is_empty() {
        all.push(new);
        all.drain(..all.len().saturating_sub(MOST));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::git::model::{ChangeGroup, Side};

    #[test]
    fn lines_have_one_comment_that_is_written_and_an_empty_one_is_none() {
        let new = |first, text: &str| NewComment {
            about: Commented {
                path: "a".to_owned(),
                group: ChangeGroup::Changed,
                side: Side::New,
                first,
                last: first,
                code: String::new(),
            },
            text: text.to_owned(),
        };
        let mut all = Vec::new();
        for (first, text) in [(1, "one"), (2, "two"), (1, "other"), (3, " ")] {
            put(&mut all, new(first, text));
        }
        assert_eq!(all, [new(2, "two"), new(1, "other")]);
        put(&mut all, new(2, ""));
        assert_eq!(all, [new(1, "other")]);
        for first in 0..20 {
            put(&mut all, new(first, "x"));
        }
        assert_eq!((all.len(), all[0].about.first), (MOST, 10));
    }
}
