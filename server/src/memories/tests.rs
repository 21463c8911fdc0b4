//! The engine on temporary directories: what the CLI would read, and what may be written. Never on this machine's own files.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

use std::{fs, os::unix::fs::PermissionsExt};

use app::{
    auth::model::Identity,
    projects::{
        model::{NewProject, Project},
        port::Projects,
    },
};
use tempfile::TempDir;

use super::*;
use crate::db::test_db;

struct Home {
    engine: MemoriesEngine,
    projects: ProjectsEngine,
    project: Project,
    /// With links resolved, as the engine names its files.
    root: PathBuf,
    who: Viewer,
    _dir: TempDir,
    _db: TempDir,
}

impl Home {
    /// A trusted project `up/project`, and a Claude folder `claude`.
    async fn new() -> Self {
        let home = Self::stranger().await;
        home.projects.trust(&home.who, home.project.id).await.unwrap();
        home
    }

    async fn stranger() -> Self {
        let (db, _db) = test_db().await;
        let _dir = tempfile::tempdir().unwrap();
        let root = _dir.path().canonicalize().unwrap();
        fs::create_dir_all(root.join("up/project")).unwrap();
        let mut config = Config::default();
        config.claude.env.insert("CLAUDE_CONFIG_DIR".to_owned(), root.join("claude").display().to_string());
        let (config, bus) = (Arc::new(config), Bus::default());
        let projects = ProjectsEngine::new(db.clone(), bus.clone(), Arc::clone(&config));
        let who = Viewer { identity: Identity::Open, label: "Ada".to_owned() };
        let path = Some(root.join("up/project").display().to_string());
        let project = projects.add(&who, NewProject { path, name: None }).await.unwrap();
        let engine = MemoriesEngine::new(db, bus, config, projects.clone());
        Self { engine, projects, project, root, who, _dir, _db }
    }

    fn path(&self, name: &str) -> String {
        self.root.join(name).display().to_string()
    }

