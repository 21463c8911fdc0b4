//! What people ask of a session. Each command is one step: refused as a whole, or stored as a whole.

use app::{
    approvals::model::{ApprovalKind, ApprovalStatus, Decision, Verdict},
    error::{AppError, ErrorCode},
    ids::MessageId,
    sessions::{
        event::{EventBody, Level},
        machine::{Input, Refused},
        model::{
            Act, Mode, NewMessage, PermissionMode, QueuedMessage, Session, SessionPatch, name_from_prompt,
        },
    },
};
use serde_json::Value;
use tokio::sync::oneshot;
use uuid::Uuid;

use super::{
    super::{
        claude::{Control, answer, signed_in},
        queries,
        row::{MessageRow, NewAttachment, Pending},
    },
    Actor, After, Write,
};
use crate::clock;

/// What is asked.
pub(crate) enum Ask {
    /// A plain request.
    Act(Act),
    /// A person says something.
    Message(NewMessage, Vec<NewAttachment>),
    /// A waiting message says something else.
    Edit(MessageId, String),
    /// A waiting message is taken back.
    Recall(MessageId),
    /// Its name, choices or draft change.
    Update(SessionPatch),
    /// A person decides.
    Decide(Uuid, Decision),
    /// A person wants its terminal; answered once that runs.
    Terminal,
    /// A person gives it back to the chat, though a turn may be under way if that is forced.
    Chat {
        /// Whether to end a turn.
        force: bool,
    },
}

/// A request with the way back.
pub(crate) struct Command {
    /// What.
    pub ask: Ask,
    /// The viewer's label.
    pub by: String,
    /// The session's card afterwards, or why not.
    pub reply: oneshot::Sender<Result<Session, AppError>>,
}

/// The line that denies an approval, if its request can still be read.
pub(super) fn denial(pending: &Pending, why: &str) -> Option<String> {
    let request = serde_json::from_str(&pending.request).unwrap_or(Value::Null);
    let decision =
        Decision { message: Some(why.to_owned()), ..Decision::new(Verdict::Deny, pending.digest.clone()) };
    answer(pending.kind, &pending.request_id, &request, &decision).ok().map(|line| line.to_string())
}

impl Actor {
    pub(super) async fn command(&mut self, command: Command) {
        let Command { ask, by, reply } = command;
        let opens = matches!(ask, Ask::Terminal);
        let before = (self.row.clone(), self.queue.clone(), self.pending.clone(), self.driver.memory.clone());
        let result = match self.consider(ask, &by).await {
            Ok(()) => self.commit().await.map_err(AppError::from),
            Err(error) => Err(error),
        };
        if result.is_err() {
            (self.row, self.queue, self.pending, self.driver.memory) = before;
            self.change = super::Change::default();
            self.incoming = None;
        }
        match result {
            Ok(()) if opens => self.doors.push(reply),
            // Whoever asked may have gone; what was asked is done all the same.
            result => drop(reply.send(result.map(|()| self.row.card.clone()))),
        }
        self.follow_up().await;
        self.draw_soon();
    }

    async fn consider(&mut self, ask: Ask, by: &str) -> Result<(), AppError> {
        match ask {
            Ask::Act(act) => self.plain(act, by),
            Ask::Message(message, images) => self.message(message, images, by).await,
            Ask::Edit(id, text) => self.edit(id, text),
            Ask::Recall(id) => self.recall(id),
            Ask::Update(patch) => self.update(patch, by),
            Ask::Decide(id, decision) => self.decide(id, &decision, by).await,
            Ask::Terminal => self.ask_for_terminal(),
            Ask::Chat { force } => self.input(Input::ToChat { by: by.to_owned(), force }).map_err(refusal),
        }
    }

    fn ask_for_terminal(&mut self) -> Result<(), AppError> {
        if self.row.card.archived {
            return Err(put_away());
        }
        if self.row.fork.is_some() {
            let why = "It begins as a copy of another session. Let it answer once in the chat first.";
            return Err(AppError::conflict("fork", why));
        }
        self.input(Input::ToTerminal).map_err(refusal)
    }

