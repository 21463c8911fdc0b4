//! Sessions. `actor` owns each one, `claude` drives its agent, `feed` tells those who follow, `queries` holds the SQL.
//! This file is the port: it checks what is asked, finds the actor and waits for its answer.

mod actor;
mod claude;
pub mod echo;
mod feed;
mod images;
mod leftovers;
mod models;
mod page;
mod queries;
mod registry;
mod row;
mod scheduled;
mod slots;
mod start;
#[cfg(test)]
mod tests;
mod troubles;
mod tui;

use std::{path::PathBuf, sync::Arc, time::Duration};

use app::{
    auth::model::Viewer,
    error::{AppError, ErrorCode},
    ids::{AttachmentId, MessageId, SessionId},
    sessions::{
        event::EventPage,
        model::{
            Act, Blob, Fork, Model, NAME_MAX, NewMessage, NewSession, PROMPT_MAX, PermissionMode, Session,
            SessionFilter, SessionPage, SessionPatch, Surface, TUI_PROMPT_MAX, TouchedFile,
        },
        port::{Sessions, Window},
        thread::touched_by,
    },
    terminals::{model::Terminal, port::Terminals},
    worktrees::model::InWorktree,
};
use async_trait::async_trait;
use tokio_util::sync::CancellationToken;

pub use self::feed::{FeedItem, Follower};
use self::{
    actor::{Ask, Shared},
    models::Models,
    queries::Place,
    registry::Registry,
    slots::Slots,
    troubles::Troubles,
};
pub(crate) use self::{
    claude::{RECURRING_MAX_AGE, Scheduled, describe, in_words},
    scheduled::Scheduler,
    tui::note,
};
use crate::{
    bus::Bus, config::Config, db::Db, offload::ended, terminals::TerminalsEngine, worktrees::WorktreesEngine,
};

/// How long the start waits for one session to catch up with its agent.
const PATIENCE: Duration = Duration::from_secs(15);

/// The sessions of this server; cheap to clone.
#[derive(Clone)]
pub struct SessionsEngine {
    shared: Arc<Shared>,
    registry: Arc<Registry>,
}

