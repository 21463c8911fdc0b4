//! What a terminal shows, and what has scrolled away: alacritty's model, with what that keeps to itself noted beside it.
//! Decides nothing about who sees it, and reads or writes no file.

use std::sync::{Arc, Mutex};

use alacritty_terminal::{
    Term,
    event::{Event, EventListener, WindowSize},
    grid::{Dimensions, Grid},
    index::Line,
    term::{Config, Osc52, TermMode, cell::Cell},
    vte::ansi::{Handler as _, Processor},
};

use super::{encode, flow::Stretch, palette, scrollback::Scrollback, tokens::Turn};
use crate::keeper::{lock, model::Size};

/// Rows above the screen that stay cells, so that a taller screen has them back.
pub(super) const NEAR: usize = 256;
/// Rows that may gather there before the oldest become text.
const GATHERED: usize = NEAR + 512;
/// What is read of the output in one go, so that no row slips through between.
const SLICE: usize = 512;

/// What the model asks for while it reads.
#[derive(Clone, Default)]
pub(super) struct Outbox(Arc<Mutex<Vec<Event>>>);

impl EventListener for Outbox {
    fn send_event(&self, event: Event) {
        if matches!(event, Event::PtyWrite(_) | Event::ColorRequest(..) | Event::TextAreaSizeRequest(_)) {
            lock(&self.0).push(event);
        }
    }
}

impl Dimensions for Size {
    fn total_lines(&self) -> usize {
        self.screen_lines()
    }
    fn screen_lines(&self) -> usize {
        usize::from(self.rows)
    }
    fn columns(&self) -> usize {
        usize::from(self.cols)
    }
}

pub(super) struct Screen {
    pub(super) term: Term<Outbox>,
    pub(super) scrollback: Scrollback,
    /// The first screen, while the alternate one is shown.
    pub(super) below: Option<Grid<Cell>>,
    /// The rows that scroll, from 1; none for all.
    pub(super) region: Option<(u16, u16)>,
    /// The second character set is in use.
    pub(super) shifted: bool,
    /// The last row that became text goes on in the next.
    pub(super) continued: bool,
    outbox: Outbox,
    parser: Processor,
}

impl Screen {
    /// An empty screen that keeps so many rows, and so many bytes of them.
    pub(super) fn new(size: Size, rows: usize, bytes: usize) -> Self {
        let outbox = Outbox::default();
        let config =
            Config { scrolling_history: GATHERED + SLICE, osc52: Osc52::Disabled, ..Config::default() };
        Self {
            term: Term::new(config, &size, outbox.clone()),
            scrollback: Scrollback::new(rows, bytes),
            below: None,
            region: None,
            shifted: false,
            continued: false,
            outbox,
            parser: Processor::new(),
        }
    }

    pub(super) fn size(&self) -> Size {
        // Both were set from a `Size`.
        Size { cols: self.term.columns() as u16, rows: self.term.screen_lines() as u16 }
    }

    /// Takes in what the program wrote, which must be whole sequences.
    pub(super) fn show(&mut self, bytes: &[u8]) {
        let (mut at, mut stretch) = (0, Stretch::default());
        while at < bytes.len() {
            stretch.look(bytes, at, self.term.screen_lines());
            let flows = stretch.flows_from(at);
            match flows {
                Some(end) if self.may_flow() => {
                    self.flow(&bytes[at..end]);
                    at = end;
                }
                _ => at += self.show_slice(&bytes[at..], flows.is_some()),
            }
        }
    }

    /// Takes in the beginning, to a line's end if that is wished for; says how much that was.
    fn show_slice(&mut self, bytes: &[u8], to_line_end: bool) -> usize {
        let near = &bytes[..bytes.len().min(SLICE)];
        let line_end = near.iter().rposition(|byte| *byte == b'\n').filter(|_| to_line_end);
        // Never within a character: vte 0.15 loses what follows one that comes in two parts.
        let is_within = |at: &usize| bytes.get(*at).is_some_and(|byte| byte & 0xc0 == 0x80);
        let whole = || (1..=near.len()).rev().find(|at| !is_within(at)).unwrap_or(near.len());
        let end = line_end.map_or_else(whole, |at| at + 1);
        self.parser.advance(&mut self.term, &bytes[..end]);
        if self.below.is_none() && self.term.history_size() > GATHERED {
            self.put_away(Line(-(NEAR as i32)));
            let grid = self.term.grid_mut();
            grid.update_history(NEAR);
            grid.update_history(GATHERED + SLICE);
        }
        end
    }

    /// Turns the rows above this one into text; they are still there.
    pub(super) fn put_away(&mut self, end: Line) {
        let grid = self.term.grid();
        let mut row = encode::Writer::new();
        for line in (grid.topmost_line().0..end.0).map(Line) {
            self.continued = row.row(grid, line, self.continued);
            if self.continued {
                row.plain();
            } else {
                row.line_end();
            }
            row.take(|row| self.scrollback.push(row));
        }
    }

    /// Takes note of what the model does not tell.
    pub(super) fn turn(&mut self, turn: Turn) {
        match turn {
            Turn::Alternate(true) if self.below.is_none() => {
                let mut below = self.term.grid().clone();
                below.saved_cursor = below.cursor.clone();
                self.below = Some(below);
            }
            Turn::Alternate(true) => {}
            Turn::Alternate(false) => self.below = None,
            Turn::Region(region) => {
                let rows = self.size().rows;
                let region = region.map(|(top, bottom)| (top, bottom.min(rows)));
                // What the model takes no notice of.
                if region.is_none_or(|(top, bottom)| top < bottom) {
                    self.region = region;
                }
            }
            Turn::Shift(shifted) => self.shifted = shifted,
            Turn::ClearSaved if self.below.is_some() => {}
            Turn::ClearSaved => {
                self.scrollback.clear();
                self.continued = false;
            }
            Turn::Deleted(count) => {
                // Of more than there are, alacritty 0.26 deletes the rest before the cursor.
                let there = self.term.columns() - self.term.grid().cursor.point.column.0;
                self.term.delete_chars(usize::from(count).min(there));
            }
            Turn::Moved => {
                let last = self.term.last_column();
                let cursor = &mut self.term.grid_mut().cursor;
                cursor.input_needs_wrap &= cursor.point.column == last;
            }
            Turn::Reset => {
                self.scrollback.clear();
                (self.below, self.region, self.shifted, self.continued) = (None, None, false, false);
            }
        }
    }

    /// Takes another size. What was written stays, wrapped anew; what scrolls is again the whole screen.
    pub(super) fn resize(&mut self, size: Size) {
        self.term.resize(size);
        if let Some(below) = &mut self.below {
            below.resize(true, size.screen_lines(), size.columns());
        }
        self.region = None;
    }

    /// Answers what the program has asked.
    pub(super) fn answer(&mut self, replies: &mut Vec<u8>) {
        for event in lock(&self.outbox.0).drain(..) {
            let text = match event {
                Event::PtyWrite(text) => text,
                Event::ColorRequest(index, write) => {
                    let Some(rgb) = self.term.colors()[index].or_else(|| palette::colour(index)) else {
                        continue;
                    };
                    write(rgb)
                }
                Event::TextAreaSizeRequest(write) => {
                    let Size { cols, rows } = self.size();
                    write(WindowSize { num_lines: rows, num_cols: cols, cell_width: 8, cell_height: 16 })
                }
                _ => continue,
            };
            replies.extend_from_slice(text.as_bytes());
        }
    }

    pub(super) fn mode(&self) -> TermMode {
        *self.term.mode()
    }
}
