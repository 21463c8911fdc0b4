//! What lists and pages draw alike of a repository.

use leptos::prelude::*;

use crate::{
    files::model::escaped,
    git::model::{GitSummary, UNPUSHED_MAX},
    ids::ProjectId,
    ui::{Chip, Icon, IconName},
};

/// The branch, with a mark if anything is not committed.
#[component]
pub fn GitChip(
    /// What git says.
    git: GitSummary,
) -> impl IntoView {
    let title = if git.dirty { "Changes that are not committed" } else { "Nothing to commit" };
    view! {
        <Chip title=title>
            <Icon name=IconName::Branch />
            <span class="clip mono">{git.branch}</span>
            {git.dirty.then(|| view! { <span class="dirty" role="img" aria-label="changed"></span> })}
        </Chip>
    }
    .into_any()
}

/// The branches and tags that are at a commit.
#[component]
pub fn Refs(
    /// Their names, as git gives them.
    names: Vec<String>,
) -> impl IntoView {
    names.into_iter().map(|name| view! { <Chip><span class="clip mono">{name}</span></Chip> }).collect_view()
}

/// Where the history is, with a commit open or none.
#[must_use]
pub fn history_address(project: ProjectId, commit: Option<&str>) -> String {
    let query = commit.map(|commit| format!("?commit={}", escaped(commit))).unwrap_or_default();
    format!("/projects/{project}/history{query}")
}

/// A number of commits, which are counted no further than to a thousand.
#[must_use]
pub fn count_in_words(count: u32) -> String {
    if count >= UNPUSHED_MAX { "1,000 or more".to_owned() } else { count.to_string() }
}

/// The same with its noun.
#[must_use]
pub fn commits_in_words(count: u32) -> String {
    format!("{} commit{}", count_in_words(count), if count == 1 { "" } else { "s" })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commits_are_said_as_far_as_they_were_counted() {
        let words = [0, 1, 2, UNPUSHED_MAX].map(commits_in_words);
        assert_eq!(words, ["0 commits", "1 commit", "2 commits", "1,000 or more commits"]);
    }
}
