//! New sessions: from a prompt, or from a part of another one. They are stored whole, then woken.

use app::{
    auth::model::Viewer,
    error::{AppError, ErrorCode},
    ids::{MessageId, ProjectId, SessionId},
    sessions::{
        event::{Event, EventBody},
        machine::{Input, step},
        model::{
            Context, Fork, Mode, NewImage, NewSession, PermissionMode, QueuedMessage, Session, Status,
            Surface, Usage, name_from_prompt,
        },
    },
};
use sqlx::SqliteExecutor;
use uuid::Uuid;

use super::{
    actor::Shared,
    images,
    queries::{self, NewEvent, Place},
    row::{Kept, MessageRow, Row},
};
use crate::{
    clock,
    db::{Batch, Fault},
    worktrees::Chosen,
};

/// The window that most models have, until the CLI names another.
const WINDOW: u64 = 200_000;

/// Where a session of this project works.
///
/// # Errors
/// 404 for an unknown project, 409 for one that is archived or that nobody trusted.
pub(crate) async fn place(db: impl SqliteExecutor<'_>, id: ProjectId) -> Result<Place, AppError> {
    let place = queries::place(db, id).await?.ok_or_else(|| AppError::not_found("project"))?;
    if place.archived {
        return Err(AppError::conflict("archived", "The project is archived. Take it back first."));
    }
    if !place.trusted {
        let message = "Nobody has trusted this directory yet. Look at what it would run, and trust it first.";
        return Err(AppError::new(ErrorCode::Untrusted, message).with(place.path));
    }
    Ok(place)
}

/// Stores a new session that waits for its agent, in the project's directory or in a worktree of it.
///
/// # Errors
/// 400 and 413 for images that cannot be sent.
pub(crate) async fn create(
    shared: &Shared,
    who: &Viewer,
    new: NewSession,
    place: &Place,
    worktree: Option<&Chosen>,
) -> Result<Session, AppError> {
    let name = new.name.map(|name| name.trim().to_owned()).filter(|name| !name.is_empty());
    let mut row = blank(who, new.project_id, place, &new.prompt);
    row.card.name = name.unwrap_or_else(|| name_from_prompt(&new.prompt));
    if let Some(worktree) = worktree {
        row.card.worktree_id = Some(worktree.id);
        row.cwd.clone_from(&worktree.path);
    }
    row.card.surface = new.surface;
    // Nobody is sent away from a terminal by a timer.
    row.card.mode = if new.surface == Surface::Tui { Mode::Session } else { new.mode };
    row.kept.tui.first = new.surface == Surface::Tui && !new.prompt.trim().is_empty();
    row.card.model = new.model.filter(|model| !model.trim().is_empty());
    row.card.effort = new.effort;
    row.card.permission_mode = new.permission_mode.unwrap_or(PermissionMode::Default);
    store(shared, who, row, &new.images, None).await
}

/// Stores a session that begins as a copy of another.
///
/// # Errors
/// 409 while the source runs, or when there is no conversation to copy; 400 when the event cannot be forked at.
pub(crate) async fn fork(
    shared: &Shared,
    who: &Viewer,
    source: &Row,
    fork: Fork,
) -> Result<Session, AppError> {
    let place = place(shared.db.read(), source.card.project_id).await?;
    let at = event_at(shared, source, fork.seq).await?;
    let editing = matches!(at.body, EventBody::UserMessage { .. });
    let keep = if editing { fork.seq - 1 } else { fork.seq };
    let cut = queries::cut_point(shared.db.read(), source.no, keep).await?;
    if !editing && cut.is_none() {
        return Err(AppError::invalid(
            "seq",
            "Nothing has been answered up to there, so there is nothing to fork.",
        ));
    }
    match step(source.state(0), Input::Fork) {
        // Editing the very first message needs no conversation: it starts afresh.
        Err(refused) if cut.is_some() || source.card.status == Status::Running => {
            return Err(AppError::conflict(refused.status.as_str(), refused.why));
        }
        _ => {}
    }
    let mut row = blank(who, source.card.project_id, &place, &fork.prompt);
    let card = &source.card;
    // The CLI finds a conversation by the directory it was held in.
    row.card.worktree_id = card.worktree_id;
    row.cwd.clone_from(&source.cwd);
    row.card.name = format!("{} (fork)", card.name.trim_end_matches(" (fork)"));
    row.card.mode = card.mode;
    row.card.model.clone_from(&card.model);
    row.card.effort = card.effort;
    row.card.context = card.context;
    row.card.forked_from = Some(card.id);
    // Bypass is never inherited: a person has to choose it again.
    if card.permission_mode != PermissionMode::BypassPermissions {
        row.card.permission_mode = card.permission_mode;
    }
    row.fork = cut.and_then(|cut| Some((card.claude_session_id?.to_string(), Some(cut))));
    row.kept.driver.cost_seen = source.kept.driver.cost_seen;
    let keep = if row.fork.is_some() { keep } else { 0 };
    store(shared, who, row, &fork.images, Some((source, keep))).await
}

