//! Output of programs as plain text. Escape sequences are parsed away, never passed on; what hides text by overwriting
//! it shows all of it instead.

use super::escape::escape_into;

/// The output as escaped text: no colours, one line for each overwritten state of a line, other controls visible.
#[must_use]
pub fn ansi(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(['\x1b', '\r']) {
        let (plain, special) = rest.split_at(at);
        escape_into(&mut out, plain);
        rest = match special.strip_prefix('\r') {
            Some(after) => {
                // `\r\n` is one line end; a lone return would overwrite the line, so that each state gets its own.
                let after = after.trim_start_matches('\r');
                if !after.starts_with('\n') && !after.is_empty() {
                    out.push('\n');
                }
                after
            }
            None => &special[sequence(special.as_bytes())..],
        };
    }
    escape_into(&mut out, rest);
    out
}

/// How many bytes the escape sequence at the start takes; all of them are ASCII up to its end, or text that it carries.
fn sequence(bytes: &[u8]) -> usize {
    match bytes.get(1) {
        Some(b'[') => control(bytes),
        // Operating system command, device control, start of string, privacy message, program command.
        Some(b']' | b'P' | b'X' | b'^' | b'_') => carried(bytes),
        // Two bytes with an intermediate, such as the choice of a character set.
        Some(0x20..=0x2f) if bytes.get(2).is_some_and(u8::is_ascii_graphic) => 3,
        Some(0x30..=0x7e) => 2,
        _ => 1,
    }
}

fn control(bytes: &[u8]) -> usize {
    let body = bytes[2..].iter().take_while(|byte| matches!(byte, 0x20..=0x3f)).count();
    match bytes.get(2 + body) {
        Some(0x40..=0x7e) => 3 + body,
        _ => 2 + body,
    }
}

fn carried(bytes: &[u8]) -> usize {
    /// What nobody ends within this many bytes is no title or link, but an attempt to hide the rest.
    const LONGEST: usize = 4096;
    let body = &bytes[2..bytes.len().min(2 + LONGEST)];
    for (at, byte) in body.iter().enumerate() {
        match (byte, body.get(at + 1)) {
            (0x07, _) => return 3 + at,
            (0x1b, Some(b'\\')) => return 4 + at,
            (0x1b | b'\n', _) => break,
            _ => {}
        }
    }
    2
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sequences_vanish_and_text_stays() {
        for (input, output) in [
            ("\x1b[1;31merror\x1b[0m: x", "error: x"),
            ("\x1b]0;title\x07after", "after"),
            ("\x1b]8;;https://x\x1b\\link\x1b]8;;\x1b\\", "link"),
            ("\x1b(Bplain\x1bM", "plain"),
            ("10%\r20%\r\r\ndone\r\n", "10%\n20%\ndone\n"),
            ("<b>\x07", "&lt;b&gt;␇"),
            ("cut \x1b[3", "cut "),
            ("cut \x1b", "cut "),
        ] {
            assert_eq!(ansi(input), output, "{input:?}");
        }
    }

    #[test]
    fn an_unended_title_hides_nothing() {
        assert_eq!(ansi("\x1b]0;rm -rf\nls ü"), "0;rm -rf\nls ü");
        assert_eq!(ansi("a\rb"), "a\nb", "a return hides nothing either");
    }
}
