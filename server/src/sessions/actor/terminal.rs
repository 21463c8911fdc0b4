//! The agent's own interface in the session's terminal: start it, follow what it tells and records, see it end. Either this
//! or an agent of the chat lives, never both: each is only started once the other is gone.

use std::{io, path::PathBuf};

use app::{
    error::AppError,
    ids::SessionId,
    sessions::{
        event::{EventBody, Level},
        machine::Input,
        model::{Status, Surface},
    },
};
use tokio::time::Instant;
use uuid::Uuid;

use super::{
    super::tui::{self, Launch},
    Actor, After, RETRY,
};
use crate::{
    clock,
    db::Fault,
    terminals::{Ended, Hosted, Program},
};

impl Actor {
    /// Where the private files of its interface are.
    pub(super) fn private(&self) -> PathBuf {
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
        let recorded = self.find_record().await?;
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
        (kept.prompt_due, kept.started) = (prompt.is_some(), clock::now());
        (kept.hooks, kept.heard, kept.asking) = (0, None, None);
        kept.title = Some(self.row.card.name.clone());
        kept.asides.clear();
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
    ///
    /// # Errors
    /// When nobody can know whether it has: then nothing may begin in its place.
    async fn find_record(&mut self) -> Result<Option<Uuid>, AppError> {
        let Some(id) = self.row.card.claude_session_id else { return Ok(None) };
        let found = tui::length(&self.shared.config.claude_dir(), id).await.map_err(|error| {
            AppError::conflict(
                "record",
                format!("The agent's record of this conversation cannot be looked for: {error}."),
            )
        })?;
        let Some((path, bytes)) = found else { return Ok(None) };
        let kept = &mut self.row.kept.tui;
        (kept.conversation, kept.transcript) = (Some(id), Some(path));
        // What the chat said is history already.
        kept.read.get_or_insert(bytes);
        Ok(Some(id))
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
