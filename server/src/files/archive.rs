//! A folder packed into one file as it is sent: a tar, compressed. Links are in it as links and lead nowhere here; pipes,
//! sockets, devices and git's own files are left out. Holds some kilobytes at a time, whatever is packed.

use std::{
    io::{self, Read, Write},
    path::{Path, PathBuf},
};

use app::error::AppError;
use bytes::Bytes;
use cap_std::fs::{Dir, MetadataExt};
use flate2::{Compression, write::GzEncoder};
use tar::{Builder, EntryType, Header};
use tokio::sync::mpsc;

use super::{
    path::is_git,
    root::{Root, regular},
};

/// The most that is packed, before it is compressed, and in entries.
const BYTES_MAX: u64 = 4 * 1024 * 1024 * 1024;
const ENTRIES_MAX: u32 = 200_000;
/// What is sent at a time.
const PIECE: usize = 64 * 1024;

/// A folder that is to be packed.
pub(super) struct Pack {
    /// What the folder is called; nothing of the project itself.
    pub(super) name: Option<String>,
    dir: Dir,
}

/// What takes the pieces; they wait here until somebody reads.
pub(super) type Pieces = mpsc::Sender<io::Result<Bytes>>;

impl Pack {
    /// Opens the folder at a path.
    pub(super) fn open(root: &Root, path: &str) -> Result<Self, AppError> {
        let (path, dir) = root.folder(path)?;
        Ok(Self { name: path.file_name().map(|name| name.to_string_lossy().into_owned()), dir })
    }

    /// Packs it, with every path below `name`. What goes wrong is the last piece; it ends early when nobody reads any more.
    pub(super) fn run(self, name: &str, pieces: &Pieces) {
        if let Err(error) = self.pack(name, pieces) {
            // Nobody reads any more, or hears now why there is no more.
            let _ = pieces.blocking_send(Err(error));
        }
    }

    fn pack(self, name: &str, pieces: &Pieces) -> io::Result<()> {
        let out = io::BufWriter::with_capacity(PIECE, Out(pieces.clone()));
        let mut tar = Builder::new(GzEncoder::new(out, Compression::fast()));
        let (mut bytes, mut entries) = (0_u64, 0_u32);
        let mut open = vec![(PathBuf::from(name), self.dir)];
        while let Some((at, dir)) = open.pop() {
            append_folder(&mut tar, &at, &dir)?;
            for entry in dir.entries()? {
                let entry = entry?;
                let (name, kind) = (entry.file_name(), entry.file_type()?);
                let path = at.join(&name);
                if is_git(&name) {
                    continue;
                }
                entries += 1;
                if kind.is_dir() {
                    open.push((path, dir.open_dir(&name)?));
                } else if kind.is_symlink() {
                    let mut header = empty(EntryType::Symlink, 0o777);
                    tar.append_link(&mut header, path, dir.read_link_contents(&name)?)?;
                } else if let Some((file, metadata)) = regular(&dir, Path::new(&name))? {
                    bytes = bytes.saturating_add(metadata.len());
                    let mut header = Header::new_gnu();
                    header.set_metadata(&metadata);
                    // One that shrinks meanwhile must not break what follows.
                    let whole = file.take(metadata.len()).chain(io::repeat(0)).take(metadata.len());
                    tar.append_data(&mut header, path, whole)?;
                }
                if bytes > BYTES_MAX || entries > ENTRIES_MAX {
                    return Err(io::Error::other("the folder is too large to be packed"));
                }
            }
        }
        tar.into_inner()?.finish()?.flush()
    }
}

fn append_folder(tar: &mut Builder<impl Write>, at: &Path, dir: &Dir) -> io::Result<()> {
    let metadata = dir.dir_metadata()?;
    let mut header = empty(EntryType::Directory, metadata.mode() & 0o777);
    tar.append_data(&mut header, at, io::empty())
}

fn empty(kind: EntryType, mode: u32) -> Header {
    let mut header = Header::new_gnu();
    header.set_entry_type(kind);
    header.set_mode(mode);
    header.set_size(0);
    header
}

struct Out(Pieces);

impl Write for Out {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let gone = |_| io::Error::from(io::ErrorKind::BrokenPipe);
        self.0.blocking_send(Ok(Bytes::copy_from_slice(bytes))).map_err(gone)?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
