//! `roost doctor`: says what works, and what to do about what does not. Changes nothing but making the home directory.

use std::{net::TcpListener, path::Path, process::ExitCode};

use super::home;
use crate::{
    config::{Config, Loopback},
    http::Site,
    keeper::{Exec, exec},
    settings::claude,
};

/// One thing looked at: its name, and what was found or what to do.
struct Finding(&'static str, Result<String, String>);

/// Prints a line for each thing; fails if any is amiss.
pub(super) async fn run(config: &Config) -> ExitCode {
    let mut findings =
        vec![writable(config), database(config).await, sign_in(config), port(config), git().await];
    findings.extend(agent(config).await);
    findings.push(site());
    let mut code = ExitCode::SUCCESS;
    for Finding(name, found) in findings {
        match found {
            Ok(found) => println!("ok    {name:<10} {found}"),
            Err(advice) => {
                println!("FAIL  {name:<10} {advice}");
                code = ExitCode::FAILURE;
            }
        }
    }
    code
}

fn writable(config: &Config) -> Finding {
    let tried = home::make(config).and_then(|()| Ok(tempfile_in(&config.home)?));
    Finding("home", tried.map(|()| config.home.display().to_string()).map_err(|error| format!("{error:#}")))
}

/// Writes and removes a small file: permissions alone do not tell of a full or read-only disk.
fn tempfile_in(dir: &Path) -> std::io::Result<()> {
    let path = dir.join(format!(".doctor-{}", std::process::id()));
    std::fs::write(&path, b"roost")?;
    std::fs::remove_file(path)
}

async fn database(config: &Config) -> Finding {
    let opened = match home::database(config).await {
        Ok(db) => {
            db.close().await;
            Ok(config.home.join("roost.db").display().to_string())
        }
        Err(error) => Err(format!("{error:#}")),
    };
    Finding("database", opened)
}

fn sign_in(config: &Config) -> Finding {
    let loopback = config.listen.ip().is_loopback();
    let told = match config.auth.loopback {
        Loopback::Enforced if loopback || !config.server.hosts.is_empty() => Ok("enforced".to_owned()),
        Loopback::Enforced => {
            Ok("enforced; name this machine in server.hosts to reach it from elsewhere".to_owned())
        }
        Loopback::Open if loopback => Ok("off: anyone on this machine can come in".to_owned()),
        Loopback::Open => Err("auth.loopback = \"open\" is only possible on a loopback address".to_owned()),
    };
    Finding("sign-in", told)
}

fn port(config: &Config) -> Finding {
    let told = match (home::running_at(&config.home), TcpListener::bind(config.listen)) {
        (Some(base), _) => Ok(format!("Roost runs at {base}")),
        (None, Ok(_)) => Ok(format!("{} is free", config.listen)),
        (None, Err(error)) => Err(format!("{}: {error}; `--listen` chooses another address", config.listen)),
    };
    Finding("port", told)
}

async fn git() -> Finding {
    let told = match exec(Exec::new("git", Path::new("/")).arg("--version")).await {
        Ok(output) if output.success() => Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned()),
        Ok(output) => Err(format!("git fails: {}", String::from_utf8_lossy(&output.stderr).trim())),
        Err(_) => Err("git was not found; install it with your system's package manager".to_owned()),
    };
    Finding("git", told)
}

async fn agent(config: &Config) -> Vec<Finding> {
    let claude = claude::look(config).await;
    let (Some(path), Some(version)) = (claude.path, claude.version) else {
        return vec![Finding("claude", Err(claude.problem.unwrap_or_default()))];
    };
    let account = match (claude.problem, claude.account) {
        (Some(problem), _) => Err(problem),
        (None, Some(account)) => Ok(account),
        (None, None) => Ok("this version does not tell".to_owned()),
    };
    vec![Finding("claude", Ok(format!("{version} at {path}"))), Finding("account", account)]
}

fn site() -> Finding {
    let site = Site::load();
    let told = match site.assets() {
        Some(_) => Ok(site.build().to_owned()),
        None => Err("the page was not built into this program; run `cargo xtask run` or `cargo xtask dist`"
            .to_owned()),
    };
    Finding("page", told)
}
