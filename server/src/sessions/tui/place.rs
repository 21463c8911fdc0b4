//! Where the record of a conversation was read to, and by which lines that place is known again: now and then the CLI takes a
//! line out of its record, after which a number of bytes alone leads astray. What a line means is not known here.

use std::{
    collections::VecDeque,
    fs::File,
    io::{self, ErrorKind},
    os::unix::fs::FileExt,
    path::{Path, PathBuf},
    time::Duration,
};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::tail::{Unfinished, lines, open};

/// How many lines a place is known by. What the CLI takes out is among the last ones: the pieces of an answer that failed.
const LINES: usize = 16;
/// How long a record must have been at rest until it is believed that nothing that was read is in it: it may be written anew
/// at this moment. Where something is found, no rest is needed; what is said twice then is taken once, by its id.
const REST: Duration = Duration::from_secs(1);
/// How many bytes at the end of a line tell it from others: its id and its time are there.
const TELLING: u64 = 4096;

/// A place in a record.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Place {
    path: PathBuf,
    at: u64,
    /// The lines before it, the latest at the end.
    known: VecDeque<u64>,
}

/// A whole line of a record.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Line {
    /// Where it ends.
    pub end: u64,
    /// What it says; empty if it is too long to hold.
    pub bytes: Vec<u8>,
    mark: u64,
}

/// What follows a place.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct News {
    /// Where it follows: elsewhere than it was looked for if the record was written anew.
    pub from: u64,
    /// That place.
    pub place: Place,
    /// The lines behind it.
    pub lines: Vec<Line>,
    /// Nothing that was read is in the record any more, so that something may be missing.
    pub lost: bool,
}

impl Place {
    /// Takes note that this line was taken.
    pub(crate) fn pass(&mut self, path: &Path, line: &Line) {
        if self.path != path {
            *self = Self { path: path.to_owned(), ..Self::default() };
        }
        self.at = line.end;
        self.known.push_back(line.mark);
        if self.known.len() > LINES {
            self.known.pop_front();
        }
    }
}

/// The lines that follow `from`, as of [`super::tail()`], wherever that place is now.
///
/// # Errors
/// When the record cannot be read, or is no regular file.
pub(crate) async fn follow(
    path: &Path,
    from: u64,
    place: &Place,
    unfinished: &mut Unfinished,
) -> io::Result<News> {
    let (path, place, mut known) = (path.to_owned(), place.clone(), std::mem::take(unfinished));
    let work = move || news(&path, from, place, &mut known).map(|news| (news, known));
    let (news, known) = tokio::task::spawn_blocking(work).await.map_err(io::Error::other)??;
    *unfinished = known;
    Ok(news)
}

fn news(path: &Path, from: u64, mut place: Place, unfinished: &mut Unfinished) -> io::Result<News> {
    let Some(file) = open(path)? else { return Ok(News { from, place, ..News::default() }) };
    if place.path != path || place.at != from {
        // Read for the first time, or the chat wrote there meanwhile.
        place = Place { path: path.to_owned(), at: from, known: mark(&file, from)?.into_iter().collect() };
    }
    let stands = |place: &Place| {
        Ok::<_, io::Error>(place.known.is_empty() || mark(&file, from)? == place.known.back().copied())
    };
    if !stands(&place)? {
        return find_again(path, &file, &place);
    }
    let lines = lines(path, from, unfinished)?
        .into_iter()
        .map(|(end, bytes)| Ok(mark(&file, end)?.map(|mark| Line { end, bytes, mark })));
    let lines = lines.collect::<io::Result<Option<Vec<_>>>>()?;
    match lines {
        Some(lines) if stands(&place)? => Ok(News { from, place, lines, lost: false }),
        // It is being written anew at this moment: the next look finds out.
        _ => Ok(News { from, place, ..News::default() }),
    }
}

/// The place behind the latest of the known lines that is still there; without any, the last end of a line before the place.
fn find_again(path: &Path, file: &File, place: &Place) -> io::Result<News> {
    let (mut at, mut before, mut found) = (0, 0, None);
    loop {
        let lines = lines(path, at, &mut Unfinished::default())?;
        if lines.is_empty() {
            break;
        }
        for (end, _) in lines {
            at = end;
            let mark = mark(file, end)?;
            let rank = place.known.iter().rposition(|known| Some(*known) == mark);
            if rank.is_some() && rank >= found.map(|(rank, _)| rank) {
                found = rank.map(|rank| (rank, end));
            }
            if end <= place.at {
                before = end;
            }
        }
    }
    // A clock that was set back is no reason to wait.
    let rests =
        || Ok::<_, io::Error>(!file.metadata()?.modified()?.elapsed().is_ok_and(|since| since < REST));
    if found.is_none() && !rests()? {
        return Ok(News { from: place.at, place: place.clone(), ..News::default() });
    }
    let mut place = place.clone();
    let (left, at) = found.map_or((0, before), |(rank, end)| (rank + 1, end));
    place.known.truncate(left);
    place.at = at;
    Ok(News { from: at, place, lines: Vec::new(), lost: found.is_none() })
}

