//! What the agent's own interface tells of itself, taken in the order of time: the notes of its hooks, the records of the
//! conversation, and its word in the CLI's list of live processes. Where no hook may run, the other two have to do.

use std::{io, sync::Arc};

use app::{
    sessions::{
        event::{EventBody, Level, TurnOutcome},
        machine::Input,
        model::Status,
    },
    time::Millis,
};
use serde_json::Value;
use tokio::time::{Duration, Instant};
use uuid::Uuid;

use super::{
    super::{
        claude::{self, Out, cut},
        tui::{self, Doing, Files, Hook, Unfinished},
    },
    Actor, BATCH,
};
use crate::clock;

/// How often it is looked whether the interface has told or recorded anything.
const LOOK: Duration = Duration::from_millis(200);
/// The same while it is at its prompt.
const LOOK_AT_REST: Duration = Duration::from_millis(500);
/// How long it must be at its prompt, in milliseconds, until that is believed without a word from a hook.
const QUIET: i64 = 2_000;
/// How long, in milliseconds, the records of a turn may come after the word that it is over: the CLI writes them behind.
const BEHIND: i64 = 1_000;

impl Actor {
    /// Takes what the interface told and recorded since the last time.
    pub(super) async fn look(&mut self) {
        let rests = self.row.card.status == Status::Idle;
        self.look_at = Some(Instant::now() + if rests { LOOK_AT_REST } else { LOOK });
        self.read_on().await;
        if let Err(error) = self.heed_presence().await {
            tracing::warn!(%error, session = %self.row.card.id, "the record of a conversation cannot be looked for");
        }
        self.finish_boxed().await;
        self.draw_soon();
    }

    pub(super) async fn read_on(&mut self) {
        let read = async {
            self.find_transcript().await?;
            self.take_notes().await?;
            self.take_asides().await
        };
        if let Err(error) = read.await {
            tracing::warn!(%error, session = %self.row.card.id, "what an agent tells of itself cannot be read");
        }
    }

    /// Whether no hook of this start has told anything: it may only have begun, or its hooks may not run.
    fn is_silent(&self) -> bool {
        self.row.kept.tui.heard.is_none()
    }

    /// Looks where the conversation is recorded, as long as no hook says so.
    async fn find_transcript(&mut self) -> io::Result<()> {
        let kept = &self.row.kept.tui;
        let unknown = self.is_silent() && kept.transcript.is_none() && kept.read.is_some();
        if let Some(conversation) = kept.conversation.filter(|_| unknown)
            && let Some((path, _)) = tui::length(&self.shared.config.claude_dir(), conversation).await?
        {
            self.row.kept.tui.transcript = Some(path);
            self.change.row = true;
        }
        Ok(())
    }

    /// Both files are read in the order of time. The end of a turn waits a moment for what was said in it.
    async fn take_notes(&mut self) -> io::Result<()> {
        let hooks = Files::new(&self.private(), self.row.kept.tui.run).hooks;
        loop {
            let notes = tui::tail(&hooks, self.row.kept.tui.hooks, &mut Unfinished::default()).await?;
            let (all, mut early) = (notes.is_empty(), false);
            for (end, line) in notes {
                if let Ok(hook) = serde_json::from_slice::<Hook>(&line) {
                    let whole = self.take_records(Some(hook.at)).await?;
                    let may_come = self.tui.is_some() && clock::now() < hook.at.plus(BEHIND);
                    early = hook.ends_turn() && !whole && may_come;
                    if early {
                        break;
                    }
                    if hook.event == "SessionStart" {
                        // Those of the conversation that may be left just now.
                        self.take_asides().await?;
                    }
                    self.change.at = Some(hook.at);
                    self.heard(&hook);
                    self.change.at = None;
                    self.row.kept.tui.heard = Some(hook.at);
                }
                self.row.kept.tui.hooks = end;
                self.change.row = true;
            }
            if all {
                self.take_records(None).await?;
            }
            self.finish_boxed().await;
            if all || early {
                return Ok(());
            }
        }
    }

