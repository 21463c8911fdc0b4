//! Strings: titles, links, colours, the clipboard. Anything else a program may send this way is left out, among it
//! everything that a terminal would answer with the sender's own words.

use super::Verdict;

/// The longest string that is not for the clipboard, in bytes.
const MAX_TEXT: usize = 8 << 10;

/// Where a string ends.
pub(super) struct End {
    /// The first byte behind it.
    pub(super) after: usize,
    /// It ends as strings do, not by being given up.
    pub(super) proper: bool,
}

/// The end of the string that begins with two bytes, searched from `from`, which is behind those; none if it has not come.
pub(super) fn end(data: &[u8], from: usize) -> Option<End> {
    // The byte before may be the first half of the terminator.
    for (at, byte) in data.iter().enumerate().skip((from - 1).max(2)) {
        match byte {
            0x07 => return Some(End { after: at + 1, proper: true }),
            0x18 | 0x1a => return Some(End { after: at + 1, proper: false }),
            0x1b => match data.get(at + 1) {
                Some(b'\\') => return Some(End { after: at + 2, proper: true }),
                Some(_) => return Some(End { after: at, proper: false }),
                None => return None,
            },
            _ => {}
        }
    }
    None
}

/// An operating system command, whole.
pub(super) fn judge(sequence: &[u8]) -> Verdict {
    let end = sequence.len() - if sequence.ends_with(b"\x1b\\") { 2 } else { 1 };
    let Some(body) = sequence.get(2..end) else { return Verdict::Drop };
    let cut = body.iter().position(|byte| *byte == b';').unwrap_or(body.len());
    let (command, rest) = (&body[..cut], body.get(cut + 1..).unwrap_or_default());
    if command == b"52" {
        return copy(sequence, cut, end);
    }
    let clean = std::str::from_utf8(body).is_ok_and(|text| !text.chars().any(char::is_control));
    if !clean || body.len() > MAX_TEXT {
        return Verdict::Drop;
    }
    let asks = rest.split(|byte| *byte == b';').any(|part| part == b"?");
    match command {
        b"4" | b"10" | b"11" | b"12" if asks => Verdict::Query,
        b"0" | b"2" | b"4" | b"8" | b"10" | b"11" | b"12" | b"104" | b"110" | b"111" | b"112" => {
            Verdict::Keep
        }
        _ => Verdict::Drop,
    }
}

/// `52;c;TEXT`: text for the clipboard. To be told what is in it is refused.
fn copy(sequence: &[u8], cut: usize, end: usize) -> Verdict {
    let from = 2 + cut + 1;
    let Some(rest) = sequence.get(from..end) else { return Verdict::Drop };
    let Some(comma) = rest.iter().position(|byte| *byte == b';') else { return Verdict::Drop };
    let text = from + comma + 1..end;
    if sequence[text.clone()] == *b"?" { Verdict::Drop } else { Verdict::Copy(text) }
}