impl SessionsEngine {
    /// Finds the agents of before, reads what they did meanwhile, and only then returns. `terminals` has found its own.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn start(
        db: Db,
        bus: Bus,
        config: Arc<Config>,
        exe: PathBuf,
        terminals: TerminalsEngine,
        worktrees: WorktreesEngine,
    ) -> Result<Self, AppError> {
        let slots = Slots::new(config.sessions.max_running);
        let (closing, troubles) = (CancellationToken::new(), Troubles::default());
        let models = Models::load(&db).await?;
        let shared = Shared { db, bus, config, slots, closing, models, troubles, exe, terminals, worktrees };
        let shared = Arc::new(shared);
        let engine = Self { registry: Arc::default(), shared };
        let ids = queries::unfinished(engine.shared.db.read()).await?;
        let handles: Vec<_> = ids.into_iter().map(|id| engine.registry.wake(&engine.shared, id)).collect();
        for mut handle in handles {
            // One session that cannot be read must not keep the others from being served.
            let _ = tokio::time::timeout(PATIENCE, handle.ready.wait_for(|ready| *ready)).await;
        }
        let shared = Arc::clone(&engine.shared);
        tokio::spawn(async move {
            shared.closing.run_until_cancelled(leftovers::sweep(&shared)).await;
        });
        Ok(engine)
    }

    /// Lets go of every session; the agents run on, and the next server finds them.
    pub async fn let_go(&self) {
        self.shared.closing.cancel();
        self.registry.ended().await;
        // The last step of an actor may still be on its way.
        if let Err(fault) = self.shared.db.settle().await {
            tracing::warn!(%fault, "the last steps may not be stored; the next server takes them again");
        }
    }

    /// The names of the keepers that belong to a session.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn keeper_ids(&self) -> Result<Vec<String>, AppError> {
        Ok(queries::keepers(self.shared.db.read()).await?)
    }

    /// Every event after `since`, and whatever comes.
    ///
    /// # Errors
    /// 404 for an unknown id.
    pub async fn follow(&self, _who: &Viewer, id: SessionId, since: u64) -> Result<Follower, AppError> {
        let row = self.row(id).await?;
        let feed = self.registry.feed(id, row.card.last_seq);
        Ok(Follower::new(feed, self.shared.db.clone(), row.no, since))
    }

    /// Decides an approval of this session; see `approvals`.
    ///
    /// # Errors
    /// 409 when somebody was faster or the digest is another's, 404 when the session does not know it.
    pub async fn decide(
        &self,
        who: &Viewer,
        id: SessionId,
        approval: app::ids::ApprovalId,
        decision: app::approvals::model::Decision,
    ) -> Result<Session, AppError> {
        self.ask(who, id, Ask::Decide(approval.0, decision)).await
    }

    async fn row(&self, id: SessionId) -> Result<row::Row, AppError> {
        queries::get(self.shared.db.read(), id).await?.ok_or_else(|| AppError::not_found("session"))
    }

    async fn ask(&self, who: &Viewer, id: SessionId, ask: Ask) -> Result<Session, AppError> {
        // Whoever asks now would only wait for a disk to empty.
        if let Some(reason) = self.shared.troubles.of(id) {
            return Err(AppError::new(ErrorCode::Unavailable, reason));
        }
        self.registry.ask(&self.shared, id, ask, &who.label).await
    }

    /// Nothing starts in a directory before a person trusted it.
    async fn check_trust(&self, id: SessionId) -> Result<(), AppError> {
        let row = self.row(id).await?;
        start::place(self.shared.db.read(), row.card.project_id).await.map(|_| ())
    }

    /// A session in a worktree; one that was made for it goes again if the session cannot be stored.
    async fn create_in_worktree(
        &self,
        who: &Viewer,
        new: NewSession,
        place: &Place,
        wish: &InWorktree,
    ) -> Result<Session, AppError> {
        let worktrees = &self.shared.worktrees;
        let words = new.name.as_deref().filter(|name| !name.trim().is_empty()).unwrap_or(&new.prompt);
        let chosen = worktrees.choose(new.project_id, wish, words).await?;
        match start::create(&self.shared, who, new, place, Some(&chosen)).await {
            Ok(session) => {
                self.registry.wake(&self.shared, session.id);
                Ok(session)
            }
            Err(error) => {
                worktrees.take_back(chosen).await;
                Err(error)
            }
        }
    }

    /// The consent is bound to the directory, which nobody can rename into another's; the name is what a person types.
    fn check_mode(
        &self,
        name: &str,
        path: &str,
        mode: PermissionMode,
        confirm: Option<&str>,
    ) -> Result<(), AppError> {
        if mode != PermissionMode::BypassPermissions {
            return Ok(());
        }
        if !self.shared.config.allows_bypass(path) {
            let message =
                format!("Set allow_bypass_permissions for [projects.\"{path}\"] in roost.toml first.");
            return Err(AppError::new(ErrorCode::Forbidden, message).with("permission_mode"));
        }
        if confirm != Some(name) {
            return Err(AppError::invalid(
                "confirm",
                "Type the project's name to let the agent run without asking.",
            ));
        }
        Ok(())
    }
}

/// A prompt that may be sent.
fn check_prompt(field: &str, prompt: &str) -> Result<(), AppError> {
    if prompt.trim().is_empty() {
        return Err(AppError::invalid(field, "Write something first."));
    }
    if prompt.len() > PROMPT_MAX {
        return Err(AppError::new(ErrorCode::TooLarge, "A prompt may have at most 1 MB.").with(field));
    }
    Ok(())
}

