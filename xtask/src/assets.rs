//! Files of the site under names that change with their content, compressed beside. Never rewrites a file that is right already,
//! because the server's build watches the folder.

use std::{
    collections::BTreeSet,
    fs,
    io::Write,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result};
use sha2::{Digest, Sha256};

/// How hard to compress: the shipped site is squeezed once and sent often, a developer's is squeezed often.
#[derive(Clone, Copy)]
pub(crate) struct Effort {
    /// Brotli's quality, 0 to 11.
    pub(crate) brotli: i32,
    /// Gzip's level, 0 to 9, for browsers that offer no brotli (over plain HTTP from another machine).
    pub(crate) gzip: u32,
}

/// Fills one folder and in the end holds nothing there that this run did not put.
pub(crate) struct Folder {
    root: PathBuf,
    effort: Effort,
    put: BTreeSet<PathBuf>,
}

impl Folder {
    /// A folder to fill; it is made when missing.
    pub(crate) fn open(root: &Path, effort: Effort) -> Result<Self> {
        fs::create_dir_all(root)?;
        Ok(Self { root: root.to_owned(), effort, put: BTreeSet::new() })
    }

    /// Stores `bytes` as `assets/STEM-HASH.EXT` with its compressed forms and returns the URL path.
    pub(crate) fn hashed(&mut self, stem: &str, ext: &str, bytes: &[u8]) -> Result<String> {
        let name = PathBuf::from("assets").join(hashed_name(stem, ext, bytes));
        self.write(&name, bytes)?;
        if compressible(ext) {
            let br = beside(&name, "br");
            if !self.keep(&br) {
                self.write(&br, &brotli(bytes, self.effort.brotli)?)?;
            }
            let gz = beside(&name, "gz");
            if !self.keep(&gz) {
                self.write(&gz, &gzip(bytes, self.effort.gzip)?)?;
            }
        }
        Ok(format!("/{}", name.display()))
    }

    /// Stores `bytes` under exactly this path, unless they are there already.
    pub(crate) fn write(&mut self, path: &Path, bytes: &[u8]) -> Result<()> {
        let full = self.root.join(path);
        self.put.insert(path.to_owned());
        if fs::read(&full).is_ok_and(|there| there == bytes) {
            return Ok(());
        }
        if let Some(parent) = full.parent() {
            fs::create_dir_all(parent)?;
        }
        // Renamed into place: a server that runs from this folder must never read half a file.
        let partial = beside(&full, "partial");
        fs::write(&partial, bytes)
            .and_then(|()| fs::rename(&partial, &full))
            .with_context(|| full.display().to_string())
    }

    /// Removes every file that was not put since `open`.
    pub(crate) fn finish(self) -> Result<()> {
        for path in files_under(&self.root)? {
            if !self.put.contains(&path) {
                fs::remove_file(self.root.join(path))?;
            }
        }
        Ok(())
    }

    fn keep(&mut self, path: &Path) -> bool {
        let there = self.root.join(path).is_file();
        if there {
            self.put.insert(path.to_owned());
        }
        there
    }
}

/// `STEM-HASH.EXT`, the hash being the first 12 hex digits of the content's SHA-256.
pub(crate) fn hashed_name(stem: &str, ext: &str, bytes: &[u8]) -> String {
    format!("{stem}-{}.{ext}", &sha256(bytes)[..12])
}

/// The SHA-256 of `bytes` in lower-case hex.
pub(crate) fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Every file below `root`, by its path from there, sorted; a folder that is missing holds none.
pub(crate) fn files_under(root: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    let mut open = vec![PathBuf::new()];
    while let Some(dir) = open.pop() {
        if !root.join(&dir).is_dir() {
            continue;
        }
        for entry in fs::read_dir(root.join(&dir))? {
            let entry = entry?;
            let path = dir.join(entry.file_name());
            if entry.file_type()?.is_dir() { open.push(path) } else { found.push(path) }
        }
    }
    found.sort();
    Ok(found)
}

/// `path` with one more extension.
pub(crate) fn beside(path: &Path, ext: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".");
    name.push(ext);
    name.into()
}

/// Fonts are compressed by their format already.
fn compressible(ext: &str) -> bool {
    matches!(ext, "js" | "css" | "wasm" | "svg" | "json")
}

fn brotli(bytes: &[u8], quality: i32) -> Result<Vec<u8>> {
    let params = brotli::enc::BrotliEncoderParams { quality, lgwin: 22, ..Default::default() };
    let mut out = Vec::new();
    brotli::BrotliCompress(&mut &bytes[..], &mut out, &params)?;
    Ok(out)
}

fn gzip(bytes: &[u8], level: u32) -> Result<Vec<u8>> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::new(level));
    encoder.write_all(bytes)?;
    Ok(encoder.finish()?)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use std::io::Read;

    use super::*;

    const EFFORT: Effort = Effort { brotli: 5, gzip: 6 };

    #[test]
    fn a_name_follows_its_content() {
        let name = hashed_name("roost", "css", b"");
        assert_eq!(name, "roost-e3b0c44298fc.css");
        assert_ne!(name, hashed_name("roost", "css", b"a{}"));
    }

    #[test]
    fn text_is_stored_with_both_compressed_forms() {
        let dir = tempfile::tempdir().unwrap();
        let mut folder = Folder::open(dir.path(), EFFORT).unwrap();
        let text = "body{}".repeat(100);
        let url = folder.hashed("roost", "css", text.as_bytes()).unwrap();
        let file = dir.path().join(&url[1..]);
        let mut back = String::new();
        brotli::Decompressor::new(&fs::read(beside(&file, "br")).unwrap()[..], 4096)
            .read_to_string(&mut back)
            .unwrap();
        assert_eq!(back, text);
        let mut back = String::new();
        flate2::read::GzDecoder::new(&fs::read(beside(&file, "gz")).unwrap()[..])
            .read_to_string(&mut back)
            .unwrap();
        assert_eq!(back, text);
    }

    #[test]
    fn what_a_later_run_does_not_put_is_gone_and_the_rest_is_untouched() {
        let dir = tempfile::tempdir().unwrap();
        let mut folder = Folder::open(dir.path(), EFFORT).unwrap();
        let old = folder.hashed("roost", "js", b"old").unwrap();
        folder.write(Path::new("robots.txt"), b"kept").unwrap();
        folder.finish().unwrap();
        let before = fs::metadata(dir.path().join("robots.txt")).unwrap().modified().unwrap();

        let mut folder = Folder::open(dir.path(), EFFORT).unwrap();
        let new = folder.hashed("roost", "js", b"new").unwrap();
        folder.write(Path::new("robots.txt"), b"kept").unwrap();
        folder.finish().unwrap();
        assert!(!dir.path().join(&old[1..]).exists());
        assert!(dir.path().join(&new[1..]).exists());
        assert_eq!(files_under(dir.path()).unwrap().len(), 4);
        assert_eq!(fs::metadata(dir.path().join("robots.txt")).unwrap().modified().unwrap(), before);
    }
}
