//! The two typefaces, from their npm packages: the Latin subsets and the rules that load them. Never a third-party origin.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, bail};

use crate::assets::Folder;

const SUBSETS: [&str; 2] = ["-latin-wght-normal.woff2", "-latin-ext-wght-normal.woff2"];
const PACKAGES: [&str; 2] = ["inter", "jetbrains-mono"];
/// What every page draws its first words with. Anything else is loaded when a page uses it: a browser complains on the console
/// about a preload that went unused.
const PRELOAD: &str = "inter-latin-wght-normal";

/// What the page needs to know about the typefaces.
pub(crate) struct Fonts {
    /// The `@font-face` rules, by hashed URLs.
    pub(crate) css: String,
    /// URLs to preload.
    pub(crate) preload: Vec<String>,
    /// The licences, by where the site shows them: both typefaces may be passed on with these beside them.
    pub(crate) licences: Vec<(PathBuf, Vec<u8>)>,
}

/// Stores the fonts in the site and returns the rules for them; `node_modules` is where npm put the packages.
pub(crate) fn install(node_modules: &Path, site: &mut Folder) -> Result<Fonts> {
    let mut fonts = Fonts { css: String::new(), preload: Vec::new(), licences: Vec::new() };
    for package in PACKAGES {
        let dir = node_modules.join("@fontsource-variable").join(package);
        let sheet = fs::read_to_string(dir.join("index.css")).with_context(|| dir.display().to_string())?;
        let licence = Path::new("licenses").join(format!("{package}.txt"));
        fonts.licences.push((licence, fs::read(dir.join("LICENSE"))?));
        let faces = latin_faces(&sheet)?;
        if faces.len() != SUBSETS.len() {
            bail!("{package} has {} of its {} Latin subsets", faces.len(), SUBSETS.len());
        }
        for face in faces {
            let stem = face.file.trim_end_matches(".woff2");
            let url = site.hashed(stem, "woff2", &fs::read(dir.join("files").join(face.file))?)?;
            fonts.css.push_str(&face.rule.replace(&format!("./files/{}", face.file), &url));
            fonts.css.push('\n');
            if stem == PRELOAD {
                fonts.preload.push(url);
            }
        }
    }
    Ok(fonts)
}

struct Face<'a> {
    file: &'a str,
    rule: String,
}

fn latin_faces(sheet: &str) -> Result<Vec<Face<'_>>> {
    let mut faces = Vec::new();
    for rule in sheet.split("@font-face").skip(1) {
        let end = rule.find('}').context("an @font-face rule without its end")?;
        let (_, rest) = rule.split_once("url(./files/").context("an @font-face rule without its file")?;
        let (file, _) = rest.split_once(')').context("a url( without its end")?;
        if SUBSETS.iter().any(|subset| file.ends_with(subset)) {
            faces.push(Face { file, rule: format!("@font-face{}", &rule[..=end]) });
        }
    }
    Ok(faces)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    const SHEET: &str = "/* x */\n@font-face {\n  src: url(./files/x-greek-wght-normal.woff2);\n}\n\
        @font-face {\n  src: url(./files/x-latin-ext-wght-normal.woff2);\n}\n\
        @font-face {\n  src: url(./files/x-latin-wght-normal.woff2);\n}\n";

    #[test]
    fn only_latin_rules_are_taken_whole() {
        let faces = latin_faces(SHEET).unwrap();
        assert_eq!(faces.len(), 2);
        assert_eq!(faces[0].file, "x-latin-ext-wght-normal.woff2");
        assert_eq!(faces[1].rule, "@font-face {\n  src: url(./files/x-latin-wght-normal.woff2);\n}");
    }
}
