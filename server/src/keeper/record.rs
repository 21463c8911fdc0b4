//! One journal record: its kinds, its form on disk, and the check that tells a whole one from a torn one.
//! It knows nothing of segments or of who reads.

use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt;

use super::wire;

/// Length `u32`, checksum `u32` (over all but itself), number `u64`, time `u64`, kind `u8`, flags `u8`.
const HEADER: usize = 26;
/// One read of this size fetches most records whole.
const PEEK: usize = 4096;
/// No record is longer: the largest input with its id. A longer length on disk is damage.
const MAX_RECORD: usize = wire::MAX_INPUT + 2 + wire::MAX_ID;

/// What a record holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Bytes the child wrote to its standard output.
    Stdout,
    /// Bytes the child wrote to its standard error.
    Stderr,
    /// An input that was taken for the child; see [`Record::input`].
    Input,
    /// The input was closed by a client.
    InputClosed,
    /// The end, always the last record; see [`Record::exit`].
    Exit,
    /// From a newer keeper; its bytes are kept as they are.
    Unknown(u8),
}

impl Kind {
    pub(super) const fn byte(self) -> u8 {
        match self {
            Self::Stdout => 1,
            Self::Stderr => 2,
            Self::Input => 3,
            Self::InputClosed => 4,
            Self::Exit => 5,
            Self::Unknown(byte) => byte,
        }
    }

    pub(super) const fn from_byte(byte: u8) -> Self {
        match byte {
            1 => Self::Stdout,
            2 => Self::Stderr,
            3 => Self::Input,
            4 => Self::InputClosed,
            5 => Self::Exit,
            other => Self::Unknown(other),
        }
    }
}

/// One numbered entry of a journal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// Its number: from 1, without gaps.
    pub seq: u64,
    /// When it was written down, in milliseconds since 1970.
    pub at_ms: u64,
    /// What it holds.
    pub kind: Kind,
    /// For output: the bytes end with a newline.
    pub line_end: bool,
    /// What was read or taken.
    pub bytes: Vec<u8>,
}

impl Record {
    /// The id and the bytes of an input.
    pub fn input(&self) -> Option<(&str, &[u8])> {
        if self.kind == Kind::Input { wire::split_input(&self.bytes) } else { None }
    }

    /// How the child ended, if this is the last record.
    pub fn exit(&self) -> Option<super::Exit> {
        if self.kind == Kind::Exit { serde_json::from_slice(&self.bytes).ok() } else { None }
    }
}

/// Puts a record's form on disk into `out`, replacing what was there.
pub(super) fn encode(seq: u64, at_ms: u64, kind: Kind, line_end: bool, bytes: &[u8], out: &mut Vec<u8>) {
    let mut header = [0; HEADER];
    header[..4].copy_from_slice(&(bytes.len() as u32).to_le_bytes());
    header[8..16].copy_from_slice(&seq.to_le_bytes());
    header[16..24].copy_from_slice(&at_ms.to_le_bytes());
    header[24..].copy_from_slice(&[kind.byte(), u8::from(line_end)]);
    let crc = checksum(&header, bytes);
    header[4..8].copy_from_slice(&crc.to_le_bytes());
    out.clear();
    out.extend_from_slice(&header);
    out.extend_from_slice(bytes);
}

fn checksum(header: &[u8; HEADER], bytes: &[u8]) -> u32 {
    let mut hasher = crc32fast::Hasher::new();
    hasher.update(&header[..4]);
    hasher.update(&header[8..]);
    hasher.update(bytes);
    hasher.finalize()
}

/// Reads the record at `offset` and says how many bytes it takes; nothing if it is short or damaged.
pub(super) fn read_record(file: &File, offset: u64) -> io::Result<Option<(Record, u64)>> {
    let mut peek = [0; PEEK];
    let got = read_at_most(file, &mut peek, offset)?;
    let Some((header, rest)) = peek[..got].split_first_chunk::<HEADER>() else {
        return Ok(None);
    };
    let len = word(header, 0) as u32 as usize;
    let size = (HEADER + len) as u64;
    // The length is checked against the file before memory is taken for it.
    if len > MAX_RECORD || (len > rest.len() && file.metadata()?.len() < offset + size) {
        return Ok(None);
    }
    let mut bytes = rest[..len.min(rest.len())].to_vec();
    if len > bytes.len() {
        bytes.resize(len, 0);
        let missing = &mut bytes[rest.len()..];
        if read_at_most(file, missing, offset + got as u64)? < missing.len() {
            return Ok(None);
        }
    }
    if checksum(header, &bytes) != (word(header, 4) as u32) {
        return Ok(None);
    }
    let record = Record {
        seq: word(header, 8),
        at_ms: word(header, 16),
        kind: Kind::from_byte(header[24]),
        line_end: header[25] & 1 != 0,
        bytes,
    };
    Ok(Some((record, size)))
}

/// The little-endian number at `at`; there are always eight bytes from there.
fn word(header: &[u8; HEADER], at: usize) -> u64 {
    header[at..].first_chunk::<8>().map_or(0, |bytes| u64::from_le_bytes(*bytes))
}

fn read_at_most(file: &File, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
    let mut got = 0;
    while got < buffer.len() {
        match file.read_at(&mut buffer[got..], offset + got as u64) {
            Ok(0) => break,
            Ok(n) => got += n,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(got)
}
