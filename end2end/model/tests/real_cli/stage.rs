//! Starts the real CLI against a scripted model in a home of its own, and speaks with it. Never lets it see a real account.
#![allow(clippy::disallowed_methods, reason = "this test drives the CLI itself, without Roost in between")]

use std::{
    env, fs,
    io::{BufRead, BufReader, Write},
    path::{Path, PathBuf},
    process::{Child, ChildStdin, Command, Stdio},
    sync::mpsc::{Receiver, sync_channel},
    thread,
    time::Duration,
};

use scripted_model::{Options, serve};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::{net::TcpListener, runtime::Runtime};
use uuid::Uuid;

/// Longer than any single step takes, even on a busy machine.
const PATIENCE: Duration = Duration::from_secs(60);

/// A model, an empty home and an empty project.
pub(crate) struct Stage {
    claude: PathBuf,
    base: String,
    root: TempDir,
    _model: Runtime,
}

impl Stage {
    /// Nothing, with a word about it, unless the environment names a CLI.
    pub(crate) fn set() -> Option<Self> {
        let Some(claude) = env::var_os("ROOST_TEST_CLAUDE") else {
            println!("skipped: ROOST_TEST_CLAUDE does not name a claude binary");
            return None;
        };
        let model = Runtime::new().unwrap();
        let listener = model.block_on(TcpListener::bind("127.0.0.1:0")).unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        model.spawn(serve(listener, Options::default()));
        let root = TempDir::new().unwrap();
        for dir in ["home", "config", "project"] {
            fs::create_dir(root.path().join(dir)).unwrap();
        }
        Some(Self { claude: claude.into(), base, root, _model: model })
    }

    pub(crate) fn project(&self) -> PathBuf {
        self.root.path().join("project")
    }

    pub(crate) fn cli(&self, flags: &[&str]) -> Cli {
        Cli::start(self.command(flags))
    }

    /// The launch line of the protocol, with nothing of this process's environment but the path.
    pub(crate) fn command(&self, flags: &[&str]) -> Command {
        let mut command = Command::new(&self.claude);
        command
            .args(["-p", "--input-format", "stream-json", "--output-format", "stream-json"])
            .args(["--verbose", "--include-partial-messages", "--permission-prompt-tool", "stdio"])
            .args(flags)
            .current_dir(self.project())
            .env_clear()
            .env("PATH", env::var_os("PATH").unwrap_or_default())
            .env("TERM", "xterm")
            .env("LANG", "C.UTF-8")
            .env("HOME", self.root.path().join("home"))
            .env("TMPDIR", self.root.path())
            .env("CLAUDE_CONFIG_DIR", self.root.path().join("config"))
            .env("ANTHROPIC_BASE_URL", &self.base)
            .env("ANTHROPIC_API_KEY", "made-up-key-of-a-test")
            .env("CLAUDE_CODE_MAX_RETRIES", "1")
            .env("CLAUDE_CODE_ENABLE_TODO_TOOLS", "1");
        for off in [
            "CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC",
            "DISABLE_TELEMETRY",
            "DISABLE_AUTOUPDATER",
            "DISABLE_ERROR_REPORTING",
        ] {
            command.env(off, "1");
        }
        command
    }
}

/// One running CLI.
pub(crate) struct Cli {
    child: Child,
    stdin: Option<ChildStdin>,
    lines: Receiver<Value>,
    /// Answers a permission request.
    pub(crate) decide: fn(&Value) -> Value,
}

impl Cli {
    fn start(mut command: Command) -> Self {
        let mut child =
            command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let stdout = BufReader::new(child.stdout.take().unwrap());
        let (sender, lines) = sync_channel(10_000);
        thread::spawn(move || {
            for line in stdout.lines().map_while(Result::ok) {
                if sender.send(serde_json::from_str(&line).unwrap()).is_err() {
                    return;
                }
            }
        });
        Self { stdin: child.stdin.take(), child, lines, decide: |_| json!({ "behavior": "allow" }) }
    }

    pub(crate) fn send(&mut self, message: &Value) {
        // A CLI that has already ended cannot be written to; what it said last is what counts.
        let _ = writeln!(self.stdin.as_mut().unwrap(), "{message}");
    }

    pub(crate) fn control(&mut self, request: &Value) {
        self.send(&json!({ "type": "control_request", "request_id": Uuid::new_v4(), "request": request }));
    }

    pub(crate) fn prompt(&mut self, text: &str) {
        self.send(
            &json!({ "type": "user", "uuid": Uuid::new_v4(), "session_id": "", "parent_tool_use_id": null,
            "message": { "role": "user", "content": text } }),
        );
    }

    /// Everything up to the first line that `last` picks, or to the end; permission requests are decided on the way.
    pub(crate) fn until(&mut self, last: impl Fn(&Value) -> bool) -> Vec<Value> {
        let mut seen = Vec::new();
        while let Ok(line) = self.lines.recv_timeout(PATIENCE) {
            if line["request"]["subtype"] == "can_use_tool" {
                let response = json!({ "subtype": "success", "request_id": line["request_id"], "response": (self.decide)(&line["request"]) });
                self.send(&json!({ "type": "control_response", "response": response }));
            }
            let found = last(&line);
            seen.push(line);
            if found {
                break;
            }
        }
        seen
    }

    pub(crate) fn initialize(&mut self) -> Vec<Value> {
        self.control(&json!({ "subtype": "initialize", "title": "A test" }));
        self.until(|line| line["type"] == "control_response")
    }

    /// One turn, started by a prompt and ended by its result.
    pub(crate) fn turn(&mut self, text: &str) -> Vec<Value> {
        self.prompt(text);
        self.until(is_result)
    }

    /// Closes its input; gives all that it said then and its exit code.
    pub(crate) fn end(mut self) -> (Vec<Value>, Option<i32>) {
        drop(self.stdin.take());
        let rest = self.until(|_| false);
        (rest, self.child.wait().unwrap().code())
    }
}

impl Drop for Cli {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

pub(crate) fn is_result(line: &Value) -> bool {
    line["type"] == "result"
}

/// What the turn's result says.
pub(crate) fn result(lines: &[Value]) -> &str {
    lines.last().and_then(|line| line["result"].as_str()).unwrap_or_default()
}

/// The content blocks of this type, of all complete messages.
pub(crate) fn blocks<'a>(lines: &'a [Value], kind: &str) -> Vec<&'a Value> {
    lines
        .iter()
        .filter_map(|line| line["message"]["content"].as_array())
        .flatten()
        .filter(|block| block["type"] == kind)
        .collect()
}

/// How often a tool was asked for.
pub(crate) fn asked(lines: &[Value], tool: &str) -> usize {
    let wanted = |line: &&Value| line["request"]["tool_name"] == tool;
    lines.iter().filter(wanted).count()
}

pub(crate) fn read(directory: &Path, file: &str) -> String {
    fs::read_to_string(directory.join(file)).unwrap_or_default()
}