    /// Takes the records of the conversation, up to those that were written after `until`. Whether there are such.
    async fn take_records(&mut self, until: Option<Millis>) -> io::Result<bool> {
        loop {
            let kept = &self.row.kept.tui;
            let (Some(path), Some(read)) = (&kept.transcript, kept.read) else { return Ok(false) };
            let path = path.clone();
            let news = tui::follow(&path, read, &kept.place, &mut self.unfinished).await?;
            self.row.kept.tui.place = news.place;
            if news.from != read {
                self.is_read_to_elsewhere(news.from, news.lost);
            } else if news.lines.is_empty() {
                return Ok(false);
            }
            let mut begin = news.from;
            for line in news.lines {
                let total = line.end - std::mem::replace(&mut begin, line.end);
                self.too_long(total, &line.bytes);
                // A record that is no JSON says nothing.
                let record: Value = serde_json::from_slice(&line.bytes).unwrap_or_default();
                let at = claude::written_at(&record);
                if until.is_some() && at > until {
                    return Ok(true);
                }
                self.take_record(record, &line.bytes, at);
                let kept = &mut self.row.kept.tui;
                kept.place.pass(&path, &line);
                kept.read = Some(line.end);
            }
            self.change.row = true;
            if self.change.events.len() >= BATCH {
                self.finish_boxed().await;
            }
        }
    }

    /// The record was written anew: what is history ends elsewhere in it.
    fn is_read_to_elsewhere(&mut self, at: u64, lost: bool) {
        self.row.kept.tui.read = Some(at);
        self.change.row = true;
        if lost {
            let text =
                "The CLI has written its record of the conversation anew; something may be missing here.";
            self.event(EventBody::Notice { level: Level::Warning, text: text.to_owned() });
        }
    }

    /// Says that a line was too long to hold, if it was.
    pub(super) fn too_long(&mut self, total: u64, held: &[u8]) {
        if held.is_empty() && total > 1 {
            self.event(EventBody::Unknown { name: format!("a line of {total} bytes"), raw: cut("") });
        }
    }

    fn take_record(&mut self, record: Value, bytes: &[u8], at: Option<Millis>) {
        let outs = self.driver.record(record, at.unwrap_or_else(clock::now));
        if outs.is_empty() {
            return;
        }
        self.listen_to(&outs);
        if outs.iter().any(Out::is_said) {
            let kept = &mut self.row.kept.tui;
            (kept.first, kept.prompt_due) = (false, false);
            self.row.card.claude_session_id = kept.conversation;
        }
        self.change.at = at;
        self.change.line = Some(Arc::from(bytes));
        for out in outs {
            self.out(out);
        }
        self.change.at = None;
        self.change.line = None;
    }

    /// What a hook tells.
    fn heard(&mut self, hook: &Hook) {
        if let Some(mode) = hook.mode()
            && let Some(out) = self.driver.mode_is(mode.as_str())
        {
            self.out(out);
        }
        match hook.event.as_str() {
            "SessionStart" => self.conversation_is(hook),
            "UserPromptSubmit" => {
                let kept = &mut self.row.kept.tui;
                (kept.first, kept.prompt_due, kept.asking) = (false, false, None);
                self.hear(Input::TurnBegan);
            }
            "PermissionRequest" => {
                self.row.kept.tui.asking = Some((hook.kind(), hook.at));
                self.hear(Input::TurnBegan);
            }
            "Stop" => {
                self.turn_over(TurnOutcome::Done, None, hook.at);
                self.hear(Input::Background(hook.background));
            }
            "StopFailure" => self.turn_over(TurnOutcome::Failed, hook.error.clone(), hook.at),
            _ => {}
        }
    }

    /// The turn under way is over, whether or not anything of it was recorded.
    fn turn_over(&mut self, outcome: TurnOutcome, said: Option<String>, at: Millis) {
        self.row.kept.tui.asking = None;
        for out in self.driver.turn_over(outcome, said, at) {
            self.out(out);
        }
        if self.row.card.status == Status::Running {
            self.hear(Input::TurnEnded);
        }
    }