/// What a session in a terminal may begin with: nothing, or what fits on a command line.
fn check_first_words(new: &NewSession) -> Result<(), AppError> {
    if new.prompt.len() > TUI_PROMPT_MAX {
        let message = "In a terminal the first prompt may have at most 100 KB.";
        return Err(AppError::new(ErrorCode::TooLarge, message).with("prompt"));
    }
    if new.prompt.contains('\0') {
        return Err(AppError::invalid("prompt", "A prompt for a terminal cannot hold a null character."));
    }
    if !new.images.is_empty() {
        return Err(AppError::invalid("images", "Images cannot go along to a terminal. Paste them there."));
    }
    Ok(())
}

fn check_name(name: &str) -> Result<(), AppError> {
    if name.chars().count() > NAME_MAX {
        return Err(AppError::invalid("name", format!("A name may have at most {NAME_MAX} characters.")));
    }
    Ok(())
}

#[async_trait]
impl Sessions for SessionsEngine {
    async fn list(&self, _who: &Viewer, filter: SessionFilter) -> Result<Vec<Session>, AppError> {
        let rows = queries::list(self.shared.db.read(), &filter).await?;
        Ok(rows.into_iter().map(|row| self.shared.troubles.shown(row.card)).collect())
    }

    async fn models(&self, _who: &Viewer) -> Result<Vec<Model>, AppError> {
        Ok(self.shared.models.list())
    }

    async fn get(&self, _who: &Viewer, id: SessionId) -> Result<SessionPage, AppError> {
        let row = self.row(id).await?;
        let messages = queries::messages(self.shared.db.read(), row.no).await?;
        let queue = messages.into_iter().filter(|row| !row.given).map(|row| row.message).collect();
        Ok(SessionPage { session: self.shared.troubles.shown(row.card), queue, draft: row.draft })
    }

    async fn events(
        &self,
        _who: &Viewer,
        id: SessionId,
        window: Window,
        limit: u32,
    ) -> Result<EventPage, AppError> {
        let row = self.row(id).await?;
        let last = row.card.last_seq;
        let (range, backwards) = match window {
            Window::Tail => ((1, last), true),
            Window::Before(seq) => ((1, seq.saturating_sub(1)), true),
            Window::After(seq) => ((seq.saturating_add(1), last), false),
        };
        if range.0 > range.1 {
            return Ok(EventPage { events: Vec::new(), last_seq: last });
        }
        let limit = limit.clamp(1, 1_000);
        Ok(page::load(self.shared.db.read(), row.no, range, limit, backwards, last).await?)
    }

    async fn output(&self, who: &Viewer, id: SessionId, seq: u64) -> Result<String, AppError> {
        let raw = self.raw(who, id, seq).await?;
        let line = serde_json::from_str(&raw).unwrap_or_default();
        claude::result_text(&line).ok_or_else(|| AppError::not_found("output"))
    }

    async fn raw(&self, _who: &Viewer, id: SessionId, seq: u64) -> Result<String, AppError> {
        let row = self.row(id).await?;
        let line = queries::line(self.shared.db.read(), row.no, seq).await?;
        line.map(|line| String::from_utf8_lossy(&line).into_owned())
            .ok_or_else(|| AppError::not_found("line"))
    }

    async fn touched(&self, _who: &Viewer, id: SessionId) -> Result<Vec<TouchedFile>, AppError> {
        let row = self.row(id).await?;
        let calls = queries::file_calls(self.shared.db.read(), row.no).await?;
        Ok(touched_by(calls.iter().map(|(name, path)| (name.as_str(), path.as_str()))))
    }

    async fn image(&self, who: &Viewer, id: SessionId, seq: u64, n: u32) -> Result<Blob, AppError> {
        let raw = self.raw(who, id, seq).await?;
        let line = serde_json::from_str(&raw).unwrap_or_default();
        let image = claude::find_images(&line).into_iter().nth(n as usize);
        image
            .map(|(media_type, bytes)| Blob { media_type, bytes })
            .ok_or_else(|| AppError::not_found("image"))
    }

    async fn attachment(
        &self,
        _who: &Viewer,
        id: SessionId,
        attachment: AttachmentId,
    ) -> Result<Blob, AppError> {
        let row = self.row(id).await?;
        let image = queries::attachment(self.shared.db.read(), row.no, attachment).await?;
        image
            .map(|(media_type, bytes)| Blob { media_type, bytes })
            .ok_or_else(|| AppError::not_found("attachment"))
    }