/// What the line that ends here is known by; none if no line does.
fn mark(file: &File, end: u64) -> io::Result<Option<u64>> {
    let begin = end.saturating_sub(TELLING);
    let mut bytes = vec![0; usize::try_from(end - begin).unwrap_or_default()];
    match file.read_exact_at(&mut bytes, begin) {
        Err(error) if error.kind() == ErrorKind::UnexpectedEof => return Ok(None),
        read => read?,
    }
    let Some((b'\n', line)) = bytes.split_last() else { return Ok(None) };
    let line = line.rsplit(|byte| *byte == b'\n').next().unwrap_or_default();
    let sum = Sha256::digest(line);
    Ok(sum.first_chunk().map(|sum| u64::from_le_bytes(*sum)))
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::disallowed_methods, reason = "tests")]
mod tests {
    use std::fs;

    use super::*;

    struct Record {
        _dir: tempfile::TempDir,
        path: PathBuf,
        read: u64,
        place: Place,
    }

    impl Record {
        fn new() -> Self {
            let dir = tempfile::tempdir().unwrap();
            let path = dir.path().join("record");
            Self { _dir: dir, path, read: 0, place: Place::default() }
        }

        fn write(&self, lines: &[&str]) {
            fs::write(&self.path, lines.iter().flat_map(|line| [line, "\n"]).collect::<String>()).unwrap();
        }

        /// As if it had been written a while ago.
        fn rests(&self) {
            let file = File::options().append(true).open(&self.path).unwrap();
            file.set_modified(std::time::SystemTime::now() - 2 * REST).unwrap();
        }

        /// Takes all there is, as the session does; the words of it, and whether something may be missing.
        fn take(&mut self) -> (Vec<String>, bool) {
            let (mut taken, mut lost) = (Vec::new(), false);
            loop {
                let news =
                    news(&self.path, self.read, self.place.clone(), &mut Unfinished::default()).unwrap();
                let moved = news.from != self.read;
                (self.read, self.place) = (news.from, news.place);
                lost |= news.lost;
                if news.lines.is_empty() && !moved {
                    return (taken, lost);
                }
                for line in news.lines {
                    self.place.pass(&self.path, &line);
                    self.read = line.end;
                    taken.push(String::from_utf8(line.bytes).unwrap());
                }
            }
        }
    }

    #[test]
    fn what_follows_a_line_that_was_taken_out_is_taken_once() {
        let cases: [(&[&str], &[&str]); 5] = [
            // The record afterwards, and what is new in it.
            (&["one", "two", "three", "four is longer than three was"], &["four is longer than three was"]),
            (&["one", "two", "4"], &["4"]),
            (&["one", "three", "4", "5"], &["4", "5"]),
            (&["two", "three"], &[]),
            (&["one", "a much longer line than all", "5"], &["a much longer line than all", "5"]),
        ];
        for (after, new) in cases {
            let mut record = Record::new();
            assert_eq!(record.take(), (vec![], false), "there is no file yet");
            record.write(&["one", "two", "three"]);
            assert_eq!(record.take(), (["one", "two", "three"].map(str::to_owned).to_vec(), false));
            record.write(after);
            assert_eq!(
                record.take(),
                (new.iter().map(|line| (*line).to_owned()).collect(), false),
                "{after:?}"
            );
            assert_eq!(record.take(), (vec![], false));
        }
    }

    #[test]
    fn a_record_of_which_nothing_is_left_is_followed_from_where_it_was_read() {
        let mut record = Record::new();
        record.write(&["one", "two"]);
        record.take();
        record.write(&[]);
        assert_eq!(record.take(), (vec![], false), "it is about to be written");
        record.write(&["one", "two", "three"]);
        assert_eq!(record.take(), (vec!["three".to_owned()], false));
        record.write(&["one", "two"]);
        record.take();
        record.write(&["other", "words", "here"]);
        record.rests();
        assert_eq!(record.take(), (vec!["words".to_owned(), "here".to_owned()], true));
        record.write(&[]);
        record.rests();
        assert_eq!(record.take(), (vec![], true));
    }

    #[test]
    fn a_place_that_nobody_read_to_is_known_by_the_line_before_it() {
        let mut record = Record::new();
        record.write(&["of the chat", "of the chat too"]);
        record.read = 28;
        assert_eq!(record.take(), (vec![], false));
        record.write(&["of the chat too", "new"]);
        assert_eq!(record.take(), (vec!["new".to_owned()], false));
        // The chat wrote there: what was known is no help.
        record.write(&["of the chat too", "new", "of the chat"]);
        record.read = 32;
        record.write(&["of the chat too", "new", "of the chat", "newer"]);
        assert_eq!(record.take(), (vec!["newer".to_owned()], false));
    }

    #[test]
    fn a_long_line_is_known_by_its_end_and_many_are_forgotten() {
        let mut record = Record::new();
        let long = "x".repeat(10_000);
        let all: Vec<String> = (0..40).map(|n| format!("{long}{n}")).collect();
        let mut lines: Vec<&str> = all.iter().map(String::as_str).collect();
        record.write(&lines);
        assert_eq!(record.take().0.len(), 40);
        assert_eq!(record.place.known.len(), LINES);
        lines.remove(38);
        lines.push("new");
        record.write(&lines);
        assert_eq!(record.take(), (vec!["new".to_owned()], false));
    }
}
