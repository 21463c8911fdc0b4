//! Reading of what git prints: `status --porcelain=v2 --branch -z` and `diff --numstat -z`. Pure: starts nothing.

use std::{borrow::Cow, collections::HashMap};

use app::git::model::{ChangeGroup, GitSummary, GroupCounts, Head};

/// What `git status` said.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Status {
    /// The branch, or a short commit id when detached.
    pub(super) branch: String,
    /// How it stands beside the one it follows.
    pub(super) head: Head,
    /// A file that is both staged and changed since is here twice.
    pub(super) entries: Vec<Entry>,
    /// Whether git told of more than is read.
    pub(super) cut: bool,
}

/// One changed file.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Entry {
    /// From the top of the repository.
    pub(super) path: String,
    pub(super) group: ChangeGroup,
    pub(super) letter: char,
    /// The path it had before, if it was renamed in the index.
    pub(super) was: Option<String>,
    /// What git printed in front of the path: letters, modes, objects; nothing for an untracked file.
    record: String,
}

impl Entry {
    /// Whether it is a repository in the repository: then the second field is `S` and what is new in it.
    pub(super) fn is_submodule(&self) -> bool {
        self.record.split(' ').nth(1).is_some_and(|field| field.starts_with('S'))
    }

    /// What tells this state from another one, as far as git has looked. What is staged is in objects; whether the file was
    /// changed after that does not matter to it.
    pub(super) fn state(&self) -> String {
        let fields: Vec<&str> = self.record.split(' ').collect();
        match (self.group, fields.as_slice()) {
            (ChangeGroup::Staged, [_, _, old, new, _, from, to, ..]) => format!("{old} {new} {from} {to}"),
            _ => self.record.clone(),
        }
    }
}

impl Status {
    /// Its short form, with what is counted elsewhere.
    pub(super) fn summary(&self, unpushed: Option<u32>) -> GitSummary {
        GitSummary { branch: self.branch.clone(), dirty: !self.entries.is_empty(), unpushed }
    }

    /// How many entries of each group are below this directory.
    pub(super) fn counts(&self, prefix: &str) -> GroupCounts {
        let mut counts = GroupCounts::default();
        for entry in self.entries.iter().filter(|entry| entry.path.starts_with(prefix)) {
            let of_group = match entry.group {
                ChangeGroup::Staged => &mut counts.staged,
                ChangeGroup::Changed => &mut counts.changed,
                ChangeGroup::Untracked => &mut counts.untracked,
                ChangeGroup::Conflicted => &mut counts.conflicted,
            };
            *of_group = of_group.saturating_add(1);
        }
        counts
    }
}

/// Reads the output of `git status`; a record that is cut or not known is passed over.
pub(super) fn parse_status(output: &[u8]) -> Status {
    let mut status = Status::default();
    let mut commit = String::new();
    // What follows the last end of a record was cut.
    let end = output.iter().rposition(|byte| *byte == 0).unwrap_or(0);
    let mut records = output[..end].split(|byte| *byte == 0).map(String::from_utf8_lossy);
    while let Some(record) = records.next() {
        let Some((kind, rest)) = record.split_once(' ') else {
            continue;
        };
        match kind {
            "#" => match rest.split_once(' ') {
                Some(("branch.oid", oid)) => {
                    status.head.unborn = oid == "(initial)";
                    commit = oid.chars().take(7).collect();
                }
                Some(("branch.head", head)) => head.clone_into(&mut status.branch),
                Some(("branch.upstream", upstream)) => status.head.upstream = Some(upstream.to_owned()),
                Some(("branch.ab", counts)) => {
                    let mut counts = counts.split(' ').map(|count| count.get(1..)?.parse().ok());
                    status.head.ahead = counts.next().flatten();
                    status.head.behind = counts.next().flatten();
                }
                _ => {}
            },
            "1" => status.tracked(rest, 7, None),
            "2" => status.tracked(rest, 8, records.next().map(Cow::into_owned)),
            "u" => status.push(rest, 9, ChangeGroup::Conflicted, 'U', None),
            "?" => status.push(rest, 0, ChangeGroup::Untracked, '?', None),
            _ => {}
        }
    }
    if status.branch == "(detached)" {
        status.head.detached = true;
        status.branch = commit;
    }
    status
}

impl Status {
    /// `XY` and further fields, then the path: one entry for the index, one for the work tree.
    fn tracked(&mut self, record: &str, fields: usize, was: Option<String>) {
        let mut letters = record.chars();
        for (group, was) in [(ChangeGroup::Staged, was), (ChangeGroup::Changed, None)] {
            match letters.next() {
                Some('.') | None => {}
                Some(letter) => self.push(record, fields, group, letter, was),
            }
        }
    }

