//! A word in 1 GB of text, beside ripgrep; with the files in memory, as on a machine where somebody works.

use std::{
    fs,
    time::{Duration, Instant},
};

use futures::StreamExt;

use super::{add, plain, ratio};
use crate::{
    home::Home,
    numbers::{mb, spread},
};

const FILES: u64 = 2_000;
const LINES: u64 = 8_000;
const WORD: &str = "quillfeather";
const TIMES: usize = 5;

pub(super) async fn run(home: &Home) {
    let dir = home.dir.path().join("texts");
    let mut size = 0;
    for file in 0..FILES {
        let folder = dir.join(format!("chapter-{:02}", file % 50));
        fs::create_dir_all(&folder).unwrap();
        let text = text(file);
        size += text.len() as u64;
        fs::write(folder.join(format!("page-{file}.txt")), text).unwrap();
    }
    let id = add(home, &dir).await;
    let (mut ours, mut firsts, mut theirs) = (Vec::new(), Vec::new(), Vec::new());
    for round in 0..=TIMES {
        let (first, all) = search(home, &id).await;
        let their = plain("rg", &["--line-number", "--no-config", WORD, "."], &dir);
        if round > 0 {
            firsts.push(first);
            ours.push(all);
            theirs.push(their);
        }
    }
    println!(
        "  contents of {} in {FILES} files, {} lines found: {}",
        mb(size),
        FILES / 10,
        spread(ours.clone())
    );
    println!("  the first of them: {} (aim 30 ms)", spread(firsts));
    println!("  ripgrep beside it: {}", spread(theirs.clone()));
    println!("  ratio {:.2} (aim: at most 1.5)", ratio(ours, theirs));
}

/// Until the first line is here, and until all are.
async fn search(home: &Home, id: &str) -> (Duration, Duration) {
    let begun = Instant::now();
    let address = format!("{}/api/v1/projects/{id}/files/search?q={WORD}", home.base);
    let answer = home.client.get(address).bearer_auth(&home.token).send().await.unwrap();
    assert!(answer.status().is_success(), "{}", answer.status());
    let (mut stream, mut said, mut first) = (answer.bytes_stream(), String::new(), None);
    while let Some(chunk) = stream.next().await {
        said.push_str(&String::from_utf8_lossy(&chunk.unwrap()));
        if said.contains(WORD) {
            first.get_or_insert_with(|| begun.elapsed());
        }
        if said.contains("event: end") {
            break;
        }
    }
    assert_eq!(said.matches("\"line\":").count() as u64, FILES / 10, "{}", said.len());
    (first.unwrap(), begun.elapsed())
}

/// About half a megabyte of prose; one file in ten has the word, somewhere in its middle.
fn text(file: u64) -> String {
    let mut text = String::new();
    for line in 0..LINES {
        let found = file % 10 == 3 && line == LINES / 2;
        let word = if found { WORD } else { "orchard" };
        text += &format!(
            "line {line} of page {file}: the {word} stood in the rain, number {}\n",
            line * file % 977
        );
    }
    text
}
