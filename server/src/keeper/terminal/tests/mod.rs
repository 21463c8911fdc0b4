//! The parts of a terminal, each by itself. A whole one in its keeper is in `server/tests/keeper`.
#![allow(clippy::unwrap_used, reason = "tests")]

mod corpus;
mod flow;
mod fuzz;
mod pictures;
mod tokens;

use proptest::prelude::*;

use super::{display::Display, screen::Screen};
use crate::keeper::model::Size;

const SIZE: Size = Size { cols: 40, rows: 12 };

fn display() -> Display {
    Display::new(SIZE, 10_000, 4 << 20)
}

/// What programs write, and what they should not. `erasing` with the sequence that erases the screen, which scrolls away
/// as many rows as have anything on them: blanks that were written count, and blanks that were not do not.
fn output(erasing: bool) -> impl Strategy<Value = Vec<u8>> {
    prop::collection::vec(part(erasing), 0..60).prop_map(|parts| parts.concat())
}

fn part(erasing: bool) -> impl Strategy<Value = Vec<u8>> {
    let text = prop_oneof![
        Just("plain words "),
        Just("a line that is longer than the terminal is wide, so that it has to be wrapped "),
        Just("日本語の文字"),
        Just("e\u{301}a\u{308}\u{323}"),
        Just("🦀🇦🇹👩‍🚀"),
        Just("\r\n"),
        Just("\n"),
        Just("\u{8}"),
        Just("\r"),
        Just("q\x0eqqq\x0fq"),
        Just("\u{1b}]8;;https://example.org\u{1b}\\link\u{1b}]8;;\u{1b}\\"),
        Just("\u{1b}]2;title\u{7}"),
        Just("\u{1b}(0lqk\u{1b}(B"),
        Just("\u{1b}M"),
        Just("\u{1b}D"),
        Just("\u{1b}="),
    ];
    let control =
        (prop::collection::vec(0u16..14, 0..3), prop::sample::select(b"ABCDEFGHJKLMPSTXZ@dfm".to_vec()));
    let control = control.prop_filter("erases", move |(_, last)| erasing || *last != b'J');
    let look = prop::sample::select(vec![
        "0",
        "1",
        "2",
        "3",
        "4",
        "4:3",
        "7",
        "9",
        "31",
        "42",
        "95",
        "38;5;200",
        "48;2;1;2;3",
        "58;5;7",
    ]);
    let mode = prop::sample::select(vec![
        "?1049h", "?1049l", "?25l", "?25h", "?7l", "?7h", "?6h", "?6l", "4h", "4l", "?1h", "?2004h",
        "?1002h", "?1006h", "?1004h", "3;9r", "r", "3J", "!p", "?47h", "?2026h", "?2026l", "5 q",
    ]);
    prop_oneof![
        4 => text.prop_map(|text| text.as_bytes().to_vec()),
        3 => control.prop_map(|(numbers, last)| {
            let numbers: Vec<_> = numbers.iter().map(ToString::to_string).collect();
            format!("\x1b[{}{}", numbers.join(";"), char::from(last)).into_bytes()
        }),
        2 => look.prop_map(|look| format!("\x1b[{look}m").into_bytes()),
        1 => mode.prop_map(|mode| format!("\x1b[{mode}").into_bytes()),
    ]
}
