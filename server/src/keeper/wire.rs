//! The frames on a keeper's socket: `u32` length (little endian, of type and payload), `u8` type, payload.
//! Control payloads are JSON, records and inputs raw. Every request except `Take` gets exactly one reply, in
//! order. A frame type that is not known is answered with `Error`, never with a disconnect.

use std::io::{self, Read};

use serde::{Deserialize, Serialize};
use tokio::io::{AsyncRead, AsyncReadExt};

use super::model::{KillMode, Refusal, Shown, Size, Status, Taken};
use super::record::{Kind, Record};

/// The newest protocol this build speaks. 2 has terminals.
pub const PROTOCOL_VERSION: u32 = 2;
/// The oldest protocol this build speaks.
pub const MIN_VERSION: u32 = 1;

/// The most bytes of one input, and of all inputs that wait for the child.
pub(super) const MAX_INPUT: usize = 64 << 20;
/// Bounds an input's id, which is kept in memory.
pub(super) const MAX_ID: usize = 256;
/// Bounds the memory one frame may take: the largest input with its id, or the record it became.
const MAX_FRAME: usize = MAX_INPUT + 4096;

/// What a client asks.
#[derive(Debug, PartialEq)]
pub(super) enum Request {
    Hello {
        version: u32,
    },
    Take {
        after: u64,
    },
    Ack {
        through: u64,
    },
    Input {
        id: String,
        bytes: Vec<u8>,
    },
    CloseInput,
    Kill {
        mode: KillMode,
    },
    Status,
    /// From now on this connection is told what the terminal shows.
    View(View),
    /// Bytes for the terminal. They are nobody's business, so they have no id and are in no journal.
    Type(Vec<u8>),
    Resize(Size),
}

/// What a viewer of a terminal wants.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct View {
    /// The place it has seen everything before, if it was here before: it goes on from there if that is still known.
    pub since: Option<u64>,
    /// The size of its picture; one of another size is of no use.
    pub size: Option<Size>,
    /// How many rows of what has scrolled away it wants with a picture.
    pub history: u32,
}

/// What the keeper says.
#[derive(Debug)]
pub(super) enum Reply {
    Welcome(Status),
    Record(Record),
    InputTaken(Taken),
    InputRefused(Refusal),
    Status(Status),
    /// Pushed to whoever takes records: why the journal is stuck, or nothing once it moves again.
    Journal(Option<String>),
    Done,
    Error(String),
    /// Pushed to viewers.
    Shown(Shown),
}

#[derive(Serialize, Deserialize)]
struct Number {
    n: u64,
}

#[derive(Serialize, Deserialize)]
struct Mode {
    mode: KillMode,
}

#[derive(Serialize, Deserialize)]
struct TakenAs {
    taken: Taken,
}

#[derive(Serialize, Deserialize)]
struct Text {
    text: Option<String>,
}

fn invalid(text: impl Into<String>) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, text.into())
}

/// Appends one frame to `out`.
fn put(out: &mut Vec<u8>, kind: u8, parts: &[&[u8]]) {
    let len = 1 + parts.iter().map(|part| part.len()).sum::<usize>();
    out.extend_from_slice(&(len as u32).to_le_bytes());
    out.push(kind);
    for part in parts {
        out.extend_from_slice(part);
    }
}

fn put_json(out: &mut Vec<u8>, kind: u8, value: &impl Serialize) {
    // Only plain structs and enums come here; they have no map with odd keys that could fail.
    put(out, kind, &[&serde_json::to_vec(value).unwrap_or_default()]);
}

fn json<'a, T: Deserialize<'a>>(payload: &'a [u8]) -> io::Result<T> {
    serde_json::from_slice(payload).map_err(|error| invalid(error.to_string()))
}

/// Splits `u16` length, id and bytes, as inputs travel and are journalled.
pub(super) fn split_input(payload: &[u8]) -> Option<(&str, &[u8])> {
    let (len, rest) = payload.split_first_chunk::<2>()?;
    let (id, bytes) = rest.split_at_checked(usize::from(u16::from_le_bytes(*len)))?;
    Some((std::str::from_utf8(id).ok()?, bytes))
}

/// The inverse of [`split_input`]; the id is shorter than [`MAX_ID`].
pub(super) fn join_input(id: &str, bytes: &[u8]) -> Vec<u8> {
    let mut payload = Vec::with_capacity(2 + id.len() + bytes.len());
    payload.extend_from_slice(&(id.len() as u16).to_le_bytes());
    payload.extend_from_slice(id.as_bytes());
    payload.extend_from_slice(bytes);
    payload
}

impl Request {
    pub(super) fn put(&self, out: &mut Vec<u8>) {
        match self {
            Self::Hello { version } => put_json(out, 1, &Number { n: u64::from(*version) }),
            Self::Take { after } => put_json(out, 2, &Number { n: *after }),
            Self::Ack { through } => put_json(out, 3, &Number { n: *through }),
            Self::Input { id, bytes } => {
                put(out, 4, &[&(id.len() as u16).to_le_bytes(), id.as_bytes(), bytes]);
            }
            Self::CloseInput => put(out, 5, &[]),
            Self::Kill { mode } => put_json(out, 6, &Mode { mode: *mode }),
            Self::Status => put(out, 7, &[]),
            Self::View(view) => put_json(out, 8, view),
            Self::Type(bytes) => put(out, 9, &[bytes]),
            Self::Resize(size) => put_json(out, 10, size),
        }
    }

