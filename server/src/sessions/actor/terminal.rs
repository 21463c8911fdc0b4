//! The agent's own interface in the session's terminal: start it, follow what it tells and records, see it end. Either this
//! or an agent of the chat lives, never both: each is only started once the other is gone.

use std::{io, path::PathBuf, sync::Arc};

use app::{
    approvals::model::ApprovalKind,
    error::AppError,
    ids::SessionId,
    sessions::{
        event::{EventBody, Level, TurnOutcome},
        machine::Input,
        model::{Status, Surface},
    },
    time::Millis,
};
use serde_json::Value;
use tokio::time::{Duration, Instant};
use uuid::Uuid;

use super::{
    super::{
        claude::{Out, cut},
        tui::{self, Doing, Files, Hook, Launch},
    },
    Actor, After, RETRY,
};
use crate::{
    clock,
    db::Fault,
    terminals::{Ended, Hosted, Program},
};

/// How often it is looked whether the interface has told or recorded anything.
const LOOK: Duration = Duration::from_millis(200);
/// The same while it is at its prompt.
const LOOK_AT_REST: Duration = Duration::from_millis(500);
/// How long it must be at its prompt, in milliseconds, until that is believed without a word from a hook.
const QUIET: i64 = 2_000;
/// How long, in milliseconds, the records of a turn may come after the word that it is over: the CLI writes them behind.
const BEHIND: i64 = 1_000;
/// Events stored in one transaction, at most.
const BATCH: usize = 64;

impl Actor {
    /// Where the private files of its interface are.
    fn private(&self) -> PathBuf {
        self.shared.private().join(self.row.card.id.to_string())
    }

    /// Starts the interface, unless the session was stopped meanwhile. While an agent of before is still going, its end
    /// comes back here.
    pub(super) async fn open_terminal(&mut self) {
        let card = &self.row.card;
        let wanted = card.status == Status::Queued && card.surface == Surface::Tui;
        if !wanted || self.agent.is_some() || self.tui.is_some() {
            return;
        }
        let id = card.id;
        match self.start_interface(id).await {
            Ok(()) => {}
            Err(error) => self.not_opened(id, error).await,
        }
        self.finish_boxed().await;
    }

    /// It is not opened. What runs in its terminal all the same is nobody's to talk to: it is ended before anything else starts.
    async fn not_opened(&mut self, id: SessionId, error: AppError) {
        self.must(Input::StartFailed(error.message));
        if let Some(hosted) = self.hosted(id).await.0 {
            self.tui = Some(hosted);
            self.row.kept.leaving = true;
            self.change.row = true;
            self.change.after.push(After::Kill);
        }
    }

    /// What runs in its terminal, and how often something was started there; asked until the database answers, because
    /// without that nothing else may be started.
    async fn hosted(&self, id: SessionId) -> (Option<Hosted>, i64) {
        loop {
            let found = async {
                let hosted = self.shared.terminals.hosted(id).await?;
                Ok::<_, Fault>((hosted, self.shared.terminals.runs(id).await?))
            };
            match found.await {
                Ok(found) => return found,
                Err(fault) => {
                    tracing::error!(%fault, session = %id, "a session's terminal could not be found")
                }
            }
            tokio::time::sleep(RETRY).await;
        }
    }

    async fn start_interface(&mut self, id: SessionId) -> Result<(), AppError> {
        let run = self.shared.terminals.runs(id).await? + 1;
        let recorded = self.find_record().await;
        let prompt = Some(self.row.prompt.clone()).filter(|_| recorded.is_none() && self.row.kept.tui.first);
        let launch = match recorded {
            Some(conversation) => Launch::Resume(conversation),
            None => Launch::Fresh(self.begin_anew(), prompt.as_deref()),
        };
        let unwritten = |error: io::Error| {
            AppError::conflict("files", format!("The agent's private files cannot be written: {error}."))
        };
        let files = tui::prepare(&self.shared.exe, &self.private(), run).await.map_err(unwritten)?;
        let program = Program {
            argv: tui::arguments(&self.binary(), launch, &self.row.card, &files.settings),
            env: tui::environment(&self.shared.config),
            cwd: self.row.cwd.clone(),
            project: self.row.card.project_id,
            name: self.row.card.name.clone(),
        };
        let kept = &mut self.row.kept.tui;
        (kept.run, kept.wanted) = (run, false);
        kept.prompt_due = prompt.is_some();
        (kept.hooks, kept.heard, kept.asking) = (0, None, None);
        kept.title = Some(self.row.card.name.clone());
        self.row.kept.leaving = false;
        self.driver.process_gone();
        self.change.row = true;
        // Stored before anything runs, so that the next server knows which start it looks for.
        self.finish_boxed().await;
        match self.shared.terminals.host(id, program).await? {
            Some(hosted) => {
                self.row.card.terminal_id = Some(hosted.id);
                self.tui = Some(hosted);
                self.look_at = Some(Instant::now());
                self.change.row = true;
            }
            None => {
                let ended = self.shared.terminals.ended(id).await?;
                self.interface_over(ended);
            }
        }
        Ok(())
    }

