//! What the keys of the phone's row send to a program, and what a held Ctrl or Alt makes of what is typed next (ECMA-48 and
//! xterm's control sequences). Pure.

/// A key of the row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Key {
    /// Esc.
    Escape,
    /// Tab.
    Tab,
    /// The arrow up.
    Up,
    /// The arrow down.
    Down,
    /// The arrow to the right.
    Right,
    /// The arrow to the left.
    Left,
}

/// What is held down for the next key.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Held {
    /// Ctrl.
    pub ctrl: bool,
    /// Alt.
    pub alt: bool,
}

impl Held {
    /// Whether anything is.
    #[must_use]
    pub fn any(self) -> bool {
        self != Self::default()
    }

    /// xterm's number for it in a sequence.
    fn number(self) -> u8 {
        1 + if self.alt { 2 } else { 0 } + if self.ctrl { 4 } else { 0 }
    }
}

/// What `key` sends; `application` if the program asked for arrows in the way of applications.
#[must_use]
pub fn sequence(key: Key, held: Held, application: bool) -> String {
    let letter = match key {
        Key::Escape => return if held.alt { "\x1b\x1b" } else { "\x1b" }.to_owned(),
        Key::Tab => return if held.alt { "\x1b\t" } else { "\t" }.to_owned(),
        Key::Up => 'A',
        Key::Down => 'B',
        Key::Right => 'C',
        Key::Left => 'D',
    };
    match held.number() {
        1 if application => format!("\x1bO{letter}"),
        1 => format!("\x1b[{letter}"),
        number => format!("\x1b[1;{number}{letter}"),
    }
}

/// What is sent for `text` typed while something is held. More than one character is a paste or a sequence, and stays.
#[must_use]
pub fn with_held(text: &str, held: Held) -> String {
    let mut chars = text.chars();
    let (Some(one), None) = (chars.next(), chars.next()) else { return text.to_owned() };
    let sent = if held.ctrl { control(one) } else { one };
    if held.alt { format!("\x1b{sent}") } else { sent.to_string() }
}

/// The control character of a key; the key itself if it has none.
fn control(key: char) -> char {
    match key.to_ascii_uppercase() {
        ' ' | '2' => '\0',
        upper @ '@'..='_' => char::from(upper as u8 - b'@'),
        '?' | '8' => '\x7f',
        '3' => '\x1b',
        '4' => '\x1c',
        '5' => '\x1d',
        '6' => '\x1e',
        '7' | '/' | '-' => '\x1f',
        _ => key,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CTRL: Held = Held { ctrl: true, alt: false };
    const ALT: Held = Held { ctrl: false, alt: true };
    const NONE: Held = Held { ctrl: false, alt: false };

    #[test]
    fn arrows_are_told_as_the_program_wants_them() {
        assert_eq!(sequence(Key::Up, NONE, false), "\x1b[A");
        assert_eq!(sequence(Key::Left, NONE, true), "\x1bOD");
        assert_eq!(sequence(Key::Right, CTRL, true), "\x1b[1;5C");
        assert_eq!(sequence(Key::Down, ALT, false), "\x1b[1;3B");
        assert_eq!(sequence(Key::Escape, NONE, true), "\x1b");
        assert_eq!(sequence(Key::Tab, ALT, false), "\x1b\t");
    }

    #[test]
    fn a_held_key_changes_one_character_only() {
        for (typed, sent) in
            [("c", "\x03"), ("C", "\x03"), (" ", "\0"), ("[", "\x1b"), ("ä", "ä"), ("1", "1")]
        {
            assert_eq!(with_held(typed, CTRL), sent, "{typed}");
        }
        assert_eq!(with_held("b", ALT), "\x1bb");
        assert_eq!(with_held("b", Held { ctrl: true, alt: true }), "\x1b\x02");
        for whole in ["", "ls -l", "\x1b[A"] {
            assert_eq!(with_held(whole, CTRL), whole);
        }
    }
}
