//! Rows that have scrolled away, as text: a hundred times smaller than cells, and ready to be sent. Bounded in rows and in
//! bytes; the oldest go first. Rows keep the width they had, and one that was wrapped is told from one that ended.

use std::collections::VecDeque;

/// The rows of one terminal.
pub(super) struct Scrollback {
    rows: VecDeque<Box<[u8]>>,
    bytes: usize,
    most_rows: usize,
    most_bytes: usize,
}

impl Scrollback {
    pub(super) fn new(most_rows: usize, most_bytes: usize) -> Self {
        Self { rows: VecDeque::new(), bytes: 0, most_rows, most_bytes }
    }

    /// Adds a row with its line end, if it has one.
    pub(super) fn push(&mut self, row: Vec<u8>) {
        self.bytes += row.len();
        self.rows.push_back(row.into_boxed_slice());
        while self.rows.len() > self.most_rows || self.bytes > self.most_bytes {
            let Some(oldest) = self.rows.pop_front() else { break };
            self.bytes -= oldest.len();
        }
    }

    pub(super) fn clear(&mut self) {
        self.rows = VecDeque::new();
        self.bytes = 0;
    }

    /// The last rows, at most this many, one after another.
    pub(super) fn last(&self, rows: usize) -> impl Iterator<Item = &[u8]> {
        self.rows.range(self.rows.len() - rows.min(self.rows.len())..).map(AsRef::as_ref)
    }
}
