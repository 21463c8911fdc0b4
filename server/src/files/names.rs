//! Files by a few typed characters of their paths. The paths of a project are read once and kept for a moment; which of them
//! fit is decided by the matcher, which knows what people mean by them. Never opens a file.

use std::ops::ControlFlow;

use app::files::model::{NAMES_MAX, NameMatch, Names, Span};
use nucleo_matcher::{
    Config, Matcher, Utf32Str,
    pattern::{CaseMatching, Normalization, Pattern},
};

use super::{
    root::Root,
    walk::{Scope, walk},
};

/// The most paths of one project.
const PATHS_MAX: usize = 200_000;

/// The paths of a project's files.
#[derive(Default)]
pub(super) struct Index {
    paths: Vec<String>,
    partial: bool,
}

impl Index {
    /// Those that are there now.
    pub(super) fn of(root: &Root, scope: Scope) -> Self {
        let mut index = Self::default();
        let _ = walk(
            root,
            scope,
            |_, _| true,
            |path| {
                if index.paths.len() == PATHS_MAX {
                    index.partial = true;
                    return ControlFlow::Break(());
                }
                index.paths.push(path);
                ControlFlow::Continue(())
            },
        );
        index
    }

    /// The ones that fit best. Nothing typed fits all, in order.
    pub(super) fn find(&self, typed: &str) -> Names {
        let pattern = Pattern::parse(typed, CaseMatching::Smart, Normalization::Smart);
        let mut matcher = Matcher::new(Config::DEFAULT.match_paths());
        let mut buffer = Vec::new();
        let mut fitting: Vec<(u32, usize)> = self
            .paths
            .iter()
            .enumerate()
            .filter_map(|(at, path)| {
                Some((pattern.score(Utf32Str::new(path, &mut buffer), &mut matcher)?, at))
            })
            .collect();
        // Of equals the shorter path is nearer to what was meant.
        let order = |(score, at): &(u32, usize)| (u32::MAX - score, self.paths[*at].len(), *at);
        let total = u32::try_from(fitting.len()).unwrap_or(u32::MAX);
        if fitting.len() > NAMES_MAX {
            fitting.select_nth_unstable_by_key(NAMES_MAX, order);
            fitting.truncate(NAMES_MAX);
        }
        fitting.sort_unstable_by_key(order);
        let matches = fitting.into_iter().map(|(_, at)| {
            let path = &self.paths[at];
            let mut places = Vec::new();
            pattern.indices(Utf32Str::new(path, &mut buffer), &mut matcher, &mut places);
            NameMatch { path: path.clone(), marks: spans(places) }
        });
        Names { matches: matches.collect(), total, partial: self.partial }
    }
}

/// Single characters as runs of them.
fn spans(mut places: Vec<u32>) -> Vec<Span> {
    places.sort_unstable();
    places.dedup();
    let mut spans: Vec<Span> = Vec::new();
    for at in places {
        match spans.last_mut() {
            Some(last) if last.end == at => last.end += 1,
            _ => spans.push(Span { start: at, end: at + 1 }),
        }
    }
    spans
}

#[cfg(test)]
mod tests {
    use super::*;

    fn find(paths: &[&str], typed: &str) -> Vec<(String, Vec<(u32, u32)>)> {
        let index = Index { paths: paths.iter().map(|path| (*path).to_owned()).collect(), partial: false };
        let pairs = |marks: Vec<Span>| marks.into_iter().map(|span| (span.start, span.end)).collect();
        index.find(typed).matches.into_iter().map(|found| (found.path, pairs(found.marks))).collect()
    }

    #[test]
    fn what_was_meant_comes_first_with_its_marks() {
        let paths = ["server/src/files/mod.rs", "src/main.rs", "docs/domain.md", "übung/mäin.rs"];
        let found = find(&paths, "main.rs");
        assert_eq!(found[0], ("src/main.rs".to_owned(), vec![(4, 11)]));
        assert_eq!(find(&paths, "sfmod")[0].0, "server/src/files/mod.rs");
        assert!(find(&paths, "Main").is_empty(), "a capital is meant");
        assert_eq!(find(&paths, "mäin")[0].1, [(6, 10)], "marks count characters");
        assert_eq!(find(&paths, "").len(), paths.len());
    }

    #[test]
    fn no_more_than_two_hundred_are_given_and_the_rest_is_counted() {
        let paths = (0..500).map(|n| format!("file{n}")).collect();
        let names = Index { paths, partial: true }.find("file");
        assert_eq!((names.matches.len(), names.total, names.partial), (NAMES_MAX, 500, true));
    }
}
