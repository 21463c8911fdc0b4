//! The one way text becomes part of markup. What a reader could not see, such as control characters and marks that
//! reorder text, is shown by name. Never lets a character through that could open a tag, an attribute or an entity.

use std::fmt::Write;

/// The text with markup characters as entities and invisible control characters made visible; tabs and newlines stay.
#[must_use]
pub fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + text.len() / 8);
    escape_into(&mut out, text);
    out
}

/// Appends what [`escape`] would return.
pub(super) fn escape_into(out: &mut String, text: &str) {
    for c in text.chars() {
        match c {
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            '\t' | '\n' => out.push(c),
            _ => visible(out, c),
        }
    }
}

fn visible(out: &mut String, c: char) {
    match c {
        // The block of control pictures mirrors the first 32 codes.
        '\0'..='\x1f' => out.push(char::from_u32(0x2400 + u32::from(c)).unwrap_or('\u{fffd}')),
        '\x7f' => out.push('\u{2421}'),
        // C1 controls, and the marks that make text read in another order than it runs.
        '\u{80}'..='\u{9f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{200e}' | '\u{200f}' => {
            // Writing to a String cannot fail.
            let _ = write!(out, "⟨U+{:04X}⟩", u32::from(c));
        }
        _ => out.push(c),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_of_markup_is_left() {
        assert_eq!(
            escape(r#"<a href="x" on='y'>&amp;"#),
            "&lt;a href=&quot;x&quot; on=&#39;y&#39;&gt;&amp;amp;"
        );
    }

    #[test]
    fn what_cannot_be_seen_is_named() {
        assert_eq!(escape("a\tb\n\x07\x1b\x7f"), "a\tb\n␇␛␡");
        assert_eq!(escape("if\u{202e} x \u{9b}"), "if⟨U+202E⟩ x ⟨U+009B⟩");
    }
}
