//! What a terminal shows, written to the person's own: pictures of its size and what follows them. A picture of another size
//! would be garbled, so it is not shown: who has the size in hand is said instead.

use std::cell::Cell;

use app::terminals::wire::{Crew, Said, Told};
use futures::{StreamExt, stream::SplitStream};
use tokio::{
    io::{AsyncWriteExt, Stdout},
    sync::mpsc::Sender,
};
use tokio_tungstenite::tungstenite::Message;

use super::{
    super::{
        clipboard::Copied,
        feed::{Lost, Socket},
        plain::{cut, line},
        screen::{FIRST_SCREEN, MODES_OFF},
    },
    Left, Step,
};
use crate::keeper::Size;

/// The view of one connection.
pub(super) struct Show<'a> {
    out: &'a mut Stdout,
    size: &'a Cell<Size>,
    theirs: &'a Cell<bool>,
    /// Whether the next picture brings the past along.
    past: bool,
    /// Whether a picture was shown.
    pub(super) drew: bool,
    /// Whether the screen is as the terminal's was up to the last frame.
    current: bool,
    crew: Crew,
    taken: u64,
    clip: &'a mut Clip,
}

/// What becomes of texts for the clipboard.
pub(super) struct Clip {
    /// Whether they are passed on at once.
    pub(super) allowed: bool,
    /// The last that was not.
    pub(super) held: Option<Copied>,
}

impl<'a> Show<'a> {
    pub(super) fn new(
        out: &'a mut Stdout,
        size: &'a Cell<Size>,
        theirs: &'a Cell<bool>,
        clip: &'a mut Clip,
        past: bool,
    ) -> Self {
        Self { out, size, theirs, past, drew: false, current: false, crew: Crew::default(), taken: 0, clip }
    }

    /// Shows what comes until the connection or the terminal ends.
    pub(super) async fn run(&mut self, mut frames: SplitStream<Socket>, say: Sender<Said>) -> Step {
        while let Some(Ok(frame)) = frames.next().await {
            let told = match frame {
                Message::Binary(frame) => Told::read(&frame),
                Message::Close(_) => break,
                _ => continue,
            };
            let Ok(told) = told else {
                return Step::Leave(Left::Failed("The server speaks another language.".to_owned()));
            };
            let weight = told.weight();
            if let Some(step) = self.take(told).await {
                return step;
            }
            if weight > 0 {
                self.taken += weight;
                if say.send(Said::Taken(self.taken)).await.is_err() {
                    break;
                }
            }
        }
        Step::Lost(Lost::Away)
    }

    async fn take(&mut self, told: Told) -> Option<Step> {
        match told {
            Told::Picture { cols, rows, bytes, .. } => {
                if (Size { cols, rows }) != self.size.get() {
                    self.current = false;
                    self.look_who_drives().await;
                } else if self.drew && self.past {
                    return Some(Step::Anew);
                } else {
                    self.clear().await;
                    self.write(&bytes).await;
                    (self.drew, self.current) = (true, true);
                    self.theirs.set(false);
                }
            }
            Told::Output { bytes, .. } if self.current => self.write(&bytes).await,
            Told::Output { .. } => {}
            Told::Crew(crew) => {
                self.crew = crew;
                if !self.current {
                    self.look_who_drives().await;
                }
            }
            Told::Copy(text) => {
                if let Some(passed) = Copied::read(&text).and_then(|copied| self.clip.take(copied)) {
                    self.write(passed.sequence().as_bytes()).await;
                }
            }
            Told::Ended(words) => return Some(Step::Leave(Left::Ended(words))),
            Told::Refused(words) => banner(self.out, self.size.get(), &words).await,
        }
        None
    }

    /// Says who has the size in hand if that is somebody else; until then a picture of this size is on its way.
    async fn look_who_drives(&mut self) {
        if self.crew.driving {
            return;
        }
        let Some(driver) = &self.crew.driver else { return };
        let words = format!("{} has the size in hand. A key takes it back, F12 leaves.", line(driver));
        self.theirs.set(true);
        self.clear().await;
        banner(self.out, self.size.get(), &words).await;
    }

    /// Makes a terminal of it that was reset, but keeps its history.
    async fn clear(&mut self) {
        self.write(format!("{FIRST_SCREEN}{MODES_OFF}\x1b[H\x1b[2J").as_bytes()).await;
    }

    /// A person's terminal that takes nothing any more is gone, which who reads its keys learns.
    async fn write(&mut self, bytes: &[u8]) {
        let _ = self.out.write_all(bytes).await;
        let _ = self.out.flush().await;
    }
}

impl Clip {
    /// The text if it may be passed on; else it is held.
    fn take(&mut self, copied: Copied) -> Option<Copied> {
        if self.allowed {
            return Some(copied);
        }
        self.held = Some(copied);
        None
    }
}

/// Writes a line at the bottom, and leaves the cursor where it was.
pub(super) async fn banner(out: &mut Stdout, size: Size, words: &str) {
    let (row, words) = (size.rows, cut(&line(words), usize::from(size.cols)));
    let text = format!("\x1b7\x1b[{row};1H\x1b[0;7m{words}\x1b[0m\x1b[K\x1b8");
    let _ = out.write_all(text.as_bytes()).await;
    let _ = out.flush().await;
}
