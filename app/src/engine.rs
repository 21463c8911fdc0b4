//! The only door from a server function to the engine: `caller()` gives the engine and the viewer, or refuses.

use std::sync::Arc;

use leptos::prelude::use_context;

use crate::{
    approvals::port::Approvals,
    auth::{model::Viewer, port::Auth},
    error::{AppError, ErrorCode},
    files::port::Files,
    git::port::{Git, history::History, runs::Runs},
    memories::port::Memories,
    previews::port::Ports,
    projects::port::Projects,
    scheduled::port::Scheduled,
    sessions::port::Sessions,
    settings::port::Settings,
    terminals::port::Terminals,
    worktrees::port::Worktrees,
};

/// One handle for each slice; cheap to clone.
#[derive(Clone)]
pub struct Engine {
    /// Conversations with agents.
    pub sessions: Arc<dyn Sessions>,
    /// What agents wait for.
    pub approvals: Arc<dyn Approvals>,
    /// Instructions that the CLI reads.
    pub memories: Arc<dyn Memories>,
    /// Directories.
    pub projects: Arc<dyn Projects>,
    /// Their repositories.
    pub git: Arc<dyn Git>,
    /// What is committed there, and where it may go.
    pub history: Arc<dyn History>,
    /// What git is told to do there.
    pub runs: Arc<dyn Runs>,
    /// Browsers and tokens.
    pub auth: Arc<dyn Auth>,
    /// Facts about this installation.
    pub settings: Arc<dyn Settings>,
    /// Shells.
    pub terminals: Arc<dyn Terminals>,
    /// The files of projects.
    pub files: Arc<dyn Files>,
    /// What agents and terminals serve.
    pub previews: Arc<dyn Ports>,
    /// What agents left for later.
    pub scheduled: Arc<dyn Scheduled>,
    /// Directories beside projects with branches of their own.
    pub worktrees: Arc<dyn Worktrees>,
}

/// What one request brings along beside the engine; put into context by the server for every page and server function.
#[derive(Clone, Debug, Default)]
pub struct RequestContext {
    /// Who asks; none on the sign-in page.
    pub viewer: Option<Viewer>,
    /// The look chosen in this browser.
    pub theme: crate::settings::model::Theme,
    /// Where the page's script, wasm and style are.
    pub assets: Assets,
}

/// The hashed addresses of the page's parts.
#[derive(Clone, Debug, Default)]
pub struct Assets {
    /// The JavaScript that loads the wasm.
    pub js: String,
    /// The wasm.
    pub wasm: String,
    /// The style sheet.
    pub css: String,
    /// The module that terminals are shown with.
    pub terminal: String,
    /// The module that files are edited with.
    pub editor: String,
    /// The module that PDFs are shown with.
    pub pdf: String,
    /// The worker that reads them.
    pub pdf_worker: String,
    /// Fonts to fetch early.
    pub fonts: Vec<String>,
}

/// The engine and who asks. 401 if nobody is signed in, 500 outside a request.
pub fn caller() -> Result<(Engine, Viewer), AppError> {
    let missing = || AppError::new(ErrorCode::Internal, "This was called outside a request.");
    let engine = use_context::<Engine>().ok_or_else(missing)?;
    let request = use_context::<RequestContext>().ok_or_else(missing)?;
    let viewer = request.viewer.ok_or_else(|| AppError::new(ErrorCode::SignedOut, "Sign in first."))?;
    Ok((engine, viewer))
}
