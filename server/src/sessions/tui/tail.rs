//! Reads a file of lines that somebody else writes, from where it was read before. Never takes a line twice, and never the
//! half of one.

use std::{
    fs::{File, OpenOptions},
    io::{self, ErrorKind, Read, Seek, SeekFrom},
    os::unix::fs::OpenOptionsExt,
    path::Path,
};

use rustix::fs::OFlags;

/// What is read in one go; a longer line is read whole all the same.
const CHUNK: u64 = 1 << 20;
/// The longest line that is held, as in the chat.
const HELD: usize = 8 << 20;

/// The whole lines after `from`, at most about a megabyte of them, each with where it ends. A last line that is not finished
/// waits for its end; a file that is not there has no lines. A line too long to hold comes empty, once it has an end.
///
/// # Errors
/// When it cannot be read, or is no regular file: another kind may never end.
pub(crate) async fn tail(path: &Path, from: u64) -> io::Result<Vec<(u64, Vec<u8>)>> {
    let path = path.to_owned();
    tokio::task::spawn_blocking(move || lines(&path, from)).await.map_err(io::Error::other)?
}

fn lines(path: &Path, from: u64) -> io::Result<Vec<(u64, Vec<u8>)>> {
    // A pipe without a writer would hold up whoever opens it.
    let nonblocking = OFlags::NONBLOCK.bits().cast_signed();
    let mut file = match OpenOptions::new().read(true).custom_flags(nonblocking).open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(error),
    };
    let known = file.metadata()?;
    if !known.is_file() {
        return Err(io::Error::new(ErrorKind::InvalidInput, "it is no regular file"));
    }
    if known.len() <= from {
        return Ok(Vec::new());
    }
    file.seek(SeekFrom::Start(from))?;
    let mut bytes = Vec::new();
    loop {
        let read = file.by_ref().take(CHUNK).read_to_end(&mut bytes)?;
        if read == 0 || bytes.contains(&b'\n') {
            break;
        }
        if bytes.len() > HELD {
            let so_far = from + bytes.len() as u64;
            drop(bytes);
            return Ok(skip(&mut file, so_far)?.map(|end| (end, Vec::new())).into_iter().collect());
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

/// Where the line ends that is read up to `at`; none if it is not finished.
fn skip(file: &mut File, mut at: u64) -> io::Result<Option<u64>> {
    let mut bytes = Vec::new();
    loop {
        bytes.clear();
        if file.by_ref().take(CHUNK).read_to_end(&mut bytes)? == 0 {
            return Ok(None);
        }
        if let Some(place) = bytes.iter().position(|byte| *byte == b'\n') {
            return Ok(Some(at + place as u64 + 1));
        }
        at += bytes.len() as u64;
    }
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

    #[test]
    fn a_line_too_long_to_hold_is_passed_over_once_it_ends() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("lines");
        let long = "x".repeat(HELD + (2 << 20));
        std::fs::write(&path, &long).unwrap();
        assert_eq!(lines(&path, 0).unwrap(), [], "it may go on");
        std::fs::write(&path, format!("{long}\nnext\n")).unwrap();
        let end = long.len() as u64 + 1;
        assert_eq!(lines(&path, 0).unwrap(), [(end, Vec::new())]);
        assert_eq!(lines(&path, end).unwrap(), [(end + 5, b"next".to_vec())]);
    }

    #[test]
    fn what_is_no_file_is_not_read() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("pipe");
        rustix::fs::mknodat(rustix::fs::CWD, &path, rustix::fs::FileType::Fifo, 0o600.into(), 0).unwrap();
        assert_eq!(lines(&path, 0).unwrap_err().kind(), ErrorKind::InvalidInput);
    }
}
