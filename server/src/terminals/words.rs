//! How a shell ended, in words for a list and for the terminal itself.

use app::terminals::model::TerminalStatus;

use crate::keeper::Exit;

/// The state after such an end.
pub(super) fn status(exit: &Exit) -> TerminalStatus {
    if exit.failed_to_start.is_some() { TerminalStatus::Failed } else { TerminalStatus::Ended }
}

/// How a shell ended, in a sentence.
pub(super) fn words(exit: &Exit) -> String {
    if let Some(failure) = &exit.failed_to_start {
        return format!("The shell could not be started: {}.", failure.text);
    }
    match (exit.code, exit.signal) {
        (Some(0), _) => "The shell ended.".to_owned(),
        (Some(code), _) => format!("The shell ended with code {code}."),
        _ if exit.oom => "The shell was ended because the machine ran out of memory.".to_owned(),
        (None, Some(signal)) => format!("The shell was ended by signal {signal}."),
        (None, None) => "The shell ended; nobody knows how.".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keeper::{Failure, FailureReason};

    #[test]
    fn every_end_has_its_words() {
        let end = |exit: Exit| words(&exit);
        assert_eq!(end(Exit { code: Some(0), ..Exit::default() }), "The shell ended.");
        assert_eq!(end(Exit { code: Some(3), ..Exit::default() }), "The shell ended with code 3.");
        assert_eq!(end(Exit { signal: Some(1), ..Exit::default() }), "The shell was ended by signal 1.");
        assert!(end(Exit { signal: Some(9), oom: true, ..Exit::default() }).contains("memory"));
        let failure =
            Failure { reason: FailureReason::BinaryMissing, text: "/bin/none was not found".to_owned() };
        let exit = Exit { failed_to_start: Some(failure), ..Exit::default() };
        assert_eq!(words(&exit), "The shell could not be started: /bin/none was not found.");
        assert_eq!(status(&exit), TerminalStatus::Failed);
    }
}
