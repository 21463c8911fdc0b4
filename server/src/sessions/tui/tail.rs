//! Reads a file of lines that somebody else writes, from where it was read before. Never takes a line twice, and never the
//! half of one.

use std::{
    fs::{File, OpenOptions},
    io::{self, ErrorKind, Read, Seek, SeekFrom},
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
};

use rustix::fs::OFlags;

/// What is read in one go; a longer line is read whole all the same.
const CHUNK: u64 = 1 << 20;
/// The longest line that is held, as in the chat.
const HELD: u64 = 8 << 20;

/// How far a line was searched for its end in vain, so that a long one is not searched from its beginning at every look.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Unfinished {
    path: PathBuf,
    from: u64,
    to: u64,
}

impl Unfinished {
    /// Where the search for the end of the line at `from` goes on.
    fn searched(&self, path: &Path, from: u64, length: u64) -> u64 {
        let known = self.path == path && self.from == from && self.to <= length;
        if known { self.to.max(from) } else { from }
    }
}

/// The whole lines after `from`, at most about a megabyte of them, each with where it ends. A last line that is not finished
/// waits for its end; a file that is not there has no lines. A line too long to hold comes empty, once it has an end.
///
/// # Errors
/// When it cannot be read, or is no regular file: another kind may never end.
pub(crate) async fn tail(
    path: &Path,
    from: u64,
    unfinished: &mut Unfinished,
) -> io::Result<Vec<(u64, Vec<u8>)>> {
    let (path, mut known) = (path.to_owned(), std::mem::take(unfinished));
    let work = move || lines(&path, from, &mut known).map(|lines| (lines, known));
    let (lines, known) = tokio::task::spawn_blocking(work).await.map_err(io::Error::other)??;
    *unfinished = known;
    Ok(lines)
}

/// The file, if there is one.
pub(super) fn open(path: &Path) -> io::Result<Option<File>> {
    // A pipe without a writer would hold up whoever opens it.
    let nonblocking = OFlags::NONBLOCK.bits().cast_signed();
    let file = match OpenOptions::new().read(true).custom_flags(nonblocking).open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error),
    };
    if !file.metadata()?.is_file() {
        return Err(io::Error::new(ErrorKind::InvalidInput, "it is no regular file"));
    }
    Ok(Some(file))
}

/// The same as [`tail`], for whoever may wait for the disk.
pub(super) fn lines(path: &Path, from: u64, unfinished: &mut Unfinished) -> io::Result<Vec<(u64, Vec<u8>)>> {
    let Some(mut file) = open(path)? else { return Ok(Vec::new()) };
    let length = file.metadata()?.len();
    if length <= from {
        return Ok(Vec::new());
    }
    let searched = unfinished.searched(path, from, length);
    let first = match first_end(&mut file, searched)? {
        Ok(first) => first,
        Err(to) => {
            *unfinished = Unfinished { path: path.to_owned(), from, to };
            return Ok(Vec::new());
        }
    };
    if first - from > HELD {
        return Ok(vec![(first, Vec::new())]);
    }
    let mut bytes = Vec::new();
    file.seek(SeekFrom::Start(from))?;
    file.take(CHUNK.max(first - from)).read_to_end(&mut bytes)?;
    let mut end = from;
    let whole = bytes.split_inclusive(|byte| *byte == b'\n').filter(|line| line.ends_with(b"\n"));
    Ok(whole
        .map(|line| {
            end += line.len() as u64;
            (end, line[..line.len() - 1].to_vec())
        })
        .collect())
}

/// Where the first line ends after `at`, or else where the file does.
fn first_end(file: &mut File, mut at: u64) -> io::Result<Result<u64, u64>> {
    file.seek(SeekFrom::Start(at))?;
    let mut bytes = Vec::new();
    loop {
        bytes.clear();
        if file.by_ref().take(CHUNK).read_to_end(&mut bytes)? == 0 {
            return Ok(Err(at));
        }
        if let Some(place) = bytes.iter().position(|byte| *byte == b'\n') {
            return Ok(Ok(at + place as u64 + 1));
        }
        at += bytes.len() as u64;
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    fn lines(path: &Path, from: u64) -> io::Result<Vec<(u64, Vec<u8>)>> {
        super::lines(path, from, &mut Unfinished::default())
    }

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
        let long = "x".repeat(usize::try_from(HELD).unwrap() + (2 << 20));
        std::fs::write(&path, &long).unwrap();
        assert_eq!(lines(&path, 0).unwrap(), [], "it may go on");
        std::fs::write(&path, format!("{long}\nnext\n")).unwrap();
        let end = long.len() as u64 + 1;
        assert_eq!(lines(&path, 0).unwrap(), [(end, Vec::new())]);
        assert_eq!(lines(&path, end).unwrap(), [(end + 5, b"next".to_vec())]);
    }

    #[test]
    fn what_was_searched_for_an_end_is_not_searched_again() {
        let dir = tempfile::tempdir().unwrap();
        let (path, other) = (dir.path().join("lines"), dir.path().join("other"));
        std::fs::write(&path, "one\nhal").unwrap();
        let mut unfinished = Unfinished::default();
        assert_eq!(super::lines(&path, 4, &mut unfinished).unwrap(), []);
        assert_eq!(unfinished, Unfinished { path: path.clone(), from: 4, to: 7 });
        // An end where there was none: nobody looks there again.
        std::fs::write(&path, "one\nh\nlf two\n").unwrap();
        assert_eq!(unfinished.searched(&path, 4, 13), 7);
        assert_eq!(super::lines(&path, 4, &mut unfinished.clone()).unwrap()[0].1, b"h");
        for (path, from, length) in [(&other, 4, 13), (&path, 0, 13), (&path, 4, 6)] {
            assert_eq!(unfinished.searched(path, from, length), from, "it is another line");
        }
        std::fs::write(&path, "one\nhalf\n").unwrap();
        assert_eq!(super::lines(&path, 4, &mut unfinished).unwrap(), [(9, b"half".to_vec())]);
    }

    #[test]
    fn what_is_no_file_is_not_read() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("pipe");
        rustix::fs::mknodat(rustix::fs::CWD, &path, rustix::fs::FileType::Fifo, 0o600.into(), 0).unwrap();
        assert_eq!(lines(&path, 0).unwrap_err().kind(), ErrorKind::InvalidInput);
    }
}