    fn plain(&mut self, act: Act, by: &str) -> Result<(), AppError> {
        let input = match act {
            Act::Interrupt => Input::Interrupt,
            Act::Stop => Input::Stop(by.to_owned()),
            Act::Complete => Input::Complete,
            Act::Close => Input::Close,
            Act::Pin => Input::Pin,
            Act::Resume if self.row.card.archived => return Err(put_away()),
            Act::Resume => Input::Resume,
            Act::Archive => return self.archive(by),
            Act::Unarchive if self.row.card.archived => {
                self.row.card.archived = false;
                self.change.row = true;
                return Ok(());
            }
            Act::Unarchive => {
                return Err(AppError::conflict(self.row.card.status.as_str(), "It is not archived."));
            }
        };
        let mode = self.row.card.mode;
        self.input(input).map_err(refusal)?;
        if mode == Mode::Job && self.row.card.mode == Mode::Session && act == Act::Pin {
            let (what, value) = ("mode".to_owned(), "session".to_owned());
            self.event(EventBody::SettingChanged { what, value, by: by.to_owned() });
        }
        Ok(())
    }

    fn archive(&mut self, by: &str) -> Result<(), AppError> {
        if self.row.card.archived {
            return Err(AppError::conflict(self.row.card.status.as_str(), "It is archived already."));
        }
        if !self.row.card.status.is_finished() {
            self.input(Input::Stop(by.to_owned())).map_err(refusal)?;
        }
        self.row.card.archived = true;
        self.change.row = true;
        if self.tui.is_none() && self.row.card.terminal_id.is_some() {
            self.change.after.push(After::DropTerminal);
        }
        Ok(())
    }

    async fn message(
        &mut self,
        new: NewMessage,
        images: Vec<NewAttachment>,
        by: &str,
    ) -> Result<(), AppError> {
        // The same id twice is one message: a page that lost the answer sends it again.
        if queries::has_message(self.shared.db.read(), new.id).await? {
            return Ok(());
        }
        if self.row.card.archived {
            return Err(put_away());
        }
        let message = QueuedMessage {
            id: new.id,
            text: new.text,
            images: images.iter().map(|image| image.meta.clone()).collect(),
            at: clock::now(),
        };
        self.incoming = Some((MessageRow { message, given: false, by: by.to_owned() }, images));
        self.change.draft |= !self.row.draft.is_empty();
        self.row.draft.clear();
        self.input(Input::Message).map_err(refusal)
    }

    /// A message that still waits, or why it cannot be touched.
    fn waiting_message(&mut self, id: MessageId) -> Result<usize, AppError> {
        let found = self.queue.iter().position(|row| row.message.id == id);
        match found {
            Some(index) if !self.queue[index].given => Ok(index),
            Some(_) => Err(AppError::conflict("given", "The agent has this message already.")),
            None => Err(AppError::conflict("taken", "This message does not wait any more.")),
        }
    }

    fn edit(&mut self, id: MessageId, text: String) -> Result<(), AppError> {
        let index = self.waiting_message(id)?;
        self.queue[index].message.text.clone_from(&text);
        self.change.writes.push(Write::MessageText(id, text));
        self.change.queue = true;
        Ok(())
    }

    fn recall(&mut self, id: MessageId) -> Result<(), AppError> {
        let index = self.waiting_message(id)?;
        self.queue.remove(index);
        self.change.writes.push(Write::MessageGone(id));
        self.change.queue = true;
        Ok(())
    }

    fn update(&mut self, patch: SessionPatch, by: &str) -> Result<(), AppError> {
        let chooses = patch.model.is_some() || patch.effort.is_some() || patch.permission_mode.is_some();
        if chooses && (self.row.card.in_terminal() || self.tui.is_some()) {
            let why = "Its terminal is open: choose that there.";
            return Err(AppError::conflict(self.row.card.status.as_str(), why));
        }
        let mut changed = |what: &str, value: String| {
            let (what, by) = (what.to_owned(), by.to_owned());
            self.event(EventBody::SettingChanged { what, value, by });
        };
        if let Some(model) = &patch.model {
            changed("model", if model.is_empty() { "default".to_owned() } else { model.clone() });
        }
        if let Some(effort) = patch.effort {
            changed("effort", effort.as_str().to_owned());
        }
        if let Some(name) = patch.name {
            let name = name.trim();
            let name = if name.is_empty() { name_from_prompt(&self.row.prompt) } else { name.to_owned() };
            self.ask_agent("rename", Control::Rename(name.clone()));
            self.row.card.name = name;
        }
        if let Some(model) = patch.model {
            let model = Some(model).filter(|model| !model.is_empty());
            self.ask_agent("model", Control::Model(model.clone()));
            self.row.card.model = model;
        }
        if let Some(effort) = patch.effort {
            self.ask_agent("effort", Control::Effort(effort));
            self.row.card.effort = Some(effort);
        }
        if let Some(mode) = patch.permission_mode {
            self.set_mode(mode, by)?;
        }
        if let Some(draft) = patch.draft {
            self.row.draft = draft;
            self.change.draft = true;
        }
        self.change.row = true;
        Ok(())
    }

