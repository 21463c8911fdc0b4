//! A directory of traps, and every call that takes a path against it: nothing outside of the project is read, nothing waits
//! for a pipe, and each refusal has its code.

use std::{os::unix::ffi::OsStrExt, time::Duration};

use app::{
    error::{AppError, ErrorCode},
    files::{
        model::{Clash, CompareFile, EntryKind, Found, PageFrom, SearchOptions},
        port::Files,
    },
    projects::port::Projects,
};
use futures::StreamExt;

use super::{ALL, Place};

/// Longer than any of this takes; a call that waits for a pipe waits for ever.
const PATIENCE: Duration = Duration::from_secs(30);

async fn traps() -> Place {
    let place = Place::new().await;
    place.write("inside/file", "text");
    place.write("-rf", "literal");
    place.write("--upload-pack=x", "literal");
    place.write(".git/config", "[remote]");
    place.write("sub/.git", "gitdir: elsewhere");
    place.link("../outside/secret", "link-out");
    place.link("../outside", "folder-out");
    place.link(place.dir.path().join("outside/secret"), "absolute-out");
    place.link("/dev/zero", "zero");
    place.link("inside/../../outside/secret", "winding-out");
    place.link("circle-b", "circle-a");
    place.link("circle-a", "circle-b");
    place.link(".git", "to-git");
    place.link(".git/config", "to-git-config");
    place.link("inside", "folder-in");
    place.link(place.root().join("inside"), "absolute-in");
    place.link(place.root().join("../outside"), "absolute-winding-out");
    place.link(place.root().join(".git"), "absolute-to-git");
    place.link(place.root().join("absolute-circle"), "absolute-circle");
    place.link("nothing", "broken");
    place.pipe("pipe");
    place.link("pipe", "to-pipe");
    place
}

/// What a file asked for gives, by each of the calls, which must agree.
async fn refused(place: &Place, path: &str) -> AppError {
    let both = async {
        let read = place.files.read(&place.who, place.id, path, PageFrom::Line(1)).await.map(drop);
        let open = place.files.open(&place.who, place.id, path).await.map(drop);
        (read, open)
    };
    let (read, open) = tokio::time::timeout(PATIENCE, both).await.expect(path);
    assert_eq!(read, open, "{path}");
    read.expect_err(path)
}

#[tokio::test]
async fn every_trap_is_refused_with_its_code() {
    let place = traps().await;
    let long = "x".repeat(300);
    let deep = "a/".repeat(5000);
    for (path, code) in [
        ("..", ErrorCode::Invalid),
        ("../outside/secret", ErrorCode::Invalid),
        ("inside/../../outside/secret", ErrorCode::Invalid),
        ("/etc/passwd", ErrorCode::Invalid),
        ("inside/file\0", ErrorCode::Invalid),
        (&long, ErrorCode::Invalid),
        (&deep, ErrorCode::Invalid),
        ("link-out", ErrorCode::Forbidden),
        ("folder-out/secret", ErrorCode::Forbidden),
        ("absolute-out", ErrorCode::Forbidden),
        ("winding-out", ErrorCode::Forbidden),
        ("absolute-winding-out/secret", ErrorCode::Forbidden),
        ("absolute-to-git/config", ErrorCode::Forbidden),
        ("absolute-circle", ErrorCode::Conflict),
        ("zero", ErrorCode::Forbidden),
        (".git/config", ErrorCode::Forbidden),
        (".GIT/config", ErrorCode::Forbidden),
        ("sub/.git", ErrorCode::Forbidden),
        ("to-git/config", ErrorCode::Forbidden),
        ("to-git-config", ErrorCode::Forbidden),
        ("circle-a", ErrorCode::Conflict),
        ("inside", ErrorCode::Conflict),
        ("", ErrorCode::Conflict),
        ("pipe", ErrorCode::Conflict),
        ("to-pipe", ErrorCode::Conflict),
        ("broken", ErrorCode::NotFound),
        ("nothing", ErrorCode::NotFound),
        ("inside/file/more", ErrorCode::NotFound),
        ("--no-such-option", ErrorCode::NotFound),
    ] {
        assert_eq!(refused(&place, path).await.code, code, "{path}");
    }
    for path in
        ["..", "/", "folder-out", "to-git", ".git", "circle-a", "pipe", "inside/file", "nothing", "a\0"]
    {
        let listed = tokio::time::timeout(PATIENCE, place.files.list(&place.who, place.id, path, ALL)).await;
        let expected = match path {
            ".." | "/" | "a\0" => ErrorCode::Invalid,
            "folder-out" | "to-git" | ".git" => ErrorCode::Forbidden,
            "nothing" => ErrorCode::NotFound,
            _ => ErrorCode::Conflict,
        };
        assert_eq!(listed.expect(path).expect_err(path).code, expected, "{path}");
    }
}

