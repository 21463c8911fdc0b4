//! How a shell or a session's agent ended, in words for a list and for the terminal itself.

use app::terminals::model::{Terminal, TerminalStatus};

use crate::keeper::Exit;

/// The state after such an end.
pub(super) fn status(exit: &Exit) -> TerminalStatus {
    if exit.failed_to_start.is_some() { TerminalStatus::Failed } else { TerminalStatus::Ended }
}

/// What runs in it.
pub(super) fn subject(card: &Terminal) -> &'static str {
    if card.session_id.is_some() { "The agent" } else { "The shell" }
}

/// How it ended, in a sentence; `subject` is what did.
pub(super) fn words(subject: &str, exit: &Exit) -> String {
    if let Some(failure) = &exit.failed_to_start {
        return format!("{subject} could not be started: {}.", failure.text);
    }
    match (exit.code, exit.signal) {
        (Some(0), _) => format!("{subject} ended."),
        (Some(code), _) => format!("{subject} ended with code {code}."),
        _ if exit.oom => format!("{subject} was ended because the machine ran out of memory."),
        (None, Some(signal)) => format!("{subject} was ended by signal {signal}."),
        (None, None) => format!("{subject} ended; nobody knows how."),
    }
}

/// The same, when its keeper is gone and nobody knows more.
pub(super) fn lost(subject: &str) -> String {
    format!("{subject} was lost: its keeper was killed, and what it showed is gone.")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keeper::{Failure, FailureReason};

    #[test]
    fn every_end_has_its_words() {
        let end = |exit: Exit| words("The shell", &exit);
        assert_eq!(end(Exit { code: Some(0), ..Exit::default() }), "The shell ended.");
        assert_eq!(end(Exit { code: Some(3), ..Exit::default() }), "The shell ended with code 3.");
        assert_eq!(end(Exit { signal: Some(1), ..Exit::default() }), "The shell was ended by signal 1.");
        assert!(end(Exit { signal: Some(9), oom: true, ..Exit::default() }).contains("memory"));
        let failure =
            Failure { reason: FailureReason::BinaryMissing, text: "/bin/none was not found".to_owned() };
        let exit = Exit { failed_to_start: Some(failure), ..Exit::default() };
        assert_eq!(words("The shell", &exit), "The shell could not be started: /bin/none was not found.");
        assert_eq!(status(&exit), TerminalStatus::Failed);
    }
}
