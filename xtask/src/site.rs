//! The page as files under `target/site`: wasm and its glue, style, fonts, `public/`, and the manifest that names them.
//! The server embeds that folder in a release and reads it from disk otherwise. Never installs a build tool: bindgen is a library.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use anyhow::Result;
use serde::Serialize;

use crate::{
    assets::{Effort, Folder, files_under, sha256},
    fonts,
    modules::{self, EDITOR, Module, PDF, PDF_WORKER, TERMINAL},
    steps::{exec, step},
    style, tools, wasm,
};

/// Which of the two builds of the page.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Profile {
    /// Quick to build, with names in stack traces.
    Dev,
    /// Small.
    Release,
}

impl Profile {
    /// Cargo's name for it.
    pub(crate) fn cargo(self) -> &'static str {
        match self {
            Self::Dev => "wasm-dev",
            Self::Release => "wasm-release",
        }
    }

    fn effort(self) -> Effort {
        match self {
            Self::Dev => Effort { brotli: 5, gzip: 4 },
            Self::Release => Effort { brotli: 11, gzip: 9 },
        }
    }
}

/// What the server reads to write the head of a page: URL paths under names that change with their content.
#[derive(Serialize)]
pub(crate) struct Manifest {
    /// The module to import; its default export takes `{ module_or_path: wasm }`.
    pub(crate) js: String,
    /// The compiled page.
    pub(crate) wasm: String,
    /// The one style sheet.
    pub(crate) css: String,
    /// The module that terminals are shown with, loaded when one is opened.
    pub(crate) terminal: String,
    /// The module that files are edited with, loaded when one is.
    pub(crate) editor: String,
    /// The module that PDFs are shown with, loaded when one is.
    pub(crate) pdf: String,
    /// The worker that reads them.
    pub(crate) pdf_worker: String,
    /// Fonts worth a preload.
    pub(crate) fonts: Vec<String>,
    /// Files of `public/` and licences by URL path, with the SHA-256 of each. It also makes a release notice every change among them.
    pub(crate) public: BTreeMap<String, String>,
}

/// Where the site is built; the server's embedding names the same folder.
pub(crate) fn folder() -> PathBuf {
    tools::root().join("target/site")
}

/// Builds whatever changed and returns what the site consists of.
pub(crate) fn build(profile: Profile) -> Result<Manifest> {
    let root = tools::root();
    step("wasm target", tools::ensure_wasm_target)?;
    step("fonts from npm", || tools::npm_ci(&root.join("style")))?;
    let terminal = step("terminal bundled", || modules::bundle(&root, &work_dir(), &TERMINAL))?;
    let editor = step("editor bundled", || modules::bundle(&root, &work_dir(), &EDITOR))?;
    let pdf = step("PDF.js bundled", || modules::bundle(&root, &work_dir(), &PDF))?;
    let pdf_worker = step("PDF.js's worker bundled", || modules::bundle(&root, &work_dir(), &PDF_WORKER))?;
    step("page compiled to wasm", || {
        let mut cargo = tools::cargo();
        cargo.args(["build", "--package", "frontend", "--lib", "--target", "wasm32-unknown-unknown"]);
        exec(cargo.args(["--profile", profile.cargo()]))
    })?;
    let glue = step("bindings for the browser", || wasm::prepare(profile, &work_dir()))?;
    step("site written to target/site", || {
        assemble(&root, &glue, [terminal, editor, pdf, pdf_worker], profile)
    })
}

fn assemble(root: &Path, glue: &Path, modules: [Module; 4], profile: Profile) -> Result<Manifest> {
    forget_other_profile(profile)?;
    let mut site = Folder::open(&folder(), profile.effort())?;
    let fonts = fonts::install(&root.join("style/node_modules"), &mut site)?;
    let css = fonts.css + &style::bundle(&root.join("style"))?;
    let js = with_snippets(&fs::read_to_string(glue.join("roost.js"))?, &glue.join("snippets"), &mut site)?;
    let mut manifest = Manifest {
        js: site.hashed("roost", "js", js.as_bytes())?,
        wasm: site.hashed("roost", "wasm", &fs::read(glue.join("roost_bg.wasm"))?)?,
        css: site.hashed("roost", "css", css.as_bytes())?,
        terminal: site.hashed("terminal", "js", modules[0].js.as_bytes())?,
        editor: site.hashed("editor", "js", modules[1].js.as_bytes())?,
        pdf: site.hashed("pdf", "js", modules[2].js.as_bytes())?,
        pdf_worker: site.hashed("pdf-worker", "js", modules[3].js.as_bytes())?,
        fonts: fonts.preload,
        public: BTreeMap::new(),
    };
    let public = root.join("public");
    let mut plain = fonts.licences;
    plain.extend(modules.into_iter().flat_map(|module| module.licences));
    for path in files_under(&public)? {
        plain.push((path.clone(), fs::read(public.join(path))?));
    }
    for (path, bytes) in plain {
        site.write(&path, &bytes)?;
        manifest.public.insert(format!("/{}", path.display()), sha256(&bytes));
    }
    site.write(Path::new("manifest.json"), &serde_json::to_vec_pretty(&manifest)?)?;
    site.finish()?;
    Ok(manifest)
}

/// Both builds compress to the same names when the content is the same, so a change of effort starts afresh.
fn forget_other_profile(profile: Profile) -> Result<()> {
    let note = work_dir().join("site-profile");
    if fs::read_to_string(&note).is_ok_and(|last| last == profile.cargo()) {
        return Ok(());
    }
    let _ = fs::remove_dir_all(folder().join("assets"));
    Ok(fs::write(note, profile.cargo())?)
}

fn work_dir() -> PathBuf {
    tools::root().join("target/xtask")
}

/// The glue with its imports of snippets turned to hashed URLs: the folder name that bindgen gives them is no content hash.
fn with_snippets(js: &str, snippets: &Path, site: &mut Folder) -> Result<String> {
    let mut js = js.to_owned();
    for path in files_under(snippets)? {
        let stem = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let url = site.hashed(&stem, "js", &fs::read(snippets.join(&path))?)?;
        // Only where it is imported: by the other places the compiled page knows it.
        for quote in ['"', '\''] {
            let from = |address: &str| format!("from {quote}{address}{quote}");
            js = js.replace(&from(&format!("./snippets/{}", path.display())), &from(&url));
        }
    }
    Ok(js)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn snippets_are_imported_by_their_content() {
        let dir = tempfile::tempdir().unwrap();
        let snippets = dir.path().join("snippets");
        fs::create_dir_all(snippets.join("dep-0123")).unwrap();
        fs::write(snippets.join("dep-0123/inline0.js"), "export const a = 1;").unwrap();
        let mut site = Folder::open(&dir.path().join("site"), Profile::Dev.effort()).unwrap();
        let glue =
            "import { a } from './snippets/dep-0123/inline0.js';{ \"./snippets/dep-0123/inline0.js\": a }";
        let js = with_snippets(glue, &snippets, &mut site).unwrap();
        let (import, rest) = js.split_once(';').unwrap();
        assert_eq!(rest, "{ \"./snippets/dep-0123/inline0.js\": a }");
        let url = import.trim_start_matches("import { a } from '").trim_end_matches('\'');
        assert!(url.starts_with("/assets/inline0-"), "{js}");
        assert!(dir.path().join("site").join(&url[1..]).is_file());
    }
}
