//! Every call that takes a path or a name of a commit, with what nobody should type, in any order: whatever the answer, nothing
//! outside of the project is seen or changed, git's own settings and hooks stay as they are, and every call ends.
//! `ROOST_FUZZ_ROUNDS` tries more; what was found once is tried first, from `proptest-regressions`.

mod calls;
mod git_calls;
mod place;
mod words;

use std::{collections::BTreeSet, fmt::Debug, time::Duration};

use app::git::model::ChangeGroup;
use proptest::{
    collection::vec,
    prelude::*,
    sample::select,
    test_runner::{RngSeed, TestRunner},
};
use tokio::{runtime::Runtime, time::timeout};

use self::{
    place::{SECRET, Yard},
    words::{path, revision},
};
use super::*;
use crate::{files::FilesEngine, memories::MemoriesEngine};

/// Longer than any of this takes; a call that waits for a pipe waits for ever.
const PATIENCE: Duration = Duration::from_secs(120);

/// A call, and what is typed into it.
#[derive(Clone, Copy, Debug)]
struct Step<Call, Text> {
    call: Call,
    path: Text,
    other: Text,
    group: ChangeGroup,
}

/// What came of it.
struct Answer {
    ok: bool,
    /// All that whoever asked is told.
    text: String,
}

fn said<T: Debug>(result: &Result<T, AppError>) -> Answer {
    Answer { ok: result.is_ok(), text: format!("{result:?}") }
}

/// A few steps in a row: one may lay out what the next one steps into.
fn steps<Call: Copy + Debug + 'static>(
    calls: Vec<Call>,
    other: impl Strategy<Value = String>,
) -> impl Strategy<Value = Vec<Step<Call, String>>> {
    let groups: &[ChangeGroup] = &[ChangeGroup::Staged, ChangeGroup::Changed, ChangeGroup::Untracked];
    let step = (select(calls), path(), other, select(groups));
    vec(step.prop_map(|(call, path, other, group)| Step { call, path, other, group }), 1..5)
}

/// Tries the steps that are fine, each of which must do something: else nothing is tried. Then so many cases. Those of git's own
/// files that are named must stay as they are.
fn try_all<Call: Copy + Debug>(
    fine: &[Step<Call, &str>],
    cases: u32,
    strategy: impl Strategy<Value = Vec<Step<Call, String>>>,
    own: &[&str],
    call: &impl AsyncFn(&Yard, &Step<Call, String>) -> Answer,
) {
    let runtime = Runtime::new().unwrap();
    let yard = runtime.block_on(Yard::new());
    let before = yard.kept(own);
    let one_by_one = |steps: &[Step<Call, String>]| {
        yard.renew();
        let mut done = true;
        for step in steps {
            let answer = runtime.block_on(async { timeout(PATIENCE, call(&yard, step)).await });
            let answer = answer.map_err(|_| TestCaseError::fail(format!("{step:?} does not end")))?;
            prop_assert!(!answer.text.contains(SECRET), "{step:?} tells: {}", answer.text);
            done &= answer.ok;
        }
        prop_assert_eq!(yard.kept(own), before.clone());
        prop_assert_eq!(yard.strangers(), BTreeSet::new());
        Ok(done)
    };
    for step in fine {
        let Step { call, path, other, group } = *step;
        let step = Step { call, path: path.to_owned(), other: other.to_owned(), group };
        let done = one_by_one(&[step]);
        assert!(matches!(done, Ok(true)), "{call:?}: {done:?}");
    }
    let config = ProptestConfig {
        cases: rounds(cases),
        rng_seed: RngSeed::Fixed(7),
        source_file: Some(file!()),
        ..ProptestConfig::default()
    };
    let tried = TestRunner::new(config).run(&strategy, |steps| one_by_one(&steps).map(drop));
    assert!(tried.is_ok(), "{}", tried.unwrap_err());
}

#[expect(clippy::disallowed_methods, reason = "how long to run is said from outside")]
fn rounds(usual: u32) -> u32 {
    std::env::var("ROOST_FUZZ_ROUNDS").map_or(usual, |rounds| rounds.parse().unwrap())
}

#[test]
fn no_path_leads_files_or_memories_out_of_the_project() {
    let calls = calls::FINE.map(|step| step.call).to_vec();
    try_all(&calls::FINE, 80, steps(calls, path()), &[""], &Yard::call);
}

#[test]
fn no_path_or_revision_leads_git_or_worktrees_out_of_the_project() {
    let calls = git_calls::FINE.map(|step| step.call).into_iter().chain(git_calls::MORE).collect();
    try_all(&git_calls::FINE, 40, steps(calls, revision()), &["config", "hooks"], &Yard::call_git);
}
