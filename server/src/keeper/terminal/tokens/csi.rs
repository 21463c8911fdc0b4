//! Control sequences: `ESC [`, a prefix, numbers, intermediates, one last byte. Says which are understood alike everywhere.

use super::{MAX_CONTROL, Scan, Turn, Verdict};

/// A sequence in its parts; the prefix and the intermediate are 0 where there is none.
struct Parts<'a> {
    prefix: u8,
    numbers: &'a [u8],
    intermediate: u8,
    last: u8,
}

pub(super) fn scan(data: &[u8]) -> Scan {
    let (mut mixed, mut past_numbers) = (false, false);
    for (at, byte) in data.iter().enumerate().skip(2) {
        match byte {
            _ if at >= MAX_CONTROL => return Scan::Broken(at),
            0x30..=0x3f if !past_numbers => {}
            0x20..=0x2f => past_numbers = true,
            0x40..=0x7e if mixed => return Scan::Mixed(at + 1),
            0x40..=0x7e => return Scan::Whole(at + 1),
            0x18 | 0x1a => return Scan::Broken(at + 1),
            0x1b | 0x80.. => return Scan::Broken(at),
            0x30..=0x3f => return Scan::Broken(at + 1),
            _ => mixed = true,
        }
    }
    Scan::More
}

impl<'a> Parts<'a> {
    fn of(sequence: &'a [u8]) -> Option<Self> {
        let (last, body) = sequence.get(2..)?.split_last()?;
        let prefix = body.first().copied().filter(|byte| matches!(byte, 0x3c..=0x3f)).unwrap_or(0);
        let body = &body[usize::from(prefix != 0)..];
        let cut = body.iter().position(|byte| (0x20..=0x2f).contains(byte)).unwrap_or(body.len());
        let (numbers, intermediates) = body.split_at(cut);
        match intermediates {
            [] => Some(Self { prefix, numbers, intermediate: 0, last: *last }),
            [one] => Some(Self { prefix, numbers, intermediate: *one, last: *last }),
            _ => None,
        }
    }

    /// The numbers, where one that is missing is 0.
    fn list(&self) -> impl Iterator<Item = u16> {
        self.numbers.split(|byte| *byte == b';').map(number)
    }

    fn first(&self) -> u16 {
        self.list().next().unwrap_or(0)
    }
}

fn number(digits: &[u8]) -> u16 {
    std::str::from_utf8(digits).ok().and_then(|digits| digits.parse().ok()).unwrap_or(0)
}

pub(super) fn judge(sequence: &[u8]) -> Verdict {
    let Some(parts) = Parts::of(sequence) else { return Verdict::Drop };
    match (parts.prefix, parts.intermediate, parts.last) {
        (0, 0, b'J') if parts.first() == 3 => Verdict::Turn(Turn::ClearSaved),
        (0, 0, b'r') => Verdict::Turn(Turn::Region(region(&parts))),
        (0, 0, b'Z') => Verdict::Unwrap,
        (0, 0, b'P') if parts.first() > 1 => Verdict::Delete(parts.first()),
        // Save and restore the cursor; with numbers they are margins, which hardly a terminal has.
        (0, 0, b's' | b'u') if !parts.numbers.is_empty() => Verdict::Drop,
        (0, 0, b'h' | b'l') if parts.list().any(|mode| !matches!(mode, 4 | 20)) => Verdict::Drop,
        (0, 0, b'c' | b'n') | (b'>', 0, b'c') | (0 | b'?', b'$', b'p') => Verdict::Query,
        // Of the questions about the window only its size in characters: any other answer would be somebody's text.
        (0, 0, b't') if parts.first() == 18 => Verdict::Query,
        (0, 0, b'@'..=b'I' | b'J'..=b'M' | b'P' | b'S' | b'T' | b'X' | b'`' | b'a' | b'b' | b'd'..=b'h')
        | (0, 0, b'l' | b'm' | b's' | b'u')
        | (0, b' ', b'q') => Verdict::Keep,
        (0, b'!', b'p') => Verdict::Instead(None, SOFT_RESET.to_vec()),
        (b'?', 0, b'h' | b'l') => modes(&parts),
        _ => Verdict::Drop,
    }
}

/// What a soft reset does, in sequences that every terminal has; the rows that scroll stay.
const SOFT_RESET: &[u8] = b"\x1b[?25h\x1b[4l\x1b[?6l\x1b[m\x1b(B\x1b[?1l\x1b>";

fn region(parts: &Parts) -> Option<(u16, u16)> {
    let mut list = parts.list();
    let (top, bottom) = (list.next().unwrap_or(0).max(1), list.next().unwrap_or(0));
    (top > 1 || bottom > 0).then_some((top, if bottom == 0 { u16::MAX } else { bottom }))
}

/// Private modes: those that are known go through, old names of the alternate screen under its new one.
fn modes(parts: &Parts) -> Verdict {
    let on = parts.last == b'h';
    let (mut kept, mut turn, mut changed) = (Vec::new(), None, false);
    for mode in parts.list() {
        match mode {
            1 | 6 | 7 | 12 | 25 | 1000 | 1002 | 1003 | 1004 | 1005 | 1006 | 1007 | 2004 => kept.push(mode),
            1049 => {
                turn = Some(Turn::Alternate(on));
                kept.push(mode);
            }
            47 | 1047 => {
                (turn, changed) = (Some(Turn::Alternate(on)), true);
                kept.push(1049);
            }
            // When to paint: the model is painted from at any time, so it need not know.
            2026 if parts.numbers.len() == 4 => return Verdict::Hint,
            1048 if parts.numbers.len() == 4 => {
                return Verdict::Instead(None, vec![0x1b, if on { b'7' } else { b'8' }]);
            }
            _ => changed = true,
        }
    }
    match turn {
        _ if kept.is_empty() => Verdict::Drop,
        Some(turn) if !changed => Verdict::Turn(turn),
        None if !changed => Verdict::Keep,
        turn => {
            let kept: Vec<_> = kept.iter().map(ToString::to_string).collect();
            let sequence = format!("\x1b[?{}{}", kept.join(";"), char::from(parts.last));
            Verdict::Instead(turn, sequence.into_bytes())
        }
    }
}
