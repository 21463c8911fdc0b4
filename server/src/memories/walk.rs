//! The hierarchy as the CLI 2.1 walks it: managed, the person's, every directory from the top down to the project, and
//! the agent's own notes; each with what it imports. Reads, and never writes; what it says is tried against the CLI.

use std::{
    collections::HashSet,
    fs, io,
    path::{Path, PathBuf},
};

use app::memories::model::{Memories, Memory, MemoryKind, MemoryScope};

use super::{
    imports::{front_matter, imports},
    surroundings::Surroundings,
    text::{self, READ_MAX},
};

/// From this depth on, the CLI follows imports no further.
const DEPTH_MAX: u32 = 5;
/// The most files of a hierarchy; more are in none that a person made.
const FILES_MAX: usize = 1_000;
/// The deepest folder of rules.
const FOLDERS_MAX: usize = 16;
/// What is said of a file that a project names elsewhere.
const WITHHELD: &str =
    "Outside of the project: the CLI asks in its terminal before it reads it, and was not allowed to.";
/// The file that the agent's notes begin with.
const INDEX: &str = "MEMORY.md";
/// Endings that are no text to the CLI, of those that people import by mistake.
const NO_TEXT: [&str; 10] = ["png", "jpg", "jpeg", "gif", "webp", "pdf", "zip", "gz", "mp4", "ico"];

/// The hierarchy of a project.
pub(super) fn walk(around: &Surroundings) -> Memories {
    let mut walk = Walk { around, seen: HashSet::new(), files: Vec::new(), loaded: 0 };
    let (managed, user) = (&around.managed, &around.user);
    walk.found(&managed.join("CLAUDE.md"), MemoryScope::Managed, MemoryKind::Instructions);
    walk.rules(&managed.join(".claude/rules"), MemoryScope::Managed, 0);
    walk.wanted(&user.join("CLAUDE.md"), MemoryScope::User, MemoryKind::Instructions);
    walk.rules(&user.join("rules"), MemoryScope::User, 0);
    let mut dirs: Vec<&Path> = around.project.ancestors().filter(|dir| dir.parent().is_some()).collect();
    dirs.reverse();
    for dir in dirs {
        walk.directory(dir);
    }
    walk.notes();
    let loaded = || walk.files.iter().filter(|file| file.order.is_some());
    let (bytes, tokens) = (loaded().map(|file| file.bytes).sum(), loaded().map(|file| file.tokens).sum());
    Memories { bytes, tokens, files: walk.files }
}

struct Walk<'a> {
    around: &'a Surroundings,
    seen: HashSet<PathBuf>,
    files: Vec<Memory>,
    loaded: u32,
}

/// Why a file is not loaded.
enum Not {
    Missing,
    /// It is elsewhere, and nobody allowed the project to read there.
    Withheld,
    Because(String),
}

impl Not {
    fn because(why: &str) -> Self {
        Self::Because(why.to_owned())
    }
}

