//! Who last changed each line of a file, a page of it. Says nothing of lines that git cannot read as text.

use std::collections::HashMap;

use app::{
    error::{AppError, ErrorCode},
    git::model::log::{BLAME_PAGE, Blame, BlamePart},
    time::Millis,
};

use super::start::head;
use crate::{
    files,
    git::{
        Repository,
        branches::text,
        command::{GitError, PATIENT},
        diff::check_path,
    },
    offload::blocking,
};

/// The most characters of a line.
const LINE_MAX: usize = 2000;

/// The lines from this one on, which is counted from 1.
pub(super) async fn blame(git: &Repository, path: &str, line: u32) -> Result<Blame, AppError> {
    check_path(path)?;
    head(git).await?;
    // Git reads a file of the work tree even where its folder has become a link that leads out.
    let (dir, at) = (git.dir.clone(), path.to_owned());
    let found = blocking(move || files::Root::open(&dir)?.file(&at).map(drop)).await?;
    if let Err(error) = found
        && error.code == ErrorCode::Forbidden
    {
        return Err(error);
    }
    let line = line.max(1);
    // One more, to know whether there is one.
    let range = format!("{line},+{}", BLAME_PAGE + 1);
    let args = ["blame", "--porcelain", "--no-textconv", "-L", &range, "--", path];
    let output = match git.run(args, PATIENT).await {
        Err(GitError::Refused(said))
            if said.contains("no such path") || said.contains("cannot stat path") =>
        {
            return Err(AppError::not_found("file that git knows"));
        }
        // It is shorter than that.
        Err(GitError::Refused(said)) if said.contains("has only") => return Ok(Blame::default()),
        Err(GitError::Refused(said)) => {
            return Err(AppError::new(ErrorCode::Unavailable, format!("Git says: {said}")));
        }
        other => other?,
    };
    Ok(parse(&text(&output.stdout), line))
}

fn parse(printed: &str, first: u32) -> Blame {
    let mut known: HashMap<&str, BlamePart> = HashMap::new();
    let mut parts: Vec<BlamePart> = Vec::new();
    let (mut commit, mut number) = ("", first);
    for row in printed.lines() {
        if let Some(line) = row.strip_prefix('\t') {
            if number - first >= BLAME_PAGE {
                return Blame { parts, next: Some(number) };
            }
            let line: String = line.chars().take(LINE_MAX).collect();
            match parts.last_mut().filter(|part| part.commit == commit) {
                Some(part) => part.lines.push(line),
                None => {
                    let about = known.get(commit).cloned().unwrap_or_default();
                    parts.push(BlamePart {
                        commit: commit.to_owned(),
                        line: number,
                        lines: vec![line],
                        ..about
                    });
                }
            }
            number += 1;
            continue;
        }
        let (word, rest) = row.split_once(' ').unwrap_or((row, ""));
        match word {
            "author" => known.entry(commit).or_default().author = rest.to_owned(),
            "author-time" => {
                known.entry(commit).or_default().at =
                    Millis(rest.parse::<i64>().unwrap_or_default().saturating_mul(1000));
            }
            "summary" => known.entry(commit).or_default().subject = rest.to_owned(),
            id if matches!(id.len(), 40 | 64) && id.bytes().all(|byte| byte.is_ascii_hexdigit()) => {
                commit = id
            }
            _ => {}
        }
    }
    Blame { parts, next: None }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_of_one_commit_stand_together() {
        let (a, b) = ("a".repeat(40), "b".repeat(40));
        let printed = format!(
            "{a} 1 1 2\nauthor Ada L\nauthor-time 5\nsummary First\nfilename x\n\tone\n{a} 2 2\n\ttwo\n{b} 1 3 1\nauthor Bob\nauthor-time 6\nsummary More\n\tthree\n{a} 3 4 1\n\t\tfour\n"
        );
        let blame = parse(&printed, 1);
        let short: Vec<_> =
            blame.parts.iter().map(|part| (part.author.as_str(), part.line, part.lines.len())).collect();
        assert_eq!(short, [("Ada L", 1, 2), ("Bob", 3, 1), ("Ada L", 4, 1)]);
        assert_eq!(
            (blame.parts[2].lines[0].as_str(), blame.parts[2].at, blame.next),
            ("\tfour", Millis(5000), None)
        );
    }

    #[test]
    fn a_page_ends_and_says_where_the_next_begins() {
        let id = "c".repeat(40);
        let printed: String = (1..=BLAME_PAGE + 1).map(|n| format!("{id} {n} {n}\n\tx\n")).collect();
        let blame = parse(&printed, 1);
        assert_eq!((blame.parts[0].lines.len(), blame.next), (BLAME_PAGE as usize, Some(BLAME_PAGE + 1)));
    }
}