    /// The conversation to go on with, if the agent has a record of it.
    async fn find_record(&mut self) -> Option<Uuid> {
        let id = self.row.card.claude_session_id?;
        let (path, bytes) = tui::length(&self.shared.config.claude_dir(), id).await?;
        let kept = &mut self.row.kept.tui;
        (kept.conversation, kept.transcript) = (Some(id), Some(path));
        // What the chat said is history already.
        kept.read.get_or_insert(bytes);
        Some(id)
    }

    /// A new conversation; one that was known before, but has no record any more, cannot be gone on with.
    fn begin_anew(&mut self) -> Uuid {
        if self.row.card.claude_session_id.take().is_some() {
            let text = "The agent has no record of this conversation any more; it begins anew.".to_owned();
            self.event(EventBody::Notice { level: Level::Warning, text });
        }
        let id = Uuid::new_v4();
        let kept = &mut self.row.kept.tui;
        (kept.conversation, kept.transcript, kept.read) = (Some(id), None, Some(0));
        self.driver.memory.leaf = None;
        id
    }

    /// Finds the interface of before, or how it ended.
    pub(super) async fn find_terminal(&mut self) {
        let id = self.row.card.id;
        let (hosted, runs) = self.hosted(id).await;
        let (status, surface) = (self.row.card.status, self.row.card.surface);
        if let Some(hosted) = hosted {
            self.tui = Some(hosted);
            self.look_at = Some(Instant::now());
            if self.row.kept.leaving || surface == Surface::Chat {
                self.row.kept.leaving = true;
                self.change.after.push(After::Kill);
            } else if status == Status::Running {
                self.slot = self.shared.slots.try_acquire();
            }
            return self.look().await;
        }
        let kept = &self.row.kept.tui;
        let wanted = kept.wanted && status == Status::Queued;
        let begun = surface == Surface::Tui && runs >= kept.run && !wanted;
        if status == Status::Queued && (self.row.kept.leaving || !begun) {
            // It was only about to be started.
            self.row.kept.leaving = false;
            self.change.after.push(After::Start);
        } else if begun && !status.is_finished() {
            self.terminal_gone().await;
        } else if !status.is_finished() {
            self.must(Input::AgentGone("The agent's process is gone.".to_owned()));
        } else if self.row.card.archived && self.row.card.terminal_id.is_some() {
            self.change.after.push(After::DropTerminal);
        }
    }

    /// Takes what the interface told and recorded since the last time.
    pub(super) async fn look(&mut self) {
        let rests = self.row.card.status == Status::Idle;
        self.look_at = Some(Instant::now() + if rests { LOOK_AT_REST } else { LOOK });
        self.read_on().await;
        self.heed_presence().await;
        self.finish_boxed().await;
        self.draw_soon();
    }

    pub(super) async fn read_on(&mut self) {
        if let Err(error) = self.take_notes().await {
            tracing::warn!(%error, session = %self.row.card.id, "what an agent tells of itself cannot be read");
        }
    }

