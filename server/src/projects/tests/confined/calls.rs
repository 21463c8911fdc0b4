//! The calls of files and of memories that take a path, each as one function of what was typed; what they answer, as text.

use std::io::Read;

use app::{
    files::{
        model::{
            Clash, CompareFile, ListOptions, MoveEntry, NewEntry, PageFrom, SaveFile, SearchOptions, Trashed,
        },
        port::Files,
    },
    git::model::ChangeGroup,
    memories::{
        model::{CompareMemory, SaveMemory},
        port::Memories,
    },
};
use bytes::Bytes;
use futures::{StreamExt, stream};

use super::{Answer, Step, place::Yard, said};

/// What is written where something is written.
const TEXT: &str = "written\n";
/// The most that is read of what was opened.
const READ_MAX: u64 = 1 << 20;

/// A call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Call {
    List,
    Read,
    Open,
    Text,
    Compare,
    Save,
    MakeFile,
    MakeFolder,
    Rename,
    Remove,
    PutBack,
    Replace,
    Keep,
    Archive,
    Names,
    Search,
    ReadMemory,
    SaveMemory,
    CompareMemory,
}

/// Each with a path that is fine, and with another one where it takes two.
pub(super) const FINE: [Step<Call, &str>; 19] = [
    fine(Call::List, "sub", ""),
    fine(Call::Read, "a.txt", ""),
    fine(Call::Open, "folder-in/file", ""),
    fine(Call::Text, "a.txt", ""),
    fine(Call::Compare, "none", ""),
    fine(Call::Save, "link-in", ""),
    fine(Call::MakeFile, "sub/made", ""),
    fine(Call::MakeFolder, "folder-in/made", ""),
    fine(Call::Rename, "a.txt", "sub/moved"),
    fine(Call::Remove, "folder-out", ""),
    fine(Call::PutBack, "sub/file", "none"),
    fine(Call::Replace, "link-out", ""),
    fine(Call::Keep, "deeper/made/a.txt", ""),
    fine(Call::Archive, "sub", ""),
    fine(Call::Names, "file", ""),
    fine(Call::Search, "*.txt", ""),
    fine(Call::ReadMemory, "{project}/CLAUDE.md", ""),
    fine(Call::SaveMemory, "{project}/.claude/rules/made.md", ""),
    fine(Call::CompareMemory, "{claude}/CLAUDE.md", ""),
];

const fn fine(call: Call, path: &'static str, other: &'static str) -> Step<Call, &'static str> {
    Step { call, path, other, group: ChangeGroup::Changed }
}

impl Yard {
    /// Does one step.
    pub(super) async fn call(&self, step: &Step<Call, String>) -> Answer {
        let (who, id, files) = (&self.home.who, self.id, &self.files);
        let (path, other) = (self.named(&step.path), self.named(&step.other));
        let path = path.as_str();
        match step.call {
            Call::List => {
                let options = ListOptions { hidden: true, ignored: true, skip: 0 };
                said(&files.list(who, id, path, options).await)
            }
            Call::Read => said(&files.read(who, id, path, PageFrom::Line(1)).await),
            Call::Open => self.open(path).await,
            Call::Text => said(&files.text(who, id, path).await),
            Call::Compare => {
                let compare = CompareFile { path: path.to_owned(), text: TEXT.to_owned() };
                said(&files.compare(who, id, compare).await)
            }
            Call::Save => {
                let base = files.text(who, id, path).await.ok().and_then(|text| text.hash);
                let save = SaveFile { path: path.to_owned(), text: TEXT.to_owned(), base };
                said(&files.save(who, id, save).await)
            }
            Call::MakeFile | Call::MakeFolder => {
                let folder = step.call == Call::MakeFolder;
                said(&files.make(who, id, NewEntry { path: path.to_owned(), folder }).await)
            }
            Call::Rename => {
                said(&files.rename(who, id, MoveEntry { from: path.to_owned(), to: other }).await)
            }
            Call::Remove => said(&files.remove(who, id, path).await),
            Call::PutBack => self.put_back(path, other).await,
            Call::Replace => self.upload(path, Clash::Replace).await,
            Call::Keep => self.upload(path, Clash::Keep).await,
            Call::Archive => self.archive(path).await,
            Call::Names => {
                let options = ListOptions { hidden: true, ignored: true, skip: 0 };
                said(&files.names(who, id, path, options).await)
            }
            Call::Search => self.search(path).await,
            Call::ReadMemory | Call::SaveMemory | Call::CompareMemory => self.memory(step.call, path).await,
        }
    }

