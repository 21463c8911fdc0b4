//! Writes rows of cells as text with the fewest sequences that restore them. It positions nothing: rows come one after
//! another, and what was wrapped wraps by itself.

use std::fmt::Write as _;

use alacritty_terminal::{
    grid::{Dimensions as _, Grid, Row},
    index::{Column, Line},
    term::cell::{Cell, Flags, Hyperlink},
    vte::ansi::{Color, NamedColor},
};

const LOOKS: Flags = Flags::INVERSE
    .union(Flags::BOLD)
    .union(Flags::ITALIC)
    .union(Flags::DIM)
    .union(Flags::HIDDEN)
    .union(Flags::STRIKEOUT)
    .union(Flags::ALL_UNDERLINES);
const SPACERS: Flags = Flags::WIDE_CHAR_SPACER.union(Flags::LEADING_WIDE_CHAR_SPACER);

/// How a cell looks, apart from its character.
#[derive(Clone, PartialEq)]
struct Looks {
    fg: Color,
    bg: Color,
    line: Option<Color>,
    flags: Flags,
}

impl Looks {
    const PLAIN: Self = Self {
        fg: Color::Named(NamedColor::Foreground),
        bg: Color::Named(NamedColor::Background),
        line: None,
        flags: Flags::empty(),
    };

    fn of(cell: &Cell) -> Self {
        Self { fg: cell.fg, bg: cell.bg, line: cell.underline_color(), flags: cell.flags & LOOKS }
    }
}

/// What has been written so far, and how what follows would look.
pub(super) struct Writer {
    out: String,
    looks: Looks,
    link: Option<Hyperlink>,
}

impl Writer {
    pub(super) fn new() -> Self {
        Self { out: String::new(), looks: Looks::PLAIN, link: None }
    }

    /// What was written, which is forgotten; how what follows would look is not.
    pub(super) fn take(&mut self, read: impl FnOnce(&[u8])) {
        read(self.out.as_bytes());
        self.out.clear();
    }

    pub(super) fn into_bytes(self) -> Vec<u8> {
        self.out.into_bytes()
    }

    /// Writes sequences as they are. They must leave the looks alone.
    pub(super) fn raw(&mut self, sequence: &str) {
        self.out.push_str(sequence);
    }

    /// Writes a row up to its last cell that shows anything; says whether it goes on in the next row. `continued` if the
    /// row before went on in this one.
    pub(super) fn row(&mut self, grid: &Grid<Cell>, line: Line, continued: bool) -> bool {
        let (row, columns) = (&grid[line], grid.columns());
        let wraps = row[Column(columns - 1)].flags.contains(Flags::WRAPLINE);
        // What leaves the last column free is a wide character in the next row.
        let pushed = wraps
            && line < grid.bottommost_line()
            && row[Column(columns - 1)].flags.contains(Flags::LEADING_WIDE_CHAR_SPACER)
            && is_wide(&grid[line + 1_i32], 0, columns);
        let end = if wraps { columns - usize::from(pushed) } else { shown(row, columns) };
        if continued && end == 0 {
            // There is nothing that would wrap.
            self.line_end();
        }
        let mut column = 0;
        while column < end {
            column += self.at(row, column, columns);
        }
        if continued && !wraps && end < columns && row[Column(0)].bg != Looks::PLAIN.bg {
            // A row that comes into view while a colour is on has it all over.
            self.plain();
            self.raw("\x1b[K");
        }
        wraps
    }

    /// Writes what stands in a column; says how many columns that takes. Half a wide character is a blank.
    pub(super) fn at(&mut self, row: &Row<Cell>, column: usize, columns: usize) -> usize {
        let cell = &row[Column(column)];
        let whole = is_wide(row, column, columns);
        if cell.flags.contains(Flags::LEADING_WIDE_CHAR_SPACER) {
            self.plain();
        } else {
            self.look(cell);
        }
        // A tab is stored where it was typed; the cells it crossed are blank by themselves.
        if cell.flags.contains(Flags::WIDE_CHAR) != whole || cell.flags.intersects(SPACERS) || cell.c == '\t'
        {
            self.out.push(' ');
            return 1;
        }
        self.out.push(cell.c);
        self.out.extend(cell.zerowidth().unwrap_or_default());
        if whole { 2 } else { 1 }
    }

