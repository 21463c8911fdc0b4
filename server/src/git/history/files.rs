//! The files of the project that differ between two commits. Reads commits only, never the work tree.

use app::{
    error::AppError,
    git::model::log::{CommitFile, FILES_MAX},
};

use crate::git::{Repository, branches::text, command::PATIENT};

/// Arguments with which git compares commits without running a program.
const TREES: [&str; 7] =
    ["diff-tree", "-r", "-M", "--relative", "--no-ext-diff", "--no-textconv", "--no-commit-id"];

/// What changed from one commit to another, or from nothing; the first 500 files, and how many there are.
pub(super) async fn files(
    git: &Repository,
    from: Option<&str>,
    to: &str,
) -> Result<(Vec<CommitFile>, u32), AppError> {
    let args = TREES.into_iter().chain(["--numstat", "-z"]).chain(ends(from, to)).chain(["--"]);
    let output = git.run(args, PATIENT).await?;
    let mut all = parse(&text(&output.stdout));
    let total = u32::try_from(all.len()).unwrap_or(u32::MAX);
    all.truncate(FILES_MAX);
    Ok((all, total))
}

/// Two commits as git compares them; of the first one of all, what it began with.
pub(super) fn ends<'a>(from: Option<&'a str>, to: &'a str) -> impl Iterator<Item = &'a str> {
    [from.unwrap_or("--root"), to].into_iter()
}

/// Reads `--numstat -z`: counts and a path, or of a moved file an empty path and then both.
fn parse(printed: &str) -> Vec<CommitFile> {
    let mut fields = printed.split('\0');
    let mut files = Vec::new();
    while let Some(field) = fields.next() {
        let mut columns = field.splitn(3, '\t');
        let (Some(added), Some(removed), Some(path)) = (columns.next(), columns.next(), columns.next())
        else {
            continue;
        };
        let (path, was) = match path {
            "" => {
                let (Some(was), Some(path)) = (fields.next(), fields.next()) else { break };
                (path, Some(was.to_owned()))
            }
            path => (path, None),
        };
        files.push(CommitFile {
            path: path.to_owned(),
            was,
            added: added.parse().ok(),
            removed: removed.parse().ok(),
        });
    }
    files
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moved_and_binary_files_are_read() {
        let files = parse("1\t2\ta b\0-\t-\tlogo\x000\t0\t\0old\0new\0");
        let of = |path: &str, was: Option<&str>, lines: Option<(u32, u32)>| CommitFile {
            path: path.to_owned(),
            was: was.map(str::to_owned),
            added: lines.map(|lines| lines.0),
            removed: lines.map(|lines| lines.1),
        };
        assert_eq!(
            files,
            [of("a b", None, Some((1, 2))), of("logo", None, None), of("new", Some("old"), Some((0, 0)))]
        );
    }
}
