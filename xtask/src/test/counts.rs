//! How many checks passed and failed, read from what other test runners say. Never guesses: what cannot be read counts as a failure.

use std::ops::AddAssign;

use serde_json::Value;

/// Checks that passed and checks that failed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Counts {
    /// Ended well.
    pub(crate) passed: u64,
    /// Ended badly, or never ran.
    pub(crate) failed: u64,
}

impl Counts {
    /// One check.
    pub(crate) fn one(passed: bool) -> Self {
        Self { passed: u64::from(passed), failed: u64::from(!passed) }
    }

    /// The same with at least one failure: a runner that ended badly is never counted as all well.
    pub(crate) fn spoiled(self) -> Self {
        Self { failed: self.failed.max(1), ..self }
    }

    /// Reads nextest's `Summary [ 1.2s] 12 tests run: 11 passed (2 slow), 1 failed, 3 skipped`; a cancelled run says `7/12 tests run`.
    pub(crate) fn of_nextest(lines: &[String]) -> Option<Self> {
        let line = lines
            .iter()
            .rev()
            .map(|line| plain(line))
            .find(|line| line.trim_start().starts_with("Summary ["))?;
        let (_, rest) = line.split_once(']')?;
        let (run, outcome) = rest.split_once(':')?;
        let total = run.split_whitespace().next()?.rsplit('/').next()?.parse().ok()?;
        let passed = before(outcome, "passed").unwrap_or(0);
        Some(Self { passed, failed: u64::checked_sub(total, passed)? })
    }

    /// Adds up libtest's `test result: ok. 3 passed; 0 failed; …` lines, one a test binary.
    pub(crate) fn of_libtest(lines: &[String]) -> Option<Self> {
        let mut sum = None::<Self>;
        for line in lines.iter().map(|line| plain(line)) {
            let Some((_, outcome)) = line.split_once("test result:") else {
                continue;
            };
            let counts = Self { passed: before(outcome, "passed")?, failed: before(outcome, "failed")? };
            *sum.get_or_insert_default() += counts;
        }
        sum
    }

    /// Reads the `stats` of Playwright's JSON report. A story that passed only on a retry has not passed; a skipped one is not counted.
    pub(crate) fn of_playwright(report: &Value) -> Option<Self> {
        let stats = report.get("stats")?;
        let number = |name| stats.get(name).and_then(Value::as_u64);
        let errors = report.get("errors").and_then(Value::as_array).map_or(0, Vec::len);
        Some(Self {
            passed: number("expected")?,
            failed: number("unexpected")? + number("flaky")? + errors as u64,
        })
    }
}

impl AddAssign for Counts {
    fn add_assign(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
    }
}

/// The number that stands right before `word`.
fn before(text: &str, word: &str) -> Option<u64> {
    let words: Vec<_> = text.split(|c: char| !c.is_alphanumeric()).filter(|part| !part.is_empty()).collect();
    let at = words.iter().position(|part| *part == word)?;
    words.get(at.checked_sub(1)?)?.parse().ok()
}

/// `line` without terminal colours.
fn plain(line: &str) -> String {
    let mut out = String::with_capacity(line.len());
    let mut rest = line;
    while let Some((text, escape)) = rest.split_once('\u{1b}') {
        out.push_str(text);
        rest = escape.split_once('m').map_or("", |(_, after)| after);
    }
    out + rest
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn lines(text: &str) -> Vec<String> {
        text.lines().map(str::to_owned).collect()
    }

    #[test]
    fn nextest_summaries() {
        let cases = [
            ("     Summary [   0.011s] 3 tests run: 3 passed, 0 skipped", 3, 0),
            (
                "     Summary [   9.102s] 12 tests run: 9 passed (1 slow), 2 failed, 1 timed out, 4 skipped",
                9,
                3,
            ),
            ("     Summary [   9.102s] 7/12 tests run: 6 passed, 1 failed", 6, 6),
            ("     Summary [   0.000s] 0 tests run: 0 passed, 0 skipped", 0, 0),
            (
                "\u{1b}[32;1m     Summary\u{1b}[0m [   0.011s] \u{1b}[1m3\u{1b}[0m tests run: \u{1b}[1m3\u{1b}[0m passed",
                3,
                0,
            ),
        ];
        for (line, passed, failed) in cases {
            let text = lines(&format!("noise\n{line}\n        FAIL x"));
            assert_eq!(Counts::of_nextest(&text), Some(Counts { passed, failed }), "{line}");
        }
        assert_eq!(Counts::of_nextest(&lines("error: could not compile")), None);
    }

    #[test]
    fn libtest_results_add_up() {
        let text = "test result: ok. 3 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.00s\n\
                    test result: FAILED. 2 passed; 1 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s";
        assert_eq!(Counts::of_libtest(&lines(text)), Some(Counts { passed: 5, failed: 1 }));
        assert_eq!(Counts::of_libtest(&[]), None);
    }

    #[test]
    fn a_flaky_story_has_failed() {
        let report =
            json!({"errors": [], "stats": {"expected": 20, "unexpected": 1, "flaky": 2, "skipped": 3}});
        assert_eq!(Counts::of_playwright(&report), Some(Counts { passed: 20, failed: 3 }));
        assert_eq!(Counts::of_playwright(&json!({})), None);
    }

    #[test]
    fn a_bad_end_is_never_all_well() {
        assert_eq!(Counts { passed: 4, failed: 0 }.spoiled(), Counts { passed: 4, failed: 1 });
        assert_eq!(Counts { passed: 4, failed: 2 }.spoiled().failed, 2);
    }
}
