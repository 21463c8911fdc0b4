//! `cargo xtask dist`: the one binary to ship, and what it and the first page weigh. Never uploads anything.

use std::{fs, path::Path};

use anyhow::{Context, Result};

use crate::{
    assets::beside,
    site::{self, Manifest, Profile},
    steps::{exec, step},
    tools,
};

/// Builds the site and then the server that embeds it, both for release, and prints their sizes.
pub(crate) fn dist() -> Result<()> {
    let manifest = site::build(Profile::Release)?;
    step("roost compiled for release", || {
        exec(tools::cargo().args(["build", "--release", "--bin", "roost"]))
    })?;
    let binary = tools::target_dir().join("release/roost");
    println!("\n{}\n", table(&rows(&manifest, &site::folder())?));
    println!("{}  {}", binary.display(), kilobytes(size(&binary)?));
    Ok(())
}

struct Row {
    what: &'static str,
    plain: u64,
    gzip: u64,
    brotli: u64,
}

fn rows(manifest: &Manifest, site: &Path) -> Result<Vec<Row>> {
    let mut rows = Vec::new();
    for (what, url) in [("wasm", &manifest.wasm), ("JavaScript", &manifest.js), ("CSS", &manifest.css)] {
        let file = site.join(url.trim_start_matches('/'));
        rows.push(Row {
            what,
            plain: size(&file)?,
            gzip: size(&beside(&file, "gz"))?,
            brotli: size(&beside(&file, "br"))?,
        });
    }
    for url in &manifest.fonts {
        let plain = size(&site.join(url.trim_start_matches('/')))?;
        rows.push(Row { what: "first font", plain, gzip: plain, brotli: plain });
    }
    rows.push(Row {
        what: "together",
        plain: rows.iter().map(|row| row.plain).sum(),
        gzip: rows.iter().map(|row| row.gzip).sum(),
        brotli: rows.iter().map(|row| row.brotli).sum(),
    });
    Ok(rows)
}

fn table(rows: &[Row]) -> String {
    let mut out = format!("{:<12}{:>14}{:>14}{:>14}", "", "plain", "gzip", "brotli");
    for row in rows {
        let [plain, gzip, brotli] = [row.plain, row.gzip, row.brotli].map(kilobytes);
        out += &format!("\n{:<12}{plain:>14}{gzip:>14}{brotli:>14}", row.what);
    }
    out
}

fn size(path: &Path) -> Result<u64> {
    Ok(fs::metadata(path).with_context(|| path.display().to_string())?.len())
}

fn kilobytes(bytes: u64) -> String {
    format!("{}.{} kB", bytes / 1000, bytes % 1000 / 100)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_line_up() {
        let rows = [Row { what: "wasm", plain: 405_123, gzip: 151_000, brotli: 120_950 }];
        let [head, wasm] = [
            "                     plain          gzip        brotli",
            "wasm              405.1 kB      151.0 kB      120.9 kB",
        ];
        assert_eq!(table(&rows), format!("{head}\n{wasm}"));
    }
}