    /// Both files are read in the order of time. The end of a turn waits a moment for what was said in it.
    async fn take_notes(&mut self) -> io::Result<()> {
        let hooks = Files::new(&self.private(), self.row.kept.tui.run).hooks;
        loop {
            let notes = tui::tail(&hooks, self.row.kept.tui.hooks).await?;
            let (all, mut early) = (notes.is_empty(), false);
            for (end, line) in notes {
                if let Ok(hook) = serde_json::from_slice::<Hook>(&line) {
                    let whole = self.take_records(Some(hook.at)).await?;
                    let may_come = self.tui.is_some() && clock::now() < hook.at.plus(BEHIND);
                    early = hook.ends_turn() && !whole && may_come;
                    if early {
                        break;
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
            let records = tui::tail(path, read).await?;
            if records.is_empty() {
                return Ok(false);
            }
            let mut begin = read;
            for (end, bytes) in records {
                let total = end - std::mem::replace(&mut begin, end);
                if bytes.is_empty() && total > 1 {
                    self.event(EventBody::Unknown { name: format!("a line of {total} bytes"), raw: cut("") });
                }
                // A record that is no JSON says nothing.
                let record: Value = serde_json::from_slice(&bytes).unwrap_or_default();
                let at = tui::written_at(&record);
                if until.is_some() && at > until {
                    return Ok(true);
                }
                self.take_record(record, &bytes, at);
                self.row.kept.tui.read = Some(end);
            }
            self.change.row = true;
            if self.change.events.len() >= BATCH {
                self.finish_boxed().await;
            }
        }
    }

    fn take_record(&mut self, record: Value, bytes: &[u8], at: Option<Millis>) {
        let outs = self.driver.record(record, at.unwrap_or_else(clock::now));
        if outs.is_empty() {
            return;
        }
        if self.row.card.claude_session_id != self.row.kept.tui.conversation && outs.iter().any(Out::is_said)
        {
            self.row.card.claude_session_id = self.row.kept.tui.conversation;
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
        let source = hook.source.as_deref().unwrap_or_default();
        let kept = &mut self.row.kept.tui;
        if hook.session_id.is_some() && hook.session_id != kept.conversation {
            let anew = matches!(source, "startup" | "clear");
            let recorded = if anew { 0 } else { hook.recorded };
            (kept.conversation, kept.read) = (hook.session_id, Some(recorded));
            (kept.asking, kept.transcript) = (None, None);
            self.driver.process_gone();
            self.driver.memory.leaf = None;
            self.row.card.claude_session_id = hook.session_id.filter(|_| !anew);
            let text = match anew {
                true => "The conversation was cleared; the agent remembers nothing of what is above.",
                false => {
                    "The terminal went on with another conversation; what was said in it before is not shown here."
                }
            };
            self.event(EventBody::Notice { level: Level::Info, text: text.to_owned() });
        }
        if hook.transcript_path.is_some() {
            self.row.kept.tui.transcript.clone_from(&hook.transcript_path);
        }
        if !self.row.kept.tui.prompt_due {
            self.hear(Input::Ready);
        }
    }

    /// What no hook tells: that a question was answered, and that a turn ended without a word.
    async fn heed_presence(&mut self) {
        let (status, kept) = (self.row.card.status, &self.row.kept.tui);
        let at_work = matches!(status, Status::Queued | Status::Running);
        let Some(conversation) = kept.conversation.filter(|_| at_work && !self.row.kept.leaving) else {
            return;
        };
        let Some(seen) = tui::look(&self.shared.config.claude_dir(), conversation).await else { return };
        let kept = &mut self.row.kept.tui;
        let answered = kept.asking.is_some_and(|(_, since)| seen.since > since);
        match seen.doing {
            Doing::Waiting if status == Status::Running && kept.asking.is_none() => {
                kept.asking = Some((ApprovalKind::Tool, seen.since));
                self.change.row = true;
            }
            Doing::Busy | Doing::Idle if answered => {
                kept.asking = None;
                self.change.row = true;
            }
            _ => {}
        }
        let quiet = seen.since.plus(QUIET) < clock::now();
        let heard = self.row.kept.tui.heard;
        if seen.doing == Doing::Idle && quiet && heard.is_some_and(|heard| seen.since > heard) {
            self.row.kept.tui.prompt_due = false;
            match status {
                Status::Queued => self.hear(Input::Ready),
                _ => self.turn_over(TurnOutcome::Done, None, seen.since),
            }
            self.change.row = true;
        }
    }

    /// The interface has ended: takes the last of what it told, and says how it went.
    pub(super) async fn terminal_gone(&mut self) {
        (self.tui, self.look_at) = (None, None);
        self.read_on().await;
        let ended = self.shared.terminals.ended(self.row.card.id).await.unwrap_or_else(|fault| {
            tracing::error!(%fault, "how a terminal ended could not be read");
            None
        });
        self.interface_over(ended);
        self.finish_boxed().await;
        self.draw_soon();
    }

    fn interface_over(&mut self, ended: Option<Ended>) {
        self.driver.process_gone();
        self.row.kept.tui.asking = None;
        self.change.row = true;
        if let Some(ended) = &ended {
            self.row.card.terminal_id = Some(ended.id);
        }
        let told_to = std::mem::take(&mut self.row.kept.leaving);
        if !told_to && !self.row.card.status.is_finished() {
            self.must(match ended {
                Some(Ended { code: Some(0), .. }) => Input::AgentLeft,
                Some(ended) => Input::AgentGone(ended.words),
                None => Input::AgentGone("The agent is gone without a trace.".to_owned()),
            });
        }
        // Something was asked between "stop" and the end.
        if self.row.card.status == Status::Queued {
            self.change.after.push(After::Start);
        }
        if self.row.card.archived {
            self.change.after.push(After::DropTerminal);
        }
    }

    /// Forgets the terminal: the session was put away.
    pub(super) async fn drop_terminal(&mut self) {
        let id = self.row.card.id;
        if let Err(error) = self.shared.terminals.drop_hosted(id).await {
            return tracing::warn!(%error, session = %id, "the terminal of a session stays");
        }
        // It may never have had one.
        let _ = tokio::fs::remove_dir_all(self.private()).await;
        self.row.card.terminal_id = None;
        self.change.row = true;
        self.finish_boxed().await;
    }

    /// Tells those who wait for the terminal, once it runs or never will.
    pub(super) fn answer_doors(&mut self) {
        if self.tui.is_some() && !self.row.kept.leaving {
            for door in self.doors.drain(..) {
                // Whoever asked may have gone.
                let _ = door.send(Ok(self.row.card.clone()));
            }
        } else if self.row.card.status.is_finished() {
            for door in self.doors.drain(..) {
                let why =
                    self.row.card.reason.clone().unwrap_or_else(|| "Its terminal has ended.".to_owned());
                let _ = door.send(Err(AppError::conflict(self.row.card.status.as_str(), why)));
            }
        }
    }
}
