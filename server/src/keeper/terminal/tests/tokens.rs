//! The cutter: whole sequences, whatever the chunks; nothing that answers with a stranger's words.

use proptest::{prelude::*, test_runner::RngSeed};

use super::super::tokens::{Piece, Splitter, Turn};
use super::output;

/// What comes out, with what belongs together put together.
fn cut(chunks: &[&[u8]]) -> Vec<(char, Vec<u8>)> {
    let mut out: Vec<(char, Vec<u8>)> = Vec::new();
    let mut splitter = Splitter::default();
    for chunk in chunks {
        splitter.feed(chunk, &mut |piece| {
            let (kind, bytes) = match piece {
                Piece::Shown(bytes) => ('s', bytes.to_vec()),
                Piece::Query(bytes) => ('q', bytes.to_vec()),
                Piece::Hint(bytes) => ('h', bytes.to_vec()),
                Piece::Copy(text) => ('c', text.to_vec()),
                Piece::Turn(turn) => ('t', format!("{turn:?}").into_bytes()),
            };
            match out.last_mut() {
                Some((last, so_far)) if *last == kind && kind == 's' => so_far.extend(bytes),
                _ => out.push((kind, bytes)),
            }
        });
    }
    out
}

fn shown(output: &[u8]) -> String {
    let shown = cut(&[output]).into_iter().filter(|(kind, _)| *kind == 's').flat_map(|(_, bytes)| bytes);
    String::from_utf8(shown.collect()).unwrap()
}

#[test]
fn what_is_understood_alike_goes_through() {
    for kept in [
        "text äöü 日本\r\n\t\u{8}\u{7}",
        "\x1b[31;1mred\x1b[0m\x1b[2K\x1b[5;7H\x1b[4:3m\x1b[38:2::1:2:3m",
        "\x1b7\x1b8\x1bM\x1bD\x1b=\x1b>\x1b(0\x1b(B\x1b#8",
        "\x1b[?25l\x1b[?2004h\x1b[?1006;1002h\x1b[2 q\x1b[4h\x1b[s\x1b[u",
        "\x1b]0;a title\x07\x1b]8;id=1;https://example.org\x1b\\x\x1b]8;;\x1b\\\x1b]4;1;rgb:ff/00/00\x1b\\\x1b]104\x07",
    ] {
        assert_eq!(shown(kept.as_bytes()), kept);
    }
}

#[test]
fn what_is_not_is_left_out_and_what_is_around_it_stays() {
    for (dropped, why) in [
        ("\x05", "the answerback"),
        ("\u{9b}31m", "control characters of the upper half"),
        ("\x1b[21t", "the title, told to the program as if it had been typed"),
        ("\x1b[?2031h", "a mode that few have"),
        ("\x1b[>4;2m", "keys in another form"),
        ("\x1bP$qm\x1b\\", "a setting told in the sender's words"),
        ("\x1bP+q544e\x1b\\", "a capability told in the sender's words"),
        ("\x1b_Gi=1;AAAA\x1b\\", "pictures"),
        ("\x1b^secret\x1b\\", "a privacy message"),
        ("\x1b]52;c;?\x07", "the clipboard, read"),
        ("\x1b]1337;File=:AAAA\x07", "files"),
        ("\x1b]0;a\u{9c}b\x07", "a string that some would end early"),
        ("\x1b]0;half\x18", "a string given up"),
        ("\x1b[1;2\x18", "a sequence given up"),
        ("\x1b[3h", "a mode nobody has"),
    ] {
        let left = shown(format!("a{dropped}b").as_bytes());
        assert!(left == "ab" || left == "a31mb", "{why}: {left:?}");
    }
    assert_eq!(
        shown(b"a\xffb\xc3(\xe2\x82"),
        "a\u{fffd}b\u{fffd}(",
        "broken text is said to be broken, unfinished is held"
    );
    assert_eq!(shown(b"\x1b[1\n;3\x07mx"), "\n\x07\x1b[1;3mx", "controls within take effect before");
    assert_eq!(shown(b"\x1b[?47h\x1b[?1;2031;2004h\x1b[?1048hx"), "\x1b[?1049h\x1b[?1;2004h\x1b7x");
}

#[test]
fn questions_are_for_the_model_and_turns_are_told_before_they_happen() {
    for question in ["\x1b[c", "\x1b[>c", "\x1b[6n", "\x1b[?2004$p", "\x1b]11;?\x07", "\x1b[18t"] {
        assert_eq!(cut(&[question.as_bytes()]), [('q', question.as_bytes().to_vec())]);
    }
    let turn = |turn: Turn, then: &str| {
        vec![('t', format!("{turn:?}").into_bytes()), ('s', then.as_bytes().to_vec())]
    };
    for (sequence, expected) in [
        ("\x1b[?1049h", Turn::Alternate(true)),
        ("\x1b[?1049l", Turn::Alternate(false)),
        ("\x1b[2;9r", Turn::Region(Some((2, 9)))),
        ("\x1b[r", Turn::Region(None)),
        ("\x1b[3J", Turn::ClearSaved),
        ("\x1bc", Turn::Reset),
        ("\x0e", Turn::Shift(true)),
    ] {
        assert_eq!(cut(&[sequence.as_bytes()]), turn(expected, sequence));
    }
    let deleted = ('t', format!("{:?}", Turn::Deleted(5)).into_bytes());
    assert_eq!(cut(&[b"\x1b[5P"]), [deleted, ('h', b"\x1b[5P".to_vec())], "the model is told in its own way");
    assert_eq!(cut(&[b"\x1b[?2026h"]), [('h', b"\x1b[?2026h".to_vec())]);
    assert_eq!(cut(&[b"\x1b]52;c;aGk=\x07"]), [('c', b"aGk=".to_vec())]);
}

#[test]
fn a_string_without_an_end_takes_bounded_memory_and_is_skipped() {
    let mut splitter = Splitter::default();
    let mut shown = Vec::new();
    let mut feed = |bytes: &[u8]| {
        splitter.feed(bytes, &mut |piece| {
            if let Piece::Shown(bytes) = piece {
                shown.extend_from_slice(bytes);
            }
        });
    };
    feed(b"before\x1b]0;");
    for _ in 0..5_000 {
        feed(&[b'x'; 1_000]);
    }
    feed(b"\x1b");
    feed(b"\\after");
    assert_eq!(String::from_utf8(shown).unwrap(), "beforeafter");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, rng_seed: RngSeed::Fixed(7), ..ProptestConfig::default() })]

    #[test]
    fn how_it_is_cut_makes_no_difference(
        text in prop_oneof![output(true), prop::collection::vec(any::<u8>(), 0..600)],
        cuts in prop::collection::vec(0usize..600, 0..12),
    ) {
        let mut cuts: Vec<_> = cuts.into_iter().map(|at| at.min(text.len())).collect();
        cuts.extend([0, text.len()]);
        cuts.sort_unstable();
        let chunks: Vec<_> = cuts.windows(2).map(|ends| &text[ends[0]..ends[1]]).collect();
        prop_assert_eq!(cut(&chunks), cut(&[&text]));
    }

    #[test]
    fn what_is_shown_is_text_and_goes_through_again_unchanged(text in prop::collection::vec(any::<u8>(), 0..600)) {
        let once = shown(&text);
        prop_assert_eq!(shown(once.as_bytes()), once);
    }
}
