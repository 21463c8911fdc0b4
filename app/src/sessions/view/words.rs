//! A session's state in a colour and in words, and numbers as people read them. Pure: never a view.

use crate::{
    approvals::model::ApprovalKind,
    sessions::model::{Mode, PermissionMode, Session, Status},
    time::{Millis, span},
    ui::Tone,
};

/// The colour of a session's state; an approval that waits goes before everything.
#[must_use]
pub fn tone(session: &Session) -> Tone {
    match session.status {
        _ if session.needs_you() => Tone::Waiting,
        Status::Running => Tone::Running,
        Status::Idle => Tone::Idle,
        Status::Failed => Tone::Failed,
        Status::Queued | Status::Completed | Status::Stopped => Tone::Resting,
    }
}

/// The state in a word or two.
#[must_use]
pub fn state(session: &Session) -> &'static str {
    match (session.waiting_for, session.status) {
        (Some(ApprovalKind::Questions), _) if session.needs_you() => "Question",
        (Some(ApprovalKind::Plan), _) if session.needs_you() => "Plan to review",
        _ if session.needs_you() => "Needs you",
        (_, Status::Queued) => "Queued",
        (_, Status::Running) if session.self_started => "Running by itself",
        (_, Status::Running) => "Running",
        // A fact about a process: said only while a live agent answers.
        (_, Status::Idle) if session.live && session.mode == Mode::Session => "Session Active",
        (_, Status::Idle) => "Idle",
        (_, Status::Completed) => "Completed",
        (_, Status::Failed) => "Failed",
        (_, Status::Stopped) => "Stopped",
    }
}

/// The one line under a session's name.
#[must_use]
pub fn activity(session: &Session, now: Millis) -> String {
    let said = session.activity.clone().unwrap_or_default();
    match session.status {
        Status::Failed | Status::Stopped => session.reason.clone().unwrap_or(said),
        Status::Idle if session.background > 0 => {
            format!("{} in the background", count(u64::from(session.background), "task"))
        }
        Status::Idle => match session.idle_deadline {
            // The clock of lists is right to the half minute.
            Some(deadline) => match ((deadline.0 - now.0).max(0) + 30_000) / 60_000 {
                0 => "Completes soon".to_owned(),
                minutes => format!("Completes in {minutes} min"),
            },
            None => said,
        },
        Status::Queued if said.is_empty() => "Waits for a free slot".to_owned(),
        Status::Queued | Status::Running | Status::Completed => said,
    }
}

/// The time until a deadline, as a clock that counts down: `4:09`.
#[must_use]
pub fn left(deadline: Millis, now: Millis) -> String {
    let seconds = (deadline.0 - now.0).max(0) / 1_000;
    format!("{}:{:02}", seconds / 60, seconds % 60)
}

/// `1 tool`, `7 tools`.
#[must_use]
pub fn count(n: u64, what: &str) -> String {
    format!("{n} {what}{}", if n == 1 { "" } else { "s" })
}

/// Tokens: `950`, `38k`, `1.2M`.
#[must_use]
pub fn tokens(n: u64) -> String {
    match n {
        0..1_000 => n.to_string(),
        1_000..1_000_000 => format!("{}k", (n + 500) / 1_000),
        _ => format!("{}.{}M", n / 1_000_000, n % 1_000_000 / 100_000),
    }
}

/// Dollars; nothing for nothing.
#[must_use]
pub fn dollars(usd: f64) -> String {
    if usd <= 0.0 {
        String::new()
    } else if usd < 0.01 {
        "<$0.01".to_owned()
    } else {
        format!("${usd:.2}")
    }
}

/// Bytes: `900 B`, `12 KB`, `3 MB`.
#[must_use]
pub fn bytes(n: u64) -> String {
    match n {
        0..1_024 => format!("{n} B"),
        1_024..1_048_576 => format!("{} KB", n / 1_024),
        _ => format!("{} MB", n / 1_048_576),
    }
}

