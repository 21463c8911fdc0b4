//! One level at a time: order, what is left out and how much of a large folder comes at once.

use app::files::{
    model::{ENTRIES_MAX, EntryKind, ListOptions},
    port::Files,
};

use super::{ALL, Place};

#[tokio::test]
async fn folders_come_first_and_every_entry_has_its_facts() {
    let place = Place::new().await;
    place.write("b.txt", "12345");
    place.write("A.txt", "");
    place.write("zoo/x", "");
    place.link("zoo", "link");
    let listing = place.files.list(&place.who, place.id, "", ListOptions::default()).await.unwrap();
    let shown: Vec<_> =
        listing.entries.iter().map(|entry| (entry.name.as_str(), entry.kind, entry.size)).collect();
    assert_eq!(
        shown,
        [
            ("link", EntryKind::Link, None),
            ("zoo", EntryKind::Dir, None),
            ("A.txt", EntryKind::File, Some(0)),
            ("b.txt", EntryKind::File, Some(5)),
        ]
    );
    assert!(listing.entries.iter().all(|entry| entry.modified_at.is_some_and(|at| at.0 > 0)));
    assert_eq!((listing.total, listing.more), (4, false));
}

#[tokio::test]
async fn hidden_and_ignored_names_are_shown_when_asked_for() {
    let place = Place::new().await;
    place.write(".gitignore", "target/\n*.log\n!keep.log\n[broken\n");
    place.write(".git/info/exclude", "private\n");
    place.write("private", "");
    place.write("a.log", "");
    place.write("keep.log", "");
    place.write("target/debug/x", "");
    place.write("src/.gitignore", "!a.log\n/gen\n");
    place.write("src/a.log", "");
    place.write("src/gen", "");
    place.write("src/deep/gen", "");
    let bare = ListOptions::default();
    assert_eq!(place.names("", bare).await, ["src", "keep.log"]);
    assert_eq!(
        place.names("", ListOptions { hidden: true, ..bare }).await,
        ["src", ".gitignore", "keep.log"]
    );
    let ignored = ListOptions { ignored: true, ..bare };
    assert_eq!(place.names("", ignored).await, ["src", "target", "a.log", "keep.log", "private"]);
    assert_eq!(place.names("src", bare).await, ["deep", "a.log"], "the nearer rules count more");
    assert_eq!(place.names("src/deep", bare).await, ["gen"], "a rule with a slash is for its own folder");
    assert_eq!(
        place.names("target", bare).await,
        ["debug"],
        "who opens an ignored folder sees what is in it"
    );
    let inside = place.files.list(&place.who, place.id, "target/debug", bare).await.unwrap();
    assert!(inside.entries[0].ignored);
}

#[tokio::test]
async fn a_large_folder_comes_in_pages() {
    let place = Place::new().await;
    for n in 0..ENTRIES_MAX + 5 {
        place.write(format!("f{n:05}"), "");
    }
    let first = place.files.list(&place.who, place.id, "", ALL).await.unwrap();
    assert_eq!((first.entries.len(), first.total as usize, first.more), (ENTRIES_MAX, ENTRIES_MAX + 5, true));
    let skip = u32::try_from(ENTRIES_MAX).unwrap();
    let rest = place.files.list(&place.who, place.id, "", ListOptions { skip, ..ALL }).await.unwrap();
    assert_eq!((rest.entries.len(), rest.more), (5, false));
    assert_eq!(rest.entries[0].name, format!("f{ENTRIES_MAX:05}"));
}