impl Walk<'_> {
    /// A directory's own files, from the outermost one to the project itself.
    fn directory(&mut self, dir: &Path) {
        let own = dir == self.around.project;
        let scope = if own { MemoryScope::Project } else { MemoryScope::Parent };
        if !self.of_another_tree(dir) {
            for name in ["CLAUDE.md", ".claude/CLAUDE.md"] {
                self.listed(own, &dir.join(name), scope, MemoryKind::Instructions);
            }
            self.rules(&dir.join(".claude/rules"), scope, 0);
        }
        self.listed(own, &dir.join("CLAUDE.local.md"), scope, MemoryKind::Local);
    }

    /// In a linked work tree inside the main one, the main one's files are not read too.
    fn of_another_tree(&self, dir: &Path) -> bool {
        match (&self.around.main_tree, &self.around.tree) {
            (Some(main), Some(tree)) => {
                tree.starts_with(main) && dir.starts_with(main) && !dir.starts_with(tree)
            }
            _ => false,
        }
    }

    fn listed(&mut self, also_missing: bool, path: &Path, scope: MemoryScope, kind: MemoryKind) {
        if also_missing {
            self.wanted(path, scope, kind);
        } else {
            self.found(path, scope, kind);
        }
    }

    /// Lists it if it exists.
    fn found(&mut self, path: &Path, scope: MemoryScope, kind: MemoryKind) {
        if fs::symlink_metadata(path).is_ok() {
            self.wanted(path, scope, kind);
        }
    }

    /// Lists it, also if it is missing.
    fn wanted(&mut self, path: &Path, scope: MemoryScope, kind: MemoryKind) {
        self.take(path, scope, kind, 0);
    }

    /// The rules of a folder and those beneath, in the order of the directory, which is the CLI's too.
    fn rules(&mut self, dir: &Path, scope: MemoryScope, depth: usize) {
        let Ok(entries) = fs::read_dir(dir) else { return };
        // A folder that is reached twice, over a link, is read once.
        let real = dir.canonicalize().unwrap_or_else(|_| dir.to_owned());
        if depth > FOLDERS_MAX || !self.seen.insert(real) {
            return;
        }
        for entry in entries.flatten() {
            let path = entry.path();
            match fs::metadata(&path) {
                Ok(metadata) if metadata.is_dir() && !self.leads_out(&path, scope) => {
                    self.rules(&path, scope, depth + 1);
                }
                Ok(metadata) if metadata.is_dir() => {}
                _ if path.extension().is_some_and(|end| end == "md") => {
                    self.take(&path, scope, MemoryKind::Rule, 0);
                }
                _ => {}
            }
        }
    }

    /// Whether a link of a project's rules leads to where the project must not read from without consent.
    fn leads_out(&self, path: &Path, scope: MemoryScope) -> bool {
        let linked = path.symlink_metadata().is_ok_and(|metadata| metadata.is_symlink());
        linked && scope != MemoryScope::User && self.is_elsewhere(path)
    }

    fn is_elsewhere(&self, path: &Path) -> bool {
        let real = path.canonicalize().unwrap_or_else(|_| path.to_owned());
        let outside = |path: &Path| !path.starts_with(&self.around.project);
        !self.around.imports_from_elsewhere && (outside(path) || outside(&real))
    }

    fn take(&mut self, path: &Path, scope: MemoryScope, kind: MemoryKind, depth: u32) {
        if self.files.len() >= FILES_MAX || self.seen.contains(path) {
            return;
        }
        let allowed = self.allowed(path, scope, kind, depth);
        // What is left out here may be named again where it is not.
        let before = self.files.iter().position(|file| Path::new(&file.path) == path);
        match before {
            Some(_) if allowed.is_err() => return,
            Some(index) => drop(self.files.remove(index)),
            None => {}
        }
        let read = allowed.and_then(|()| {
            self.seen.insert(path.to_owned());
            let real = path.canonicalize().unwrap_or_else(|_| path.to_owned());
            if real != path && !self.seen.insert(real) {
                return Err(Not::because("The same file as one above, by a link."));
            }
            read(path)
        });
        let inside = self.list(path, scope, kind, depth, read);
        let dir = path.parent().unwrap_or(path);
        for import in inside.map(|body| imports(&body, dir, &self.around.home)).unwrap_or_default() {
            self.take(&import, scope, MemoryKind::Import, depth + 1);
        }
    }

    /// Whether the CLI opens it at all.
    fn allowed(&self, path: &Path, scope: MemoryScope, kind: MemoryKind, depth: u32) -> Result<(), Not> {
        let free = matches!(scope, MemoryScope::Managed | MemoryScope::Auto);
        if !free && self.around.left_out.is_match(path) {
            return Err(Not::because("Left out by `claudeMdExcludes` of the settings."));
        }
        if depth >= DEPTH_MAX {
            return Err(Not::because("The CLI follows imports no deeper than this."));
        }
        let ending = path.extension().map(|end| end.to_ascii_lowercase());
        if ending.is_some_and(|end| NO_TEXT.iter().any(|known| end == *known)) {
            return Err(Not::because("Not a text file."));
        }
        let consent = scope != MemoryScope::User && (kind == MemoryKind::Import && self.is_elsewhere(path));
        if consent || kind == MemoryKind::Rule && self.leads_out(path, scope) {
            return Err(Not::Withheld);
        }
        Ok(())
    }

    /// Adds it to the list; the text that its imports are in, if the CLI reads it.
    fn list(
        &mut self,
        path: &Path,
        scope: MemoryScope,
        kind: MemoryKind,
        depth: u32,
        read: Result<String, Not>,
    ) -> Option<String> {
        let metadata = fs::metadata(path).ok();
        let withheld = matches!(read, Err(Not::Withheld));
        let (note, text) = match read {
            Ok(text) => (None, Some(text)),
            Err(Not::Missing) => (None, None),
            Err(Not::Withheld) => (Some(WITHHELD.to_owned()), None),
            Err(Not::Because(why)) => (Some(why), None),
        };
        let exists = metadata.is_some();
        let note = note
            .or_else(|| (kind == MemoryKind::Import && !exists).then(|| "There is no such file.".to_owned()));
        let (body, globs) = text.as_deref().map(front_matter).unwrap_or_default();
        let waits = kind == MemoryKind::Rule && !globs.is_empty();
        let waiting = waits.then(|| format!("Loaded when the agent works on `{}`.", globs.join("`, `")));
        let order = (text.is_some() && !waits).then(|| {
            self.loaded += 1;
            self.loaded
        });
        let bytes = metadata.as_ref().map_or(0, fs::Metadata::len);
        let body = text.is_some().then(|| body.to_owned());
        self.files.push(Memory {
            path: path.display().to_string(),
            name: self.name(path, scope),
            scope,
            kind,
            order,
            note: note.or(waiting),
            exists,
            bytes,
            tokens: text::tokens(bytes),
            depth,
            readable: !withheld,
            editable: !withheld && self.editable(path, scope),
        });
        body
    }

    fn editable(&self, path: &Path, scope: MemoryScope) -> bool {
        let own = !matches!(scope, MemoryScope::Managed | MemoryScope::Auto);
        let places = [&self.around.project, &self.around.user];
        let real = text::real(path);
        let inside = |place: &PathBuf| {
            let place = place.canonicalize().unwrap_or_else(|_| place.clone());
            real.as_ref().is_some_and(|real| real.starts_with(place))
        };
        own && path.to_str().is_some() && places.into_iter().any(inside)
    }

    /// The path from the project, or from the home directory, or the whole.
    fn name(&self, path: &Path, scope: MemoryScope) -> String {
        let around = self.around;
        if let Ok(rest) = path.strip_prefix(&around.project) {
            return rest.display().to_string();
        }
        let of_notes = around.notes.as_ref().filter(|_| scope == MemoryScope::Auto);
        if let Some(rest) = of_notes.and_then(|notes| path.strip_prefix(notes).ok()) {
            return rest.display().to_string();
        }
        match path.strip_prefix(&around.home) {
            Ok(rest) if around.home.parent().is_some() => format!("~/{}", rest.display()),
            _ => path.display().to_string(),
        }
    }

    /// The agent's own notes: what they begin with is loaded, the rest is read when the agent wants it.
    fn notes(&mut self) {
        let Some(dir) = self.around.notes.clone() else { return };
        self.found(&dir.join(INDEX), MemoryScope::Auto, MemoryKind::Notes);
        if let Some(index) = self.files.last_mut().filter(|file| file.scope == MemoryScope::Auto) {
            index.note =
                index.note.take().or_else(|| Some("Its first 200 lines or 25 KB are loaded.".to_owned()));
        }
        let Ok(entries) = fs::read_dir(&dir) else { return };
        let mut others: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
        others.retain(|path| path.extension().is_some_and(|end| end == "md") && path.is_file());
        others.sort();
        for path in others.into_iter().take(FILES_MAX.saturating_sub(self.files.len())) {
            if self.seen.insert(path.clone()) {
                let later = Not::because("Read when the agent looks for it.");
                self.list(&path, MemoryScope::Auto, MemoryKind::Notes, 0, Err(later));
            }
        }
    }
}

/// The text of a file that the CLI reads, or why it does not.
fn read(path: &Path) -> Result<String, Not> {
    let bytes = match text::read(path, READ_MAX) {
        Ok(Some(bytes)) => bytes,
        Ok(None) => return Err(Not::because("Larger than 4 MB, or not a file.")),
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Err(Not::Missing),
        Err(error) if error.kind() == io::ErrorKind::NotADirectory => return Err(Not::Missing),
        Err(error) => return Err(Not::Because(format!("It cannot be read: {error}."))),
    };
    let text = String::from_utf8_lossy(&bytes).into_owned();
    if text.trim().is_empty() {
        return Err(Not::because("It is empty."));
    }
    Ok(text)
}
