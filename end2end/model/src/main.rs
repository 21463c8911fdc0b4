//! The scripted model as a program: `scripted-model --port 0`. Prints its address first and then only serves.

use std::{
    fs,
    io::{self, Write},
    net::{Ipv4Addr, SocketAddr},
    path::{Path, PathBuf},
    time::Duration,
};

use clap::Parser;
use scripted_model::{Options, demo, serve};
use tokio::net::TcpListener;

/// A Messages API whose answers are written in the prompt.
#[derive(Parser)]
struct Args {
    /// Port on 127.0.0.1; 0 picks a free one.
    #[arg(long, default_value_t = 0)]
    port: u16,
    /// The whole address, instead of a port.
    #[arg(long, conflicts_with = "port")]
    listen: Option<SocketAddr>,
    /// Milliseconds after each streamed delta.
    #[arg(long, default_value_t = 0)]
    pace: u64,
    /// Prints the sessions of the demo as JSON and ends.
    #[arg(long)]
    list_demo: bool,
    /// Writes the demo's sample project into this directory and ends.
    #[arg(long, value_name = "DIR")]
    write_sample: Option<PathBuf>,
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let args = Args::parse();
    if args.list_demo {
        serde_json::to_writer_pretty(io::stdout().lock(), demo::STORIES)?;
        return Ok(());
    }
    if let Some(directory) = &args.write_sample {
        return Ok(write_sample(directory)?);
    }
    let address = args.listen.unwrap_or_else(|| SocketAddr::from((Ipv4Addr::LOCALHOST, args.port)));
    let listener = TcpListener::bind(address).await?;
    let mut out = io::stdout();
    writeln!(out, "http://{}", listener.local_addr()?)?;
    out.flush()?;
    let options = Options { pace: Duration::from_millis(args.pace) };
    Ok(serve(listener, options).await?)
}

fn write_sample(directory: &Path) -> io::Result<()> {
    for (path, content) in demo::sample_project() {
        let file = directory.join(path);
        if let Some(parent) = file.parent() {
            fs::create_dir_all(parent)?;
        }
        fs::write(file, content)?;
    }
    Ok(())
}
