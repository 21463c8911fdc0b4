//! Lines that flow by without ever being cells leave what they would have left as cells.

use proptest::{prelude::*, test_runner::RngSeed};

use alacritty_terminal::grid::Dimensions;

use super::{
    super::{screen::NEAR, tokens::Turn},
    *,
};

/// What the same output leaves when it comes in parts that are each drawn: none of it flows.
fn in_parts(size: Size, rows: usize, parts: &[&[u8]]) -> Display {
    let mut display = Display::new(size, rows, 4 << 20);
    for part in parts.iter().flat_map(|part| part.chunks(4 << 10)) {
        display.read(part);
        display.draw();
    }
    display
}

/// Lines of every length up to three times the screen's, some with blanks at their end, some of nothing else.
fn lines() -> impl Strategy<Value = Vec<u8>> {
    let line = (0usize..130, 0usize..90, 0u8..90).prop_map(|(words, blanks, letter)| {
        let blanks = if letter % 3 == 0 { blanks } else { 0 };
        [vec![b'!' + letter; words], vec![b' '; blanks], b"\r\n".to_vec()].concat()
    });
    prop::collection::vec(line, 0..2_000).prop_map(|lines| lines.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, rng_seed: RngSeed::Fixed(7), ..ProptestConfig::default() })]

    #[test]
    fn lines_that_flow_leave_what_others_leave(
        before in output(true),
        flood in lines(),
        between in output(true),
        more in lines(),
        after in output(true),
        rows in prop_oneof![Just(10_000_usize), 300..2_000_usize],
    ) {
        let parts = [&before[..], b"\x1b[m\r\n", &flood, &between, &more, &after];
        let mut slow = in_parts(SIZE, rows, &parts);
        let mut fast = Display::new(SIZE, rows, 4 << 20);
        for part in parts {
            fast.read(part);
        }
        prop_assert_eq!(first_difference(&mut slow, &mut fast, rows), None);
        for display in [&mut slow, &mut fast] {
            display.resize(Size { rows: 40, ..SIZE });
            display.read(b"and on");
        }
        prop_assert_eq!(first_difference(&mut slow, &mut fast, rows), None);
    }
}

/// The first row that is not the same, for a failure that can be read.
fn first_difference(one: &mut Display, other: &mut Display, rows: usize) -> Option<(usize, String, String)> {
    let [one, other] = [one, other].map(|display| display.picture(rows));
    let [one, other] = [text(&one), text(&other)];
    let row = (0..one.len().max(other.len())).find(|row| one.get(*row) != other.get(*row))?;
    let shown = |text: &[String]| text.get(row).cloned().unwrap_or_default();
    Some((row, shown(&one), shown(&other)))
}

/// The rows without colours: where those are said again depends on which rows are still cells.
fn text(picture: &[u8]) -> Vec<String> {
    // Links without a name of their own are numbered.
    let picture = String::from_utf8_lossy(picture);
    let unnamed =
        picture.split("\x1b]8;id=").map(|part| part.split_once("_alacritty").map_or(part, |named| named.1));
    let picture: Vec<&str> = unnamed.collect();
    let mut plain = String::new();
    for (n, part) in picture.join("\x1b]8;").split("\x1b[").enumerate() {
        let digits = part.trim_start_matches(|c: char| c.is_ascii_digit() || matches!(c, ';' | ':'));
        match digits.strip_prefix('m') {
            Some(rest) if n > 0 => plain.push_str(rest),
            _ => plain.extend([if n > 0 { "<" } else { "" }, part]),
        }
    }
    plain.split('\n').map(str::to_owned).collect()
}

#[test]
fn a_flood_flows() {
    let lines: Vec<u8> = (0..40_000).flat_map(|n| format!("this is line {n}\r\n").into_bytes()).collect();
    let mut screen = Screen::new(SIZE, 10_000, 4 << 20);
    screen.show(&b"\r\n".repeat(20));
    assert!(screen.may_flow());
    screen.show(&lines);
    let kept = screen.scrollback.last(usize::MAX);
    assert!(kept.starts_with(b"this is line ") && kept.ends_with(b"\r\n"));
    assert_eq!(screen.term.history_size(), NEAR + 1, "only the last lines are cells");
    // What is not plain, or would not simply push the screen up, does not flow.
    for other in ["x", "\x1b[31m", "\x1b[2;5r", "\x1b[?1049h", "\x1b[?7l", "\x1b[4h", "\x1b(0", "\x1b[A"] {
        let mut screen = Screen::new(SIZE, 10_000, 4 << 20);
        screen.show(&b"\r\n".repeat(20));
        screen.show(other.as_bytes());
        if other == "\x1b[2;5r" {
            screen.turn(Turn::Region(Some((2, 5))));
        } else if other == "\x1b[?1049h" {
            screen.turn(Turn::Alternate(true));
        }
        assert!(!screen.may_flow(), "{other:?}");
    }
}