/// What each call says of a path that reads a text whole, or changes something.
async fn by_each(place: &Place, path: &str) -> Vec<(&'static str, Option<AppError>)> {
    let compare = CompareFile { path: path.to_owned(), text: "x".to_owned() };
    let all = async {
        vec![
            ("text", place.text(path).await.err()),
            ("compare", place.files.compare(&place.who, place.id, compare).await.err()),
            ("save", place.save(path, "x", None).await.err()),
            ("make a file", place.make(path, false).await.err()),
            ("make a folder", place.make(path, true).await.err()),
            ("rename from", place.rename(path, "moved").await.err()),
            ("rename to", place.rename("inside/file", path).await.err()),
            ("remove", place.remove(path).await.err()),
            ("upload", place.upload(path, Clash::Replace, "x").await.err()),
            ("archive", place.files.archive(&place.who, place.id, path).await.err()),
        ]
    };
    tokio::time::timeout(PATIENCE, all).await.expect(path)
}

#[tokio::test]
async fn every_trap_is_refused_by_every_call_that_changes_something() {
    let place = traps().await;
    place.projects.trust(&place.who, place.id).await.unwrap();
    let before = place.names("", ALL).await;
    let long = "x".repeat(300);
    let deep = "a/".repeat(5000);
    for (path, code) in [
        ("..", ErrorCode::Invalid),
        ("../outside/new", ErrorCode::Invalid),
        ("inside/../../outside/secret", ErrorCode::Invalid),
        ("/elsewhere/new", ErrorCode::Invalid),
        ("inside/file\0", ErrorCode::Invalid),
        (&long, ErrorCode::Invalid),
        (&deep, ErrorCode::Invalid),
        ("folder-out/secret", ErrorCode::Forbidden),
        ("folder-out/new", ErrorCode::Forbidden),
        (".git", ErrorCode::Forbidden),
        (".git/hooks/pre-commit", ErrorCode::Forbidden),
        (".GIT/config", ErrorCode::Forbidden),
        ("sub/.git", ErrorCode::Forbidden),
        ("to-git/config", ErrorCode::Forbidden),
        ("absolute-to-git/config", ErrorCode::Forbidden),
        ("absolute-winding-out/new", ErrorCode::Forbidden),
        ("absolute-circle/new", ErrorCode::Conflict),
        ("circle-a/new", ErrorCode::Conflict),
    ] {
        for (call, error) in by_each(&place, path).await {
            assert_eq!(error.map(|error| error.code), Some(code), "{call} {path}");
        }
    }
    let made = place.upload("to-git/deep/new", Clash::Replace, "x").await.unwrap_err();
    assert_eq!(made.code, ErrorCode::Forbidden);
    assert!(!place.root().join(".git/deep").exists(), "no folder is made on the way to a refusal");
    assert_eq!(place.make("to-git/new", true).await.unwrap_err().code, ErrorCode::Forbidden);
    assert!(place.upload("pipe/new", Clash::Replace, "x").await.is_err());
    assert_eq!(place.names("", ALL).await, before);
    assert_eq!(std::fs::read(place.root().join("inside/file")).unwrap(), b"text");
}

#[tokio::test]
async fn a_link_at_the_end_is_never_written_through_to_the_outside() {
    let place = traps().await;
    place.projects.trust(&place.who, place.id).await.unwrap();
    for path in ["link-out", "absolute-out", "winding-out", "to-git-config"] {
        assert_eq!(place.text(path).await.unwrap_err().code, ErrorCode::Forbidden, "{path}");
        assert_eq!(place.save(path, "x", None).await.unwrap_err().code, ErrorCode::Forbidden, "{path}");
        assert_eq!(place.make(path, false).await.unwrap_err().code, ErrorCode::Conflict, "{path}");
        place.upload(path, Clash::Replace, "x").await.unwrap();
        let new = std::fs::symlink_metadata(place.root().join(path)).unwrap();
        assert!(new.is_file(), "{path}: the link went to the trash, and a file has its name");
    }
    assert_eq!(place.save("broken", "x", None).await.unwrap_err().code, ErrorCode::Conflict);
    place.remove("folder-out").await.unwrap();
    let secret = std::fs::read_to_string(place.dir.path().join("outside/secret")).unwrap();
    assert_eq!(secret, "a needle of others");
    assert_eq!(std::fs::read(place.root().join(".git/config")).unwrap(), b"[remote]");
}