    fn write(&self, name: &str, text: &str) {
        let path = self.root.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    fn link(&self, to: &str, name: &str) {
        let path = self.root.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::os::unix::fs::symlink(to, path).unwrap();
    }

    fn holds(&self, name: &str) -> String {
        fs::read_to_string(self.root.join(name)).unwrap()
    }

    async fn list(&self) -> Hierarchy {
        self.engine.list(&self.who, self.project.id).await.unwrap()
    }

    /// What is loaded, in order, from where the test's directory begins.
    async fn loaded(&self) -> Vec<String> {
        let files = self.list().await.files;
        let mut loaded: Vec<_> =
            files.into_iter().filter_map(|file| Some((file.order?, file.path))).collect();
        loaded.sort();
        let inside = |path: String| path.strip_prefix(&self.path("")).map(str::to_owned);
        loaded.into_iter().filter_map(|(_, path)| inside(path)).collect()
    }

    async fn memory(&self, name: &str) -> Memory {
        let path = self.path(name);
        self.list().await.files.into_iter().find(|file| file.path == path).expect(name)
    }

    async fn read(&self, name: &str) -> Result<MemoryText, AppError> {
        self.engine.read(&self.who, self.project.id, &self.path(name)).await
    }

    async fn save(&self, name: &str, text: &str, base: Option<&str>) -> Result<MemoryText, AppError> {
        let save = SaveMemory {
            path: if name.starts_with('/') { name.to_owned() } else { self.path(name) },
            text: text.to_owned(),
            base: base.map(str::to_owned),
        };
        self.engine.save(&self.who, self.project.id, save).await
    }
}

#[tokio::test]
async fn files_are_loaded_in_the_order_of_the_cli() {
    let home = Home::new().await;
    for (name, text) in [
        ("claude/CLAUDE.md", "user @extra.md"),
        ("claude/extra.md", "x"),
        ("claude/rules/own.md", "x"),
        ("claude/rules/later.md", "---\npaths: src/**\n---\nx"),
        ("up/CLAUDE.md", "x"),
        ("up/.claude/CLAUDE.md", "x"),
        ("up/.claude/rules/team.md", "x"),
        ("up/CLAUDE.local.md", "x"),
        ("up/project/CLAUDE.md", "@docs/one.md `@docs/no.md` @../elsewhere.md @gone.md @pic.png"),
        ("up/project/docs/one.md", "x"),
        ("up/project/docs/no.md", "x"),
        ("up/elsewhere.md", "x"),
        ("up/project/pic.png", "x"),
        ("up/project/.claude/CLAUDE.md", "x"),
        ("up/project/.claude/rules/deep/a.md", "x"),
        ("up/project/.claude/rules/empty.md", " \n"),
        ("up/project/CLAUDE.local.md", "@docs/one.md"),
    ] {
        home.write(name, text);
    }
    let notes = format!("claude/projects/{}/memory", surroundings::slug(&home.path("up/project")));
    home.write(&format!("{notes}/MEMORY.md"), "x");
    home.write(&format!("{notes}/topic.md"), "x");
    let index = format!("{notes}/MEMORY.md");
    let expected = [
        "claude/CLAUDE.md",
        "claude/extra.md",
        "claude/rules/own.md",
        "up/CLAUDE.md",
        "up/.claude/CLAUDE.md",
        "up/.claude/rules/team.md",
        "up/CLAUDE.local.md",
        "up/project/CLAUDE.md",
        "up/project/docs/one.md",
        "up/project/.claude/CLAUDE.md",
        "up/project/.claude/rules/deep/a.md",
        "up/project/CLAUDE.local.md",
        index.as_str(),
    ];
    assert_eq!(home.loaded().await, expected);
    for (name, why) in [
        ("claude/rules/later.md", "src/**"),
        ("up/elsewhere.md", "Outside of the project"),
        ("up/project/gone.md", "no such file"),
        ("up/project/pic.png", "Not a text file"),
        ("up/project/.claude/rules/empty.md", "It is empty"),
        (&format!("{notes}/topic.md"), "when the agent looks"),
    ] {
        let memory = home.memory(name).await;
        assert!(
            memory.order.is_none() && memory.note.as_ref().is_some_and(|note| note.contains(why)),
            "{memory:?}"
        );
    }
    let one = home.memory("up/project/docs/one.md").await;
    assert_eq!((one.depth, one.kind, one.name.as_str()), (1, MemoryKind::Import, "docs/one.md"));
    let editable = |name: &'static str| async { home.memory(name).await.editable };
    assert!(editable("claude/CLAUDE.md").await && editable("up/project/docs/one.md").await);
    assert!(!editable("up/CLAUDE.md").await && !home.memory(&index).await.editable);
}

#[tokio::test]
async fn imports_are_followed_four_deep_and_never_in_a_circle() {
    let home = Home::new().await;
    home.write("up/project/CLAUDE.md", "@1.md");
    for n in 1..=5 {
        home.write(&format!("up/project/{n}.md"), &format!("@{}.md @CLAUDE.md", n + 1));
    }
    let loaded = home.loaded().await;
    assert_eq!(loaded.last().map(String::as_str), Some("up/project/4.md"), "{loaded:?}");
    assert!(home.memory("up/project/5.md").await.note.unwrap().contains("no deeper"));
}

#[tokio::test]
async fn settings_have_their_say() {
    let home = Home::new().await;
    home.write("up/project/CLAUDE.md", "@../elsewhere.md");
    home.write("up/elsewhere.md", "x");
    home.write("up/CLAUDE.md", "x");
    let known = serde_json::json!({ "projects": {
        home.path("up/project"): { "hasClaudeMdExternalIncludesApproved": true }
    } });
    home.write("claude/.claude.json", &known.to_string());
    let out = serde_json::json!({ "claudeMdExcludes": [home.path("up/*.md")], "autoMemoryEnabled": false });
    home.write("claude/settings.json", &out.to_string());
    let notes = format!("claude/projects/{}/memory/MEMORY.md", surroundings::slug(&home.path("up/project")));
    home.write(&notes, "x");
    assert_eq!(home.loaded().await, ["up/project/CLAUDE.md"]);
    assert!(home.memory("up/CLAUDE.md").await.note.unwrap().contains("claudeMdExcludes"));
    home.write("claude/settings.json", "{}");
    let all = ["up/CLAUDE.md", "up/project/CLAUDE.md", "up/elsewhere.md", notes.as_str()];
    assert_eq!(home.loaded().await, all);
}

#[tokio::test]
async fn a_linked_work_tree_has_the_notes_of_its_repository() {
    let home = Home::new().await;
    home.write("up/main/.git/HEAD", "ref: refs/heads/main\n");
    home.write("up/main/.git/worktrees/w/commondir", "../..\n");
    home.write("up/main/CLAUDE.md", "x");
    home.write("up/main/CLAUDE.local.md", "x");
    let tree = "up/main/.claude/worktrees/w";
    home.write(&format!("{tree}/.git"), &format!("gitdir: {}\n", home.path("up/main/.git/worktrees/w")));
    home.write(&format!("{tree}/CLAUDE.md"), "x");
    let notes = format!("claude/projects/{}/memory/MEMORY.md", surroundings::slug(&home.path("up/main")));
    home.write(&notes, "x");
    let new = NewProject { path: Some(home.path(tree)), name: None };
    let project = home.projects.add(&home.who, new).await.unwrap();
    let home = Home { project, ..home };
    let own = format!("{tree}/CLAUDE.md");
    assert_eq!(home.loaded().await, ["up/main/CLAUDE.local.md", own.as_str(), notes.as_str()]);
}

#[tokio::test]
async fn a_save_is_written_recorded_and_told() {
    let home = Home::new().await;
    let mut pushes = home.engine.bus.subscribe();
    let name = "up/project/.claude/rules/new.md";
    let made = home.save(name, "first", None).await.unwrap();
    assert_eq!((home.holds(name).as_str(), made.text.as_str()), ("first", "first"));
    assert_eq!(made.saved.as_ref().unwrap().by, "Ada");
    assert!(matches!(&pushes.recv().await.unwrap().push, Push::Memory { path } if *path == home.path(name)));
    fs::set_permissions(home.root.join(name), fs::Permissions::from_mode(0o600)).unwrap();
    let changed = home.save(name, "second, **longer**", made.hash.as_deref()).await.unwrap();
    assert!(changed.html.contains("<strong>longer</strong>"), "{}", changed.html);
    assert_eq!(fs::metadata(home.root.join(name)).unwrap().permissions().mode() & 0o777, 0o600);
    let record = queries::all(home.engine.db.read(), &home.path(name)).await.unwrap();
    let entry = |action: &str, bytes| ("Ada".to_owned(), action.to_owned(), bytes);
    assert_eq!(record, [entry("created", 5), entry("changed", 18)]);
    home.write(name, "by other means");
    assert_eq!(home.read(name).await.unwrap().saved, None);
    let beside: Vec<_> = fs::read_dir(home.root.join("up/project/.claude/rules")).unwrap().collect();
    assert_eq!(beside.len(), 1, "nothing is left beside it: {beside:?}");
}

#[tokio::test]
async fn a_change_underneath_is_never_overwritten() {
    let home = Home::new().await;
    let name = "up/project/CLAUDE.md";
    home.write(name, "one\ntwo\n");
    let base = home.read(name).await.unwrap().hash;
    home.write(name, "one\n2\n");
    let error = home.save(name, "mine\ntwo\n", base.as_deref()).await.unwrap_err();
    let now = hash(b"one\n2\n");
    assert_eq!((error.code, error.details.as_deref()), (ErrorCode::Conflict, Some(now.as_str())));
    assert_eq!(home.holds(name), "one\n2\n");
    assert_eq!(queries::all(home.engine.db.read(), &home.path(name)).await.unwrap(), []);
    let compare = CompareMemory { path: home.path(name), text: "mine\ntwo\n".to_owned() };
    let difference = home.engine.compare(&home.who, home.project.id, compare).await.unwrap();
    assert_eq!(difference.current.hash.as_ref(), Some(&now));
    assert!(difference.html.contains("dl d") && difference.html.contains("dl a"), "{}", difference.html);
    home.save(name, "mine\ntwo\n", Some(&now)).await.unwrap();
    for base in [None, Some("0")] {
        assert_eq!(home.save(name, "x", base).await.unwrap_err().code, ErrorCode::Conflict);
    }
    fs::remove_file(home.root.join(name)).unwrap();
    let error = home.save(name, "x", base.as_deref()).await.unwrap_err();
    assert_eq!(error.details.as_deref(), Some("missing"));
}

#[tokio::test]
async fn one_of_two_who_save_at_once_wins() {
    let home = Home::new().await;
    let name = "up/project/CLAUDE.md";
    let (one, other) = tokio::join!(home.save(name, "one", None), home.save(name, "other", None));
    assert_eq!([&one, &other].into_iter().filter(|saved| saved.is_ok()).count(), 1, "{one:?} {other:?}");
    let winner = one.or(other).unwrap();
    assert_eq!(home.holds(name), winner.text);
}

#[tokio::test]
async fn nothing_is_written_elsewhere() {
    let home = Home::new().await;
    home.write("secret.md", "secret");
    home.write("up/CLAUDE.md", "x");
    home.link("../../../../secret.md", "up/project/.claude/rules/out.md");
    home.link("../../secret.md", "up/project/CLAUDE.md");
    home.link("../../nowhere.md", "up/project/CLAUDE.local.md");
    fs::create_dir_all(home.root.join("aside")).unwrap();
    home.link("../../../../aside", "up/project/.claude/rules/aside");
    home.write("up/project/.git/hooks/own.md", "x");
    home.link("../../.git/hooks", "up/project/.claude/rules/git");
    home.link("../.git/hooks/own.md", "up/project/.claude/CLAUDE.md");
    let notes = format!("claude/projects/{}/memory/MEMORY.md", surroundings::slug(&home.path("up/project")));
    home.write(&notes, "x");
    let (dots, nul) =
        (home.path("up/project/.claude/rules/../../../../secret.md"), home.path("up/project/\0.md"));
    for (name, code) in [
        ("/etc/passwd", ErrorCode::Forbidden),
        ("/etc/claude-code/CLAUDE.md", ErrorCode::Forbidden),
        ("secret.md", ErrorCode::Forbidden),
        ("up/CLAUDE.md", ErrorCode::Forbidden),
        (dots.as_str(), ErrorCode::Forbidden),
        ("up/project/CLAUDE.md", ErrorCode::Forbidden),
        ("up/project/CLAUDE.local.md", ErrorCode::Forbidden),
        ("up/project/.claude/rules/out.md", ErrorCode::Forbidden),
        ("up/project/.claude/rules/aside/new.md", ErrorCode::Forbidden),
        ("up/project/.claude/rules/git/new.md", ErrorCode::Forbidden),
        ("up/project/.claude/CLAUDE.md", ErrorCode::Forbidden),
        (notes.as_str(), ErrorCode::Forbidden),
        (nul.as_str(), ErrorCode::NotFound),
        ("up/project/.git/hooks/pre-commit", ErrorCode::NotFound),
        ("claude/settings.json", ErrorCode::NotFound),
        ("up/project/.claude/rules/run.sh", ErrorCode::NotFound),
    ] {
        for base in [None, Some(hash(b"secret"))] {
            let error = home.save(name, "mine", base.as_deref()).await.unwrap_err();
            assert_eq!(error.code, code, "{name}: {error}");
        }
    }
    assert_eq!(home.save("CLAUDE.md", "x", None).await.unwrap_err().code, ErrorCode::Forbidden);
    assert_eq!((home.holds("secret.md").as_str(), home.holds(&notes).as_str()), ("secret", "x"));
    assert_eq!(fs::read_dir(home.root.join("aside")).unwrap().count(), 0);
    assert_eq!(fs::read_dir(home.root.join("up/project/.git/hooks")).unwrap().count(), 1);
    assert!(!home.root.join("nowhere.md").exists());
}

#[tokio::test]
async fn what_a_project_names_elsewhere_is_not_shown() {
    let home = Home::new().await;
    home.write("secret.md", "secret");
    home.write("up/project/CLAUDE.md", "@../../secret.md");
    home.link("../../../../secret.md", "up/project/.claude/rules/out.md");
    for name in ["secret.md", "up/project/.claude/rules/out.md"] {
        let error = home.read(name).await.unwrap_err();
        assert_eq!(error.code, ErrorCode::Forbidden, "{name}");
    }
}

#[tokio::test]
async fn a_link_inside_the_two_places_is_followed() {
    let home = Home::new().await;
    home.write("claude/rules/shared.md", "old");
    home.link("../../claude/rules/shared.md", "up/project/CLAUDE.md");
    home.save("up/project/CLAUDE.md", "new", Some(&hash(b"old"))).await.unwrap();
    assert_eq!(home.holds("claude/rules/shared.md"), "new");
    let twice = home.memory("up/project/CLAUDE.md").await;
    assert!(twice.order.is_none() && twice.note.unwrap().contains("by a link"));
    home.write("up/project/docs/a.md", "old");
    home.link("docs/a.md", "up/project/CLAUDE.local.md");
    home.save("up/project/CLAUDE.local.md", "new", Some(&hash(b"old"))).await.unwrap();
    assert_eq!(home.holds("up/project/docs/a.md"), "new");
    assert!(fs::symlink_metadata(home.root.join("up/project/CLAUDE.local.md")).unwrap().is_symlink());
}

#[tokio::test]
async fn a_save_is_refused_for_a_stranger_and_for_too_much() {
    let home = Home::stranger().await;
    assert_eq!(home.save("up/project/CLAUDE.md", "x", None).await.unwrap_err().code, ErrorCode::Untrusted);
    home.projects.trust(&home.who, home.project.id).await.unwrap();
    let most = "x".repeat(MEMORY_MAX);
    let saved = home.save("up/project/CLAUDE.md", &most, None).await.unwrap();
    let error = home.save("up/project/CLAUDE.md", &(most + "x"), saved.hash.as_deref()).await.unwrap_err();
    assert_eq!(error.code, ErrorCode::TooLarge);
}

#[tokio::test]
async fn what_is_no_text_can_only_be_looked_at() {
    let home = Home::new().await;
    fs::write(home.root.join("up/project/CLAUDE.md"), [b'a', 0xff, b'b']).unwrap();
    let found = home.read("up/project/CLAUDE.md").await.unwrap();
    assert!(!found.memory.editable && found.text.starts_with('a'));
    rustix::fs::mknodat(
        rustix::fs::CWD,
        home.root.join("up/project/CLAUDE.local.md"),
        rustix::fs::FileType::Fifo,
        rustix::fs::Mode::RUSR,
        0,
    )
    .unwrap();
    assert!(home.memory("up/project/CLAUDE.local.md").await.note.unwrap().contains("not a file"));
    assert_eq!(home.read("up/project/CLAUDE.local.md").await.unwrap_err().code, ErrorCode::Conflict);
}
