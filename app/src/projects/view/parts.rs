//! What the list and the page of projects draw alike.

use leptos::prelude::*;

use crate::{
    projects::model::{Counts, Trust},
    ui::{Chip, Icon, IconName, Tone},
};

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_are_said_without_zeroes() {
        assert_eq!(counts_in_words(Counts::default()), "No sessions");
        let counts = Counts { waiting: 1, running: 2, idle: 0, total: 5 };
        assert_eq!(counts_in_words(counts), "1 waiting · 2 running · 2 finished");
    }
}
