//! The colours a program is told when it asks for them: xterm's table of 256, with Roost's own for the first sixteen, the
//! text and the background.

use alacritty_terminal::vte::ansi::{NamedColor, Rgb};

const TEXT: Rgb = Rgb { r: 0xe6, g: 0xe4, b: 0xdf };
const BACKGROUND: Rgb = Rgb { r: 0x14, g: 0x15, b: 0x14 };
/// The first sixteen.
const BASE: [u32; 16] = [
    0x2a_2c2a, 0xe5_6b5d, 0x5f_b88a, 0xd9_a84e, 0x6a_9fe0, 0xb9_8be0, 0x55_b5b8, 0xc9_c7c1, 0x6d_6f6b,
    0xf2_8b7e, 0x7e_d3a6, 0xec_c272, 0x8d_b9f0, 0xcd_a8ee, 0x7b_d0d2, 0xf4_f2ed,
];

/// The numbers of the cursor's colour, the text's and the background's.
pub(super) const CURSOR: usize = NamedColor::Cursor as usize;
pub(super) const FOREGROUND: usize = NamedColor::Foreground as usize;
pub(super) const BEHIND: usize = NamedColor::Background as usize;

/// A colour by its number in alacritty's list; none for those that have no fixed value.
pub(super) fn colour(index: usize) -> Option<Rgb> {
    // All of them fit into a byte.
    let rgb = |r: usize, g: usize, b: usize| Some(Rgb { r: r as u8, g: g as u8, b: b as u8 });
    match index {
        0..=15 => {
            let [_, r, g, b] = BASE[index].to_be_bytes();
            Some(Rgb { r, g, b })
        }
        16..=231 => {
            let step = |n: usize| if n == 0 { 0 } else { 55 + 40 * n };
            let n = index - 16;
            rgb(step(n / 36), step(n / 6 % 6), step(n % 6))
        }
        232..=255 => {
            let grey = 8 + 10 * (index - 232);
            rgb(grey, grey, grey)
        }
        CURSOR | FOREGROUND => Some(TEXT),
        BEHIND => Some(BACKGROUND),
        _ => None,
    }
}
