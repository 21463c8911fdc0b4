//! Reads a file of lines that somebody else writes, from where it was read before. Never takes a line twice, and never the
//! half of one.

use std::{
    fs::File,
    io::{self, ErrorKind, Read, Seek, SeekFrom},
    path::Path,
};

/// What is read in one go; a longer line is read whole all the same.
const CHUNK: u64 = 1 << 20;

/// The whole lines after `from`, at most about a megabyte of them, each with where it ends. A last line that is not finished
/// waits for its end; a file that is not there has no lines.
///
/// # Errors
/// When it cannot be read.
pub(crate) async fn tail(path: &Path, from: u64) -> io::Result<Vec<(u64, Vec<u8>)>> {
    let path = path.to_owned();
    tokio::task::spawn_blocking(move || lines(&path, from)).await.map_err(io::Error::other)?
}

fn lines(path: &Path, from: u64) -> io::Result<Vec<(u64, Vec<u8>)>> {
    let mut file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(error),
    };
    if file.metadata()?.len() <= from {
        return Ok(Vec::new());
    }
    file.seek(SeekFrom::Start(from))?;
    let mut bytes = Vec::new();
    loop {
        let read = file.by_ref().take(CHUNK).read_to_end(&mut bytes)?;
        if read == 0 || bytes.contains(&b'\n') {
            break;
        }
    }
    let mut end = from;
    let whole = bytes.split_inclusive(|byte| *byte == b'\n').filter(|line| line.ends_with(b"\n"));
    Ok(whole
        .map(|line| {
            end += line.len() as u64;
            (end, line[..line.len() - 1].to_vec())
        })
        .collect())
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn a_torn_line_waits_and_a_long_one_is_read_whole() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("lines");
        assert_eq!(lines(&path, 0).unwrap(), [], "there is no file yet");
        let long = "x".repeat(3 << 20);
        std::fs::write(&path, format!("one\n\n{long}\nhal")).unwrap();
        assert_eq!(lines(&path, 0).unwrap(), [(4, b"one".to_vec()), (5, Vec::new())]);
        let rest = lines(&path, 5).unwrap();
        assert_eq!((rest.len(), rest[0].1.len()), (1, 3 << 20));
        assert_eq!(lines(&path, rest[0].0).unwrap(), []);
        std::fs::write(&path, format!("one\n\n{long}\nhalf\n")).unwrap();
        assert_eq!(lines(&path, rest[0].0).unwrap()[0].1, b"half");
    }
}
