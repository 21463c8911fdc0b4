//! What Roost costs, in numbers with the size of the work: `cargo xtask bench`. It prints and never judges: a number is
//! read beside the machine it was measured on.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::disallowed_methods,
    missing_docs,
    reason = "a benchmark ends with the first surprise"
)]

#[path = "../../tests/faults/home.rs"]
#[allow(dead_code, reason = "the tests use all of it")]
mod home;

mod cold;
mod core;
mod download;
mod memory;
mod numbers;
mod open;
mod seed;
mod start;
mod terminals;
mod workbench;

/// The parts by name.
const PARTS: [&str; 8] = ["core", "open", "start", "memory", "download", "cold", WORKBENCH, TERMINALS];
/// Those that need more than Roost, and are measured only where they are named.
const TERMINALS: &str = "terminals";
const WORKBENCH: &str = "workbench";

#[tokio::main]
async fn main() {
    // Cargo adds a flag of its own.
    let named: Vec<String> = std::env::args().skip(1).filter(|argument| !argument.starts_with('-')).collect();
    if let Some(unknown) = named.iter().find(|name| !PARTS.contains(&name.as_str())) {
        eprintln!("there is no part {unknown}; there are {}", PARTS.join(", "));
        std::process::exit(2);
    }
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    println!("{cores} cores, shared by server, agents, keepers and viewers");
    for part in PARTS {
        let wanted = if named.is_empty() {
            ![TERMINALS, WORKBENCH].contains(&part)
        } else {
            named.iter().any(|name| name == part)
        };
        if !wanted {
            continue;
        }
        println!("\n{part}");
        match part {
            "core" => core::run().await,
            "open" => open::run().await,
            "start" => start::run().await,
            "memory" => memory::run().await,
            "download" => download::run().await,
            TERMINALS => terminals::run().await,
            WORKBENCH => workbench::run().await,
            _ => cold::run().await,
        }
    }
}

/// A server whose sessions may all run at once.
async fn roomy() -> home::Home {
    let echo = format!("exec {} echo-agent -- \"$@\"", env!("CARGO_BIN_EXE_roost"));
    let room = |root: &std::path::Path| {
        std::fs::write(root.join("roost.toml"), "[sessions]\nmax_running = 1000\ngrace_seconds = 100000\n")
            .unwrap();
    };
    home::Home::with(room, &echo).await
}
