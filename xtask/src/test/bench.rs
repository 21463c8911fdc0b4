//! Runs the parts of the test, each by the tool that is made for it. Never judges by a clock.

use std::{env, fs, path::PathBuf, process::Command};

use anyhow::{Context, Result};

use super::{Options, counts::Counts, stage::Stage};
use crate::{
    modules,
    run::binary,
    site,
    steps::{Stream, exec, tee, watched},
    tools,
};

/// What the stages hand on to later ones.
pub(super) struct Bench<'a> {
    claude: Option<PathBuf>,
    options: &'a Options,
}

impl<'a> Bench<'a> {
    /// With nothing found yet.
    pub(super) fn new(options: &'a Options) -> Self {
        Self { claude: None, options }
    }

    /// Runs one stage to its end and counts; an error is a failed check.
    pub(super) fn run(&mut self, stage: Stage) -> Result<Counts> {
        match stage {
            Stage::Fmt => {
                tools::ensure_component("rustfmt", "fmt")?;
                check(self.cargo().args(["fmt", "--all", "--check", "--", "--files-with-diff"]))
            }
            Stage::Clippy => {
                tools::ensure_component("clippy", "clippy")?;
                let args = [
                    "clippy",
                    "--workspace",
                    "--exclude",
                    "frontend",
                    "--all-targets",
                    "--",
                    "-D",
                    "warnings",
                ];
                check(self.cargo().args(args))
            }
            Stage::ClippyWasm => {
                tools::ensure_component("clippy", "clippy")?;
                tools::ensure_wasm_target()?;
                let args = ["clippy", "-p", "frontend", "-p", "app", "--features", "app/hydrate", "--target"];
                check(self.cargo().args(args).args(["wasm32-unknown-unknown", "--", "-D", "warnings"]))
            }
            Stage::Site => site::build(site::Profile::Dev).map(|_| Counts::one(true)),
            Stage::Cli => self.find_claude(),
            // Binaries together with the tests, as the test runner selects them: the same features, so nothing is built twice.
            Stage::Build => check(self.cargo().args([
                "build",
                "--workspace",
                "--exclude",
                "frontend",
                "--bins",
                "--tests",
            ])),
            Stage::Test => self.tests(),
            Stage::Doctest => self.libtest(&["--doc"]),
            Stage::Doc => {
                let args =
                    ["doc", "--workspace", "--exclude", "frontend", "--no-deps", "--document-private-items"];
                check(self.cargo().args(args).env("RUSTDOCFLAGS", "-D warnings"))
            }
            Stage::Types => {
                tools::npm_ci(&end2end())?;
                let tsc = end2end().join("node_modules/typescript/bin/tsc");
                let typed = |dir: &std::path::Path| {
                    check(Command::new("node").arg(&tsc).arg("--noEmit").current_dir(dir))
                };
                let mut counts = typed(&end2end())?;
                for folder in modules::folders(&tools::root()) {
                    tools::npm_ci(&folder)?;
                    counts += typed(&folder)?;
                }
                Ok(counts)
            }
            Stage::E2e => self.stories(),
        }
    }

    fn cargo(&self) -> Command {
        let mut cargo = tools::cargo();
        if env::var_os("CI").is_some() {
            // Nothing is built a second time there, so what incremental builds keep would only cost time and disk.
            cargo.env("CARGO_INCREMENTAL", "0");
        }
        self.surroundings(&mut cargo);
        cargo
    }

    /// What tests find the real CLI and the workspace's binaries by.
    fn surroundings(&self, command: &mut Command) {
        command.env("ROOST_BIN", binary("roost")).env("ROOST_MODEL_BIN", binary("scripted-model"));
        if let Some(claude) = &self.claude {
            command.env("ROOST_TEST_CLAUDE", claude);
        }
    }

    fn find_claude(&mut self) -> Result<Counts> {
        let found = match (&self.options.cli, env::var_os("ROOST_TEST_CLAUDE")) {
            (None, Some(path)) => path.into(),
            (version, _) => tools::pinned_claude(version.as_deref().unwrap_or(tools::CLAUDE_VERSION))?,
        };
        println!("{}", found.display());
        self.claude = Some(found);
        Ok(Counts::one(true))
    }

    fn tests(&self) -> Result<Counts> {
        tools::tmux()?;
        if tools::cargo().args(["nextest", "--version"]).output().is_ok_and(|out| out.status.success()) {
            let mut nextest = self.cargo();
            give_a_home(&mut nextest)?;
            nextest.args(["nextest", "run", "--workspace", "--exclude", "frontend", "--no-tests=pass"]);
            nextest.args(["--color", if watched() { "always" } else { "never" }]).args(&self.options.args);
            let (ok, lines) = tee(&mut nextest, Stream::Err)?;
            return Ok(judged(ok, Counts::of_nextest(&lines)));
        }
        println!("cargo-nextest is not installed: cargo test instead");
        self.libtest(&["--lib", "--bins", "--tests", "--no-fail-fast"])
    }

    fn libtest(&self, what: &[&str]) -> Result<Counts> {
        let mut test = self.cargo();
        give_a_home(&mut test)?;
        test.args(["test", "--workspace", "--exclude", "frontend"]).args(what).args(&self.options.args);
        let (ok, lines) = tee(&mut test, Stream::Out)?;
        Ok(judged(ok, Counts::of_libtest(&lines)))
    }

    fn stories(&self) -> Result<Counts> {
        tools::npm_ci(&end2end())?;
        let chromium = tools::chromium()?;
        let report = end2end().join("test-results/report.json");
        let _ = fs::remove_file(&report);
        let mut playwright = Command::new("node");
        playwright
            .arg(end2end().join("node_modules/@playwright/test/cli.js"))
            .arg("test")
            .args(&self.options.args);
        self.surroundings(&mut playwright);
        let ended = exec(playwright.current_dir(end2end()).env("ROOST_CHROMIUM", chromium));
        let report = fs::read(&report).context("Playwright wrote no report")?;
        Ok(judged(ended.is_ok(), Counts::of_playwright(&serde_json::from_slice(&report)?)))
    }
}

fn end2end() -> PathBuf {
    tools::root().join("end2end")
}

/// An empty home for what is tested: a person's shell profile is not a part of it, nor are their settings.
fn give_a_home(cargo: &mut Command) -> Result<()> {
    let own = env::home_dir().context("there is no home directory")?;
    for (name, dir) in [("CARGO_HOME", ".cargo"), ("RUSTUP_HOME", ".rustup")] {
        cargo.env(name, env::var_os(name).unwrap_or_else(|| own.join(dir).into()));
    }
    let home = tools::target_dir().join("home");
    if home.exists() {
        fs::remove_dir_all(&home)?;
    }
    fs::create_dir_all(&home)?;
    cargo.env("HOME", home);
    Ok(())
}

/// A command that is one check: its exit code says it all.
fn check(command: &mut Command) -> Result<Counts> {
    exec(command).map(|()| Counts::one(true))
}

/// What a runner counted, held against how it ended.
fn judged(ok: bool, counts: Option<Counts>) -> Counts {
    match counts {
        Some(counts) if ok => counts,
        Some(counts) => counts.spoiled(),
        None => Counts::one(false),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_runner_that_broke_is_a_failure() {
        assert_eq!(judged(false, Some(Counts { passed: 7, failed: 0 })), Counts { passed: 7, failed: 1 });
        assert_eq!(judged(true, None), Counts::one(false));
    }
}
