//! A terminal to look at: tmux on a socket of its own, with an interactive shell in it. It ends with the test.

use std::{
    path::Path,
    process::{Command, Output},
    time::Duration,
};

use tokio::time::{Instant, sleep};

use crate::PATIENCE;

/// What the shell says when it waits.
pub(crate) const PROMPT: &str = "ready% ";

pub(crate) struct Tmux {
    name: String,
    home: tempfile::TempDir,
}

impl Tmux {
    /// A terminal of this size, in which `roost` is the program with the home `home`.
    pub(crate) fn new(home: &Path, cols: u16, rows: u16) -> Self {
        let tmux =
            Self { name: format!("roost-{}", uuid::Uuid::new_v4()), home: tempfile::tempdir().unwrap() };
        let size = [cols.to_string(), rows.to_string()];
        let mut start = tmux.command();
        start.env("HOME", home).env("ROOST_HOME", home.join("roost")).env("ROOST_LISTEN", "127.0.0.1:0");
        start.env("ROOST_CLAUDE_BINARY", home.join("no-such-claude")).env("PS1", PROMPT);
        start.args(["new-session", "-d", "-x", &size[0], "-y", &size[1], "sh"]);
        let started = start.output().expect("tmux is missing: install it (Debian: apt-get install tmux)");
        assert!(started.status.success(), "{started:?}");
        // As a terminal that lets programs write to the clipboard.
        tmux.run(&["set-option", "-s", "set-clipboard", "on"]);
        tmux
    }

    fn command(&self) -> Command {
        let mut command = Command::new("tmux");
        command.env_clear().env("PATH", "/usr/local/bin:/usr/bin:/bin").env("LANG", "C.UTF-8");
        command.env("TERM", "xterm-256color").env("TMUX_TMPDIR", self.home.path()).env("SHELL", "/bin/sh");
        command.args(["-L", &self.name, "-f", "/dev/null"]);
        command
    }

    fn run(&self, args: &[&str]) -> Output {
        let done = self.command().args(args).output().unwrap();
        assert!(done.status.success(), "{args:?}: {done:?}");
        done
    }

    /// Presses keys by their names.
    pub(crate) fn press(&self, keys: &[&str]) {
        self.run(&[&["send-keys"], keys].concat());
    }

    /// Types letters.
    pub(crate) fn types(&self, text: &str) {
        self.run(&["send-keys", "-l", text]);
    }

    /// Pastes a text, however long it is.
    pub(crate) fn pastes(&self, text: &str) {
        let file = self.home.path().join("paste");
        std::fs::write(&file, text).unwrap();
        self.run(&["load-buffer", file.to_str().unwrap()]);
        self.run(&["paste-buffer", "-d"]);
    }

    /// Types a line into the shell.
    pub(crate) fn enters(&self, line: &str) {
        self.types(line);
        self.press(&["Enter"]);
    }

    /// Starts the hub from the shell.
    pub(crate) fn starts_hub(&self, before: &str) {
        self.enters(&format!("{before} {} hub", env!("CARGO_BIN_EXE_roost")));
    }

    /// Begins a session from the hub's list, in the first place that is offered.
    pub(crate) async fn begins_a_session(&self) {
        self.types("n");
        self.shows("New session: where?").await;
        self.press(&["Enter"]);
    }

    pub(crate) fn resize(&self, cols: u16, rows: u16) {
        self.run(&["resize-window", "-x", &cols.to_string(), "-y", &rows.to_string()]);
    }

    /// The screen as it is.
    pub(crate) fn screen(&self) -> String {
        String::from_utf8(self.run(&["capture-pane", "-p"]).stdout).unwrap()
    }

    /// A fact about the terminal, in the words of tmux.
    pub(crate) fn fact(&self, format: &str) -> String {
        String::from_utf8(self.run(&["display-message", "-p", format]).stdout).unwrap().trim().to_owned()
    }

    /// What was copied last; none if nothing was.
    pub(crate) fn clipboard(&self) -> Option<String> {
        let buffer = self.command().args(["show-buffer"]).output().unwrap();
        buffer.status.success().then(|| String::from_utf8(buffer.stdout).unwrap())
    }

    /// Waits until this was copied.
    pub(crate) async fn until_copied(&self, text: &str) {
        self.until(text, |_| self.clipboard().as_deref() == Some(text)).await;
    }

    /// Waits until the screen fits, and returns it.
    pub(crate) async fn until(&self, what: &str, fits: impl Fn(&str) -> bool) -> String {
        let end = Instant::now() + PATIENCE;
        loop {
            let screen = self.screen();
            if fits(&screen) {
                return screen;
            }
            assert!(Instant::now() < end, "never {what}:\n{screen}");
            sleep(Duration::from_millis(20)).await;
        }
    }

    /// Waits until this is on the screen.
    pub(crate) async fn shows(&self, words: &str) -> String {
        self.until(words, |screen| screen.contains(words)).await
    }

    /// Waits until the shell has the screen again.
    pub(crate) async fn shows_shell(&self) -> String {
        self.until("the shell", |screen| screen.trim_end().ends_with(PROMPT.trim_end())).await
    }

    /// Waits until this is not on the screen any more.
    pub(crate) async fn hides(&self, words: &str) -> String {
        self.until(&format!("without {words}"), |screen| !screen.contains(words)).await
    }
}

impl Drop for Tmux {
    fn drop(&mut self) {
        let _ = self.command().arg("kill-server").output();
    }
}
