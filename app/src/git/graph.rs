//! The lines beside a log: which column each commit stands in, and which columns are joined to the row below. Pure.

/// A row of the graph.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Row {
    /// The column of the commit.
    pub at: usize,
    /// Lines from the middle of this row to the middle of the next: from which column to which.
    pub lines: Vec<(usize, usize)>,
}

/// The rows for commits in the order of a log, each with its id and those that it is built on.
#[must_use]
pub fn rows<'a>(commits: impl Iterator<Item = (&'a str, &'a [String])>) -> Vec<Row> {
    // What each column waits for: the id of the commit that continues it.
    let mut waiting: Vec<Option<&str>> = Vec::new();
    let mut rows = Vec::new();
    for (id, parents) in commits {
        let at = waiting.iter().position(|one| *one == Some(id)).unwrap_or_else(|| free(&mut waiting));
        // Others that waited for it end here.
        for one in &mut waiting {
            if *one == Some(id) {
                *one = None;
            }
        }
        let passing: Vec<usize> = columns(&waiting);
        let mut lines: Vec<(usize, usize)> = passing.into_iter().map(|column| (column, column)).collect();
        for (nth, parent) in parents.iter().enumerate() {
            let known = waiting.iter().position(|one| *one == Some(parent.as_str()));
            let to = known.unwrap_or_else(|| {
                // The first one goes straight on.
                let to = if nth == 0 || waiting.get(at).is_some_and(Option::is_none) {
                    at
                } else {
                    free(&mut waiting)
                };
                if to == waiting.len() {
                    waiting.push(None);
                }
                waiting[to] = Some(parent);
                to
            });
            lines.push((at, to));
        }
        while waiting.last().is_some_and(Option::is_none) {
            waiting.pop();
        }
        rows.push(Row { at, lines });
    }
    rows
}

fn columns(waiting: &[Option<&str>]) -> Vec<usize> {
    waiting.iter().enumerate().filter(|(_, one)| one.is_some()).map(|(column, _)| column).collect()
}

/// The first column that waits for nothing; a new one if there is none.
fn free(waiting: &mut Vec<Option<&str>>) -> usize {
    waiting.iter().position(Option::is_none).unwrap_or_else(|| {
        waiting.push(None);
        waiting.len() - 1
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(log: &[(&str, &[&str])]) -> Vec<Row> {
        let owned: Vec<(&str, Vec<String>)> = log
            .iter()
            .map(|(id, parents)| (*id, parents.iter().map(|parent| (*parent).to_owned()).collect()))
            .collect();
        rows(owned.iter().map(|(id, parents)| (*id, parents.as_slice())))
    }

    fn row(at: usize, lines: &[(usize, usize)]) -> Row {
        Row { at, lines: lines.to_vec() }
    }

    #[test]
    fn one_branch_is_one_column() {
        let expected = [row(0, &[(0, 0)]), row(0, &[(0, 0)]), row(0, &[])];
        assert_eq!(of(&[("c", &["b"]), ("b", &["a"]), ("a", &[])]), expected);
    }

    #[test]
    fn a_merge_opens_a_column_and_its_start_closes_it() {
        let log: &[(&str, &[&str])] = &[("m", &["b", "t"]), ("t", &["a"]), ("b", &["a"]), ("a", &[])];
        let expected =
            [row(0, &[(0, 0), (0, 1)]), row(1, &[(0, 0), (1, 1)]), row(0, &[(1, 1), (0, 1)]), row(1, &[])];
        assert_eq!(of(log), expected);
    }

    #[test]
    fn two_tips_stand_beside_each_other_and_a_column_is_used_again() {
        let log: &[(&str, &[&str])] =
            &[("x", &["a"]), ("y", &["a"]), ("a", &["r"]), ("z", &["r"]), ("r", &[])];
        let rows = of(log);
        assert_eq!(rows.iter().map(|row| row.at).collect::<Vec<_>>(), [0, 1, 0, 1, 0]);
        assert_eq!(rows[1].lines, [(0, 0), (1, 0)], "it joins what waits for the same");
    }

    #[test]
    fn several_parents_and_several_beginnings_are_drawn() {
        let rows = of(&[("o", &["a", "b", "c"]), ("c", &[]), ("b", &[]), ("a", &[])]);
        assert_eq!(rows[0].lines, [(0, 0), (0, 1), (0, 2)]);
        assert_eq!(rows.iter().map(|row| row.at).collect::<Vec<_>>(), [0, 2, 1, 0]);
        assert!(rows[3].lines.is_empty());
    }
}
