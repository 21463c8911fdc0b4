//! Comments on changes: which lines one is about, and the one message that all of them make. Pure.

use std::collections::BTreeSet;

use super::model::{COMMENT_CODE_MAX, Comment, Commented, DiffHunk, FileDiff, LineKind, Side, WhichDiff};
use crate::{ids::MessageId, sessions::model::NewMessage};

/// What a comment on these lines of a page is about; nothing if none of them is on it.
#[must_use]
pub fn commented(which: &WhichDiff, diff: &FileDiff, chosen: &BTreeSet<u32>) -> Option<Commented> {
    let lines = diff.hunks.iter().flat_map(DiffHunk::numbered);
    let lines: Vec<_> = lines.filter(|(number, _)| chosen.contains(number)).map(|(_, line)| line).collect();
    let (side, numbers): (_, Vec<u32>) = match lines.iter().filter_map(|line| line.new).collect::<Vec<u32>>()
    {
        new if new.is_empty() => (Side::Old, lines.iter().filter_map(|line| line.old).collect()),
        new => (Side::New, new),
    };
    let mut code = String::new();
    for line in &lines {
        let sign = match line.kind {
            LineKind::Common => ' ',
            LineKind::Added => '+',
            LineKind::Removed => '-',
        };
        if code.len() + line.text.len() + 6 > COMMENT_CODE_MAX {
            code.push_str(" …\n");
            break;
        }
        code.push(sign);
        code.push_str(&line.text);
        code.push('\n');
    }
    Some(Commented {
        path: which.path.clone(),
        group: which.group,
        side,
        first: *numbers.first()?,
        last: *numbers.last()?,
        code,
    })
}

/// After which line of a hunk a comment stands; nothing if the line is not there as it was.
#[must_use]
pub fn place(about: &Commented, hunk: &DiffHunk) -> Option<u32> {
    let last = about.code.lines().rfind(|line| *line != " …")?;
    let text = last.get(1..).unwrap_or_default();
    let number = |line: &super::model::DiffLine| match about.side {
        Side::Old => line.old,
        Side::New => line.new,
    };
    hunk.numbered().find(|(_, line)| number(line) == Some(about.last) && line.text == text).map(|(at, _)| at)
}

/// Where a comment belongs, in a few words.
#[must_use]
pub fn place_in_words(about: &Commented) -> String {
    let before = if about.side == Side::Old { " before the change" } else { "" };
    if about.first == about.last {
        format!("{}, line {}{before}", about.path, about.last)
    } else {
        format!("{}, lines {} to {}{before}", about.path, about.first, about.last)
    }
}

/// One message of all comments. Its id is that of the last one: sent twice, it is one message.
#[must_use]
pub fn message(comments: &[Comment]) -> Option<NewMessage> {
    let last = comments.last()?;
    let mut text = match comments.len() {
        1 => "A comment on your changes:\n".to_owned(),
        count => format!("{count} comments on your changes:\n"),
    };
    for comment in comments {
        let fence = fence(&comment.about.code);
        let (code, place) = (&comment.about.code, place_in_words(&comment.about));
        text.push_str(&format!("\n{place}:\n{fence}diff\n{code}{fence}\n{}\n", comment.text.trim()));
    }
    Some(NewMessage { id: MessageId(last.id.0), text, images: Vec::new() })
}

/// A fence that the code does not hold.
fn fence(code: &str) -> String {
    let longest = code.split(|c| c != '`').map(str::len).max().unwrap_or_default();
    "`".repeat(longest.max(2) + 1)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::{
        git::model::{ChangeGroup, DiffKind, DiffLine, LineRange},
        ids::CommentId,
        time::Millis,
    };

    fn diff() -> FileDiff {
        let line = |kind, old, new, text: &str| DiffLine {
            kind,
            old,
            new,
            text: text.to_owned(),
            html: String::new(),
            cut: false,
            open_end: false,
        };
        let lines = vec![
            line(LineKind::Common, Some(4), Some(4), "a"),
            line(LineKind::Removed, Some(5), None, "b"),
            line(LineKind::Added, None, Some(5), "```"),
        ];
        let range = LineRange { first: 10, last: 12 };
        FileDiff {
            kind: DiffKind::Text,
            version: String::new(),
            notes: Vec::new(),
            old_size: None,
            new_size: None,
            hunks: vec![DiffHunk { header: String::new(), range, at: 10, lines }],
            total: 13,
            added: 1,
            removed: 1,
            by_line: true,
        }
    }

    fn about(lines: &[u32]) -> Option<Commented> {
        let which = WhichDiff { path: "src/a.rs".to_owned(), was: None, group: ChangeGroup::Changed };
        commented(&which, &diff(), &lines.iter().copied().collect())
    }

    #[test]
    fn a_comment_knows_its_lines_and_finds_them_again() {
        let both = about(&[11, 12]).unwrap();
        assert_eq!((both.side, both.first, both.last, both.code.as_str()), (Side::New, 5, 5, "-b\n+```\n"));
        let gone = about(&[11]).unwrap();
        assert_eq!(
            (gone.side, gone.first, place_in_words(&gone)),
            (Side::Old, 5, "src/a.rs, line 5 before the change".to_owned())
        );
        assert_eq!(about(&[1]), None);
        let hunk = &diff().hunks[0];
        assert_eq!((place(&both, hunk), place(&gone, hunk)), (Some(12), Some(11)));
        assert_eq!(place(&Commented { code: "+other\n".to_owned(), ..both }, hunk), None);
    }

    #[test]
    fn all_comments_are_one_message() {
        let comment = |n, lines: &[u32], text: &str| Comment {
            id: CommentId(Uuid::from_u128(n)),
            at: Millis(0),
            by: String::new(),
            about: about(lines).unwrap(),
            text: text.to_owned(),
        };
        let sent = message(&[comment(1, &[10, 11], "Why?"), comment(2, &[12], " Not so. ")]).unwrap();
        assert_eq!(sent.id.0, Uuid::from_u128(2));
        let expected = "2 comments on your changes:\n\nsrc/a.rs, line 4:\n```diff\n a\n-b\n```\nWhy?\n\n\
                        src/a.rs, line 5:\n````diff\n+```\n````\nNot so.\n";
        assert_eq!(sent.text, expected);
        assert_eq!(message(&[]), None);
    }
}
