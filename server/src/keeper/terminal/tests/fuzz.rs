//! What real programs wrote, bent: bytes flipped, cut out, repeated, spliced with each other and with the worst there is.
//! `ROOST_FUZZ_ROUNDS` runs it longer; a round that fails is named by its number and is the same each time.

use rand::{Rng, SeedableRng, rngs::StdRng, seq::IndexedRandom};

use super::{corpus::recordings, *};

/// Enough for each recording to be bent in a hundred ways.
const ROUNDS: u64 = 800;
const HISTORY_BYTES: usize = 64 << 10;
/// What an unfinished sequence may take, and what came with it.
const MOST_HELD: usize = (1 << 20) + (64 << 10);

/// Sequences that are long, never end, nest, ask, or have numbers that no terminal has.
const WORST: [&[u8]; 20] = [
    b"\x1b]0;",
    b"\x1bP$q",
    b"\x1b[",
    b"\x1b[?",
    b"\x1b\x1b\x1b[[",
    b"\x1b[99999999999999999999;99999H",
    b"\x1b[4294967296P\x1b[65536@\x1b[65535L\x1b[65535M\x1b[65535S\x1b[65535T\x1b[65535X",
    b"\x1b[65535b",
    b"\x1b[6n\x1b[c\x1b[>c\x1b[18t\x1b[21t\x1b[?2004$p",
    b"\x1b]4;1;?\x07\x1b]10;?\x1b\\\x1b]52;c;?\x07",
    b"\x1b]0;rm -rf ~\r\x07\x1b[21t\x05",
    b"\x1b[?1049h\x1b[?47l\x1b[?1047h\x1b[?1049l",
    b"\x1b[3;2r\x1b[0;0r\x1b[2;65535r\x1b[?6h",
    b"\x1b[38;5m\x1b[38;2;300;300m\x1b[4:9m\x1b[;;;;;;;;;;;;;;;;;;;;;;;;;;;;;;;;;;;;;;;;;m",
    b"\xff\xfe\xc0\x80\xed\xa0\x80\xf4\x90\x80\x80\xe2\x82",
    b"\x18\x1a\x9b\x9d\x90\x00\x7f",
    b"\xe6\x97\xa5\xcc\x81\xcc\x81\xcc\x81\xcc\x81\xe2\x80\x8d\xf0\x9f\xa6\x80",
    b"\x1bc\x1b[!p\x1b#8\x1b[3J",
    b"\x0e\x1b(0\x1b)0\x0f\x1b*0\x1bN\x1bO",
    b"\x1b]8;;https://example.org\x1b\\",
];

/// One recording, bent.
fn bend(rng: &mut StdRng, recordings: &[(String, Vec<u8>)]) -> Vec<u8> {
    let one = |rng: &mut StdRng| recordings.choose(rng).unwrap().1.clone();
    let mut bytes = one(rng);
    for _ in 0..rng.random_range(1..20) {
        let from = rng.random_range(0..=bytes.len());
        let to = (from + rng.random_range(0..400)).min(bytes.len());
        match rng.random_range(0..6) {
            0 if from < bytes.len() => bytes[from] = rng.random(),
            1 => drop(bytes.drain(from..to)),
            2 => {
                let part = bytes[from..to].repeat(rng.random_range(1..40));
                bytes.splice(from..from, part);
            }
            3 => {
                let other = one(rng);
                let start = rng.random_range(0..other.len());
                bytes.splice(from.., other[start..].iter().copied());
            }
            4 => {
                let worst = *WORST.choose(rng).unwrap();
                bytes.splice(from..from, worst.iter().copied());
            }
            _ => bytes[from..to].reverse(),
        }
        bytes.truncate(1 << 20);
    }
    bytes
}

/// Whether these are answers that a terminal gives in its own words: reports and colours, nothing that could be typed.
fn are_own_words(mut replies: &[u8]) -> bool {
    while !replies.is_empty() {
        let (body, ends): (_, &[u8]) = match replies {
            [0x1b, b'[', body @ ..] => (body, b"Rncyt"),
            [0x1b, b']', body @ ..] => (body, b"\x07\x1b"),
            _ => return false,
        };
        let Some(end) = body.iter().position(|byte| ends.contains(byte)) else { return false };
        let is_number = |byte: &u8| byte.is_ascii_hexdigit() || b";?>$:/rgb".contains(byte);
        if !body[..end].iter().all(is_number) {
            return false;
        }
        replies = body[end + 1..].strip_prefix(b"\\").unwrap_or(&body[end + 1..]);
    }
    true
}

#[test]
#[expect(clippy::disallowed_methods, reason = "how long to run is said from outside")]
fn whatever_comes_is_survived_and_types_nothing_and_is_bounded() {
    let rounds = std::env::var("ROOST_FUZZ_ROUNDS").map_or(ROUNDS, |rounds| rounds.parse().unwrap());
    let recordings = recordings();
    for round in 0..rounds {
        // Said only if it fails.
        println!("round {round}");
        let mut rng = StdRng::seed_from_u64(round);
        let bytes = bend(&mut rng, &recordings);
        let mut display = Display::new(SIZE, 500, HISTORY_BYTES);
        let mut rest = &bytes[..];
        while !rest.is_empty() {
            let (part, others) = rest.split_at(rng.random_range(1..=rest.len().min(8 << 10)));
            rest = others;
            let news = display.read(part);
            assert!(are_own_words(&news.replies), "{:?}", String::from_utf8_lossy(&news.replies));
            assert!(display.splitter.held.len() <= MOST_HELD);
            if rng.random_ratio(1, 20) {
                display.resize(Size { cols: rng.random(), rows: rng.random_range(0..100) }.clamped());
            }
        }
        let shown = std::str::from_utf8(display.recent.since(display.recent.start())).unwrap();
        assert!(
            !shown.contains(['\0', '\x05', '\x7f', '\u{9b}', '\u{90}']),
            "nothing that terminals disagree on"
        );
        let screen = display.draw();
        assert!(screen.scrollback.last(usize::MAX).len() <= HISTORY_BYTES);
        std::str::from_utf8(&display.picture(usize::MAX)).unwrap();
    }
}

#[test]
fn words_of_others_are_told_apart() {
    assert!(are_own_words(b"\x1b[1;3R\x1b[?6c\x1b]11;rgb:1414/1515/1414\x07\x1b[?2004;2$y"));
    for typed in [&b"ls\r"[..], b"\x1b]l;rm -rf ~\x1b\\", b"\x1b[1;3Rx", b"\x1b[1;3", b"\x1bP1$r0m\x1b\\"] {
        assert!(!are_own_words(typed), "{typed:?}");
    }
}
