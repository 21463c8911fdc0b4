//! The last of what was shown, by its place in the whole: a viewer that was away for a moment goes on where it was, and all
//! viewers read from the same copy. Bounded; who is farther behind gets a picture instead.

use std::collections::VecDeque;

/// How much is kept, in bytes.
const MOST: usize = 1 << 20;

/// A stretch of what was shown, with the place behind its last byte.
#[derive(Default)]
pub(super) struct Recent {
    bytes: VecDeque<u8>,
    end: u64,
}

impl Recent {
    pub(super) fn push(&mut self, bytes: &[u8]) {
        self.end += bytes.len() as u64;
        let bytes = &bytes[bytes.len().saturating_sub(MOST)..];
        let over = (self.bytes.len() + bytes.len()).saturating_sub(MOST);
        self.bytes.drain(..over);
        self.bytes.extend(bytes);
    }

    /// Whether so many more can come without what follows this place being forgotten.
    pub(super) fn has_room(&self, place: u64, more: usize) -> bool {
        self.end - place + more as u64 <= MOST as u64
    }

    /// Everything from this place on, which must still be known.
    pub(super) fn since(&mut self, place: u64) -> &[u8] {
        // As much as is known is never more than fits into memory.
        let from = self.bytes.len() - (self.end - place) as usize;
        &self.bytes.make_contiguous()[from..]
    }

    /// How many bytes were shown in all.
    pub(super) fn end(&self) -> u64 {
        self.end
    }

    /// From where on everything is known.
    pub(super) fn start(&self) -> u64 {
        self.end - self.bytes.len() as u64
    }

    /// At most `limit` bytes from this place on; none if it is forgotten, or was never reached.
    pub(super) fn from(&self, place: u64, limit: usize) -> Option<Vec<u8>> {
        let skip = usize::try_from(place.checked_sub(self.start())?).ok()?;
        if skip > self.bytes.len() {
            return None;
        }
        let (head, tail) = self.bytes.as_slices();
        let head = head.get(skip..).unwrap_or_default();
        let tail = tail.get(skip.saturating_sub(self.bytes.len() - tail.len())..).unwrap_or_default();
        let (head, tail) =
            (&head[..head.len().min(limit)], &tail[..tail.len().min(limit - head.len().min(limit))]);
        Some([head, tail].concat())
    }
}
