//! What the other commands need from outside: cargo, npm, the wasm target, `claude`, Chromium, tmux. Found first, installed only
//! when missing, into `.tools` of the checkout where that is possible. Never touches a person's own installation.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result, bail};

use crate::steps::{capture, exec};

/// The CLI that the tests run against and that is installed where there is none.
pub(crate) const CLAUDE_VERSION: &str = "2.1.329";
const BINARYEN_VERSION: &str = "132.0.0";
const WASM_TARGET: &str = "wasm32-unknown-unknown";

/// The checkout's top folder.
pub(crate) fn root() -> PathBuf {
    let xtask = Path::new(env!("CARGO_MANIFEST_DIR"));
    xtask.parent().unwrap_or(xtask).to_owned()
}

/// A cargo command at the checkout's top folder, by the same cargo that started this.
pub(crate) fn cargo() -> Command {
    let mut cargo = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.current_dir(root());
    cargo
}

/// Where cargo puts what it builds.
pub(crate) fn target_dir() -> PathBuf {
    env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), |dir| root().join(dir))
}

/// The first file of this name on PATH.
pub(crate) fn on_path(name: &str) -> Option<PathBuf> {
    env::split_paths(&env::var_os("PATH")?).map(|dir| dir.join(name)).find(|path| path.is_file())
}

/// Adds the wasm target to the toolchain unless it is there.
pub(crate) fn ensure_wasm_target() -> Result<()> {
    let rustc = env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let asked = capture(Command::new(rustc).args(["--print", "target-libdir", "--target", WASM_TARGET]));
    if asked.is_ok_and(|dir| Path::new(dir.trim()).is_dir()) {
        return Ok(());
    }
    exec(Command::new("rustup").args(["target", "add", WASM_TARGET])).context("the wasm target is missing")
}

/// Adds a part of the toolchain (`rustfmt`, `clippy`) unless its cargo command is there.
pub(crate) fn ensure_component(component: &str, subcommand: &str) -> Result<()> {
    if capture(cargo().args([subcommand, "--version"])).is_ok() {
        return Ok(());
    }
    exec(Command::new("rustup").args(["component", "add", component]))
}

/// Installs what `dir/package-lock.json` names, unless that very lock was installed before; runs no package's scripts.
pub(crate) fn npm_ci(dir: &Path) -> Result<()> {
    let lock = fs::read(dir.join("package-lock.json"))?;
    // Inside node_modules, so that whoever removes that folder removes the claim too.
    let stamp = dir.join("node_modules/.installed-lock.json");
    if fs::read(&stamp).is_ok_and(|installed| installed == lock) {
        return Ok(());
    }
    exec(npm("ci")?.current_dir(dir))?;
    fs::write(stamp, lock)?;
    Ok(())
}

