//! Paths and names of commits as nobody should give them: made of pieces that each led somewhere once. Pure.

use proptest::{
    prelude::*,
    sample::{Select, select},
};

/// What is there, by the paths that lead to it: most calls do something with these.
const THERE: [&str; 28] = [
    "a.txt",
    "b.txt",
    "new",
    "sub",
    "sub/file",
    "deep/er/file",
    "picture.png",
    "link-in",
    "link-out",
    "absolute-out",
    "folder-in/file",
    "folder-out",
    "folder-out/secret",
    "folder-out/new",
    "to-git/config",
    "to-git-config",
    "nested/file",
    "{project}/CLAUDE.md",
    "{project}/.claude/rules/own.md",
    "{project}/.claude/rules/out.md",
    "{project}/.claude/rules/git/new.md",
    "{claude}/CLAUDE.md",
    "photo.png",
    "-rf",
    "{project}/CLAUDE.local.md",
    "{project}/.claude/CLAUDE.md",
    "{project}/.claude/rules/config.md",
    "{project}.worktrees/made",
];

/// What a path begins with; names in braces stand for the directories of the place.
const BEGINS: [&str; 14] = [
    "",
    "",
    "",
    "",
    "",
    "./",
    "/",
    "../",
    "../../",
    "{outside}/",
    "{project}/",
    "{project}/.claude/rules/",
    "{project}-more/",
    "{claude}/rules/",
];

/// What may stand between two slashes.
const PIECES: [&str; 63] = [
    "",
    ".",
    "..",
    "...",
    " ",
    "~",
    "*",
    "?",
    "[",
    ":",
    ":/",
    ":(top)a.txt",
    ":!a.txt",
    "-",
    "--",
    "-rf",
    "--upload-pack=touch ../outside/made",
    "--output=../outside/made",
    "--no-index",
    "%2e%2e",
    "%2f",
    "..%2f..",
    "%00",
    "\\..\\",
    "\0",
    "a\0b",
    "a\nb",
    "\r\n",
    "\u{1b}[2J",
    "\u{202e}",
    "\u{fffd}",
    "odd-\u{fffd}",
    ".git",
    ".GIT",
    ".Git",
    ".git.",
    ".git ",
    ".git::$DATA",
    "git~1",
    ".g\u{200c}it",
    "\u{ff0e}git",
    ".g\u{456}t",
    ".gitmodules",
    "config",
    "hooks",
    "pre-commit",
    "HEAD",
    "secret",
    "outside",
    "project",
    "project-more",
    "remote.git",
    "sub",
    "deep",
    "er",
    "file",
    "new",
    "folder-in",
    "folder-out",
    "to-git",
    "circle-a",
    "pipe",
    "zero",
];

/// What git may be told instead of a path, a branch or a commit.
const REVISIONS: [&str; 24] = [
    "main",
    "other",
    "HEAD",
    "@",
    "-",
    "@{-1}",
    "@{u}",
    "HEAD^{/x}",
    ":a.txt",
    ":0:link-out",
    "HEAD:a.txt",
    "HEAD:../outside/secret",
    "main..other",
    "^main",
    "..",
    "refs/heads/main",
    "heads/../main",
    "a b",
    "x.lock",
    "x~",
    "/x",
    "x/",
    "--all",
    "origin",
];

/// A path, likely one that leads to something, or out.
pub(super) fn path() -> impl Strategy<Value = String> {
    let pieces = (one_of(&BEGINS), prop::collection::vec(piece(), 1..6), one_of(&["", "", "/", "/."]));
    let repeated = (one_of(&["../", "a/", "./", "folder-in/", "..%2f", "x"]), 1..2_500_usize);
    prop_oneof![
        6 => one_of(&THERE).prop_map(str::to_owned),
        6 => pieces.prop_map(|(begin, pieces, end)| format!("{begin}{}{end}", pieces.join("/"))),
        1 => repeated.prop_map(|(piece, times)| piece.repeat(times)),
    ]
}

/// The name of a branch or a commit, or a path in the place of one.
pub(super) fn revision() -> impl Strategy<Value = String> {
    prop_oneof![
        2 => one_of(&["main", "other", "{head}"]).prop_map(str::to_owned),
        4 => one_of(&REVISIONS).prop_map(str::to_owned),
        1 => path(),
    ]
}

fn piece() -> impl Strategy<Value = String> {
    prop_oneof![8 => one_of(&PIECES).prop_map(str::to_owned), 1 => "\\PC{0,12}"]
}

fn one_of(words: &'static [&'static str]) -> Select<&'static str> {
    select(words)
}
