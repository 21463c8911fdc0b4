//! How files that were just written get onto the disk: each by a sync of its own or, where they are many, all by one of the
//! file system they are on. Writes nothing itself.

use std::{
    fs::File,
    io,
    os::fd::{AsFd, BorrowedFd},
};

/// From so many files on, one sync of a file system with whatever else waits for it is quicker than one of each file.
const MANY: usize = 50;

/// The disk that a folder is on.
#[derive(Clone, Copy)]
pub(super) struct Disk<'a> {
    folder: BorrowedFd<'a>,
    many: bool,
}

impl<'a> Disk<'a> {
    /// That of a folder into which so many files are about to be written. It was opened before, so that no fault is missed.
    pub(super) fn of(folder: &'a impl AsFd, files: usize) -> Self {
        Self { folder: folder.as_fd(), many: files >= MANY }
    }

    /// Takes a file that is written to its end; it may be on the disk only after `settle`.
    pub(super) fn take(self, file: &File) -> io::Result<()> {
        if self.many { Ok(()) } else { file.sync_all() }
    }

    /// Returns once all files that were taken are on the disk.
    pub(super) fn settle(self) -> io::Result<()> {
        let settled =
            if self.many { rustix::fs::syncfs(self.folder) } else { rustix::fs::fsync(self.folder) };
        settled.map_err(io::Error::from)
    }
}
