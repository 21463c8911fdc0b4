//! Cuts a program's output into whole sequences, so that whatever is handed on begins and ends between two of them, and
//! lets through what Roost's screen model and every viewer's terminal understand alike. Holds at most one unfinished
//! sequence, bounded; it draws nothing and answers nothing.
//!
//! Grammar after ECMA-48 and the parser of DEC's terminals (<https://vt100.net/emu/dec_ansi_parser>); numbers of modes and
//! commands after xterm's `ctlseqs`.

mod csi;
mod strings;

/// The longest control sequence; a real one has a dozen bytes.
const MAX_CONTROL: usize = 256;
/// The longest string (title, link, clipboard) that is waited for, in bytes.
const MAX_STRING: usize = 1 << 20;

/// How much text is looked at in one go, in bytes.
const TEXT: usize = 256;
/// The same of plain bytes.
const BLOCK: usize = 32;

/// A part of the output, in the order it came.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Piece<'a> {
    /// For the model and the viewers.
    Shown(&'a [u8]),
    /// For the model alone: it asks something, and one answer is enough.
    Query(&'a [u8]),
    /// For the viewers alone: when to paint, or what the model was told otherwise.
    Hint(&'a [u8]),
    /// Something the model does not tell, said just before the [`Piece::Shown`] that does it.
    Turn(Turn),
    /// Text for the clipboard, still in base64.
    Copy(&'a [u8]),
}

/// What has to be known beside the model.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Turn {
    /// The alternate screen is shown, or left.
    Alternate(bool),
    /// The rows that scroll, from 1; none for all.
    Region(Option<(u16, u16)>),
    /// The second character set is in use, or the first.
    Shift(bool),
    /// The scrollback is dropped.
    ClearSaved,
    /// Everything is as in the beginning.
    Reset,
    /// The cursor was moved; said behind what moved it.
    Moved,
    /// So many characters are deleted at the cursor; said in place of what does it.
    Deleted(u16),
}

/// What to do with a whole sequence.
enum Verdict {
    Keep,
    Drop,
    Query,
    Hint,
    Turn(Turn),
    /// It moves the cursor from where it would wrap, of which the model takes no notice.
    Unwrap,
    /// It deletes so many characters, of which the model makes too much at the end of a row.
    Delete(u16),
    /// Something else in its place, perhaps with a turn.
    Instead(Option<Turn>, Vec<u8>),
    /// The clipboard's text is in this part of the sequence.
    Copy(std::ops::Range<usize>),
}

/// How a sequence that begins with `ESC` goes on.
enum Scan {
    /// It has this many bytes and nothing in it that does not belong.
    Whole(usize),
    /// The same, with control characters in it that take effect at once.
    Mixed(usize),
    /// This many bytes are no sequence.
    Broken(usize),
    /// It is not finished.
    More,
}

/// The cutter of one terminal.
#[derive(Default)]
pub(super) struct Splitter {
    /// The beginning of what is not whole yet.
    pub(super) held: Vec<u8>,
    /// How much of `held` is known to have no end in it.
    searched: usize,
    /// A string was too long: what is left of it is skipped.
    skipping: bool,
}

impl Splitter {
    /// Takes what was read and gives every whole part to `sink`, in order. How the output was cut into chunks makes no
    /// difference to what comes out, but for where the pieces are cut.
    pub(super) fn feed(&mut self, chunk: &[u8], sink: &mut impl FnMut(Piece)) {
        let mut at = 0;
        if self.skipping {
            let Some(end) = chunk.iter().position(|byte| matches!(byte, 0x07 | 0x18 | 0x1a | 0x1b)) else {
                return;
            };
            self.skipping = false;
            // What begins there is a sequence of its own, if only the end of the string.
            at = end + usize::from(chunk[end] != 0x1b);
        }
        if self.held.is_empty() {
            let rest = self.run(&chunk[at..], sink);
            self.held.extend_from_slice(rest);
        } else {
            let mut held = std::mem::take(&mut self.held);
            held.extend_from_slice(&chunk[at..]);
            let rest = self.run(&held, sink).len();
            self.held = held.split_off(held.len() - rest);
        }
    }

    /// Gives out what is whole and returns the rest.
    fn run<'a>(&mut self, data: &'a [u8], sink: &mut impl FnMut(Piece)) -> &'a [u8] {
        let (mut at, mut from) = (0, 0);
        // Everything between `from` and `at` is shown as it is.
        macro_rules! show {
            () => {
                if from < at {
                    sink(Piece::Shown(&data[from..at]));
                }
            };
        }
        macro_rules! instead {
            ($len:expr) => {{
                show!();
                at += $len;
                from = at;
            }};
        }
        loop {
            at += plain(&data[at..]);
            let Some(&byte) = data.get(at) else { break };
            match byte {
                0x1b => match self.scan(&data[at..]) {
                    Scan::More => {
                        show!();
                        let rest = &data[at..];
                        if rest.len() <= MAX_STRING {
                            return rest;
                        }
                        self.skipping = true;
                        self.searched = 0;
                        return &[];
                    }
                    Scan::Broken(len) => instead!(len),
                    Scan::Mixed(len) => {
                        let sequence = &data[at..at + len];
                        instead!(len);
                        mixed(sequence, sink);
                    }
                    Scan::Whole(len) => {
                        let sequence = &data[at..at + len];
                        match judge(sequence) {
                            Verdict::Keep => at += len,
                            verdict => {
                                instead!(len);
                                carry_out(sequence, verdict, sink);
                            }
                        }
                    }
                },
                0x0e | 0x0f => {
                    instead!(1);
                    sink(Piece::Turn(Turn::Shift(byte == 0x0e)));
                    sink(Piece::Shown(&[byte]));
                }
                0x80.. => match text(&data[at..]) {
                    Text::Shown(len) => at += len,
                    Text::Control(len) => instead!(len),
                    Text::Broken(len) => {
                        instead!(len);
                        sink(Piece::Shown("\u{fffd}".as_bytes()));
                    }
                    Text::More => {
                        show!();
                        return &data[at..];
                    }
                },
                // What no terminal shows, and the one that asks for an answer of one's own choosing.
                _ => instead!(1),
            }
        }
        show!();
        &[]
    }

    fn scan(&mut self, data: &[u8]) -> Scan {
        match data.get(1) {
            None => Scan::More,
            Some(b'[') => csi::scan(data),
            Some(b']' | b'P' | b'X' | b'^' | b'_') => match strings::end(data, self.searched.max(2)) {
                Some(end) => {
                    self.searched = 0;
                    // What was cut off, and what no terminal here understands, is left out whole.
                    if end.proper && data[1] == b']' {
                        Scan::Whole(end.after)
                    } else {
                        Scan::Broken(end.after)
                    }
                }
                None => {
                    self.searched = data.len();
                    Scan::More
                }
            },
            Some(_) => escape(data),
        }
    }
}