    /// The interface says which conversation it holds: the one it was started with, or another that was chosen in it.
    fn conversation_is(&mut self, hook: &Hook) {
        if let Some(conversation) = hook.session_id {
            let anew = matches!(hook.source.as_deref(), Some("startup" | "clear"));
            self.holds(conversation, (!anew).then_some(hook.recorded));
        }
        if hook.transcript_path.is_some() {
            self.row.kept.tui.transcript.clone_from(&hook.transcript_path);
        }
        if !self.row.kept.tui.prompt_due {
            self.hear(Input::Ready);
        }
    }

    /// It holds this conversation, which was recorded up to `before` if it is an older one.
    fn holds(&mut self, conversation: Uuid, before: Option<u64>) {
        let kept = &mut self.row.kept.tui;
        if kept.conversation == Some(conversation) {
            return;
        }
        (kept.conversation, kept.read) = (Some(conversation), Some(before.unwrap_or(0)));
        (kept.asking, kept.transcript) = (None, None);
        kept.taken_up = self.change.at.unwrap_or_else(clock::now);
        // What was sent to the background goes on.
        kept.asides.retain(|aside| aside.record.is_some());
        self.driver.process_gone();
        self.driver.memory.leaf = None;
        self.row.card.claude_session_id = before.and(Some(conversation));
        let text = match before {
            None => "The conversation was cleared; the agent remembers nothing of what is above.",
            Some(_) => {
                "The terminal went on with another conversation; what was said in it before is not shown here."
            }
        };
        self.event(EventBody::Notice { level: Level::Info, text: text.to_owned() });
    }

    /// The same, if only its process says so.
    async fn seems_to_hold(&mut self, conversation: Uuid) -> io::Result<()> {
        let record = tui::length(&self.shared.config.claude_dir(), conversation).await?;
        let taken_up = self.row.kept.tui.taken_up.max(self.row.kept.tui.started);
        let before = match &record {
            Some((path, bytes)) => {
                let begun = tui::begun_at(path).await?;
                begun.filter(|begun| *begun < taken_up).map(|_| *bytes)
            }
            None => None,
        };
        self.holds(conversation, before);
        Ok(())
    }

    /// What no hook tells: that a question was answered, and that a turn ended without a word. If no hook tells anything,
    /// also what else follows from this.
    async fn heed_presence(&mut self) -> io::Result<()> {
        let (status, kept) = (self.row.card.status, &self.row.kept.tui);
        let at_work = matches!(status, Status::Queued | Status::Running);
        let told = at_work || (self.is_silent() && status == Status::Idle);
        let Some(conversation) = kept.conversation.filter(|_| told && !self.row.kept.leaving) else {
            return Ok(());
        };
        let pid = match &self.tui {
            Some(hosted) => hosted.pid().await,
            None => None,
        };
        let dir = self.shared.config.claude_dir();
        let Some(seen) = tui::look(&dir, pid, conversation, kept.started).await else { return Ok(()) };
        if seen.conversation != conversation {
            // Where hooks run, one is about to say it.
            return if self.is_silent() { self.seems_to_hold(seen.conversation).await } else { Ok(()) };
        }
        let kept = &mut self.row.kept.tui;
        if kept.first && matches!(seen.doing, Doing::Busy | Doing::Waiting(_)) {
            (kept.first, kept.prompt_due) = (false, false);
            self.change.row = true;
        }
        let answered = kept.asking.is_some_and(|(_, since)| seen.since > since);
        match seen.doing {
            Doing::Waiting(kind) if status == Status::Running && kept.asking.is_none() => {
                kept.asking = Some((kind, seen.since));
                self.change.row = true;
            }
            Doing::Busy | Doing::Idle if answered => {
                kept.asking = None;
                self.change.row = true;
            }
            _ => {}
        }
        let quiet = seen.since.plus(QUIET) < clock::now();
        let begun = self.driver.memory.began.filter(|_| self.driver.memory.turn);
        let since_then = self.row.kept.tui.heard.max(begun).is_none_or(|last| seen.since > last);
        if at_work && seen.doing == Doing::Idle && quiet && since_then {
            self.row.kept.tui.prompt_due = false;
            match status {
                Status::Queued => self.hear(Input::Ready),
                _ => self.turn_over(TurnOutcome::Done, None, seen.since),
            }
            self.change.row = true;
        }
        Ok(())
    }
}
