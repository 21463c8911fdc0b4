//! What the files of a project are on both sides. Every path is relative to the project, with `/` between its parts; the
//! project itself is the empty one. Pure: never reads a disk.

mod edit;
mod search;

use serde::{Deserialize, Serialize};

pub use self::{
    edit::{Clash, CompareFile, FileDifference, FileText, LineEnd, MoveEntry, NewEntry, SaveFile, Trashed},
    search::{Found, Match, NameMatch, Names, SearchEnd, SearchOptions, Span},
};
use crate::{ids::ProjectId, time::Millis};

/// The most entries of one page of a listing.
pub const ENTRIES_MAX: usize = 2_000;
/// The most lines of one page of a text.
pub const LINES_MAX: usize = 500;
/// A larger file, in bytes, is read by ranges, shown without colours and not edited.
pub const WHOLE_MAX: u64 = 2 * 1024 * 1024;
/// The most bytes of a file that is uploaded.
pub const UPLOAD_MAX: u64 = 512 * 1024 * 1024;
/// The most names that a search gives.
pub const NAMES_MAX: usize = 200;
/// The most places that a search of contents gives.
pub const MATCHES_MAX: usize = 1_000;
/// The most characters of a line that a search of contents shows.
pub const EXCERPT_MAX: usize = 240;

/// What an entry of a folder is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum EntryKind {
    /// A folder.
    Dir,
    /// A regular file.
    File,
    /// A symbolic link.
    Link,
    /// A pipe, a socket or a device; never opened.
    Other,
}

/// One entry of a folder.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct Entry {
    /// Its name. What is not UTF-8 in it is shown as `�`.
    pub name: String,
    /// What it is.
    pub kind: EntryKind,
    /// Bytes of a file.
    pub size: Option<u64>,
    /// When it was changed.
    pub modified_at: Option<Millis>,
    /// What a link says it leads to.
    pub target: Option<String>,
    /// What a link leads to; none if that is outside of the project or not there.
    pub leads_to: Option<EntryKind>,
    /// Whether git ignores it.
    pub ignored: bool,
    /// Whether the name is shown with losses: it cannot be asked for.
    pub lossy: bool,
}

impl Entry {
    /// What it is once a link is followed.
    #[must_use]
    pub fn really(&self) -> Option<EntryKind> {
        if self.kind == EntryKind::Link { self.leads_to } else { Some(self.kind) }
    }
}

/// One level of the tree: folders first, then by name.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct Listing {
    /// At most 2,000 of them.
    pub entries: Vec<Entry>,
    /// How many there are.
    pub total: u32,
    /// Whether there are some behind these.
    pub more: bool,
}

/// What a listing shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListOptions {
    /// Names that begin with a dot as well.
    #[serde(default)]
    pub hidden: bool,
    /// What git ignores as well.
    #[serde(default)]
    pub ignored: bool,
    /// How many entries are left out at its beginning.
    #[serde(default)]
    pub skip: u32,
}

/// Where in a text a page begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PageFrom {
    /// At this line, counted from 1.
    Line(u64),
    /// At this byte, which is a `next` of the page before.
    Byte(u64),
    /// So that it ends before this byte.
    Before(u64),
}

/// One file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct FileView {
    /// Bytes.
    pub size: u64,
    /// When it was changed.
    pub modified_at: Millis,
    /// What can be shown of it.
    pub kind: FileKind,
    /// What its bytes or its name say that it is.
    pub media_type: String,
    /// A part of a text.
    pub text: Option<TextPage>,
    /// A Markdown file as sanitised HTML.
    pub preview: Option<String>,
    /// Why the text cannot be edited here, in words; none if it can, and for what is no text.
    pub locked: Option<String>,
}

/// What can be shown of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum FileKind {
    /// Its lines.
    Text,
    /// Itself, from the address of images.
    Image,
    /// Its pages; it is downloaded for that.
    Pdf,
    /// Its size and its type.
    Binary,
}

/// Some lines of a text.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct TextPage {
    /// Each line as HTML, escaped, with colours if the file is small.
    pub lines: Vec<String>,
    /// The number of the first one; none where lines were not counted.
    pub first: Option<u64>,
    /// Where the page begins, in bytes.
    pub start: u64,
    /// Where the next one begins; none at the end.
    pub next: Option<u64>,
    /// Whether the last line goes on in the next page: it is longer than a page.
    pub cut: bool,
    /// How many lines there are; none where they were not counted.
    pub total: Option<u64>,
}

/// The most paths that are told of at once; more than that is "look again".
pub const CHANGED_MAX: usize = 200;

/// What changed in a project, as far as it is watched: what git ignores is not.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Changed {
    /// The entries that are new, gone or written, at most 200.
    pub paths: Vec<String>,
    /// Whether git's own state is another: a commit, a branch, what is staged.
    pub git: bool,
    /// Whether anything may have changed: too much did to name it.
    pub all: bool,
    /// Whether some folders are not watched, because there are too many.
    pub partial: bool,
}

impl Changed {
    /// Whether this entry may be another.
    #[must_use]
    pub fn touches(&self, path: &str) -> bool {
        self.all || self.paths.iter().any(|changed| changed == path)
    }

    /// Whether the entries of this folder may be others.
    #[must_use]
    pub fn is_in(&self, folder: &str) -> bool {
        self.all || self.paths.iter().any(|changed| split(changed).0 == folder)
    }
}