/// How many bytes at the beginning are plain.
fn plain(data: &[u8]) -> usize {
    // A block without a way out of it is compiled to be looked at all at once.
    let all = |block: &&[u8]| block.iter().fold(true, |all, byte| all & is_plain(*byte));
    let blocks = data.chunks_exact(BLOCK).take_while(all).count() * BLOCK;
    blocks + data[blocks..].iter().take_while(|byte| is_plain(**byte)).count()
}

/// Bytes that are shown as they are, or move the cursor: most of them.
const fn is_plain(byte: u8) -> bool {
    matches!(byte, 0x20..=0x7e | 0x07..=0x0d)
}

/// A sequence of `ESC`, intermediates and one more byte.
fn escape(data: &[u8]) -> Scan {
    let mut mixed = false;
    for (at, byte) in data.iter().enumerate().skip(1) {
        match byte {
            _ if at >= MAX_CONTROL => return Scan::Broken(at),
            0x20..=0x2f => {}
            0x30..=0x7e if mixed => return Scan::Mixed(at + 1),
            0x30..=0x7e => return Scan::Whole(at + 1),
            0x18 | 0x1a => return Scan::Broken(at + 1),
            0x1b | 0x80.. => return Scan::Broken(at),
            _ => mixed = true,
        }
    }
    Scan::More
}