#[tokio::test]
async fn names_like_options_and_links_inside_are_what_they_are() {
    let place = traps().await;
    for (path, text) in [
        ("-rf", "literal"),
        ("--upload-pack=x", "literal"),
        ("folder-in/file", "text"),
        ("absolute-in/file", "text"),
    ] {
        let view = place.files.read(&place.who, place.id, path, PageFrom::Line(1)).await.expect(path);
        assert_eq!(view.text.expect(path).lines, [text], "{path}");
    }
    assert_eq!(place.names("folder-in", ALL).await, ["file"]);
    assert_eq!(place.names("absolute-in", ALL).await, ["file"]);
}

#[tokio::test]
async fn a_listing_shows_traps_for_what_they_are_and_never_git_itself() {
    let place = traps().await;
    let odd = place.root().join(std::ffi::OsStr::from_bytes(b"odd-\xff"));
    std::fs::write(odd, "").unwrap();
    let listing = place.files.list(&place.who, place.id, "", ALL).await.unwrap();
    let entry = |name: &str| listing.entries.iter().find(|entry| entry.name == name).expect(name);
    assert!(listing.entries.iter().all(|entry| entry.name != ".git"));
    assert!(place.names("sub", ALL).await.is_empty());
    for name in ["link-out", "folder-out", "absolute-out", "zero", "circle-a", "to-git", "broken"] {
        assert_eq!((entry(name).kind, entry(name).leads_to), (EntryKind::Link, None), "{name}");
    }
    assert_eq!(entry("link-out").target.as_deref(), Some("../outside/secret"));
    for name in ["folder-in", "absolute-in"] {
        assert_eq!(entry(name).leads_to, Some(EntryKind::Dir), "{name}");
    }
    assert_eq!(entry("to-pipe").leads_to, Some(EntryKind::Other));
    assert_eq!(entry("pipe").kind, EntryKind::Other);
    assert!(entry("odd-\u{fffd}").lossy && !entry("-rf").lossy);
    assert_eq!(refused(&place, "odd-\u{fffd}").await.code, ErrorCode::NotFound);
}

#[tokio::test]
async fn what_vanishes_or_changes_between_looks_is_said() {
    let place = traps().await;
    assert!(place.names("inside", ALL).await.contains(&"file".to_owned()));
    std::fs::remove_file(place.root().join("inside/file")).unwrap();
    assert_eq!(refused(&place, "inside/file").await.code, ErrorCode::NotFound);
    place.link("../../outside/secret", "inside/file");
    assert_eq!(refused(&place, "inside/file").await.code, ErrorCode::Forbidden);
    std::fs::remove_dir_all(place.root()).unwrap();
    assert_eq!(refused(&place, "inside/file").await.details.as_deref(), Some("unusable"));
}

#[tokio::test]
async fn searches_stay_inside_whatever_rules_and_links_say() {
    for trap in ["link to the endless", "pipe"] {
        let place = traps().await;
        place.write("inside/found", "a needle");
        match trap {
            "pipe" => place.pipe(".gitignore"),
            _ => place.link("/dev/zero", ".gitignore"),
        }
        place.link("..", "inside/up");
        place.link(".", "inside/again");
        let look = async {
            let options = SearchOptions { hidden: true, ..SearchOptions::default() };
            let found = place.files.search(&place.who, place.id, "needle", options).await.unwrap();
            let found: Vec<Found> = found.collect().await;
            let names = place.files.names(&place.who, place.id, "found", ALL).await.unwrap();
            let secret = place.files.names(&place.who, place.id, "secret", ALL).await.unwrap();
            (found, names, secret)
        };
        let (found, names, secret) = tokio::time::timeout(PATIENCE, look).await.expect(trap);
        let places: Vec<_> = found
            .iter()
            .flat_map(|found| match found {
                Found::Matches(matches) => matches.iter().map(|found| found.path.as_str()).collect(),
                Found::End(_) => Vec::new(),
            })
            .collect();
        assert_eq!(places, ["inside/found"], "{trap}");
        assert_eq!((names.total, secret.total), (1, 0), "{trap}");
        assert_eq!(place.names("inside", ALL).await, ["again", "up", "file", "found"], "{trap}");
    }
}