    fn set_mode(&mut self, mode: PermissionMode, by: &str) -> Result<(), AppError> {
        let card = &mut self.row.card;
        if card.permission_mode == mode {
            return Ok(());
        }
        if mode == PermissionMode::BypassPermissions && self.agent.is_some() {
            let why =
                "A live agent cannot be switched to bypass. Close or stop it, choose the mode, and resume.";
            return Err(AppError::conflict(card.status.as_str(), why));
        }
        card.permission_mode = mode;
        card.permission_set_by = by.to_owned();
        card.permission_set_at = clock::now();
        self.ask_agent("permission mode", Control::Mode(mode));
        self.event(EventBody::PermissionModeChanged { to: mode, by: by.to_owned() });
        Ok(())
    }

    /// The agent says which mode it is in: ours, confirmed; or one that a plan, a rule or the model chose.
    pub(super) fn mode_is(&mut self, mode: PermissionMode) {
        self.change.row = true;
        let card = &mut self.row.card;
        if card.permission_mode == mode {
            return;
        }
        let by = "the agent".to_owned();
        card.permission_mode = mode;
        card.permission_set_by.clone_from(&by);
        card.permission_set_at = clock::now();
        self.event(EventBody::PermissionModeChanged { to: mode, by });
    }

    /// The agent answered a request of ours.
    pub(super) fn replied(&mut self, request_id: &str, answer: Result<Value, String>) {
        let name = request_id.split(':').next().unwrap_or_default();
        match answer {
            Ok(reply) if name == "initialize" => {
                self.shared.models.learn(&reply, &self.shared.db, &self.shared.bus);
                if !signed_in(&reply) {
                    let why = "Claude Code is not signed in. Run `claude` in a terminal and sign in, or set ANTHROPIC_API_KEY.";
                    self.hear(Input::TurnFailed(why.to_owned()));
                }
            }
            Ok(_) => {}
            Err(error) => {
                let text = format!("The agent refused the change of {name}: {error}");
                self.event(EventBody::Notice { level: Level::Warning, text });
                if name == "permission mode"
                    && let Some(mode) = self.driver.memory.mode
                {
                    self.mode_is(mode);
                }
            }
        }
    }

    async fn decide(&mut self, id: Uuid, decision: &Decision, by: &str) -> Result<(), AppError> {
        let Some(index) = self.pending.iter().position(|pending| pending.id == id) else {
            let Some((who, at)) = queries::settled(self.shared.db.read(), id).await? else {
                return Err(AppError::not_found("approval"));
            };
            let message = format!("{who} was faster.");
            return Err(AppError::new(ErrorCode::AlreadyDecided, message).with(format!("{who} at {}", at.0)));
        };
        let pending = self.pending[index].clone();
        if pending.digest != decision.digest {
            let message = "The request is not the one that was shown. Look again and decide.";
            return Err(AppError::new(ErrorCode::AlreadyDecided, message).with("digest"));
        }
        let request: Value = serde_json::from_str(&pending.request).unwrap_or_default();
        let line = answer(pending.kind, &pending.request_id, &request, decision)?;
        self.pending.remove(index);
        let outcome = match decision.decision {
            Verdict::Allow => ApprovalStatus::Allowed,
            Verdict::Deny => ApprovalStatus::Denied,
        };
        if let Some(mode) = decision.next_mode.filter(|_| pending.kind == ApprovalKind::Plan) {
            self.row.card.permission_mode = mode;
            self.row.card.permission_set_by = by.to_owned();
            self.row.card.permission_set_at = clock::now();
        }
        self.settle(&pending, outcome, by, Some(line.to_string()), note(decision));
        Ok(())
    }
}

/// What a decision said beside yes or no, in words.
fn note(decision: &Decision) -> Option<String> {
    if let Some(answers) = &decision.answers {
        return Some(answers.values().cloned().collect::<Vec<_>>().join("; "));
    }
    if decision.updated_input.is_some() {
        return Some("with an edited input".to_owned());
    }
    if let Some(mode) = decision.next_mode {
        return Some(mode.words().to_owned());
    }
    decision.message.clone().filter(|note| !note.trim().is_empty())
}

/// Why nothing is said to a session that was put away.
fn put_away() -> AppError {
    AppError::conflict("archived", "It is archived. Take it back first.")
}

fn refusal(Refused { status, why }: Refused) -> AppError {
    AppError::conflict(status.as_str(), why)
}