    /// Reads one request; the text of the error is fit for the answer.
    pub(super) fn parse(kind: u8, payload: &[u8]) -> io::Result<Self> {
        let number = || json::<Number>(payload).map(|number| number.n);
        Ok(match kind {
            1 => Self::Hello { version: number()? as u32 },
            2 => Self::Take { after: number()? },
            3 => Self::Ack { through: number()? },
            4 => {
                let (id, bytes) = split_input(payload).ok_or_else(|| invalid("malformed input frame"))?;
                if id.is_empty() || id.len() > MAX_ID {
                    return Err(invalid(format!("an input's id has 1 to {MAX_ID} bytes")));
                }
                Self::Input { id: id.to_owned(), bytes: bytes.to_vec() }
            }
            5 => Self::CloseInput,
            6 => Self::Kill { mode: json::<Mode>(payload)?.mode },
            7 => Self::Status,
            8 => Self::View(json(payload)?),
            9 => Self::Type(payload.to_vec()),
            10 => Self::Resize(json(payload)?),
            _ => return Err(invalid(format!("unknown frame type {kind}"))),
        })
    }
}

impl Reply {
    pub(super) fn put(&self, out: &mut Vec<u8>) {
        match self {
            Self::Welcome(status) => put_json(out, 65, status),
            Self::Record(record) => {
                let (seq, at) = (record.seq.to_le_bytes(), record.at_ms.to_le_bytes());
                put(out, 66, &[&seq, &at, &[record.kind.byte(), u8::from(record.line_end)], &record.bytes]);
            }
            Self::InputTaken(taken) => put_json(out, 67, &TakenAs { taken: *taken }),
            Self::InputRefused(refusal) => put_json(out, 68, refusal),
            Self::Status(status) => put_json(out, 69, status),
            Self::Journal(text) => put_json(out, 70, &Text { text: text.clone() }),
            Self::Done => put(out, 71, &[]),
            Self::Error(text) => put_json(out, 72, &Text { text: Some(text.clone()) }),
            Self::Shown(Shown::Picture { place, size: Size { cols, rows }, bytes }) => {
                put(out, 73, &[&place.to_le_bytes(), &cols.to_le_bytes(), &rows.to_le_bytes(), bytes]);
            }
            Self::Shown(Shown::Output { place, bytes }) => put(out, 74, &[&place.to_le_bytes(), bytes]),
            Self::Shown(Shown::Copy(text)) => put_json(out, 75, &Text { text: Some(text.clone()) }),
            Self::Shown(Shown::Ended(exit)) => put_json(out, 76, exit),
        }
    }

    pub(super) fn parse(kind: u8, payload: &[u8]) -> io::Result<Self> {
        let short = || invalid("short frame");
        Ok(match kind {
            65 => Self::Welcome(json(payload)?),
            66 => {
                let (seq, rest) = payload.split_first_chunk::<8>().ok_or_else(short)?;
                let (at, rest) = rest.split_first_chunk::<8>().ok_or_else(short)?;
                let ([kind, flags], bytes) = rest.split_first_chunk::<2>().ok_or_else(short)?;
                Self::Record(Record {
                    seq: u64::from_le_bytes(*seq),
                    at_ms: u64::from_le_bytes(*at),
                    kind: Kind::from_byte(*kind),
                    line_end: flags & 1 != 0,
                    bytes: bytes.to_vec(),
                })
            }
            67 => Self::InputTaken(json::<TakenAs>(payload)?.taken),
            68 => Self::InputRefused(json(payload)?),
            69 => Self::Status(json(payload)?),
            70 => Self::Journal(json::<Text>(payload)?.text),
            71 => Self::Done,
            72 => Self::Error(json::<Text>(payload)?.text.unwrap_or_default()),
            73 => {
                let (place, rest) = payload.split_first_chunk::<8>().ok_or_else(short)?;
                let (cols, rest) = rest.split_first_chunk::<2>().ok_or_else(short)?;
                let (rows, bytes) = rest.split_first_chunk::<2>().ok_or_else(short)?;
                let size = Size { cols: u16::from_le_bytes(*cols), rows: u16::from_le_bytes(*rows) };
                Self::Shown(Shown::Picture { place: u64::from_le_bytes(*place), size, bytes: bytes.to_vec() })
            }
            74 => {
                let (place, bytes) = payload.split_first_chunk::<8>().ok_or_else(short)?;
                Self::Shown(Shown::Output { place: u64::from_le_bytes(*place), bytes: bytes.to_vec() })
            }
            75 => Self::Shown(Shown::Copy(json::<Text>(payload)?.text.unwrap_or_default())),
            76 => Self::Shown(Shown::Ended(json(payload)?)),
            _ => return Err(invalid(format!("unknown reply type {kind}"))),
        })
    }
}

fn checked_len(len: [u8; 4]) -> io::Result<usize> {
    match u32::from_le_bytes(len) as usize {
        0 => Err(invalid("empty frame")),
        len if len > MAX_FRAME => Err(invalid(format!("a frame of {len} bytes is over {MAX_FRAME}"))),
        len => Ok(len - 1),
    }
}

/// Reads one frame as type and payload; memory grows only as bytes arrive.
pub(super) fn read_frame(from: &mut impl Read) -> io::Result<(u8, Vec<u8>)> {
    let mut head = [0; 5];
    from.read_exact(&mut head)?;
    let [a, b, c, d, kind] = head;
    let len = checked_len([a, b, c, d])?;
    let mut payload = Vec::with_capacity(len.min(64 << 10));
    if from.take(len as u64).read_to_end(&mut payload)? < len {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    Ok((kind, payload))
}

/// [`read_frame`] for the server's side, parsed.
pub(super) async fn read_reply(from: &mut (impl AsyncRead + Unpin)) -> io::Result<Reply> {
    let mut head = [0; 5];
    from.read_exact(&mut head).await?;
    let [a, b, c, d, kind] = head;
    let mut payload = vec![0; checked_len([a, b, c, d])?];
    from.read_exact(&mut payload).await?;
    Reply::parse(kind, &payload)
}
