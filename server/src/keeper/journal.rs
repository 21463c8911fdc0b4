//! The journal: numbered records in append-only segment files, each named by the number of its first record.
//! It never holds unread records in memory, never tears a record and never deletes one that was not acked.

use std::collections::VecDeque;
use std::fs::{self, File, OpenOptions};
use std::io;
use std::os::unix::fs::{DirBuilderExt, FileExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use super::now_ms;
use super::record::{Kind, Record, encode, read_record};

fn segment_path(dir: &Path, first: u64) -> PathBuf {
    dir.join(format!("{first:020}.log"))
}

/// The first numbers of all segments, ascending.
fn segments(dir: &Path) -> io::Result<Vec<u64>> {
    let mut firsts = Vec::new();
    for entry in fs::read_dir(dir)? {
        let name = entry?.file_name();
        let first = name.to_str().and_then(|name| name.strip_suffix(".log"));
        firsts.extend(first.and_then(|first| first.parse::<u64>().ok()));
    }
    firsts.sort_unstable();
    Ok(firsts)
}

/// The one writer of a journal, in the keeper.
pub(super) struct Writer {
    dir: PathBuf,
    segment_bytes: u64,
    /// First numbers of the segments that are still on disk; the last is the one written to.
    firsts: VecDeque<u64>,
    file: Option<File>,
    offset: u64,
    next: u64,
    scratch: Vec<u8>,
}

impl Writer {
    /// Starts an empty journal; a directory that exists already is an error, for its records may not be mixed.
    pub(super) fn create(dir: &Path, segment_bytes: u64) -> io::Result<Self> {
        fs::DirBuilder::new().mode(0o700).create(dir)?;
        Ok(Self {
            dir: dir.to_owned(),
            segment_bytes,
            firsts: VecDeque::from([1]),
            file: None,
            offset: 0,
            next: 1,
            scratch: Vec::new(),
        })
    }

    /// Writes one record and returns its number. On an error nothing was added, and trying again is safe.
    pub(super) fn append(&mut self, kind: Kind, line_end: bool, bytes: &[u8]) -> io::Result<u64> {
        let seq = self.next;
        let mut record = std::mem::take(&mut self.scratch);
        encode(seq, now_ms(), kind, line_end, bytes, &mut record);
        let written = self.write(seq, &record);
        let len = record.len() as u64;
        if len <= 128 << 10 {
            self.scratch = record;
        }
        written?;
        self.offset += len;
        self.next += 1;
        Ok(seq)
    }

    fn write(&mut self, seq: u64, record: &[u8]) -> io::Result<()> {
        if self.offset >= self.segment_bytes {
            self.file = Some(open_segment(&self.dir, seq)?);
            self.firsts.push_back(seq);
            self.offset = 0;
        }
        let file = match self.file.take() {
            Some(file) => file,
            None => open_segment(&self.dir, self.firsts.back().copied().unwrap_or(seq))?,
        };
        // The offset is ours, so that what a failed attempt left behind is written over. The truncation
        // only keeps it tidy, and the file is opened afresh next time.
        if let Err(error) = file.write_all_at(record, self.offset) {
            let _ = file.set_len(self.offset);
            return Err(error);
        }
        self.file = Some(file);
        Ok(())
    }

    /// Deletes every segment whose records are all numbered `through` or less, except the newest.
    pub(super) fn ack(&mut self, through: u64) {
        while let (Some(&first), Some(&following)) = (self.firsts.front(), self.firsts.get(1)) {
            if following > through.saturating_add(1) {
                break;
            }
            let _ = fs::remove_file(segment_path(&self.dir, first));
            self.firsts.pop_front();
        }
    }
}

fn open_segment(dir: &Path, first: u64) -> io::Result<File> {
    OpenOptions::new().write(true).create(true).truncate(false).mode(0o600).open(segment_path(dir, first))
}

/// Reads a journal in order, beside its writer or after its death.
pub(super) struct Reader {
    dir: PathBuf,
    open: Option<(u64, File)>,
    offset: u64,
    /// The number of the last record returned, or skipped as already known.
    at: u64,
}

impl Reader {
    /// A reader whose first record is the one after `after`, or the oldest there is.
    pub(super) fn new(dir: &Path, after: u64) -> Self {
        Self { dir: dir.to_owned(), open: None, offset: 0, at: after }
    }

    /// The number up to which everything was returned.
    pub(super) const fn at(&self) -> u64 {
        self.at
    }

    /// The next record numbered `upto` or less; nothing when there is none yet or the rest is torn.
    /// Numbers up to `acked` may be missing, any other gap is taken for damage and ends the reading.
    pub(super) fn next(&mut self, upto: u64, acked: u64) -> io::Result<Option<Record>> {
        while self.at < upto {
            if self.open.is_none() && !self.enter()? {
                return Ok(None);
            }
            let Some((first, file)) = &self.open else {
                return Ok(None);
            };
            if let Some((record, size)) = read_record(file, self.offset)? {
                self.offset += size;
                if record.seq > self.at {
                    self.at = record.seq;
                    return Ok(Some(record));
                }
                continue;
            }
            let after = *first;
            match segments(&self.dir)?.into_iter().find(|&first| first > after) {
                Some(following) if following <= self.at.max(acked) + 1 => self.open_at(following)?,
                _ => return Ok(None),
            }
        }
        Ok(None)
    }

    /// Opens the segment that holds the next record, or the oldest if that one is gone.
    fn enter(&mut self) -> io::Result<bool> {
        let firsts = segments(&self.dir)?;
        let holding = firsts.iter().rev().find(|&&first| first <= self.at + 1).or(firsts.first());
        match holding {
            Some(&first) => self.open_at(first).map(|()| true),
            None => Ok(false),
        }
    }

    fn open_at(&mut self, first: u64) -> io::Result<()> {
        self.open = None;
        match File::open(segment_path(&self.dir, first)) {
            Ok(file) => self.open = Some((first, file)),
            // An ack deleted it between the listing and here; the next turn lists again.
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(error),
        }
        self.offset = 0;
        Ok(())
    }
}