    async fn create(&self, who: &Viewer, new: NewSession) -> Result<Session, AppError> {
        match new.surface {
            Surface::Chat => check_prompt("prompt", &new.prompt)?,
            Surface::Tui => check_first_words(&new)?,
        }
        check_name(new.name.as_deref().unwrap_or_default())?;
        let place = start::place(self.shared.db.read(), new.project_id).await?;
        self.check_mode(
            &place.name,
            &place.path,
            new.permission_mode.unwrap_or(PermissionMode::Default),
            new.confirm.as_deref(),
        )?;
        let Some(wish) = new.worktree.clone() else {
            let session = start::create(&self.shared, who, new, &place, None).await?;
            self.registry.wake(&self.shared, session.id);
            return Ok(session);
        };
        let (engine, who) = (self.clone(), who.clone());
        let work = async move { engine.create_in_worktree(&who, new, &place, &wish).await };
        // Goes on when the one who asked goes away: no worktree stays without its session.
        tokio::spawn(work).await.map_err(|error| ended(&error))?
    }

    async fn update(&self, who: &Viewer, id: SessionId, patch: SessionPatch) -> Result<Session, AppError> {
        check_name(patch.name.as_deref().unwrap_or_default())?;
        if patch.draft.as_ref().is_some_and(|draft| draft.len() > PROMPT_MAX) {
            return Err(AppError::new(ErrorCode::TooLarge, "A draft may have at most 1 MB.").with("draft"));
        }
        if let Some(mode) = patch.permission_mode {
            let row = self.row(id).await?;
            // The consent is the project's, in its worktrees too.
            let place = queries::place(self.shared.db.read(), row.card.project_id).await?;
            let path = place.map(|place| place.path).unwrap_or_default();
            self.check_mode(&row.card.project_name, &path, mode, patch.confirm.as_deref())?;
        }
        self.ask(who, id, Ask::Update(patch)).await
    }

    async fn send(&self, who: &Viewer, id: SessionId, message: NewMessage) -> Result<Session, AppError> {
        check_prompt("text", &message.text)?;
        let images = images::accept(&message.images)?;
        self.check_trust(id).await?;
        self.ask(who, id, Ask::Message(message, images)).await
    }

    async fn edit_queued(
        &self,
        who: &Viewer,
        id: SessionId,
        message: MessageId,
        text: &str,
    ) -> Result<(), AppError> {
        check_prompt("text", text)?;
        self.ask(who, id, Ask::Edit(message, text.to_owned())).await.map(|_| ())
    }

    async fn recall(&self, who: &Viewer, id: SessionId, message: MessageId) -> Result<(), AppError> {
        self.ask(who, id, Ask::Recall(message)).await.map(|_| ())
    }

    async fn act(&self, who: &Viewer, id: SessionId, act: Act) -> Result<Session, AppError> {
        if act == Act::Resume {
            self.check_trust(id).await?;
        }
        self.ask(who, id, Ask::Act(act)).await
    }

    async fn terminal(&self, who: &Viewer, id: SessionId) -> Result<Terminal, AppError> {
        self.check_trust(id).await?;
        self.ask(who, id, Ask::Terminal).await?;
        let found = self.shared.terminals.of_session(who, id).await?;
        found.into_iter().next().ok_or_else(|| AppError::not_found("terminal"))
    }

    async fn chat(&self, who: &Viewer, id: SessionId, force: bool) -> Result<Session, AppError> {
        self.ask(who, id, Ask::Chat { force }).await
    }

    async fn fork(&self, who: &Viewer, id: SessionId, fork: Fork) -> Result<Session, AppError> {
        check_prompt("prompt", &fork.prompt)?;
        let source = self.row(id).await?;
        let session = start::fork(&self.shared, who, &source, fork).await?;
        self.registry.wake(&self.shared, session.id);
        Ok(session)
    }
}
