//! The parts of the page that are no Rust: a library from npm with our own few lines, bundled into one module by esbuild. None
//! of them is part of the first page.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::Result;

use crate::{steps::exec, tools};

/// A folder of `frontend` that becomes a module.
pub(crate) struct Source {
    /// The folder's name, and that of the file it begins with.
    name: &'static str,
    /// What else the bundler is told.
    options: &'static [&'static str],
    /// The library's licence in the folder, and what the site calls it.
    licence: (&'static str, &'static str),
}

/// xterm.js with its addons: the screen of a terminal.
pub(crate) const TERMINAL: Source = Source {
    name: "terminal",
    // The document that the page's policy asks for; see there.
    options: &["--inject:page.ts", "--define:window.document=document", "--loader:.css=text"],
    licence: ("node_modules/@xterm/xterm/LICENSE", "xterm.txt"),
};

/// CodeMirror with its languages: a text that is edited.
pub(crate) const EDITOR: Source = Source {
    name: "editor",
    options: &[],
    licence: ("node_modules/@codemirror/view/LICENSE", "codemirror.txt"),
};

/// The module, and what has to be said when it is passed on.
pub(crate) struct Module {
    /// Its text.
    pub(crate) js: String,
    /// The licence, by where the site shows it.
    pub(crate) licence: (PathBuf, Vec<u8>),
}

/// The folders whose types are checked.
pub(crate) fn folders(root: &Path) -> [PathBuf; 2] {
    [&TERMINAL, &EDITOR].map(|source| folder(root, source))
}

fn folder(root: &Path, source: &Source) -> PathBuf {
    root.join("frontend").join(source.name)
}

/// Bundles one of them; `work` is a folder for what is made on the way.
pub(crate) fn bundle(root: &Path, work: &Path, source: &Source) -> Result<Module> {
    let dir = folder(root, source);
    tools::npm_ci(&dir)?;
    let out = work.join(source.name).with_extension("js");
    let entry = format!("{}.ts", source.name);
    let mut esbuild = Command::new("node");
    esbuild.current_dir(&dir).args(["node_modules/esbuild/bin/esbuild", &entry, "--bundle", "--minify"]);
    esbuild.args(source.options).args(["--format=esm", "--target=es2022", "--legal-comments=none"]);
    exec(esbuild.arg("--log-level=warning").arg(format!("--outfile={}", out.display())))?;
    let (licence, called) = source.licence;
    let licence = (Path::new("licenses").join(called), fs::read(dir.join(licence))?);
    Ok(Module { js: fs::read_to_string(out)?, licence })
}
