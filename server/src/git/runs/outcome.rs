//! What came of a run in words, and what may be wanted next. Reads what git printed; where it is not known what it means,
//! git's own words are the answer.

use app::git::model::run::{Command, Join, RunEnd};

use crate::keeper::{Stopped, Told};

/// The most lines of git that an answer holds.
const SAID_MAX: usize = 4;

/// What a failure is known by, what it means, and what may be wanted next.
struct Known {
    marks: &'static [&'static str],
    words: &'static str,
    next: fn(&Command) -> Vec<Command>,
}

const KNOWN: &[Known] = &[
    Known {
        marks: &["(fetch first)", "(non-fast-forward)"],
        words: "The remote has commits that this branch does not have. Pull them first, then push again.",
        next: |_| vec![Command::Pull { how: Join::Rebase }, Command::Pull { how: Join::Merge }],
    },
    Known {
        marks: &["(stale info)"],
        words: "The branch of the remote is not where it was shown: somebody pushed meanwhile, and nothing was written over. Fetch, and look again.",
        next: |_| vec![Command::Fetch { remote: None }],
    },
    Known {
        marks: &["[remote rejected]"],
        words: "The remote refused the push. It says why below.",
        next: |_| Vec::new(),
    },
    Known {
        marks: &["Not possible to fast-forward", "Diverging branches can't be fast-forwarded"],
        words: "This branch and the one it follows both have commits of their own. Rebase puts yours on top; merge joins both.",
        next: |_| vec![Command::Pull { how: Join::Rebase }, Command::Pull { how: Join::Merge }],
    },
    Known {
        marks: &[
            "CONFLICT (",
            "could not apply",
            "Patch failed at",
            "unmerged files",
            "needs merge",
            "you need to resolve",
            "Committing is not possible",
        ],
        words: "There are conflicts. Resolve the files and stage them, then continue; abort takes it back.",
        next: |_| Vec::new(),
    },
    Known {
        marks: &[
            "could not read Username",
            "could not read Password",
            "Authentication failed",
            "terminal prompts disabled",
            "Permission denied (",
            "Invalid username or",
        ],
        words: "The remote wants to know who you are, and nobody is asked from here. Sign in to it once in a terminal, or give git a key or a credential helper.",
        next: |_| Vec::new(),
    },
    Known {
        marks: &["Host key verification failed"],
        words: "The key of the remote's host is not known. Connect to it once in a terminal, and accept the key there.",
        next: |_| Vec::new(),
    },
    Known {
        marks: &[
            "Could not resolve host",
            "Connection refused",
            "Connection timed out",
            "Network is unreachable",
            "No route to host",
        ],
        words: "The remote cannot be reached. Look at the network and at its address, then try again.",
        next: |command| vec![command.clone()],
    },
    Known {
        marks: &["does not appear to be a git repository", "repository not found", "Repository not found"],
        words: "There is no repository at the remote's address, or none that you may see.",
        next: |_| Vec::new(),
    },
    Known {
        marks: &["is not fully merged"],
        words: "Commits of the branch are on no other one. Deleted anyway, only their ids lead to them.",
        next: |command| match command {
            Command::DeleteBranch { name, commit, .. } => {
                vec![Command::DeleteBranch { name: name.clone(), commit: commit.clone(), force: true }]
            }
            _ => Vec::new(),
        },
    },
    Known {
        marks: &["failed to sign", "gpg failed", "signing failed"],
        words: "The commit is to be signed, and the key cannot be used without asking you. Unlock the key in a terminal, then commit again.",
        next: |_| Vec::new(),
    },
    Known {
        marks: &["index.lock", "cannot lock ref", "Another git process"],
        words: "Another git process is at work in this repository, or one that died has left a lock.",
        next: |command| vec![command.clone()],
    },
    Known {
        marks: &["would be overwritten", "You have unstaged changes", "contains uncommitted changes"],
        words: "Changes that are not committed are in the way. Commit them or stash them first.",
        next: |_| Vec::new(),
    },
];

