//! What real programs wrote, and what xterm.js made of it, which is what the page shows terminals with. The recordings and
//! screens are in `fixtures`, with what makes them anew.

use std::path::{Path, PathBuf};

use alacritty_terminal::{
    grid::{Dimensions, Row},
    index::{Column, Line},
    term::cell::{Cell, Flags},
    vte::ansi::Color,
};
use serde::Deserialize;

use super::*;

const SIZE: Size = Size { cols: 80, rows: 24 };

/// Rows that are not the same, by recording and place, and why not.
const EXCEPTIONS: [(&str, usize, usize, &str); 3] = [
    ("tput", 5987, 17, SAVED),
    ("tput", 5987, 18, SAVED),
    ("vim", 11405, 5, "what is left of half a wide character, of which no standard says how it looks"),
];
const SAVED: &str = "a saved cursor stays where it was on the screen, as DEC's terminals have it; in xterm.js it moves with \
                     the text when that scrolls";

/// A screen at one point of a recording.
#[derive(Debug, PartialEq, Deserialize)]
struct Reference {
    /// How many bytes were written.
    at: usize,
    /// Column and row, from 0.
    cursor: (usize, usize),
    /// Of each row its text, then the stretches that do not look plain.
    lines: Vec<Vec<String>>,
}

/// Every recording: its name and its bytes.
pub(super) fn recordings() -> Vec<(String, Vec<u8>)> {
    let mut paths: Vec<PathBuf> = std::fs::read_dir(folder())
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|end| end == "output"))
        .collect();
    paths.sort();
    let name = |path: &Path| path.file_stem().unwrap().to_string_lossy().into_owned();
    paths.iter().map(|path| (name(path), std::fs::read(path).unwrap())).collect()
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src/keeper/terminal/tests/fixtures")
}

fn colour(colour: Color) -> String {
    match colour {
        Color::Named(name) if (name as usize) < 16 => (name as usize).to_string(),
        Color::Named(_) => String::new(),
        Color::Indexed(number) => number.to_string(),
        Color::Spec(rgb) => format!("#{:02x}{:02x}{:02x}", rgb.r, rgb.g, rgb.b),
    }
}

/// How a cell looks, apart from its character; of a blank only what can be seen.
fn looks(cell: &Cell) -> String {
    let blank = matches!(cell.c, ' ' | '\t') && cell.zerowidth().is_none();
    let flags = [
        ('b', cell.flags.contains(Flags::BOLD) && !blank),
        ('d', cell.flags.contains(Flags::DIM) && !blank),
        ('i', cell.flags.contains(Flags::ITALIC) && !blank),
        ('u', cell.flags.intersects(Flags::ALL_UNDERLINES)),
        ('r', cell.flags.contains(Flags::INVERSE)),
        ('h', cell.flags.contains(Flags::HIDDEN) && !blank),
        ('s', cell.flags.contains(Flags::STRIKEOUT)),
    ];
    let set: String = flags.iter().filter(|(_, on)| *on).map(|(name, _)| name).collect();
    let unseen = blank && !cell.flags.contains(Flags::INVERSE);
    let text = if unseen { String::new() } else { colour(cell.fg) };
    format!("{text}/{}/{set}", colour(cell.bg))
}

fn row(row: &Row<Cell>) -> Vec<String> {
    let (mut text, mut runs) = (String::new(), Vec::<(String, usize, usize)>::new());
    for x in 0..usize::from(SIZE.cols) {
        let cell = &row[Column(x)];
        if cell.flags.contains(Flags::WIDE_CHAR_SPACER) {
            continue;
        }
        let end = x + if cell.flags.contains(Flags::WIDE_CHAR) { 2 } else { 1 };
        text.push(if cell.c == '\t' { ' ' } else { cell.c });
        text.extend(cell.zerowidth().unwrap_or_default());
        let look = looks(cell);
        match runs.last_mut() {
            Some((last, _, to)) if *last == look && *to == x => *to = end,
            _ if look != "//" => runs.push((look, x, end)),
            _ => {}
        }
    }
    let runs = runs.into_iter().map(|(look, from, to)| format!("{from}-{to} {look}"));
    std::iter::once(text.trim_end().to_owned()).chain(runs).collect()
}

fn seen(display: &mut Display, at: usize) -> Reference {
    let grid = display.draw().term.grid();
    let lines = (0..grid.screen_lines()).map(|line| row(&grid[Line(line as i32)])).collect();
    let cursor = &grid.cursor;
    let column = cursor.point.column.0 + usize::from(cursor.input_needs_wrap);
    Reference { at, cursor: (column, cursor.point.line.0 as usize), lines }
}

#[test]
fn real_programs_are_shown_as_xterm_shows_them() {
    let mut wrong = Vec::new();
    for (name, output) in recordings() {
        let kept = std::fs::read(folder().join(format!("{name}.screens.json"))).unwrap();
        let screens: Vec<Reference> = serde_json::from_slice(&kept).unwrap();
        assert_eq!(screens.last().unwrap().at, output.len());
        // In one go, as a terminal is read, in scraps, and byte by byte.
        for chunk in [usize::MAX, 4096, 7, 1] {
            let (mut display, mut from) = (Display::new(SIZE, 1_000, 1 << 20), 0);
            for screen in &screens {
                for part in output[from..screen.at].chunks(chunk) {
                    display.read(part);
                }
                from = screen.at;
                let ours = seen(&mut display, screen.at);
                if ours.cursor != screen.cursor {
                    wrong.push(format!("{name} at {from}: cursor {:?} != {:?}", ours.cursor, screen.cursor));
                }
                for (y, (ours, theirs)) in ours.lines.iter().zip(&screen.lines).enumerate() {
                    let expected = EXCEPTIONS.iter().any(|(recording, at, row, _)| {
                        (*recording, *at, *row) == (name.as_str(), screen.at, y)
                    });
                    if expected {
                        assert_ne!(ours, theirs, "{name} at {from}, row {y} is no exception any more");
                    } else if ours != theirs {
                        wrong.push(format!("{name} at {from}, row {y}:\n  {ours:?}\n  {theirs:?}"));
                    }
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{} differ:\n{}", wrong.len(), wrong.join("\n"));
}