    /// Makes what follows look like this cell.
    pub(super) fn look(&mut self, cell: &Cell) {
        let looks = Looks::of(cell);
        if looks != self.looks {
            sgr(&mut self.out, &looks);
            self.looks = looks;
        }
        let link = cell.hyperlink();
        if link != self.link {
            match &link {
                Some(link) => drop(write!(self.out, "\x1b]8;id={};{}\x1b\\", link.id(), link.uri())),
                None => self.out.push_str("\x1b]8;;\x1b\\"),
            }
            self.link = link;
        }
    }

    /// Makes what follows look plain.
    pub(super) fn plain(&mut self) {
        self.look(&Cell::default());
    }

    /// Ends a row that does not go on in the next.
    pub(super) fn line_end(&mut self) {
        // A coloured background would colour the rest of the row that comes into view.
        self.plain();
        self.out.push_str("\r\n");
    }
}

/// Whether a wide character stands here, with both its halves.
fn is_wide(row: &Row<Cell>, column: usize, columns: usize) -> bool {
    row[Column(column)].flags.contains(Flags::WIDE_CHAR)
        && column + 1 < columns
        && row[Column(column + 1)].flags.contains(Flags::WIDE_CHAR_SPACER)
}

/// How many cells of a row show anything.
fn shown(row: &Row<Cell>, columns: usize) -> usize {
    let blank = |cell: &Cell| {
        matches!(cell.c, ' ' | '\t')
            && cell.zerowidth().is_none()
            && cell.hyperlink().is_none()
            && cell.bg == Looks::PLAIN.bg
            && !cell.flags.intersects(Flags::INVERSE | Flags::ALL_UNDERLINES | Flags::STRIKEOUT | SPACERS)
    };
    (0..columns).rev().find(|column| !blank(&row[Column(*column)])).map_or(0, |last| last + 1)
}

fn sgr(out: &mut String, looks: &Looks) {
    out.push_str("\x1b[0");
    for (flag, code) in [
        (Flags::BOLD, ";1"),
        (Flags::DIM, ";2"),
        (Flags::ITALIC, ";3"),
        (Flags::UNDERLINE, ";4"),
        (Flags::DOUBLE_UNDERLINE, ";4:2"),
        (Flags::UNDERCURL, ";4:3"),
        (Flags::DOTTED_UNDERLINE, ";4:4"),
        (Flags::DASHED_UNDERLINE, ";4:5"),
        (Flags::INVERSE, ";7"),
        (Flags::HIDDEN, ";8"),
        (Flags::STRIKEOUT, ";9"),
    ] {
        if looks.flags.contains(flag) {
            out.push_str(code);
        }
    }
    colour(out, looks.fg, 30);
    colour(out, looks.bg, 40);
    match looks.line {
        Some(Color::Indexed(n)) => drop(write!(out, ";58:5:{n}")),
        Some(Color::Spec(rgb)) => drop(write!(out, ";58:2::{}:{}:{}", rgb.r, rgb.g, rgb.b)),
        Some(Color::Named(_)) | None => {}
    }
    out.push('m');
}

/// The code of a colour: `base` is 30 for the text, 40 for what is behind it.
fn colour(out: &mut String, colour: Color, base: usize) {
    let _ = match colour {
        Color::Named(name) => match name as usize {
            n @ 0..=7 => write!(out, ";{}", base + n),
            n @ 8..=15 => write!(out, ";{}", base + 60 + n - 8),
            // The default, and shades of it that the flags already tell.
            _ => Ok(()),
        },
        Color::Indexed(n) => write!(out, ";{};5;{n}", base + 8),
        Color::Spec(rgb) => write!(out, ";{};2;{};{};{}", base + 8, rgb.r, rgb.g, rgb.b),
    };
}

/// Rows of a grid from the top of what is kept to the bottom, with their line ends, but for the last. `continued` if the row
/// before the first went on in it.
pub(super) fn rows(out: &mut Writer, grid: &Grid<Cell>, history: usize, mut continued: bool) {
    let last = grid.bottommost_line();
    let first = Line(-i32::try_from(history.min(grid.history_size())).unwrap_or(0));
    for line in (first.0..=last.0).map(Line) {
        continued = out.row(grid, line, continued);
        if !continued && line < last {
            out.line_end();
        }
    }
}
