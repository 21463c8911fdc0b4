//! Finding files by name, and lines by what is in them.

use app::{
    error::ErrorCode,
    files::{
        model::{Found, ListOptions, MATCHES_MAX, Match, SearchEnd, SearchOptions},
        port::Files,
    },
};
use futures::StreamExt;

use super::Place;

impl Place {
    async fn search(&self, text: &str, options: SearchOptions) -> (Vec<Match>, SearchEnd) {
        let mut found = self.files.search(&self.who, self.id, text, options).await.expect(text);
        let (mut matches, mut end) = (Vec::new(), None);
        while let Some(found) = found.next().await {
            match found {
                Found::Matches(some) => matches.extend(some),
                Found::End(last) => end = Some(last),
            }
        }
        matches.sort_by(|a, b| (&a.path, a.line).cmp(&(&b.path, b.line)));
        (matches, end.expect("a search that is heard to its end says so"))
    }

    async fn places(&self, text: &str, options: SearchOptions) -> Vec<String> {
        let (matches, _) = self.search(text, options).await;
        matches.into_iter().map(|found| format!("{}:{}", found.path, found.line)).collect()
    }
}

async fn project() -> Place {
    let place = Place::new().await;
    place.write(".gitignore", "/target\n");
    place.write(".github/ci.yml", "run: needle\n");
    place.write("src/main.rs", "fn main() {\n    let needle = 1;\n    let Needles = 2;\n}\n");
    place.write("src/other.py", "needle\n");
    place.write("target/out.rs", "needle\n");
    place.write("binary", b"needle\0needle");
    place
}

#[tokio::test]
async fn a_few_characters_find_a_file() {
    let place = project().await;
    let find = async |typed: &str, options: ListOptions| {
        let names = place.files.names(&place.who, place.id, typed, options).await.unwrap();
        names.matches.into_iter().map(|found| found.path).collect::<Vec<_>>()
    };
    let bare = ListOptions::default();
    assert_eq!(find("smain", bare).await, ["src/main.rs"]);
    assert!(find("out.rs", bare).await.is_empty() && find("ci.yml", bare).await.is_empty());
    assert_eq!(find("out.rs", ListOptions { ignored: true, ..bare }).await, ["target/out.rs"]);
    assert_eq!(find("ci.yml", ListOptions { hidden: true, ..bare }).await, [".github/ci.yml"]);
}

#[tokio::test]
async fn contents_are_found_as_they_were_asked_for() {
    let place = project().await;
    let bare = SearchOptions::default();
    assert_eq!(
        place.places("needle", bare.clone()).await,
        ["src/main.rs:2", "src/main.rs:3", "src/other.py:1"]
    );
    let word = SearchOptions { word: true, ..bare.clone() };
    assert_eq!(place.places("needle", word).await, ["src/main.rs:2", "src/other.py:1"]);
    let case = SearchOptions { case: true, ..bare.clone() };
    assert_eq!(place.places("Needle", case).await, ["src/main.rs:3"]);
    let regex = SearchOptions { regex: true, ..bare.clone() };
    assert_eq!(place.places(r"needle\b.*\d", regex).await, ["src/main.rs:2"]);
    assert!(place.places(r"needle\b", bare.clone()).await.is_empty(), "literal unless it is said");
    let globs = SearchOptions { globs: "*.rs !src/main.rs".to_owned(), ignored: true, ..bare.clone() };
    assert_eq!(place.places("needle", globs).await, ["target/out.rs:1"]);
    let hidden = SearchOptions { hidden: true, globs: "*.yml".to_owned(), ..bare.clone() };
    let (found, end) = place.search("needle", hidden).await;
    assert_eq!((found[0].path.as_str(), found[0].excerpt.as_str()), (".github/ci.yml", "run: needle"));
    assert_eq!((found[0].marks[0].start, found[0].marks[0].end), (5, 11));
    assert_eq!(end, SearchEnd { files: 1, matches: 1, capped: false });
}

#[tokio::test]
async fn what_is_no_expression_is_refused_in_words() {
    let place = project().await;
    let regex = SearchOptions { regex: true, ..SearchOptions::default() };
    let huge = "x".repeat(2000);
    for (text, options, field) in [
        ("", SearchOptions::default(), "q"),
        ("a(", regex.clone(), "q"),
        (r"\w{1000}{1000}{1000}", regex, "q"),
        (&huge, SearchOptions::default(), "q"),
        ("a\nb", SearchOptions::default(), "q"),
        ("a", SearchOptions { globs: "a{".to_owned(), ..SearchOptions::default() }, "globs"),
    ] {
        let refused = place.files.search(&place.who, place.id, text, options).await.err().expect(text);
        assert_eq!((refused.code, refused.details.as_deref()), (ErrorCode::Invalid, Some(field)), "{text}");
    }
}

#[tokio::test]
async fn a_search_ends_when_enough_is_found() {
    let place = Place::new().await;
    for n in 0..5 {
        place.write(format!("f{n}"), "needle\n".repeat(MATCHES_MAX));
    }
    let (found, end) = place.search("needle", SearchOptions::default()).await;
    assert_eq!((found.len(), end.matches as usize, end.capped), (MATCHES_MAX, MATCHES_MAX, true));
    place.write("exactly/a", "pin\n".repeat(MATCHES_MAX));
    let (found, end) = place.search("pin", SearchOptions::default()).await;
    assert_eq!((found.len(), end.capped), (MATCHES_MAX, false));
}

#[tokio::test]
async fn a_search_that_nobody_hears_makes_room_for_the_next() {
    let place = Place::new().await;
    for n in 0..20 {
        place.write(format!("f{n}"), "needle\n".repeat(MATCHES_MAX));
    }
    // More than may run at once, none of them heard to its end: each would wait for ever if dropping it did not end it.
    for _ in 0..10 {
        let mut found =
            place.files.search(&place.who, place.id, "needle", SearchOptions::default()).await.unwrap();
        assert!(found.next().await.is_some());
    }
    let (_, end) = place.search("needle", SearchOptions::default()).await;
    assert!(end.capped);
}