    async fn open(&self, path: &str) -> Answer {
        let opened = self.files.open(&self.home.who, self.id, path).await.map(|opened| {
            let mut text = Vec::new();
            (&opened.file).take(READ_MAX).read_to_end(&mut text).unwrap();
            (opened, String::from_utf8_lossy(&text).into_owned())
        });
        said(&opened)
    }

    /// Throws an entry away, puts another one where it was, and has the first one put back.
    async fn put_back(&self, path: &str, other: String) -> Answer {
        let (who, id, files) = (&self.home.who, self.id, &self.files);
        let thrown: Trashed = match files.remove(who, id, path).await {
            Ok(thrown) => thrown,
            refused => return said(&refused),
        };
        let folder = path.rsplit_once('/').map_or("none", |(folder, _)| folder).to_owned();
        // In the place of the folder that it was in, too.
        let _ = files.remove(who, id, &folder).await;
        let moved = files.rename(who, id, MoveEntry { from: other, to: folder }).await;
        let back = files.put_back(who, id, thrown.id).await;
        Answer { ok: back.is_ok(), text: format!("{moved:?} {back:?}") }
    }

    async fn upload(&self, path: &str, clash: Clash) -> Answer {
        let bytes = stream::iter([Ok(Bytes::from_static(TEXT.as_bytes()))]).boxed();
        said(&self.files.upload(&self.home.who, self.id, path, clash, bytes).await)
    }

    async fn archive(&self, path: &str) -> Answer {
        let archive = match self.files.archive(&self.home.who, self.id, path).await {
            Ok(archive) => archive,
            Err(refused) => return said::<()>(&Err(refused)),
        };
        let pieces: Vec<_> = archive.bytes.collect().await;
        let packed = pieces.into_iter().map_while(Result::ok).collect::<Vec<_>>().concat();
        let mut text = Vec::new();
        // An archive that broke off holds what it holds.
        let _ = flate2::read::GzDecoder::new(&packed[..]).read_to_end(&mut text);
        said(&Ok((archive.name, String::from_utf8_lossy(&text).into_owned())))
    }

    /// Everything that is found where the path is meant as a glob.
    async fn search(&self, path: &str) -> Answer {
        let options =
            SearchOptions { globs: path.to_owned(), regex: true, hidden: true, ..SearchOptions::default() };
        match self.files.search(&self.home.who, self.id, ".", options).await {
            Ok(found) => said(&Ok(found.collect::<Vec<_>>().await)),
            Err(refused) => said::<()>(&Err(refused)),
        }
    }

    async fn memory(&self, call: Call, path: &str) -> Answer {
        let (who, id, memories) = (&self.home.who, self.id, &self.memories);
        let (path, text) = (path.to_owned(), TEXT.to_owned());
        match call {
            Call::SaveMemory => {
                let base = memories.read(who, id, &path).await.ok().and_then(|memory| memory.hash);
                said(&memories.save(who, id, SaveMemory { path, text, base }).await)
            }
            Call::CompareMemory => said(&memories.compare(who, id, CompareMemory { path, text }).await),
            _ => {
                let (read, list) = (memories.read(who, id, &path).await, memories.list(who, id).await);
                Answer { ok: read.is_ok(), text: format!("{read:?} {list:?}") }
            }
        }
    }
}