fn judge(sequence: &[u8]) -> Verdict {
    match sequence {
        [_, b'[', ..] => csi::judge(sequence),
        [_, b']', ..] => strings::judge(sequence),
        [_, b'7' | b'8' | b'=' | b'>' | b'D' | b'E' | b'H' | b'M'] | [_, b'#', b'8'] => Verdict::Keep,
        [_, b'c'] => Verdict::Turn(Turn::Reset),
        [_, b'Z'] => Verdict::Query,
        [_, b'(' | b')', b'0' | b'B'] => Verdict::Keep,
        // National variants of ASCII are told as ASCII: few terminals have them, and nobody uses them any more.
        [_, b'(' | b')', _] => Verdict::Instead(None, vec![0x1b, sequence[1], b'B']),
        _ => Verdict::Drop,
    }
}

fn carry_out(sequence: &[u8], verdict: Verdict, sink: &mut impl FnMut(Piece)) {
    match verdict {
        Verdict::Drop => {}
        Verdict::Keep => sink(Piece::Shown(sequence)),
        Verdict::Query => sink(Piece::Query(sequence)),
        Verdict::Hint => sink(Piece::Hint(sequence)),
        Verdict::Turn(turn) => {
            sink(Piece::Turn(turn));
            sink(Piece::Shown(sequence));
        }
        Verdict::Unwrap => {
            sink(Piece::Shown(sequence));
            sink(Piece::Turn(Turn::Moved));
        }
        Verdict::Delete(count) => {
            sink(Piece::Turn(Turn::Deleted(count)));
            sink(Piece::Hint(sequence));
        }
        Verdict::Instead(turn, other) => {
            if let Some(turn) = turn {
                sink(Piece::Turn(turn));
            }
            if !other.is_empty() {
                sink(Piece::Shown(&other));
            }
        }
        Verdict::Copy(range) => sink(Piece::Copy(&sequence[range])),
    }
}

/// Control characters within a sequence take effect before it.
fn mixed(sequence: &[u8], sink: &mut impl FnMut(Piece)) {
    let body = sequence.get(1..).unwrap_or_default();
    let (controls, rest): (Vec<u8>, Vec<u8>) = body.iter().partition(|byte| **byte < 0x20 || **byte == 0x7f);
    let controls: Vec<u8> = controls.into_iter().filter(|byte| is_plain(*byte)).collect();
    if !controls.is_empty() {
        sink(Piece::Shown(&controls));
    }
    let clean = [&[0x1b], &rest[..]].concat();
    carry_out(&clean, judge(&clean), sink);
}

/// A stretch that begins with a byte above ASCII.
enum Text {
    Shown(usize),
    /// Control characters of the upper half, which some terminals obey and others do not.
    Control(usize),
    Broken(usize),
    /// The last character is cut.
    More,
}

fn text(data: &[u8]) -> Text {
    // Not all of it at once: where each byte is broken, that would be read again for each of them.
    let near = &data[..data.len().min(TEXT)];
    let stop = near.iter().position(|byte| *byte < 0x20 || *byte == 0x7f);
    let run = &near[..stop.unwrap_or(near.len())];
    let (good, broken) = match std::str::from_utf8(run) {
        Ok(all) => (all, None),
        Err(error) => (
            // The error itself says that this much is good.
            std::str::from_utf8(&run[..error.valid_up_to()]).unwrap_or_default(),
            Some(error.error_len()),
        ),
    };
    let is_control = |c: char| ('\u{80}'..='\u{9f}').contains(&c);
    match (good.find(is_control), broken) {
        (Some(0), _) => Text::Control(2),
        (Some(at), _) => Text::Shown(at),
        (None, None) => Text::Shown(run.len()),
        (None, Some(_)) if !good.is_empty() => Text::Shown(good.len()),
        (None, Some(Some(len))) => Text::Broken(len),
        (None, Some(None)) if run.len() == data.len() => Text::More,
        (None, Some(None)) => Text::Broken(run.len()),
    }
}
