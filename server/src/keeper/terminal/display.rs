//! What a terminal shows: the last of its output, as every viewer gets it, and the screen that comes of it. The screen takes
//! output in only when somebody asks what is on it, or before that output is forgotten: of a flood, most is never seen.

use super::{
    recent::Recent,
    screen::Screen,
    snapshot,
    tokens::{Piece, Splitter},
};
use crate::keeper::model::Size;

/// How much output is cut in one go, in bytes: far less than is remembered.
const PART: usize = 64 << 10;

/// What came of a chunk of output, beside what it shows.
#[derive(Default)]
pub(super) struct News {
    /// Answers to the program's questions.
    pub(super) replies: Vec<u8>,
    /// Texts that the program put on the clipboard, in base64.
    pub(super) copies: Vec<String>,
}

pub(super) struct Display {
    pub(super) recent: Recent,
    screen: Screen,
    /// How much of the output the screen has taken in.
    drawn: u64,
    pub(super) splitter: Splitter,
}

impl Display {
    /// An empty one that keeps so many rows, and so many bytes of them.
    pub(super) fn new(size: Size, rows: usize, bytes: usize) -> Self {
        Self {
            recent: Recent::default(),
            screen: Screen::new(size, rows, bytes),
            drawn: 0,
            splitter: Splitter::default(),
        }
    }

    /// Reads what the program wrote.
    pub(super) fn read(&mut self, output: &[u8]) -> News {
        let mut news = News::default();
        let mut splitter = std::mem::take(&mut self.splitter);
        for part in output.chunks(PART) {
            splitter.feed(part, &mut |piece| self.take(&piece, &mut news));
        }
        self.splitter = splitter;
        news
    }

    fn take(&mut self, piece: &Piece, news: &mut News) {
        match piece {
            Piece::Shown(bytes) => {
                if !self.recent.has_room(self.drawn, bytes.len()) {
                    self.draw();
                }
                self.recent.push(bytes);
            }
            Piece::Hint(bytes) => {
                self.draw();
                self.recent.push(bytes);
                self.drawn = self.recent.end();
            }
            Piece::Query(bytes) => {
                let screen = self.draw();
                screen.show(bytes);
                screen.answer(&mut news.replies);
            }
            Piece::Turn(turn) => self.draw().turn(*turn),
            Piece::Copy(text) => {
                if let Ok(text) = std::str::from_utf8(text) {
                    news.copies.push(text.to_owned());
                }
            }
        }
    }

    /// The screen as it is now.
    pub(super) fn draw(&mut self) -> &mut Screen {
        self.screen.show(self.recent.since(self.drawn));
        self.drawn = self.recent.end();
        &mut self.screen
    }

    /// Text that shows the screen with at most `history` rows above it.
    pub(super) fn picture(&mut self, history: usize) -> Vec<u8> {
        snapshot::take(self.draw(), history)
    }

    /// Takes another size. What was written stays.
    pub(super) fn resize(&mut self, size: Size) {
        self.draw().resize(size);
    }

    pub(super) fn size(&self) -> Size {
        self.screen.size()
    }
}