    /// A path behind so many fields.
    fn push(&mut self, record: &str, fields: usize, group: ChangeGroup, letter: char, was: Option<String>) {
        if let Some(path) = record.splitn(fields + 1, ' ').nth(fields) {
            let fields = record[..record.len() - path.len()].trim_end().to_owned();
            self.entries.push(Entry { path: path.to_owned(), group, letter, was, record: fields });
        }
    }
}

/// Lines added and removed; nothing for a binary file.
pub(super) type Lines = (Option<u32>, Option<u32>);

/// Reads the output of `git diff --numstat -z`, by path.
pub(super) fn parse_numstat(output: &[u8]) -> HashMap<String, Lines> {
    let mut lines = HashMap::new();
    let mut records = output.split(|byte| *byte == 0).map(String::from_utf8_lossy);
    while let Some(record) = records.next() {
        let mut fields = record.splitn(3, '\t');
        let (Some(added), Some(removed), Some(path)) = (fields.next(), fields.next(), fields.next()) else {
            continue;
        };
        let path = if path.is_empty() {
            // A renamed file: the old name and the new one follow.
            records.next();
            records.next().unwrap_or_default().into_owned()
        } else {
            path.to_owned()
        };
        lines.insert(path, (added.parse().ok(), removed.parse().ok()));
    }
    lines
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    const ZEROS: &str = "100644 100644 100644 1111111 2222222";

    #[test]
    fn every_kind_of_record_is_read() {
        let output = [
            "# branch.oid 0123456789abcdef",
            "# branch.head main",
            "# branch.upstream origin/main",
            "# branch.ab +2 -1",
            "1 .M SCMU 160000 160000 160000 1 2 lib",
            &format!("1 MM N... {ZEROS} both ways.rs"),
            &format!("1 .D N... {ZEROS} gone"),
            &format!("2 R. N... {ZEROS} R100 new name"),
            "old name",
            "u UU N... 1 2 3 4 5 6 7 fight.rs",
            "? new dir/file",
            "! ignored",
            "? cu",
        ]
        .join("\0");
        let status = parse_status(output.as_bytes());
        let got: Vec<_> =
            status.entries.iter().map(|entry| (entry.path.as_str(), entry.group, entry.letter)).collect();
        let expected = [
            ("lib", ChangeGroup::Changed, 'M'),
            ("both ways.rs", ChangeGroup::Staged, 'M'),
            ("both ways.rs", ChangeGroup::Changed, 'M'),
            ("gone", ChangeGroup::Changed, 'D'),
            ("new name", ChangeGroup::Staged, 'R'),
            ("fight.rs", ChangeGroup::Conflicted, 'U'),
            ("new dir/file", ChangeGroup::Untracked, '?'),
        ];
        assert_eq!(got, expected);
        assert!(status.entries.iter().all(|entry| entry.is_submodule() == (entry.path == "lib")));
        let was: Vec<_> = status.entries.iter().filter_map(|entry| entry.was.as_deref()).collect();
        assert_eq!(was, ["old name"]);
        let staged = status.entries.iter().find(|entry| entry.path == "both ways.rs").unwrap();
        assert_eq!(staged.state(), "100644 100644 1111111 2222222");
        let upstream = Some("origin/main".to_owned());
        let head = Head { upstream, ahead: Some(2), behind: Some(1), ..Head::default() };
        assert_eq!(status.head, head);
        assert_eq!(status.counts("new"), GroupCounts { staged: 1, untracked: 1, ..GroupCounts::default() });
        assert_eq!(
            status.summary(Some(2)),
            GitSummary { branch: "main".to_owned(), dirty: true, unpushed: Some(2) }
        );
    }

    #[test]
    fn a_detached_head_is_named_by_its_commit() {
        let status = parse_status(b"# branch.oid 0123456789abcdef\0# branch.head (detached)\0");
        assert_eq!(
            status.summary(None),
            GitSummary { branch: "0123456".to_owned(), dirty: false, unpushed: None }
        );
    }

    #[test]
    fn garbage_and_cut_output_are_passed_over() {
        assert_eq!(parse_status(b"1 M\0\xff\0u UU\0x y\0# branch.ab \0# branch.ab x y\0"), Status::default());
        assert_eq!(parse_numstat(b"1\t2\0zz\0"), HashMap::new());
    }

    #[test]
    fn numstat_knows_binary_and_renamed_files() {
        let lines = parse_numstat(b"3\t1\ta b\0-\t-\tlogo.png\x005\t0\t\0old\0new\0");
        let expected = [("a b", (Some(3), Some(1))), ("logo.png", (None, None)), ("new", (Some(5), Some(0)))];
        assert_eq!(lines, expected.into_iter().map(|(path, counts)| (path.to_owned(), counts)).collect());
    }
}
