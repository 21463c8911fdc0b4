//! Rows that have scrolled away, as text: a hundred times smaller than cells, and ready to be sent. Bounded in rows and in
//! bytes; the oldest go first. Rows keep the width they had, and one that was wrapped is told from one that ended.

use std::collections::VecDeque;

/// The rows of one terminal, one behind another.
pub(super) struct Scrollback {
    text: VecDeque<u8>,
    /// How many bytes each row has.
    rows: VecDeque<usize>,
    most_rows: usize,
    most_bytes: usize,
}

impl Scrollback {
    pub(super) fn new(most_rows: usize, most_bytes: usize) -> Self {
        Self { text: VecDeque::new(), rows: VecDeque::new(), most_rows, most_bytes }
    }

    pub(super) const fn most_rows(&self) -> usize {
        self.most_rows
    }

    /// Adds a row with its line end, if it has one.
    pub(super) fn push(&mut self, row: &[u8]) {
        self.text.extend(row);
        self.rows.push_back(row.len());
        while self.rows.len() > self.most_rows || self.text.len() > self.most_bytes {
            let Some(oldest) = self.rows.pop_front() else { break };
            self.text.drain(..oldest);
        }
    }

    pub(super) fn clear(&mut self) {
        (self.text, self.rows) = (VecDeque::new(), VecDeque::new());
    }

    /// The last rows, at most this many.
    pub(super) fn last(&self, rows: usize) -> Vec<u8> {
        let bytes: usize = self.rows.iter().rev().take(rows).sum();
        self.text.range(self.text.len() - bytes..).copied().collect()
    }
}
