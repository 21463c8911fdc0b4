//! `cargo xtask demo`: Roost with the real CLI, a scripted model on loopback and a sample project, all under `target/demo`.
//! Never sees a real account, home directory or network, and leaves no process behind.

use std::{
    env, fs,
    io::{BufRead, BufReader},
    net::{SocketAddr, TcpStream},
    path::PathBuf,
    process::{Command, ExitCode, Stdio},
    sync::{Arc, Mutex, PoisonError},
    thread::{self, sleep},
    time::Duration,
};

use anyhow::{Context, Result, bail};

use crate::{
    process::{Running, ended, free_port, note_signals},
    rest::Rest,
    run::{binary, prepare},
    seed::{self, Story},
    steps::{capture, exec, step},
    tools,
};

const PORT: u16 = 7676;
/// Milliseconds between two pieces of the scripted model's answers: about what a person sees of a real one.
const PACE: &str = "15";

/// Builds, starts and fills the demo, and keeps it until Ctrl-C or until the server ends; `args` go to `roost serve`.
pub(crate) fn demo(args: &[String]) -> Result<ExitCode> {
    let claude = prepare(&["roost", "scripted-model"])?;
    note_signals()?;

    let model_at = free_port(0)?;
    let stage = Stage { home: tools::root().join("target/demo"), claude, model_at };
    if stage.home.join("roost").exists() {
        step("what an earlier demo left, ended", || stage.clear())?;
    }
    step("sample project", || stage.write_sample())?;
    let _model = step("scripted model started", || stage.start_model())?;
    let mut server = step("roost started", || stage.start_server(args))?;
    let filled = step("sessions in every state", || {
        let stories: Vec<Story> =
            serde_json::from_str(&capture(Command::new(binary("scripted-model")).arg("--list-demo"))?)?;
        seed::seed(&server.rest, &stage.sample(), &stories)
    });
    if let Err(error) = filled {
        // Half a demo is still worth a look, and the reason is in it.
        eprintln!("           not all sessions are as meant: {error:#}");
    }
    println!("\nThe demo is at {}; Ctrl-C ends it and its agents.", server.base);
    if let Some(link) = server.link() {
        println!("Sign in: {link}");
    }
    while !ended() {
        if let Some(status) = server.child.0.try_wait()? {
            bail!("roost ended with {status}");
        }
        sleep(Duration::from_millis(100));
    }
    step("agents stopped", || seed::stop_all(&server.rest))?;
    Ok(ExitCode::SUCCESS)
}

/// Where the demo plays and what with.
struct Stage {
    home: PathBuf,
    claude: PathBuf,
    model_at: SocketAddr,
}

impl Stage {
    fn sample(&self) -> PathBuf {
        self.home.join("projects/sample")
    }

    /// A server of an earlier demo may have been killed and its agents be alive: a new one finds them, and stops them.
    fn clear(&self) -> Result<()> {
        let server = self
            .start_server(&[])
            .context("is a demo running from this checkout already? Else remove target/demo")?;
        seed::stop_all(&server.rest)?;
        drop(server);
        Ok(fs::remove_dir_all(&self.home)?)
    }

    fn write_sample(&self) -> Result<()> {
        for dir in ["home", "claude", "roost", "projects/sample"] {
            fs::create_dir_all(self.home.join(dir))?;
        }
        fs::write(
            self.home.join("home/.gitconfig"),
            "[user]\n\tname = Roost demo\n\temail = demo@localhost\n",
        )?;
        exec(Command::new(binary("scripted-model")).arg("--write-sample").arg(self.sample()))?;
        for args in [
            &["init", "--quiet", "--initial-branch=main"][..],
            &["add", "--all"],
            &["commit", "--quiet", "--message=Sample project"],
        ] {
            exec(self.cleared("git").args(args).current_dir(self.sample()))?;
        }
        Ok(())
    }

