//! One viewer of a terminal: a picture, then every byte behind it. One that cannot keep up is not waited for and nothing is
//! stored for it: it gets a new picture once it is too far behind.

use std::io;
use std::time::{Duration, Instant};

use super::{Seen, Terminal};
use crate::keeper::lock;
use crate::keeper::model::Shown;
use crate::keeper::wire::{Reply, View};

/// Output that comes so soon after the last is sent together: half-drawn screens flicker.
const PACE: Duration = Duration::from_millis(4);
/// Less than this is the echo of a key, which nothing may hold up, in bytes.
const ECHO: usize = 256;
/// At most how often a viewer that lags behind gets a picture.
const PICTURES: Duration = Duration::from_millis(200);
/// The most bytes of one frame.
const FRAME: usize = 64 << 10;

/// How far a viewer is.
struct Watch {
    place: Option<u64>,
    history: usize,
    sizes: u64,
    copied: u64,
    pictured: Option<Instant>,
}

/// Sends what `view` asks for until the terminal ends; `send` fails once the viewer is gone, and `gone` says so earlier.
pub(in crate::keeper) fn run(
    terminal: &Terminal,
    view: &View,
    gone: impl Fn() -> bool,
    send: impl FnMut(&Reply) -> io::Result<()>,
) -> io::Result<()> {
    lock(&terminal.shown).viewers += 1;
    let told = tell(terminal, view, gone, send);
    lock(&terminal.shown).viewers -= 1;
    terminal.changed.notify_all();
    told
}

fn tell(
    terminal: &Terminal,
    view: &View,
    gone: impl Fn() -> bool,
    mut send: impl FnMut(&Reply) -> io::Result<()>,
) -> io::Result<()> {
    let mut viewer = {
        let shown = lock(&terminal.shown);
        // A picture of another size is of no use, and the viewer says which it has.
        let fits = view.size == Some(shown.display.size());
        Watch {
            place: view.since.filter(|place| fits && shown.display.recent.from(*place, 0).is_some()),
            history: view.history as usize,
            sizes: shown.sizes,
            copied: shown.copies.back().map_or(0, |(number, _)| *number),
            pictured: None,
        }
    };
    let mut sent = None::<Instant>;
    loop {
        if let Some(rest) = sent.and_then(|sent| PACE.checked_sub(sent.elapsed())) {
            std::thread::sleep(rest);
        }
        let Some(next) = viewer.next(terminal, &gone) else { return Ok(()) };
        sent = None;
        // A full frame has more behind it, and an echo stands for itself.
        if let Shown::Output { bytes, .. } = &next {
            sent = (ECHO..FRAME).contains(&bytes.len()).then(Instant::now);
        }
        let over = matches!(next, Shown::Ended(_));
        send(&Reply::Shown(next))?;
        if over {
            return Ok(());
        }
    }
}

impl Watch {
    /// Waits for something to send; none once the viewer is gone.
    fn next(&mut self, terminal: &Terminal, gone: &impl Fn() -> bool) -> Option<Shown> {
        let mut shown = lock(&terminal.shown);
        loop {
            if gone() {
                return None;
            }
            if self.sizes != shown.sizes {
                (self.place, self.pictured) = (None, None);
            }
            let behind = self.place.and_then(|place| shown.display.recent.from(place, FRAME));
            match (self.place, behind) {
                (Some(place), Some(bytes)) if !bytes.is_empty() => {
                    self.place = Some(place + bytes.len() as u64);
                    return Some(Shown::Output { place, bytes });
                }
                (Some(_), Some(_)) => {}
                _ => match self.pictured.and_then(|last| PICTURES.checked_sub(last.elapsed())) {
                    None => return Some(self.picture(&mut shown)),
                    Some(wait) => {
                        let waited = terminal.changed.wait_timeout(shown, wait);
                        shown = waited.unwrap_or_else(std::sync::PoisonError::into_inner).0;
                        continue;
                    }
                },
            }
            if let Some((number, text)) = shown.copies.iter().find(|(number, _)| *number > self.copied) {
                self.copied = *number;
                return Some(Shown::Copy(text.clone()));
            }
            if let Some(exit) = &shown.over {
                return Some(Shown::Ended(exit.clone()));
            }
            let waited = terminal.changed.wait(shown);
            shown = waited.unwrap_or_else(std::sync::PoisonError::into_inner);
        }
    }

    fn picture(&mut self, seen: &mut Seen) -> Shown {
        let (place, size) = (seen.display.recent.end(), seen.display.size());
        (self.place, self.sizes, self.pictured) = (Some(place), seen.sizes, Some(Instant::now()));
        Shown::Picture { place, size, bytes: seen.display.picture(self.history) }
    }
}
