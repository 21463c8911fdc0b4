//! The state of the branch in words: how it stands beside the one it follows, and what git is in the middle of with what to do
//! next. Decides nothing.

use leptos::prelude::*;

use super::parts::GitChip;
use crate::{
    git::model::{GitSummary, Head, Operation, UnderWay},
    ui::{Icon, IconName, Words},
};

/// The branch, and how it stands beside the one it follows.
#[component]
pub fn Standing(
    /// The branch.
    git: GitSummary,
    /// How it stands.
    head: Head,
) -> impl IntoView {
    view! {
        <GitChip git=git />
        <span class="faint sm">{standing(&head)}</span>
    }
    .into_any()
}

/// What is under way, with what to do next.
#[component]
pub fn NextStep(
    /// What.
    under_way: UnderWay,
    /// How many files are in conflict.
    conflicted: u32,
) -> impl IntoView {
    view! {
        <div class="note waiting changes-note">
            <Icon name=IconName::Warning />
            <span>
                <Words text=next_step(under_way, conflicted) />
            </span>
        </div>
    }
    .into_any()
}

/// How the branch stands beside the one it follows.
fn standing(head: &Head) -> String {
    let Some(upstream) = &head.upstream else {
        let words = match head {
            Head { unborn: true, .. } => "No commit yet",
            Head { detached: true, .. } => "On a commit, on no branch: make a branch before you commit",
            _ => "Follows no branch of a remote",
        };
        return words.to_owned();
    };
    match (head.ahead, head.behind) {
        (Some(0), Some(0)) => format!("Even with {upstream}"),
        (Some(ahead), Some(0)) => format!("{ahead} ahead of {upstream}"),
        (Some(0), Some(behind)) => format!("{behind} behind {upstream}"),
        (Some(ahead), Some(behind)) => format!("{ahead} ahead of {upstream}, {behind} behind it"),
        _ if head.unborn => format!("No commit yet; follows {upstream}"),
        _ => format!("Follows {upstream}, which is gone"),
    }
}

/// What is under way, and what ends it or takes it back.
fn next_step(one: UnderWay, conflicted: u32) -> String {
    let (name, command) = match one.what {
        Operation::Merge => ("A merge", "merge"),
        Operation::Rebase => ("A rebase", "rebase"),
        Operation::Apply => ("Applying patches", "am"),
        Operation::CherryPick => ("A cherry-pick", "cherry-pick"),
        Operation::Revert => ("A revert", "revert"),
        Operation::Bisect => {
            return "A bisect is under way. Test what is checked out, then say `git bisect good` or `git bisect bad`; `git bisect reset` ends it.".to_owned();
        }
    };
    let at = match (one.step, one.steps) {
        (Some(step), Some(steps)) => format!(", step {step} of {steps}"),
        _ => String::new(),
    };
    let first = match conflicted {
        0 => "Nothing is in conflict".to_owned(),
        1 => "Resolve the file in conflict and stage it".to_owned(),
        count => format!("Resolve the {count} files in conflict and stage them"),
    };
    format!(
        "{name} is under way{at}. {first}, then `git {command} --continue`; `git {command} --abort` takes it back."
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_branch_is_told_beside_the_one_it_follows() {
        let head =
            |ahead, behind| Head { upstream: Some("origin/x".to_owned()), ahead, behind, ..Head::default() };
        for (head, words) in [
            (head(Some(0), Some(0)), "Even with origin/x"),
            (head(Some(2), Some(0)), "2 ahead of origin/x"),
            (head(Some(0), Some(3)), "3 behind origin/x"),
            (head(Some(2), Some(3)), "2 ahead of origin/x, 3 behind it"),
            (head(None, None), "Follows origin/x, which is gone"),
            (Head::default(), "Follows no branch of a remote"),
            (Head { unborn: true, ..Head::default() }, "No commit yet"),
        ] {
            assert_eq!(standing(&head), words);
        }
    }

    #[test]
    fn what_is_under_way_is_told_with_its_next_step() {
        let rebase = UnderWay { what: Operation::Rebase, step: Some(2), steps: Some(5) };
        let words = next_step(rebase, 1);
        assert!(
            words.starts_with("A rebase is under way, step 2 of 5. Resolve the file in conflict"),
            "{words}"
        );
        let merge = UnderWay { what: Operation::Merge, step: None, steps: None };
        assert!(next_step(merge, 0).contains("Nothing is in conflict, then `git merge --continue`"));
    }
}
