//! A screen as text: given to a terminal that was reset and has the same size, it shows the same, scrolls back the same,
//! and goes on the same. Changes nothing.

use alacritty_terminal::{
    grid::{Cursor, Dimensions as _, Grid},
    index::Column,
    term::{
        TermMode,
        cell::{Cell, Flags},
    },
    vte::ansi::{CharsetIndex, CursorShape, StandardCharset},
};

use super::{
    encode::{Writer, rows},
    palette,
    screen::Screen,
};

/// Modes that are off in a terminal that was reset, and what turns them on.
const MODES: [(TermMode, &str); 11] = [
    (TermMode::APP_CURSOR, "\x1b[?1h"),
    (TermMode::APP_KEYPAD, "\x1b="),
    (TermMode::INSERT, "\x1b[4h"),
    (TermMode::LINE_FEED_NEW_LINE, "\x1b[20h"),
    (TermMode::MOUSE_REPORT_CLICK, "\x1b[?1000h"),
    (TermMode::MOUSE_DRAG, "\x1b[?1002h"),
    (TermMode::MOUSE_MOTION, "\x1b[?1003h"),
    (TermMode::UTF8_MOUSE, "\x1b[?1005h"),
    (TermMode::SGR_MOUSE, "\x1b[?1006h"),
    (TermMode::FOCUS_IN_OUT, "\x1b[?1004h"),
    (TermMode::BRACKETED_PASTE, "\x1b[?2004h"),
];

/// The screen with at most `history` rows above it.
pub(super) fn take(screen: &Screen, history: usize) -> Vec<u8> {
    let grid = screen.term.grid();
    let first = screen.below.as_ref().unwrap_or(grid);
    let near = first.history_size();
    let mut text = screen.scrollback.last(history.saturating_sub(near));
    let mut out = Writer::new();
    rows(&mut out, first, history, screen.continued && !text.is_empty());
    colours(&mut out, screen);
    if screen.below.is_some() {
        put_cursor(&mut out, first, &first.cursor);
        // The cursor of the first screen is kept with its colour and letters; the alternate one begins empty.
        out.raw("\x1b[?1049h");
        out.plain();
        out.raw("\x1b(B\x1b)B\x1b[H\x1b[J");
        rows(&mut out, grid, 0, false);
    }
    finish(&mut out, screen, grid);
    text.append(&mut out.into_bytes());
    text
}

/// What is not in the cells: cursors, modes, the rows that scroll.
fn finish(out: &mut Writer, screen: &Screen, grid: &Grid<Cell>) {
    let mode = screen.mode();
    if grid.saved_cursor != Cursor::default() {
        put_cursor(out, grid, &grid.saved_cursor);
        out.raw("\x1b7");
    }
    if let Some((top, bottom)) = screen.region {
        out.raw(&format!("\x1b[{top};{bottom}r"));
    }
    put_cursor(out, grid, &grid.cursor);
    for (flag, on) in MODES {
        if mode.contains(flag) {
            out.raw(on);
        }
    }
    if mode.contains(TermMode::ORIGIN) {
        // It moves the cursor, and rows count from the first that scrolls then.
        out.raw("\x1b[?6h");
        place(out, grid, &grid.cursor, screen.region.map_or(0, |(top, _)| top - 1));
        out.look(&grid.cursor.template);
    }
    if screen.shifted {
        out.raw("\x0e");
    }
    if !mode.contains(TermMode::LINE_WRAP) {
        out.raw("\x1b[?7l");
    }
    if !mode.contains(TermMode::ALTERNATE_SCROLL) {
        out.raw("\x1b[?1007l");
    }
    let style = screen.term.cursor_style();
    let shape = match style.shape {
        CursorShape::Underline => 3,
        CursorShape::Beam => 5,
        _ => 1,
    };
    if shape != 1 || style.blinking {
        out.raw(&format!("\x1b[{} q", shape + u8::from(!style.blinking)));
    }
    if !mode.contains(TermMode::SHOW_CURSOR) {
        out.raw("\x1b[?25l");
    }
}

/// Moves the cursor, and makes what follows look as it would there.
fn put_cursor(out: &mut Writer, grid: &Grid<Cell>, cursor: &Cursor<Cell>) {
    out.raw("\x1b(B\x1b)B");
    place(out, grid, cursor, 0);
    for (index, name) in [(CharsetIndex::G0, '('), (CharsetIndex::G1, ')')] {
        if cursor.charsets[index] == StandardCharset::SpecialCharacterAndLineDrawing {
            out.raw(&format!("\x1b{name}0"));
        }
    }
    out.look(&cursor.template);
}

/// Moves the cursor to its row, counted from the one below `above`. Behind the last column it gets by writing that again.
fn place(out: &mut Writer, grid: &Grid<Cell>, cursor: &Cursor<Cell>, above: u16) {
    // Where rows count from the first that scrolls, none above it can be named.
    let row = (cursor.point.line.0 + 1 - i32::from(above)).max(1);
    let column = cursor.point.column.0;
    if !cursor.input_needs_wrap {
        return out.raw(&format!("\x1b[{row};{}H", column + 1));
    }
    let line = &grid[cursor.point.line];
    let wide = column > 0 && line[Column(column)].flags.contains(Flags::WIDE_CHAR_SPACER);
    let column = column - usize::from(wide);
    out.raw(&format!("\x1b[{row};{}H", column + 1));
    out.at(line, column, grid.columns());
}

/// Colours that the program has changed.
fn colours(out: &mut Writer, screen: &Screen) {
    let colours = screen.term.colors();
    for (index, command) in (0..256).map(|n| (n, format!("4;{n}"))).chain([
        (palette::FOREGROUND, "10".to_owned()),
        (palette::BEHIND, "11".to_owned()),
        (palette::CURSOR, "12".to_owned()),
    ]) {
        if let Some(rgb) = colours[index] {
            out.raw(&format!("\x1b]{command};rgb:{:02x}/{:02x}/{:02x}\x1b\\", rgb.r, rgb.g, rgb.b));
        }
    }
}
