//! The records of sub-agents: each has a file of its own beside the record of the conversation, and another that says which
//! call started it. What they mean is read by the driver (`claude/aside`).

use std::{
    fs,
    io::{self, ErrorKind},
    path::{Path, PathBuf},
    time::Duration,
};

use app::time::Millis;
use serde::{Deserialize, Serialize};

use crate::clock;

/// How long the last of what a sub-agent said may be written after it is said to have ended.
const BEHIND: Duration = Duration::from_secs(1);

/// A sub-agent that is listened to.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Aside {
    /// The call that started it.
    pub call: String,
    /// Where it records what it does; none as long as there is no such file.
    pub record: Option<PathBuf>,
    /// How many bytes of that are history.
    pub read: u64,
    /// Its last message whose usage is counted.
    pub billed: Option<String>,
    /// When it was known that it is over.
    pub over: Option<Millis>,
    /// Whether it was said that its record cannot be read.
    #[serde(skip)]
    pub unreadable: bool,
}

impl Aside {
    /// Whether nothing more is to come of it.
    pub(crate) async fn has_ended(&self) -> bool {
        let behind = i64::try_from(BEHIND.as_millis()).unwrap_or(i64::MAX);
        if self.over.is_some_and(|over| over.plus(behind) < clock::now()) {
            return true;
        }
        match &self.record {
            Some(record) => is_finished(record).await,
            None => false,
        }
    }
}

/// The fields that matter of what the CLI notes beside such a record.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Meta {
    tool_use_id: Option<String>,
    #[serde(default)]
    finished: bool,
}

/// Looks for the records of those that have none yet.
///
/// # Errors
/// When the directory cannot be read.
pub(crate) async fn find_asides(transcript: &Path, mut asides: Vec<Aside>) -> io::Result<Vec<Aside>> {
    if asides.iter().all(|aside| aside.record.is_some()) {
        return Ok(asides);
    }
    let dir = transcript.with_extension("").join("subagents");
    let work = move || find(&dir, &mut asides).map(|()| asides);
    tokio::task::spawn_blocking(work).await.map_err(io::Error::other)?
}

fn find(dir: &Path, asides: &mut [Aside]) -> io::Result<()> {
    let entries = match fs::read_dir(dir) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
        entries => entries?,
    };
    for entry in entries {
        let record = entry?.path();
        let known = asides.iter().any(|aside| aside.record.as_ref() == Some(&record));
        if known || record.extension().is_none_or(|kind| kind != "jsonl") {
            continue;
        }
        let call = meta(&record).and_then(|meta| meta.tool_use_id);
        if let Some(aside) = asides.iter_mut().find(|aside| Some(&aside.call) == call.as_ref()) {
            aside.record = Some(record);
        }
    }
    Ok(())
}

/// Whether the CLI has noted that nothing more is to come in this record.
async fn is_finished(record: &Path) -> bool {
    let record = record.to_owned();
    let work = move || {
        let ended = meta(&record).is_some_and(|meta| meta.finished);
        let noted = fs::metadata(beside(&record)).and_then(|file| file.modified());
        ended && noted.is_ok_and(|noted| noted.elapsed().is_ok_and(|since| since > BEHIND))
    };
    tokio::task::spawn_blocking(work).await.unwrap_or(false)
}

fn meta(record: &Path) -> Option<Meta> {
    serde_json::from_slice(&fs::read(beside(record)).ok()?).ok()
}

fn beside(record: &Path) -> PathBuf {
    record.with_extension("meta.json")
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_record_is_found_by_the_call_that_started_it() {
        let dir = tempfile::tempdir().unwrap();
        let transcript = dir.path().join("conversation.jsonl");
        let asides: Vec<Aside> =
            ["one", "two"].map(|call| Aside { call: call.to_owned(), ..Aside::default() }).into();
        assert_eq!(find_asides(&transcript, asides.clone()).await.unwrap(), asides, "there is nothing yet");
        let agents = dir.path().join("conversation/subagents");
        fs::create_dir_all(&agents).unwrap();
        for (name, meta) in [
            ("agent-a", r#"{"toolUseId":"two","finished":true}"#),
            ("agent-b", r#"{"toolUseId":"another"}"#),
            ("agent-c", "torn"),
        ] {
            fs::write(agents.join(format!("{name}.jsonl")), "").unwrap();
            fs::write(agents.join(format!("{name}.meta.json")), meta).unwrap();
        }
        let found = find_asides(&transcript, asides).await.unwrap();
        let record = agents.join("agent-a.jsonl");
        assert_eq!((found[0].record.clone(), found[1].record.clone()), (None, Some(record.clone())));
        assert!(!is_finished(&record).await, "the last of it may not be written yet");
        let noted = fs::File::options().write(true).open(agents.join("agent-a.meta.json")).unwrap();
        noted.set_modified(noted.metadata().unwrap().modified().unwrap() - 2 * BEHIND).unwrap();
        assert!(is_finished(&record).await && !is_finished(&agents.join("agent-b.jsonl")).await);
        let over = |over| Aside { over: Some(over), ..Aside::default() };
        assert!(over(Millis(1)).has_ended().await && !over(clock::now()).has_ended().await);
    }
}
