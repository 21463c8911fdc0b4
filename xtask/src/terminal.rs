//! The terminal of the page: xterm.js with its addons and our own few lines, bundled into one module by esbuild. It is no
//! part of the first page.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::Result;

use crate::{steps::exec, tools};

/// The module, and what has to be said when it is passed on.
pub(crate) struct Module {
    /// Its text.
    pub(crate) js: String,
    /// The licence, by where the site shows it.
    pub(crate) licence: (PathBuf, Vec<u8>),
}

/// Bundles `frontend/terminal`; `work` is a folder for what is made on the way.
pub(crate) fn bundle(root: &Path, work: &Path) -> Result<Module> {
    let dir = root.join("frontend/terminal");
    tools::npm_ci(&dir)?;
    let out = work.join("terminal.js");
    let mut esbuild = Command::new("node");
    esbuild.current_dir(&dir).args([
        "node_modules/esbuild/bin/esbuild",
        "terminal.ts",
        "--bundle",
        "--minify",
    ]);
    // The document that the page's policy asks for; see there.
    esbuild.args(["--inject:page.ts", "--define:window.document=document"]);
    esbuild.args(["--format=esm", "--target=es2022", "--loader:.css=text", "--legal-comments=none"]);
    exec(esbuild.arg("--log-level=warning").arg(format!("--outfile={}", out.display())))?;
    let licence = fs::read(dir.join("node_modules/@xterm/xterm/LICENSE"))?;
    Ok(Module { js: fs::read_to_string(out)?, licence: (Path::new("licenses").join("xterm.txt"), licence) })
}
