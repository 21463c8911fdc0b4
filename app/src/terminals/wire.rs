//! The binary frames of a terminal's socket: one byte that says what it is, then little-endian numbers, then bytes. Both
//! sides read with the same code; a frame that cannot be read is an error, never a guess.

use serde::{Deserialize, Serialize};

/// How many bytes may be on their way to a page that has not said that it took them.
pub const WINDOW: u64 = 512 * 1024;

/// The page → the server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Said {
    /// What was typed or pasted.
    Input(Vec<u8>),
    /// The size that there is room for; of no effect unless this page drives.
    Room(u16, u16),
    /// How many bytes of pictures and output were taken in all.
    Taken(u64),
    /// This page drives from now on, with this size.
    Drive(u16, u16),
}

/// The server → the page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Told {
    /// Everything up to this place, as text for a terminal of this size that was reset.
    Picture {
        /// How many bytes were shown before.
        place: u64,
        /// Columns.
        cols: u16,
        /// Rows.
        rows: u16,
        /// The text.
        bytes: Vec<u8>,
    },
    /// What follows this place.
    Output {
        /// How many bytes were shown before.
        place: u64,
        /// The bytes.
        bytes: Vec<u8>,
    },
    /// Who looks, and who drives.
    Crew(Crew),
    /// The program wants this on the clipboard.
    Copy(String),
    /// The shell is gone, in words; nothing follows.
    Ended(String),
    /// What was typed did not arrive, in words.
    Refused(String),
}

/// Who looks at a terminal.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Crew {
    /// How many look.
    pub viewers: u32,
    /// Whether this page has the size in its hands.
    pub driving: bool,
    /// The device that has, if any.
    pub driver: Option<String>,
    /// Which run of its shell this is, from 1; places are counted anew in each.
    pub run: i64,
}

/// A frame that cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BadFrame;

fn frame(kind: u8, parts: &[&[u8]]) -> Vec<u8> {
    let mut frame = vec![kind];
    frame.extend(parts.concat());
    frame
}

fn short(bytes: &[u8]) -> Result<(u16, &[u8]), BadFrame> {
    let (number, rest) = bytes.split_first_chunk().ok_or(BadFrame)?;
    Ok((u16::from_le_bytes(*number), rest))
}

fn long(bytes: &[u8]) -> Result<(u64, &[u8]), BadFrame> {
    let (number, rest) = bytes.split_first_chunk().ok_or(BadFrame)?;
    Ok((u64::from_le_bytes(*number), rest))
}

fn size(bytes: &[u8]) -> Result<(u16, u16), BadFrame> {
    let (cols, rest) = short(bytes)?;
    match short(rest)? {
        (rows, []) => Ok((cols, rows)),
        _ => Err(BadFrame),
    }
}

fn words(bytes: &[u8]) -> Result<String, BadFrame> {
    String::from_utf8(bytes.to_vec()).map_err(|_| BadFrame)
}

impl Said {
    /// Its frame.
    #[must_use]
    pub fn write(&self) -> Vec<u8> {
        match self {
            Self::Input(bytes) => frame(0, &[bytes]),
            Self::Room(cols, rows) => frame(1, &[&cols.to_le_bytes(), &rows.to_le_bytes()]),
            Self::Taken(bytes) => frame(2, &[&bytes.to_le_bytes()]),
            Self::Drive(cols, rows) => frame(3, &[&cols.to_le_bytes(), &rows.to_le_bytes()]),
        }
    }

    /// Reads a frame.
    ///
    /// # Errors
    /// If it is of no known kind, or too short, or too long.
    pub fn read(frame: &[u8]) -> Result<Self, BadFrame> {
        let (kind, rest) = frame.split_first().ok_or(BadFrame)?;
        match kind {
            0 => Ok(Self::Input(rest.to_vec())),
            1 => size(rest).map(|(cols, rows)| Self::Room(cols, rows)),
            2 => match long(rest)? {
                (bytes, []) => Ok(Self::Taken(bytes)),
                _ => Err(BadFrame),
            },
            3 => size(rest).map(|(cols, rows)| Self::Drive(cols, rows)),
            _ => Err(BadFrame),
        }
    }
}

impl Told {
    /// Its frame.
    #[must_use]
    pub fn write(&self) -> Vec<u8> {
        match self {
            Self::Picture { place, cols, rows, bytes } => {
                frame(0, &[&place.to_le_bytes(), &cols.to_le_bytes(), &rows.to_le_bytes(), bytes])
            }
            Self::Output { place, bytes } => frame(1, &[&place.to_le_bytes(), bytes]),
            // It holds no map, so it always has a JSON form.
            Self::Crew(crew) => frame(2, &[&serde_json::to_vec(crew).unwrap_or_default()]),
            Self::Copy(text) => frame(3, &[text.as_bytes()]),
            Self::Ended(words) => frame(4, &[words.as_bytes()]),
            Self::Refused(words) => frame(5, &[words.as_bytes()]),
        }
    }

    /// Reads a frame.
    ///
    /// # Errors
    /// If it is of no known kind, or too short, or not text where it should be.
    pub fn read(frame: &[u8]) -> Result<Self, BadFrame> {
        let (kind, rest) = frame.split_first().ok_or(BadFrame)?;
        match kind {
            0 => {
                let (place, rest) = long(rest)?;
                let (cols, rest) = short(rest)?;
                let (rows, bytes) = short(rest)?;
                Ok(Self::Picture { place, cols, rows, bytes: bytes.to_vec() })
            }
            1 => long(rest).map(|(place, bytes)| Self::Output { place, bytes: bytes.to_vec() }),
            2 => serde_json::from_slice(rest).map(Self::Crew).map_err(|_| BadFrame),
            3 => words(rest).map(Self::Copy),
            4 => words(rest).map(Self::Ended),
            5 => words(rest).map(Self::Refused),
            _ => Err(BadFrame),
        }
    }

    /// How much of the window it takes, in bytes.
    #[must_use]
    pub fn weight(&self) -> u64 {
        match self {
            Self::Picture { bytes, .. } | Self::Output { bytes, .. } => bytes.len() as u64,
            _ => 0,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_frame_is_read_as_it_was_written() {
        for said in
            [Said::Input(vec![0, 255, 13]), Said::Room(80, 24), Said::Taken(u64::MAX), Said::Drive(500, 1)]
        {
            assert_eq!(Said::read(&said.write()), Ok(said));
        }
        for told in [
            Told::Picture { place: 1 << 40, cols: 80, rows: 24, bytes: b"text".to_vec() },
            Told::Output { place: 7, bytes: vec![27] },
            Told::Crew(Crew {
                viewers: 2,
                driving: true,
                driver: Some("Chrome on Linux".to_owned()),
                run: 3,
            }),
            Told::Copy("aGk=".to_owned()),
            Told::Ended("The shell ended.".to_owned()),
            Told::Refused("The terminal is full.".to_owned()),
        ] {
            assert_eq!(Told::read(&told.write()), Ok(told));
        }
    }

    #[test]
    fn what_cannot_be_read_is_an_error() {
        for bad in [&[][..], &[9], &[1, 80], &[1, 80, 0, 24, 0, 0], &[2, 1, 2, 3]] {
            assert_eq!(Said::read(bad), Err(BadFrame), "{bad:?}");
        }
        for bad in [&[][..], &[9], &[0, 1], &[1, 1, 2], &[2, b'{'], &[3, 255]] {
            assert_eq!(Told::read(bad), Err(BadFrame), "{bad:?}");
        }
    }
}
