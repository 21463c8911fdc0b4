//! A trusted project full of ways out, and what lies outside of it. It is made once and put back as it was before every case.

use std::{
    collections::{BTreeMap, BTreeSet},
    os::unix::{
        ffi::OsStrExt,
        fs::{PermissionsExt, symlink},
    },
};

use super::*;

/// A word that is nowhere but in what nobody may see.
pub(super) const SECRET: &str = "canary0f3a9b";
/// The directories that are put back.
const KEPT: [&str; 4] = ["project", "project-more", "outside", "remote.git"];
/// What else may be beside the project.
const OTHERS: [&str; 5] = ["cli", "cli.json", "home", "root", "project.worktrees"];

/// The place, and the engines that are asked.
pub(super) struct Yard {
    pub(super) home: Home,
    pub(super) files: FilesEngine,
    pub(super) memories: MemoriesEngine,
    pub(super) worktrees: WorktreesEngine,
    pub(super) id: ProjectId,
    dir: PathBuf,
    /// The id of the project's commit.
    head: String,
    template: TempDir,
}

/// What one entry of a directory is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Entry {
    Dir,
    File(u32, Vec<u8>),
    Link(PathBuf),
    Other,
}

impl Yard {
    pub(super) async fn new() -> Self {
        let home = Home::new().await;
        let dir = home.dir.path().canonicalize().unwrap();
        outside(&dir).await;
        let (project, path) = home.repository("project").await;
        home.engine.trust(&home.who, project.id).await.unwrap();
        inside(&path).await;
        let template = tempfile::tempdir().unwrap();
        for name in KEPT {
            copy(&dir.join(name), &template.path().join(name));
        }
        let engine = &home.engine;
        let (db, config) = (engine.db.clone(), Arc::clone(&engine.config));
        Self {
            files: FilesEngine::new(engine.clone(), dir.join("home/trash")),
            memories: MemoriesEngine::new(db, home.bus.clone(), config, engine.clone()),
            worktrees: home.worktrees().await,
            id: project.id,
            head: fs::read_to_string(path.join(".git/refs/heads/main")).unwrap().trim().to_owned(),
            home,
            dir,
            template,
        }
    }

    /// Makes everything what it was at the beginning.
    pub(super) fn renew(&self) {
        for name in KEPT.into_iter().chain(["project.worktrees"]) {
            let path = self.dir.join(name);
            if path.exists() {
                fs::remove_dir_all(&path).unwrap();
            }
        }
        for name in KEPT {
            copy(&self.template.path().join(name), &self.dir.join(name));
        }
        self.home.engine.forget_looks();
    }

    /// All that no call may change: what is outside, and of git's own files those that these names lead to.
    pub(super) fn kept(&self, own: &[&str]) -> BTreeMap<PathBuf, Entry> {
        let mut found = BTreeMap::new();
        for name in &KEPT[1..] {
            entries(&self.dir.join(name), &mut found);
        }
        for name in own {
            entries(&self.dir.join("project/.git").join(name), &mut found);
        }
        found
    }

    /// The entries beside the project that nobody knows.
    pub(super) fn strangers(&self) -> BTreeSet<String> {
        let names = fs::read_dir(&self.dir).unwrap().map(|entry| entry.unwrap().file_name());
        let names = names.map(|name| name.to_string_lossy().into_owned());
        names.filter(|name| !KEPT.contains(&&**name) && !OTHERS.contains(&&**name)).collect()
    }

    /// The path with the directories that it names.
    pub(super) fn named(&self, path: &str) -> String {
        let at = |name: &str| self.dir.join(name).display().to_string();
        let named = path.replace("{project}", &at("project")).replace("{outside}", &at("outside"));
        named.replace("{claude}", &at("cli")).replace("{head}", &self.head)
    }
}

/// What nobody may see or change.
async fn outside(dir: &Path) {
    for name in ["outside/deep/er", "project-more"] {
        fs::create_dir_all(dir.join(name)).unwrap();
    }
    for name in ["secret", "file", "secret.md", "deep/er/file", SECRET, "../project-more/secret"] {
        fs::write(dir.join("outside").join(name), format!("{SECRET}\n")).unwrap();
    }
    fs::write(dir.join("outside/picture.png"), [b"\x89PNG\r\n\x1a\n", SECRET.as_bytes()].concat()).unwrap();
    git(dir, &["init", "--quiet", "--bare", "remote.git"]).await;
}

