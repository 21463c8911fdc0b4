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
    /// The folder's name.
    folder: &'static str,
    /// The name of the file that it begins with.
    entry: &'static str,
    /// What else the bundler is told.
    options: &'static [&'static str],
    /// The licences of what is in it: where each is in `node_modules`, and what the site calls it.
    licences: &'static [(&'static str, &'static str)],
}

/// xterm.js with its addons: the screen of a terminal.
pub(crate) const TERMINAL: Source = Source {
    folder: "terminal",
    entry: "terminal",
    // The document that the page's policy asks for; see there.
    options: &["--inject:page.ts", "--define:window.document=document", "--loader:.css=text"],
    licences: &[("@xterm/xterm/LICENSE", "xterm.txt")],
};

/// CodeMirror with its languages: a text that is edited.
pub(crate) const EDITOR: Source = Source {
    folder: "editor",
    entry: "editor",
    options: &[],
    licences: &[("@codemirror/view/LICENSE", "codemirror.txt")],
};

/// PDF.js: what a PDF is shown with.
pub(crate) const PDF: Source = Source {
    folder: "pdf",
    entry: "pdf",
    options: &["--loader:.wasm=binary"],
    licences: &[
        ("pdfjs-dist/LICENSE", "pdfjs.txt"),
        ("pdfjs-dist/wasm/LICENSE_JBIG2", "jbig2.txt"),
        ("pdfjs-dist/wasm/LICENSE_OPENJPEG", "openjpeg.txt"),
    ],
};

/// PDF.js's worker: what reads a PDF.
pub(crate) const PDF_WORKER: Source = Source { entry: "worker", ..PDF };

/// The module, and what has to be said when it is passed on.
pub(crate) struct Module {
    /// Its text.
    pub(crate) js: String,
    /// The licences, by where the site shows each.
    pub(crate) licences: Vec<(PathBuf, Vec<u8>)>,
}

/// The folders whose types are checked.
pub(crate) fn folders(root: &Path) -> [PathBuf; 3] {
    [&TERMINAL, &EDITOR, &PDF].map(|source| folder(root, source))
}

fn folder(root: &Path, source: &Source) -> PathBuf {
    root.join("frontend").join(source.folder)
}

/// Bundles one of them; `work` is a folder for what is made on the way.
pub(crate) fn bundle(root: &Path, work: &Path, source: &Source) -> Result<Module> {
    let dir = folder(root, source);
    tools::npm_ci(&dir)?;
    let out = work.join(source.folder).join(source.entry).with_extension("js");
    let entry = format!("{}.ts", source.entry);
    let mut esbuild = Command::new("node");
    esbuild.current_dir(&dir).args(["node_modules/esbuild/bin/esbuild", &entry, "--bundle", "--minify"]);
    esbuild.args(source.options).args(["--format=esm", "--target=es2022", "--legal-comments=none"]);
    exec(esbuild.arg("--log-level=warning").arg(format!("--outfile={}", out.display())))?;
    let read = |(licence, called): &(&str, &str)| {
        let text = fs::read(dir.join("node_modules").join(licence))?;
        Ok((Path::new("licenses").join(called), text))
    };
    let licences = source.licences.iter().map(read).collect::<Result<_>>()?;
    Ok(Module { js: fs::read_to_string(out)?, licences })
}
