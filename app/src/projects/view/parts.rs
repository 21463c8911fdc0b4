//! What the list and the page of projects draw alike.

use leptos::prelude::*;

use crate::{
    projects::model::{Counts, GitSummary, Trust, UNPUSHED_MAX},
    ui::{Chip, Icon, IconName, Tone},
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

/// Whether agents may be started here.
#[component]
pub fn TrustChip(
    /// Who trusted it; none if nobody did.
    trust: Option<Trust>,
) -> impl IntoView {
    match trust {
        Some(trust) => view! {
            <Chip title=format!("Trusted by {}", trust.by)>
                <Icon name=IconName::ShieldCheck />
                "Trusted"
            </Chip>
        }
        .into_any(),
        None => view! {
            <Chip tone=Tone::Waiting title="Nothing starts here before you trust it">
                <Icon name=IconName::Shield />
                "Not trusted"
            </Chip>
        }
        .into_any(),
    }
}

/// How many sessions are in which state, in words; `No sessions` for none.
#[must_use]
pub fn counts_in_words(counts: Counts) -> String {
    let Counts { waiting, running, idle, total } = counts;
    let finished = total.saturating_sub(waiting + running + idle);
    let parts: Vec<String> =
        [(waiting, "waiting"), (running, "running"), (idle, "idle"), (finished, "finished")]
            .into_iter()
            .filter(|(count, _)| *count > 0)
            .map(|(count, word)| format!("{count} {word}"))
            .collect();
    if parts.is_empty() { "No sessions".to_owned() } else { parts.join(" · ") }
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

    #[test]
    fn counts_are_said_without_zeroes() {
        assert_eq!(counts_in_words(Counts::default()), "No sessions");
        let counts = Counts { waiting: 1, running: 2, idle: 0, total: 5 };
        assert_eq!(counts_in_words(counts), "1 waiting · 2 running · 2 finished");
    }
}
