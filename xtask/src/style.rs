//! One sheet out of the sheets in `style/`, in an order that is decided here alone. Never understands CSS beyond comments and strings.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::Result;

use crate::assets::files_under;

/// Every sheet below `style`, joined in order and without comments and indentation.
pub(crate) fn bundle(style: &Path) -> Result<String> {
    let mut out = String::new();
    for sheet in order(files_under(style)?) {
        out.push_str(&lighten(&fs::read_to_string(style.join(sheet))?));
    }
    Ok(out)
}

/// Tokens, base, the design system, the layout, and then the features by name: a later sheet may override an earlier one.
fn order(files: Vec<PathBuf>) -> Vec<PathBuf> {
    let mut sheets: Vec<_> = files
        .into_iter()
        .filter(|path| path.extension().is_some_and(|ext| ext == "css") && !path.starts_with("node_modules"))
        .collect();
    sheets.sort_by_key(|path| {
        let rank = match path.to_str() {
            Some("tokens.css") => 0,
            Some("base.css") => 1,
            Some("layout.css") => 3,
            _ if path.starts_with("ui") || path == Path::new("ui.css") => 2,
            _ => 4,
        };
        (rank, path.clone())
    });
    sheets
}

/// `css` without comments, indentation and empty lines. Text in quotes stays as it is.
fn lighten(css: &str) -> String {
    let mut bare = String::with_capacity(css.len());
    let mut rest = css;
    while let Some(at) = rest.find(['"', '\'', '/']) {
        bare.push_str(&rest[..at]);
        rest = &rest[at..];
        let taken = if rest.starts_with("/*") {
            rest.find("*/").map_or(rest.len(), |end| end + 2)
        } else {
            let end = if rest.starts_with('/') { 1 } else { quoted(rest) };
            bare.push_str(&rest[..end]);
            end
        };
        rest = &rest[taken..];
    }
    bare.push_str(rest);
    bare.lines().map(str::trim).filter(|line| !line.is_empty()).flat_map(|line| [line, "\n"]).collect()
}

/// How many bytes the string at the start of `text` takes, quotes included.
fn quoted(text: &str) -> usize {
    let bytes = text.as_bytes();
    let mut at = 1;
    while at < bytes.len() && bytes[at] != bytes[0] {
        at += if bytes[at] == b'\\' { 2 } else { 1 };
    }
    (at + 1).min(bytes.len())
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn sheets_come_in_order_and_packages_stay_out() {
        let names = [
            "sessions.css",
            "auth.css",
            "node_modules/x/index.css",
            "package.json",
            "ui/button.css",
            "base.css",
            "tokens.css",
        ];
        let ordered = order(names.iter().map(PathBuf::from).collect());
        let expected = ["tokens.css", "base.css", "ui/button.css", "auth.css", "sessions.css"];
        assert_eq!(ordered, expected.iter().map(PathBuf::from).collect::<Vec<_>>());
    }

    #[test]
    fn comments_and_indentation_go_and_strings_stay() {
        let css = "/* what */\n.a {\n  content: '/* \\' no comment */'; /* gone\n over lines */\n\n  font: 12px/1.5 x;\n}\n";
        assert_eq!(lighten(css), ".a {\ncontent: '/* \\' no comment */';\nfont: 12px/1.5 x;\n}\n");
    }

    #[test]
    fn broken_ends_are_no_panic() {
        for css in ["/* open", "a{content:\"open", "'\\", "/"] {
            lighten(css);
        }
    }

    #[test]
    fn a_bundle_reads_the_folder() {
        let dir = tempfile::tempdir().unwrap();
        fs::write(dir.path().join("zoo.css"), "z {}").unwrap();
        fs::write(dir.path().join("base.css"), "b {}\n").unwrap();
        assert_eq!(bundle(dir.path()).unwrap(), "b {}\nz {}\n");
    }
}
