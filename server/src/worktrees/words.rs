//! What refusals of worktrees say. Pure.

/// A branch in a sentence.
pub(super) fn named(branch: &str) -> String {
    format!("“{branch}”")
}

/// How many files, with their verb.
pub(super) fn files(count: u32) -> String {
    if count == 1 { "1 file is".to_owned() } else { format!("{count} files are") }
}

/// Who is at work.
pub(super) fn busy(names: &[String]) -> String {
    match names {
        [] => "nothing is at work".to_owned(),
        [one] => format!("“{one}” is at work"),
        [one, another] => format!("“{one}” and “{another}” are at work"),
        [one, rest @ ..] => format!("“{one}” and {} others are at work", rest.len()),
    }
}

/// What a worktree has that would be lost with it.
pub(super) fn losses(uncommitted: u32, unsaved: u32, base: Option<&str>) -> String {
    let commits = match unsaved {
        0 => None,
        1 => Some("1 commit is".to_owned()),
        count => Some(format!("{count} commits are")),
    };
    let base = base.map_or_else(|| "in another branch".to_owned(), |base| format!("in {}", named(base)));
    let commits = commits.map(|commits| format!("{commits} neither {base} nor on a remote"));
    let files = (uncommitted > 0).then(|| format!("{} not committed", files(uncommitted)));
    let parts: Vec<String> = files.into_iter().chain(commits).collect();
    parts.join(", and ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_would_be_lost_is_said() {
        assert_eq!(losses(1, 0, None), "1 file is not committed");
        assert_eq!(losses(0, 2, Some("main")), "2 commits are neither in “main” nor on a remote");
        assert_eq!(
            losses(2, 1, None),
            "2 files are not committed, and 1 commit is neither in another branch nor on a remote"
        );
    }
}