/// What is in the project beside its first commit.
async fn inside(dir: &Path) {
    let write = |name: &str, text: &[u8]| {
        let path = dir.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    };
    write("sub/file", b"one\ntwo\n");
    write("deep/er/file", b"x\n");
    write("b.txt", b"b\n");
    write("picture.png", b"\x89PNG\r\n\x1a\n");
    write("photo.png", b"\x89PNG\r\n\x1a\n");
    symlink("a.txt", dir.join("link-in")).unwrap();
    commit(dir).await;
    git(dir, &["branch", "other"]).await;
    git(dir, &["remote", "add", "safe", "../remote.git"]).await;
    let config = fs::read_to_string(dir.join(".git/config")).unwrap();
    write(".git/config", format!("{config}# {SECRET}\n").as_bytes());
    write(".git/hooks/pre-commit", format!("#!/bin/sh\n# {SECRET}\n").as_bytes());
    fs::set_permissions(dir.join(".git/hooks/pre-commit"), fs::Permissions::from_mode(0o644)).unwrap();

    write("b.txt", b"staged\n");
    git(dir, &["add", "b.txt"]).await;
    write("a.txt", b"ONE\ntwo\nthree\n");
    write("photo.png", b"\x89PNG\r\n\x1a\nx");
    write("new", b"new\n");
    write("-rf", b"x\n");
    write("nested/file", b"x\n");
    git(&dir.join("nested"), &["init", "--quiet"]).await;
    write("CLAUDE.md", b"@../outside/secret.md @link-out @.git/config\n");
    write(".claude/rules/own.md", b"x\n");
    for name in ["picture.png", "deep/er/file"] {
        fs::remove_file(dir.join(name)).unwrap();
    }
    fs::remove_dir_all(dir.join("deep")).unwrap();
    fs::write(dir.join(std::ffi::OsStr::from_bytes(b"odd-\xff")), "x").unwrap();
    for (to, name) in [
        ("../outside/picture.png", "picture.png"),
        ("../outside/deep", "deep"),
        ("../outside/secret", "link-out"),
        ("../outside", "folder-out"),
        ("sub/../../outside", "winding-out"),
        ("../outside/none", "broken-out"),
        ("sub", "folder-in"),
        ("..", "sub/up"),
        (".git", "to-git"),
        (".git/config", "to-git-config"),
        ("circle-a", "circle-b"),
        ("circle-b", "circle-a"),
        ("/dev/zero", "zero"),
        ("../../../outside/secret.md", ".claude/rules/out.md"),
        ("../../../outside", ".claude/rules/outside"),
        ("../../.git/config", ".claude/rules/config.md"),
        ("../../.git/hooks", ".claude/rules/git"),
        ("../.git/config", ".claude/CLAUDE.md"),
        (".git/config", "CLAUDE.local.md"),
    ] {
        symlink(to, dir.join(name)).unwrap();
    }
    symlink(dir.with_file_name("outside"), dir.join("absolute-out")).unwrap();
    symlink(dir.with_file_name("project-more"), dir.join("more-out")).unwrap();
    symlink(dir.join(".git"), dir.join("absolute-to-git")).unwrap();
    pipe(&dir.join("pipe"));
}

fn pipe(path: &Path) {
    rustix::fs::mkfifoat(rustix::fs::CWD, path, 0o600.into()).unwrap();
}

/// What an entry is, by itself.
fn entry(path: &Path) -> Entry {
    let metadata = path.symlink_metadata().unwrap();
    match metadata.file_type() {
        kind if kind.is_dir() => Entry::Dir,
        kind if kind.is_symlink() => Entry::Link(fs::read_link(path).unwrap()),
        kind if kind.is_file() => Entry::File(metadata.permissions().mode(), fs::read(path).unwrap()),
        _ => Entry::Other,
    }
}

/// An entry and all that is beneath it.
fn entries(path: &Path, found: &mut BTreeMap<PathBuf, Entry>) {
    let one = entry(path);
    let beneath = (one == Entry::Dir).then(|| fs::read_dir(path).unwrap());
    found.insert(path.to_owned(), one);
    for entry in beneath.into_iter().flatten() {
        entries(&entry.unwrap().path(), found);
    }
}

/// Copies an entry with all that is beneath it; links as links.
fn copy(from: &Path, to: &Path) {
    let mut found = BTreeMap::new();
    entries(from, &mut found);
    for (path, entry) in found {
        let rest = path.strip_prefix(from).unwrap();
        let path = if rest.as_os_str().is_empty() { to.to_owned() } else { to.join(rest) };
        match entry {
            Entry::Dir => fs::create_dir(&path).unwrap(),
            Entry::Link(target) => symlink(target, &path).unwrap(),
            Entry::Other => pipe(&path),
            Entry::File(mode, bytes) => {
                fs::write(&path, bytes).unwrap();
                fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
            }
        }
    }
}