async fn event_at(shared: &Shared, source: &Row, seq: u64) -> Result<Event, AppError> {
    let events = queries::events(shared.db.read(), source.no, seq, seq, 1, false).await?;
    events
        .into_iter()
        .next()
        .ok_or_else(|| AppError::invalid("seq", "There is no such event in this session."))
}

fn blank(who: &Viewer, project_id: ProjectId, place: &Place, prompt: &str) -> Row {
    let now = clock::now();
    let card = Session {
        id: SessionId(Uuid::now_v7()),
        version: 1,
        project_id,
        project_name: place.name.clone(),
        worktree_id: None,
        name: String::new(),
        status: Status::Queued,
        reason: None,
        mode: Mode::Job,
        surface: Surface::Chat,
        terminal_id: None,
        live: false,
        archived: false,
        waiting: 0,
        waiting_for: None,
        idle_deadline: None,
        background: 0,
        self_started: false,
        activity: None,
        claude_session_id: None,
        forked_from: None,
        model: None,
        effort: None,
        permission_mode: PermissionMode::Default,
        permission_set_by: who.label.clone(),
        permission_set_at: now,
        usage: Usage::default(),
        context: Context { used: 0, window: WINDOW },
        last_seq: 0,
        created_at: now,
        updated_at: now,
    };
    Row {
        no: 0,
        card,
        prompt: prompt.to_owned(),
        cwd: place.path.clone(),
        fork: None,
        keeper: None,
        taken: 0,
        kept: Kept::default(),
        draft: String::new(),
    }
}

async fn store(
    shared: &Shared,
    who: &Viewer,
    mut row: Row,
    images: &[NewImage],
    source: Option<(&Row, u64)>,
) -> Result<Session, AppError> {
    let images = images::accept(images)?;
    let message = MessageRow {
        message: QueuedMessage {
            id: MessageId(Uuid::new_v4()),
            text: row.prompt.clone(),
            images: images.iter().map(|image| image.meta.clone()).collect(),
            at: row.card.created_at,
        },
        given: false,
        by: who.label.clone(),
    };
    let mut tx = shared.db.write().await?;
    // Archiving and removing a project look for sessions in their own transaction: one of the two comes first.
    place(&mut *tx, row.card.project_id).await?;
    row.no = queries::insert(&mut tx, &row).await?;
    let mut batch = Batch::default();
    if let Some((source, seq)) = source {
        queries::copy_events(&mut tx, source.no, row.no, seq).await?;
        let body = EventBody::Forked { from: source.card.id, seq };
        let event = NewEvent { at: row.card.created_at, body, line: None };
        queries::append(&mut batch, row.no, seq, &[event])?;
        row.card.last_seq = seq + 1;
    }
    queries::update(&mut batch, &row)?;
    if row.card.surface == Surface::Chat {
        queries::insert_message(&mut batch, row.no, &message, &images)?;
    }
    batch.run(&mut tx).await?;
    tx.commit().await.map_err(Fault::from)?;
    shared.bus.publish(app::events::Push::Session(Box::new(row.card.clone())));
    Ok(row.card)
}
