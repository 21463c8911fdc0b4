//! The parts that `cargo xtask test` consists of, and which rest on which. Never runs one.

use clap::ValueEnum;

/// One part of the test, in the order in which they run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Stage {
    /// Formatting.
    Fmt,
    /// Lints of everything native.
    Clippy,
    /// Lints of everything that becomes wasm.
    ClippyWasm,
    /// The page.
    Site,
    /// The CLI to test with.
    Cli,
    /// Binaries and tests, compiled.
    Build,
    /// Unit and integration tests.
    Test,
    /// Examples in the documentation.
    Doctest,
    /// The documentation itself.
    Doc,
    /// Types of the browser stories.
    Types,
    /// Browser stories in Chromium, desktop and phone.
    E2e,
}

impl Stage {
    /// What must have gone well before this can say anything.
    pub(super) fn needs(self) -> &'static [Self] {
        match self {
            Self::Build => &[Self::Site],
            Self::Test | Self::E2e => &[Self::Site, Self::Cli, Self::Build],
            _ => &[],
        }
    }

    /// Its word on the command line and in the table.
    pub(super) fn name(self) -> String {
        self.to_possible_value().map(|value| value.get_name().to_owned()).unwrap_or_default()
    }
}

/// The stages to run, in their order: all, or the wanted ones with all they need.
pub(super) fn selected(only: &[Stage]) -> Vec<Stage> {
    let wanted = |stage: &Stage| {
        only.is_empty() || only.contains(stage) || only.iter().any(|wanted| wanted.needs().contains(stage))
    };
    Stage::value_variants().iter().copied().filter(wanted).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stage_brings_what_it_needs_in_order() {
        assert_eq!(
            selected(&[Stage::E2e, Stage::Fmt]),
            [Stage::Fmt, Stage::Site, Stage::Cli, Stage::Build, Stage::E2e]
        );
        assert_eq!(selected(&[]).len(), Stage::value_variants().len());
    }

    #[test]
    fn what_a_stage_needs_is_closed_and_comes_before() {
        let order = Stage::value_variants();
        let place = |stage: &Stage| order.iter().position(|other| other == stage);
        for stage in order {
            for need in stage.needs() {
                assert!(place(need) < place(stage), "{stage:?} after {need:?}");
                assert!(
                    need.needs().iter().all(|deeper| stage.needs().contains(deeper)),
                    "{stage:?} through {need:?}"
                );
            }
        }
    }
}
