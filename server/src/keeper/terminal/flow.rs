//! Plain lines that go by so fast that they are above the screen before anybody looks: they become rows of the scrollback
//! without ever being cells. Anything but plain text goes the long way, and so do the last lines.

use alacritty_terminal::{
    grid::Dimensions as _,
    index::{Column, Point},
    term::{
        TermMode,
        cell::{Cell, Flags},
    },
    vte::ansi::{CharsetIndex, StandardCharset},
};

use super::screen::{NEAR, Screen};

/// Less than this is not worth looking at, in bytes.
const LEAST: usize = 16 << 10;
/// A longer line goes the long way, in bytes.
const LONGEST: usize = 1 << 10;

/// What stands at the beginning of a stretch of output.
#[derive(Clone, Copy, Default)]
pub(super) struct Stretch {
    /// So much of it are plain lines.
    plain: usize,
    /// So much of it are lines that will be far above the screen.
    flows: usize,
}

impl Stretch {
    /// Looks at `bytes` from `at`, unless that was done before.
    pub(super) fn look(&mut self, bytes: &[u8], at: usize, rows: usize) {
        if at < self.plain || bytes.len() - at < LEAST {
            return;
        }
        self.plain = at + plain(&bytes[at..]);
        self.flows = at;
        if self.plain - at >= LEAST {
            self.flows += last_lines(&bytes[at..self.plain], rows + NEAR);
        }
    }

    /// Where the lines end that will be far above the screen; none if `at` is behind them.
    pub(super) fn flows_from(&self, at: usize) -> Option<usize> {
        (at < self.flows).then_some(self.flows)
    }
}

/// How many bytes at the beginning are whole lines of printable ASCII.
fn plain(bytes: &[u8]) -> usize {
    let mut at = 0;
    // Never farther than a line may be long: what is not plain is looked at again from every place in it.
    while let Some(end) = memchr::memchr(b'\n', &bytes[at..bytes.len().min(at + LONGEST)]) {
        let Some(text) = bytes[at..at + end].strip_suffix(b"\r") else { break };
        // Without a way out of the loop it is compiled to look at many bytes at once.
        if !text.iter().fold(true, |all, byte| all & matches!(byte, 0x20..=0x7e)) {
            break;
        }
        at += end + 1;
    }
    at
}

/// Where the last `count` lines begin; 0 if there are no more.
fn last_lines(bytes: &[u8], count: usize) -> usize {
    memchr::memrchr_iter(b'\n', bytes).nth(count).map_or(0, |end| end + 1)
}

impl Screen {
    /// Whether plain lines that come now would just push the screen up, row by row.
    pub(super) fn may_flow(&self) -> bool {
        let (grid, mode) = (self.term.grid(), self.mode());
        let (bottom, last) = (grid.bottommost_line(), grid.last_column());
        let above = bottom - 1_i32;
        let goes_on = above >= grid.topmost_line() && grid[above][last].flags.contains(Flags::WRAPLINE);
        self.below.is_none()
            && self.region.is_none()
            && !self.shifted
            && grid.cursor.charsets[CharsetIndex::G0] == StandardCharset::Ascii
            && mode.contains(TermMode::LINE_WRAP)
            && !mode.intersects(TermMode::INSERT | TermMode::ORIGIN)
            && grid.cursor.template == Cell::default()
            && grid.cursor.point == Point::new(bottom, Column(0))
            && grid[bottom].is_clear()
            && !goes_on
    }

    /// Takes plain lines that are followed by more than a screenful, when they [may flow](Self::may_flow).
    pub(super) fn flow(&mut self, lines: &[u8]) {
        let kept = &lines[last_lines(lines, self.scrollback.most_rows())..];
        if kept.len() == lines.len() {
            let bottom = self.term.bottommost_line();
            self.put_away(bottom);
        }
        self.continued = false;
        let columns = self.term.columns();
        // What follows fills the screen from above; the rows that are on it now would all be gone by then.
        let grid = self.term.grid_mut();
        grid.clear_history();
        grid.reset_region(..);
        grid.cursor.point = Point::default();
        let (mut row, mut at) = (Vec::new(), 0);
        for end in memchr::memchr_iter(b'\n', kept) {
            // Before it is a carriage return, or it would not be plain.
            let mut text = &kept[at..end.saturating_sub(1)];
            at = end + 1;
            let wraps = text.len() > columns;
            while text.len() > columns {
                let (full, rest) = text.split_at(columns);
                self.scrollback.push(full);
                text = rest;
            }
            row.clear();
            row.extend_from_slice(text.trim_ascii_end());
            if row.is_empty() && wraps {
                // As `encode` has it: there is nothing that would wrap.
                row.extend_from_slice(b"\r\n");
            }
            row.extend_from_slice(b"\r\n");
            self.scrollback.push(&row);
        }
    }
}
