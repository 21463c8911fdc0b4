//! The state of a repository of 100,000 files, of which three are changed.

use std::path::Path;

use super::{plain, ratio};
use crate::{home::Home, numbers::spread, open::fetch};

const TIMES: usize = 11;
const GIT: [&str; 5] = ["status", "--porcelain=v2", "-z", "--branch", "--untracked-files=all"];

pub(super) async fn run(home: &Home, id: &str, dir: &Path) {
    for file in ["part-00/module-0000/source_000.rs", "part-01/module-0001/source_001.rs", "new.rs"] {
        std::fs::write(dir.join(file), "fn changed() {}\n").unwrap();
    }
    let path = format!("/api/v1/projects/{id}/changes");
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    for round in 0..=TIMES {
        let (our, _) = fetch(home, &path).await;
        let their = plain("git", &GIT, dir);
        // The first one fills the caches of both.
        if round > 0 {
            ours.push(our);
            theirs.push(their);
        }
    }
    println!("  status of 100,000 files: {}", spread(ours.clone()));
    println!("  `git status` beside it:  {}", spread(theirs.clone()));
    println!("  ratio {:.2} (aim: at most 1)", ratio(ours, theirs));
}
