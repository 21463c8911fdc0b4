//! Looking for a file by letters of its path among 100,000.

use std::time::Duration;

use crate::{
    home::Home,
    numbers::{ms, spread},
    open::fetch,
};

const TYPED: [&str; 6] = ["s", "src", "mod12", "source_042", "part12module0452source_007", "nowhere"];
const TIMES: usize = 10;

pub(super) async fn run(home: &Home, id: &str) {
    let path = |typed: &str| format!("/api/v1/projects/{id}/files/names?q={typed}");
    let (first, _) = fetch(home, &path("first")).await;
    println!("  names of 100,000 files, the first time: {}", ms(first));
    for typed in TYPED {
        let mut times: Vec<Duration> = Vec::new();
        for _ in 0..TIMES {
            times.push(fetch(home, &path(typed)).await.0);
        }
        println!("  then {typed:?}: {} (aim 16 ms)", spread(times));
    }
}