/// A model's name without the parts that all of them share: `sonnet-5-5`.
#[must_use]
pub fn model(name: Option<&str>) -> String {
    name.map_or_else(|| "default".to_owned(), |name| name.trim_start_matches("claude-").to_owned())
}

/// A permission mode in one word, for a chip.
#[must_use]
pub fn short_mode(mode: PermissionMode) -> &'static str {
    match mode {
        PermissionMode::Default => "ask",
        PermissionMode::AcceptEdits => "edits",
        PermissionMode::Plan => "plan",
        PermissionMode::Auto => "auto",
        PermissionMode::DontAsk => "refuse",
        PermissionMode::BypassPermissions => "bypass",
    }
}

/// How long something has taken, once that is worth saying.
#[must_use]
pub fn took(from: Millis, to: Millis) -> Option<String> {
    let ms = to.0 - from.0;
    (ms >= 1_000).then(|| span(ms))
}

/// A path as short as it can be told: inside the project without the project's own path.
#[must_use]
pub fn inside<'a>(path: &'a str, project: &str) -> &'a str {
    match path.strip_prefix(project).and_then(|rest| rest.strip_prefix('/')) {
        Some(rest) if !project.is_empty() => rest,
        _ => path,
    }
}

/// A program's output without its escape sequences: they mean nothing on a page and could hide something.
#[must_use]
pub fn plain(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text.chars().peekable();
    while let Some(letter) = rest.next() {
        match letter {
            '\u{1b}' if rest.next_if_eq(&'[').is_some() => {
                for letter in rest.by_ref() {
                    if ('\u{40}'..='\u{7e}').contains(&letter) {
                        break;
                    }
                }
            }
            '\u{1b}' if rest.next_if_eq(&']').is_some() => {
                // A title ends with a bell or an escape; what is never ended is shown.
                let end = rest.clone().take(400).position(|letter| matches!(letter, '\u{7}' | '\u{1b}'));
                for _ in 0..end.map_or(0, |end| end + 1) {
                    rest.next();
                }
                rest.next_if_eq(&'\\');
            }
            '\r' if rest.peek() == Some(&'\n') => {}
            '\r' => out.push('\n'),
            '\n' | '\t' => out.push(letter),
            letter if letter.is_control() => {}
            letter => out.push(letter),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_short() {
        for (n, words) in [(0, "0"), (999, "999"), (1_500, "2k"), (61_400, "61k"), (1_250_000, "1.2M")] {
            assert_eq!(tokens(n), words);
        }
        for (usd, words) in [(0.0, ""), (0.004, "<$0.01"), (0.41, "$0.41"), (12.3, "$12.30")] {
            assert_eq!(dollars(usd), words);
        }
        assert_eq!((count(1, "tool"), count(7, "tool")), ("1 tool".into(), "7 tools".into()));
        assert_eq!(left(Millis(250_000), Millis(1_000)), "4:09");
        assert_eq!(left(Millis(0), Millis(1_000)), "0:00");
    }

    #[test]
    fn paths_are_told_from_the_project() {
        for (path, project, words) in [
            ("/p/a/src/x.rs", "/p/a", "src/x.rs"),
            ("/p/ab/x.rs", "/p/a", "/p/ab/x.rs"),
            ("/x.rs", "", "/x.rs"),
            ("rel.rs", "/p", "rel.rs"),
        ] {
            assert_eq!(inside(path, project), words);
        }
    }

    #[test]
    fn escape_sequences_vanish_and_text_stays() {
        for (text, words) in [
            ("\u{1b}[1;31merror\u{1b}[0m: x", "error: x"),
            ("\u{1b}]0;title\u{7}after", "after"),
            ("\u{1b}]8;;https://x\u{1b}\\link", "link"),
            ("10%\r20%\r\ndone", "10%\n20%\ndone"),
            ("\u{1b}]0;never ended", "0;never ended"),
            ("ü\t\u{0}", "ü\t"),
        ] {
            assert_eq!(plain(text), words);
        }
    }
}