/// The lines that `L10-L20`, the fragment of an address, stands for: the first and the last one.
#[must_use]
pub fn lines_of(fragment: &str) -> Option<(u64, u64)> {
    let number = |text: &str| text.strip_prefix('L')?.parse::<u64>().ok().filter(|line| *line > 0);
    match fragment.split_once('-') {
        None => number(fragment).map(|line| (line, line)),
        Some((first, last)) => {
            let (first, last) = (number(first)?, number(last)?);
            Some((first.min(last), first.max(last)))
        }
    }
}

/// The path as it stands in an address: everything but letters, digits, `-_.~` and `/` is escaped.
#[must_use]
pub fn escaped(path: &str) -> String {
    let mut out = String::with_capacity(path.len());
    for byte in path.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' | b'/' => {
                out.push(char::from(byte))
            }
            _ => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}

/// Where the page shows a file whose path a program wrote, such as `./src/main.rs:12` or an absolute one below `root`, the
/// project's directory. None for a path elsewhere.
#[must_use]
pub fn address_of(project: ProjectId, root: &str, written: &str) -> Option<String> {
    let mut parts = written.split(':');
    let path = parts.next()?;
    let line = parts.next().and_then(|line| line.parse::<u64>().ok()).filter(|line| *line > 0);
    let path = match path.strip_prefix('/') {
        Some(_) => path.strip_prefix(root)?.strip_prefix('/')?,
        None => path.strip_prefix("./").unwrap_or(path),
    };
    if path.is_empty() || path.starts_with('~') || path.split('/').any(|part| part == "..") {
        return None;
    }
    let fragment = line.map(|line| format!("#L{line}")).unwrap_or_default();
    Some(format!("/projects/{project}/files?path={}{fragment}", escaped(path)))
}

/// The path with a name behind it.
#[must_use]
pub fn join(folder: &str, name: &str) -> String {
    if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") }
}

/// The folder of a path and the name in it.
#[must_use]
pub fn split(path: &str) -> (&str, &str) {
    path.rsplit_once('/').unwrap_or(("", path))
}

/// The name with a number before its ending, such as `notes (2).md`.
#[must_use]
pub fn numbered(name: &str, number: u32) -> String {
    match name.rsplit_once('.') {
        Some((stem, ending)) if !stem.is_empty() => format!("{stem} ({number}).{ending}"),
        _ => format!("{name} ({number})"),
    }
}

/// Bytes in words, such as `1.4 MB`.
#[must_use]
pub fn bytes_in_words(bytes: u64) -> String {
    const UNITS: [&str; 4] = ["KB", "MB", "GB", "TB"];
    if bytes < 1000 {
        return format!("{bytes} B");
    }
    let mut tenths = bytes / 100;
    let mut unit = 0;
    while tenths >= 10_000 && unit + 1 < UNITS.len() {
        tenths /= 1000;
        unit += 1;
    }
    if tenths < 100 {
        format!("{}.{} {}", tenths / 10, tenths % 10, UNITS[unit])
    } else {
        format!("{} {}", tenths / 10, UNITS[unit])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fragment_names_lines() {
        assert_eq!(lines_of("L10"), Some((10, 10)));
        assert_eq!(lines_of("L20-L10"), Some((10, 20)));
        for other in ["", "L", "L0", "10", "L1-", "L1-2", "L-1", "top"] {
            assert_eq!(lines_of(other), None, "{other}");
        }
    }

    #[test]
    fn an_address_holds_any_path() {
        assert_eq!(escaped("a b/ä&c=d#e?+%.rs"), "a%20b/%C3%A4%26c%3Dd%23e%3F%2B%25.rs");
    }

    #[test]
    fn a_written_path_leads_to_the_page_of_its_file_or_nowhere() {
        let project = ProjectId(uuid::Uuid::nil());
        let at = |written: &str| address_of(project, "/home/ada/p", written);
        let page = |rest: &str| Some(format!("/projects/{project}/files?path={rest}"));
        assert_eq!(at("src/main.rs"), page("src/main.rs"));
        assert_eq!(at("./a b.rs:12:3"), page("a%20b.rs#L12"));
        assert_eq!(at("/home/ada/p/src/a.rs:7"), page("src/a.rs#L7"));
        assert_eq!(at("a.rs:0"), page("a.rs"));
        for elsewhere in
            ["/etc/passwd", "/home/ada/pp/a", "/home/ada/p", "~/a", "../a", "src/../../a", "", "./"]
        {
            assert_eq!(at(elsewhere), None, "{elsewhere}");
        }
    }

    #[test]
    fn a_number_stands_before_the_ending() {
        for (name, with) in [
            ("a.md", "a (2).md"),
            ("a.tar.gz", "a.tar (2).gz"),
            ("Makefile", "Makefile (2)"),
            (".env", ".env (2)"),
        ] {
            assert_eq!(numbered(name, 2), with);
        }
    }

    #[test]
    fn a_change_is_of_an_entry_and_of_its_folder() {
        let changed = Changed { paths: vec!["src/a.rs".to_owned()], ..Changed::default() };
        assert!(changed.touches("src/a.rs") && changed.is_in("src"));
        assert!(!changed.touches("src") && !changed.is_in(""));
        assert!(Changed { all: true, ..Changed::default() }.touches("anything"));
    }

    #[test]
    fn bytes_read_well() {
        for (bytes, words) in [
            (0, "0 B"),
            (999, "999 B"),
            (1000, "1.0 KB"),
            (9_949, "9.9 KB"),
            (12_300, "12 KB"),
            (999_999, "999 KB"),
            (1_000_000, "1.0 MB"),
            (1_400_000_000, "1.4 GB"),
            (u64::MAX, "18446744 TB"),
        ] {
            assert_eq!(bytes_in_words(bytes), words);
        }
    }
}