fn npm(verb: &str) -> Result<Command> {
    if on_path("npm").is_none() {
        bail!("npm is not on PATH: install Node.js with npm");
    }
    let mut npm = Command::new("npm");
    npm.args([verb, "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]);
    Ok(npm)
}

/// One npm package by exact version under `.tools/`, installed on first use; returns the package's folder.
fn npm_tool(short: &str, package: &str, version: &str) -> Result<PathBuf> {
    let home = root().join(".tools").join(short).join(version);
    let folder = home.join("node_modules").join(package);
    if folder.is_dir() {
        return Ok(folder);
    }
    // Installed beside and renamed, so that an interrupted download is never taken for a tool.
    let partial = home.with_file_name(format!("{version}.partial"));
    let _ = fs::remove_dir_all(&partial);
    fs::create_dir_all(&partial)?;
    let mut install = npm("install")?;
    install.args(["--no-save", "--no-package-lock", "--prefix"]).arg(&partial);
    exec(install.arg(format!("{package}@{version}")).current_dir(&partial))?;
    let _ = fs::remove_dir_all(&home);
    fs::rename(&partial, &home)?;
    if !folder.is_dir() {
        bail!("npm installed nothing for {package}@{version}");
    }
    Ok(folder)
}

/// The native CLI of this version for this machine, installed under `.tools/claude` on first use.
pub(crate) fn pinned_claude(version: &str) -> Result<PathBuf> {
    let package = claude_package(env::consts::OS, env::consts::ARCH, cfg!(target_env = "musl"))?;
    let binary = npm_tool("claude", &package, version)?.join("claude");
    if !binary.is_file() {
        bail!("{package}@{version} holds no `claude`");
    }
    Ok(binary)
}

/// `claude` on PATH, or the pinned one and the news that it had to be installed.
pub(crate) fn any_claude() -> Result<PathBuf> {
    if let Some(found) = on_path("claude") {
        return Ok(found);
    }
    let kept = root().join(".tools/claude").join(CLAUDE_VERSION).is_dir();
    if !kept {
        println!(
            "           no `claude` on PATH: installing {CLAUDE_VERSION} from npm into .tools/claude (about 360 MB)"
        );
    }
    pinned_claude(CLAUDE_VERSION)
}

fn claude_package(os: &str, arch: &str, musl: bool) -> Result<String> {
    let os = match os {
        "linux" => "linux",
        "macos" => "darwin",
        other => bail!("there is no native claude for {other}"),
    };
    let arch = match arch {
        "x86_64" => "x64",
        "aarch64" => "arm64",
        other => bail!("there is no native claude for {other}"),
    };
    let libc = if musl { "-musl" } else { "" };
    Ok(format!("@anthropic-ai/claude-code-{os}-{arch}{libc}"))
}

/// `wasm-opt` of the pinned binaryen, as a command that takes its arguments.
pub(crate) fn wasm_opt() -> Result<Command> {
    let mut node = Command::new("node");
    node.arg(npm_tool("binaryen", "binaryen", BINARYEN_VERSION)?.join("bin/wasm-opt"));
    Ok(node)
}

/// A Chromium that Playwright can drive: `ROOST_CHROMIUM`, one on PATH, or Debian's, installed when this is root.
pub(crate) fn chromium() -> Result<PathBuf> {
    if let Some(path) = env::var_os("ROOST_CHROMIUM") {
        return Ok(path.into());
    }
    let names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
    if let Some(found) = names.iter().find_map(|name| on_path(name)) {
        return Ok(found);
    }
    debian("chromium", " or name it in ROOST_CHROMIUM")
}

/// tmux, which the stories of the hub look through: the one on PATH, or Debian's, installed when this is root.
pub(crate) fn tmux() -> Result<PathBuf> {
    on_path("tmux").map_or_else(|| debian("tmux", ""), Ok)
}

/// A program of Debian's, from the package of its name, installed when this is root; otherwise what a person can do, `or` something else.
fn debian(name: &str, or: &str) -> Result<PathBuf> {
    if on_path("apt-get").is_none() || !rustix::process::geteuid().is_root() {
        bail!("no {name} found: install it (Debian: apt-get install {name}){or}");
    }
    println!("           no {name} on PATH: installing Debian's");
    exec(apt_get().args(["update", "-q"]))?;
    exec(apt_get().args(["install", "-y", "-q", "--no-install-recommends", name]))?;
    on_path(name).with_context(|| format!("apt-get installed no `{name}`"))
}

fn apt_get() -> Command {
    let mut apt = Command::new("apt-get");
    apt.env("DEBIAN_FRONTEND", "noninteractive");
    apt
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn the_cli_package_follows_the_machine() {
        let cases = [
            ("linux", "x86_64", false, "linux-x64"),
            ("linux", "aarch64", true, "linux-arm64-musl"),
            ("macos", "aarch64", false, "darwin-arm64"),
        ];
        for (os, arch, musl, end) in cases {
            assert_eq!(claude_package(os, arch, musl).unwrap(), format!("@anthropic-ai/claude-code-{end}"));
        }
        assert!(claude_package("freebsd", "x86_64", false).is_err());
    }

    #[test]
    fn an_installed_lock_is_not_installed_again() {
        let dir = tempfile::tempdir().unwrap();
        fs::write(dir.path().join("package-lock.json"), "{}").unwrap();
        fs::create_dir(dir.path().join("node_modules")).unwrap();
        fs::write(dir.path().join("node_modules/.installed-lock.json"), "{}").unwrap();
        npm_ci(dir.path()).unwrap();
    }
}
