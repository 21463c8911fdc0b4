//! Turns output records into whole lines and says up to which record everything was yielded, so that the
//! server can commit exactly that. It interprets nothing and holds a bounded amount.

use super::record::{Kind, Record};

/// How much of a line over the limit is kept.
const HEAD: usize = 64 << 10;
/// How many bytes of other records may wait for a line to end.
const HELD: usize = 8 << 20;

/// One thing the server has to store.
#[derive(Debug, PartialEq, Eq)]
pub enum Item {
    /// A whole line of standard output, without its newline.
    Line {
        /// The record that completed it.
        seq: u64,
        /// When that was written down.
        at_ms: u64,
        /// Whatever the child wrote; need not be UTF-8.
        bytes: Vec<u8>,
    },
    /// A line over the limit, of which only the beginning was kept.
    Oversized {
        /// The record that completed it.
        seq: u64,
        /// When that was written down.
        at_ms: u64,
        /// Its first 64 KiB.
        head: Vec<u8>,
        /// How many bytes it had.
        total: u64,
    },
    /// The child ended within this line.
    Half {
        /// The last record of the output.
        seq: u64,
        /// When that was written down.
        at_ms: u64,
        /// What there is of it.
        bytes: Vec<u8>,
    },
    /// Any other record. One that came within a line follows the line.
    Other(Record),
    /// This many bytes of standard error were dropped, because they came within a line that did not end.
    Dropped(u64),
}

/// The assembler. After each call, everything up to [`Lines::through`] was yielded and nothing beyond it: a
/// server that commits the items and that number together, and takes what follows it after a restart, has
/// everything exactly once.
#[derive(Debug)]
pub struct Lines {
    max: usize,
    line: Vec<u8>,
    /// Bytes of the line so far, kept or not.
    total: u64,
    last: (u64, u64),
    held: Vec<Record>,
    held_bytes: usize,
    dropped: u64,
    through: u64,
}

impl Lines {
    /// An assembler for the records that follow `after`, with a limit of 128 MiB for a line.
    pub const fn new(after: u64) -> Self {
        Self::with_max(after, 128 << 20)
    }

    /// An assembler for the records that follow `after` that gives up on lines longer than `max` bytes.
    pub const fn with_max(after: u64, max: usize) -> Self {
        Self {
            max,
            line: Vec::new(),
            total: 0,
            last: (0, 0),
            held: Vec::new(),
            held_bytes: 0,
            dropped: 0,
            through: after,
        }
    }

    /// The number of the record up to which everything was yielded.
    pub const fn through(&self) -> u64 {
        self.through
    }

    /// Takes the next record and yields what it completes, in order.
    pub fn push(&mut self, record: Record) -> Vec<Item> {
        let mut items = Vec::new();
        let seq = record.seq;
        match record.kind {
            Kind::Stdout => self.output(&record, &mut items),
            Kind::Exit => {
                items = self.finish();
                items.push(Item::Other(record));
            }
            _ if self.total > 0 => self.hold(record),
            _ => items.push(Item::Other(record)),
        }
        if self.total == 0 {
            self.release(&mut items);
            self.through = seq;
        }
        items
    }

    /// Yields a line that never ended. For a keeper that died without an exit record.
    pub fn finish(&mut self) -> Vec<Item> {
        let mut items = Vec::new();
        if self.total > 0 {
            let (seq, at_ms) = self.last;
            self.complete(seq, at_ms, true, &mut items);
            self.through = self.held.last().map_or(seq, |record| record.seq.max(seq));
            self.release(&mut items);
        }
        items
    }

    fn output(&mut self, record: &Record, items: &mut Vec<Item>) {
        self.last = (record.seq, record.at_ms);
        for part in record.bytes.split_inclusive(|&byte| byte == b'\n') {
            let (text, ends) = part.strip_suffix(b"\n").map_or((part, false), |text| (text, true));
            self.extend(text);
            if ends {
                self.complete(record.seq, record.at_ms, false, items);
            }
        }
    }

    fn extend(&mut self, text: &[u8]) {
        self.total += text.len() as u64;
        if self.total <= self.max as u64 {
            self.line.extend_from_slice(text);
        } else if self.line.len() < HEAD {
            self.line.extend_from_slice(&text[..text.len().min(HEAD - self.line.len())]);
        } else {
            self.line.truncate(HEAD);
            self.line.shrink_to_fit();
        }
    }

    fn complete(&mut self, seq: u64, at_ms: u64, half: bool, items: &mut Vec<Item>) {
        let bytes = std::mem::take(&mut self.line);
        let total = std::mem::take(&mut self.total);
        items.push(if total > self.max as u64 {
            let mut head = bytes;
            head.truncate(HEAD);
            Item::Oversized { seq, at_ms, head, total }
        } else if half {
            Item::Half { seq, at_ms, bytes }
        } else {
            Item::Line { seq, at_ms, bytes }
        });
    }

    fn hold(&mut self, record: Record) {
        let size = record.bytes.len() + size_of::<Record>();
        // Inputs are what a person wrote and few; only standard error can flood.
        if record.kind == Kind::Stderr && self.held_bytes + size > HELD {
            self.dropped += record.bytes.len() as u64;
            return;
        }
        self.held_bytes += size;
        self.held.push(record);
    }

    fn release(&mut self, items: &mut Vec<Item>) {
        items.extend(self.held.drain(..).map(Item::Other));
        self.held_bytes = 0;
        if self.dropped > 0 {
            items.push(Item::Dropped(std::mem::take(&mut self.dropped)));
        }
    }
}
