//! The person's terminal: taken, lent to somebody, given back as it was, also after a panic. Never more than one has it.

use std::{
    io::{self, Write, stdout},
    panic,
    sync::Once,
    time::Duration,
};

use crossterm::{
    event::{DisableBracketedPaste, EnableBracketedPaste, poll, read},
    execute,
    terminal::{EnterAlternateScreen, LeaveAlternateScreen, disable_raw_mode, enable_raw_mode, size},
};
use ratatui::{DefaultTerminal, Frame, Terminal, backend::CrosstermBackend};

use super::clipboard::Copied;

/// Ends whatever sequence was cut off, and turns off what a program may have turned on: keys, mouse, paste, focus, margins,
/// letters, colours, links, the shape of the cursor and its being hidden.
pub(super) const MODES_OFF: &str = "\x18\x1b\\\x1b[?1l\x1b>\x1b[4l\x1b[20l\x1b[?6l\x1b[?7h\x1b[?1000l\x1b[?1002l\x1b[?1003l\
    \x1b[?1004l\x1b[?1005l\x1b[?1006l\x1b[?2004l\x1b[?2026l\x1b[r\x1b[0m\x1b(B\x1b)B\x0f\x1b]104\x1b\\\x1b]110\x1b\\\x1b]111\x1b\\\
    \x1b]112\x1b\\\x1b]8;;\x1b\\\x1b[0 q\x1b[?25h";
/// The first screen, in case a program has left the alternate one on.
pub(super) const FIRST_SCREEN: &str = "\x1b[?1049l";
/// Keeps the title of the window, and brings it back.
const TITLE: [&str; 2] = ["\x1b[22;0t", "\x1b[23;0t"];

/// The terminal while the hub has it; given back when this is dropped.
pub(super) struct Screen {
    terminal: DefaultTerminal,
}

impl Screen {
    /// Takes the terminal.
    pub(super) fn take() -> io::Result<Self> {
        restore_after_panic();
        enter()?;
        match Terminal::new(CrosstermBackend::new(stdout())) {
            Ok(terminal) => Ok(Self { terminal }),
            Err(error) => {
                restore();
                Err(error)
            }
        }
    }

    /// Draws what changed.
    pub(super) fn draw(&mut self, draw: impl FnOnce(&mut Frame)) -> io::Result<()> {
        self.terminal.draw(draw).map(drop)
    }

    /// Puts a text on the person's clipboard, if their terminal takes it.
    pub(super) fn copy(&mut self, text: &Copied) -> io::Result<()> {
        write!(stdout(), "{}", text.sequence())?;
        stdout().flush()
    }

    /// Gives the first screen to a program that reads the keys as they come. What was on it is in the terminal's own history
    /// from now on.
    pub(super) fn lend_raw(&mut self) -> io::Result<()> {
        let (_, rows) = size()?;
        let up = "\n".repeat(usize::from(rows));
        execute!(stdout(), DisableBracketedPaste, LeaveAlternateScreen)?;
        write!(stdout(), "{}\x1b[{rows};1H{up}\x1b[H", TITLE[0])?;
        stdout().flush()
    }

    /// Ends that: nothing of the program stays on the first screen.
    pub(super) fn end_raw(&mut self) -> io::Result<()> {
        write!(stdout(), "{MODES_OFF}{FIRST_SCREEN}\x1b[H\x1b[2J")
    }

    /// Gives the terminal to a program as a shell would.
    pub(super) fn lend(&mut self) -> io::Result<()> {
        write!(stdout(), "{}", TITLE[0])?;
        leave()
    }

    /// Takes it back, whatever was done to it. What was typed before that was for somebody else, and is dropped.
    pub(super) fn take_back(&mut self) -> io::Result<()> {
        enable_raw_mode()?;
        while poll(Duration::ZERO)? {
            read()?;
        }
        // Some of these move the cursor, which the shell wants back where it is.
        write!(stdout(), "\x1b[0m\x1b7{MODES_OFF}\x1b8{}", TITLE[1])?;
        enter()?;
        // A new one knows nothing of what is on the screen, and `clear` would ask the terminal where its cursor is.
        self.terminal = Terminal::new(CrosstermBackend::new(stdout()))?;
        Ok(())
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        restore();
    }
}

fn enter() -> io::Result<()> {
    enable_raw_mode()?;
    execute!(stdout(), EnterAlternateScreen, EnableBracketedPaste)
}

fn leave() -> io::Result<()> {
    write!(stdout(), "{MODES_OFF}")?;
    execute!(stdout(), LeaveAlternateScreen)?;
    disable_raw_mode()
}

/// Gives the terminal back; there is nobody left to tell if that fails.
fn restore() {
    let _ = leave();
}

/// A panic is told on the screen that the shell has, not on one that is gone with it.
fn restore_after_panic() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let before = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            restore();
            before(info);
        }));
    });
}