    fn start_model(&self) -> Result<Running> {
        let mut model = self.cleared(binary("scripted-model"));
        let mut running = Running::start(
            model.arg("--listen").arg(self.model_at.to_string()).args(["--pace", PACE]).stdout(Stdio::null()),
        )?;
        running.wait_for("the scripted model", || TcpStream::connect(self.model_at).is_ok())?;
        Ok(running)
    }

    fn start_server(&self, args: &[String]) -> Result<Server> {
        let listen = free_port(PORT)?;
        let base = format!("http://{listen}");
        let token = capture(
            self.cleared(binary("roost"))
                .args(["token", "create", "--name"])
                .arg(format!("demo {}", std::process::id())),
        )?;
        let token = token
            .split_whitespace()
            .max_by_key(|word| word.len())
            .context("`roost token create` printed nothing")?;
        let mut roost = self.cleared(binary("roost"));
        roost.arg("serve").arg("--listen").arg(listen.to_string()).args(args).stdout(Stdio::piped());
        let mut child = Running::start(&mut roost)?;
        let lines = Arc::new(Mutex::new(Vec::new()));
        if let Some(stdout) = child.0.stdout.take() {
            let lines = Arc::clone(&lines);
            thread::spawn(move || {
                for line in BufReader::new(stdout).lines().map_while(Result::ok) {
                    println!("{line}");
                    lines.lock().unwrap_or_else(PoisonError::into_inner).push(line);
                }
            });
        }
        let rest = Rest::new(&base, token);
        child.wait_for("roost", || rest.get("/healthz").is_ok())?;
        Ok(Server { child, rest, base, lines })
    }

    /// A command that knows nothing of the person who runs the demo.
    fn cleared(&self, program: impl AsRef<std::ffi::OsStr>) -> Command {
        let mut command = Command::new(program);
        command.env_clear();
        for name in ["PATH", "TERM", "LANG"] {
            command.envs(env::var_os(name).map(|value| (name, value)));
        }
        command.env("HOME", self.home.join("home"));
        command.env("CLAUDE_CONFIG_DIR", self.home.join("claude"));
        command.env("ROOST_HOME", self.home.join("roost"));
        command.env("ROOST_PROJECTS_ROOT", self.home.join("projects"));
        command.env("ROOST_CLAUDE_BINARY", &self.claude);
        command.env("ANTHROPIC_BASE_URL", format!("http://{}", self.model_at));
        command.env("ANTHROPIC_API_KEY", "made-up-for-the-demo");
        let quiet = [
            "CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC",
            "DISABLE_TELEMETRY",
            "DISABLE_AUTOUPDATER",
            "DISABLE_ERROR_REPORTING",
        ];
        command.envs(quiet.map(|name| (name, "1")));
        command
    }
}

/// The demo's server.
struct Server {
    child: Running,
    rest: Rest,
    base: String,
    lines: Arc<Mutex<Vec<String>>>,
}

impl Server {
    /// The one-time link that the server printed: the word with a fragment.
    fn link(&self) -> Option<String> {
        let lines = self.lines.lock().unwrap_or_else(PoisonError::into_inner);
        link_in(&lines)
    }
}

fn link_in(lines: &[String]) -> Option<String> {
    let mut words = lines.iter().flat_map(|line| line.split_whitespace());
    words.find(|word| word.starts_with("http") && word.contains('#')).map(str::to_owned)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use std::path::Path;

    use super::*;

    #[test]
    fn the_sign_in_link_is_the_word_with_a_fragment() {
        let lines = ["Listening on http://127.0.0.1:7676", "  Sign in: http://127.0.0.1:7676/signin#abc "]
            .map(str::to_owned);
        assert_eq!(link_in(&lines).unwrap(), "http://127.0.0.1:7676/signin#abc");
        assert_eq!(link_in(&lines[..1]), None);
    }

    #[test]
    fn a_cleared_command_knows_no_account() {
        let stage = Stage { home: "x".into(), claude: "claude".into(), model_at: ([127, 0, 0, 1], 1).into() };
        let command = stage.cleared("true");
        let home = command.get_envs().find(|(name, _)| *name == "HOME").unwrap().1.unwrap();
        assert_eq!(home, Path::new("x/home"));
    }
}