/// How a run ended that git did not do to its end.
pub(super) fn failure(command: &Command, told: Told, printed: &str) -> RunEnd {
    let end = |words: String, next| RunEnd { ok: false, words, next, pull_request: None };
    match told.stopped {
        Some(Stopped::Cancelled) => {
            return end(
                "It was cancelled. Look at the state of the branch before you go on.".to_owned(),
                Vec::new(),
            );
        }
        Some(Stopped::TimedOut) => {
            let words = "It took too long and was ended. Something may have waited for an answer that nobody could give: try it in a terminal.";
            return end(words.to_owned(), Vec::new());
        }
        None => {}
    }
    let known = KNOWN.iter().find(|known| known.marks.iter().any(|mark| printed.contains(mark)));
    let said = said(printed);
    match known {
        Some(known) if said.is_empty() => end(known.words.to_owned(), (known.next)(command)),
        Some(known) => end(format!("{} Git says: {said}", known.words), (known.next)(command)),
        None if !said.is_empty() => end(format!("Git says: {said}"), Vec::new()),
        None if matches!(command, Command::Commit(_)) => end(
            "A hook of the repository refused the commit; what it printed is below. Nothing was committed."
                .to_owned(),
            Vec::new(),
        ),
        None => end("Git could not do it; what it printed is below.".to_owned(), Vec::new()),
    }
}

/// What takes it back, where that is one more command.
pub(super) fn undo(command: &Command) -> Vec<Command> {
    match command {
        Command::DropStash(one) => vec![Command::RestoreStash(one.clone())],
        Command::DeleteBranch { name, commit, .. } => {
            vec![Command::RestoreBranch { name: name.clone(), commit: commit.clone() }]
        }
        _ => Vec::new(),
    }
}

/// The lines in which git says what is wrong.
fn said(printed: &str) -> String {
    const MARKS: [&str; 5] = ["error: ", "fatal: ", "CONFLICT (", "remote: error: ", " ! ["];
    let lines = printed.lines().filter(|line| MARKS.iter().any(|mark| line.starts_with(mark)));
    let lines: Vec<&str> = lines.take(SAID_MAX).map(str::trim).collect();
    lines.join(" · ")
}

#[cfg(test)]
mod tests {
    use app::git::model::run::Push;

    use super::*;

    const ENDED: Told = Told { code: Some(1), stopped: None };

    fn push() -> Command {
        Command::Push(Push::default())
    }

    #[test]
    fn a_failure_says_what_to_do_next() {
        let pull = Command::Pull { how: Join::FastForward };
        let commit = Command::Commit(app::git::model::commit::NewCommit::default());
        for (command, printed, words, next) in [
            (
                push(),
                " ! [rejected]  main -> main (fetch first)\nerror: failed to push",
                "Pull them first",
                2,
            ),
            (push(), " ! [rejected]  main -> main (stale info)", "nothing was written over", 1),
            (
                push(),
                "remote: no\n ! [remote rejected] main -> main (pre-receive hook declined)",
                "refused the push",
                0,
            ),
            (pull.clone(), "fatal: Not possible to fast-forward, aborting.", "Rebase puts yours on top", 2),
            (pull.clone(), "CONFLICT (content): Merge conflict in a.txt", "Resolve the files", 0),
            (
                pull.clone(),
                "fatal: could not read Username for 'https://h': terminal prompts disabled",
                "who you are",
                0,
            ),
            (
                pull.clone(),
                "git@h: Permission denied (publickey).\nfatal: Could not read from remote",
                "who you are",
                0,
            ),
            (pull, "fatal: strange", "Git says: fatal: strange", 0),
            (commit.clone(), "lint: bad", "A hook", 0),
            (commit, "error: gpg failed to sign the data", "Unlock the key", 0),
        ] {
            let end = failure(&command, ENDED, printed);
            assert!(!end.ok && end.words.contains(words), "{printed}: {}", end.words);
            assert_eq!(end.next.len(), next, "{printed}");
        }
    }

    #[test]
    fn what_was_ended_says_so_whatever_it_printed() {
        for (stopped, words) in [(Stopped::Cancelled, "cancelled"), (Stopped::TimedOut, "too long")] {
            let told = Told { code: None, stopped: Some(stopped) };
            assert!(failure(&push(), told, "fatal: x (fetch first)").words.contains(words));
        }
    }
}
