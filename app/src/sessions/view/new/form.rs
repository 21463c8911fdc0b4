//! What is chosen in the form of a new session, and what is started of it. Remembered in this browser, except the choice that
//! lets an agent do everything. Never draws anything.

use leptos::prelude::*;

use crate::{
    error::AppError,
    git::{self, model::SwitchBranch},
    ids::ProjectId,
    projects::store::ProjectsStore,
    sessions::{
        api,
        model::{Effort, Mode, Model, NewSession as Start, PermissionMode, Session, Surface},
        view::images::Images,
    },
    ui::browser,
    worktrees::view::WorktreeWish,
};

const KEY: &str = "roost.new";

/// The choices of the form; cheap to copy.
#[derive(Clone, Copy)]
pub(super) struct Choices {
    pub(super) project: RwSignal<Option<ProjectId>>,
    pub(super) branch: RwSignal<Option<SwitchBranch>>,
    pub(super) worktree: WorktreeWish,
    pub(super) prompt: RwSignal<String>,
    pub(super) name: RwSignal<String>,
    pub(super) stays: RwSignal<bool>,
    pub(super) terminal: RwSignal<bool>,
    pub(super) model: RwSignal<String>,
    pub(super) other: RwSignal<String>,
    pub(super) effort: RwSignal<String>,
    pub(super) mode: RwSignal<String>,
    pub(super) confirm: RwSignal<Option<String>>,
}

/// The value of the model list that opens a field for any name.
pub(super) const OTHER: &str = "other";

impl Choices {
    pub(super) fn new(project: Option<ProjectId>) -> Self {
        Self {
            project: RwSignal::new(project),
            branch: RwSignal::new(None),
            worktree: WorktreeWish::none(),
            prompt: RwSignal::new(String::new()),
            name: RwSignal::new(String::new()),
            stays: RwSignal::new(false),
            terminal: RwSignal::new(false),
            model: RwSignal::new(Model::DEFAULT.to_owned()),
            other: RwSignal::new(String::new()),
            effort: RwSignal::new(String::new()),
            mode: RwSignal::new(PermissionMode::Default.as_str().to_owned()),
            confirm: RwSignal::new(None),
        }
    }

    /// Puts back what was chosen last: five lines of text.
    pub(super) fn recall(self, asked: bool, projects: ProjectsStore, models: &[Model]) {
        let Some(kept) = browser::recall(KEY) else { return };
        let mut lines = kept.lines();
        let project = lines.next().and_then(|id| id.parse().ok());
        let known = project.is_some_and(|id| {
            projects.all.with_untracked(|all| all.iter().any(|one| one.id == id && !one.archived))
        });
        if !asked && known {
            self.project.set(project);
        }
        self.stays.set(lines.next() == Some("session"));
        for (line, field) in lines.zip([self.model, self.other, self.effort, self.mode]) {
            field.set(line.to_owned());
        }
        self.settle(models);
    }

    /// Takes back what is not offered, or not any more.
    pub(super) fn settle(self, models: &[Model]) {
        let chosen = self.model.get_untracked();
        let model = models.iter().find(|one| one.value == chosen);
        if model.is_none() && chosen != OTHER {
            self.model.set(Model::DEFAULT.to_owned());
        }
        let effort = Effort::parse(&self.effort.get_untracked());
        if effort.is_none_or(|effort| model.is_some_and(|model| !model.takes(effort))) {
            self.effort.set(String::new());
        }
    }

    pub(super) fn remember(self) {
        let mode = self.mode.get_untracked();
        let mode = if mode == PermissionMode::BypassPermissions.as_str() {
            PermissionMode::Default.as_str()
        } else {
            &mode
        };
        let lines = [
            self.project.get_untracked().map(|id| id.to_string()).unwrap_or_default(),
            if self.stays.get_untracked() { "session" } else { "job" }.to_owned(),
            self.model.get_untracked(),
            self.other.get_untracked(),
            self.effort.get_untracked(),
            mode.to_owned(),
        ];
        browser::remember(KEY, Some(&lines.join("\n")));
    }

    pub(super) fn start(self, images: Images) -> Option<Start> {
        let model = match self.model.get_untracked().as_str() {
            Model::DEFAULT => None,
            OTHER => Some(self.other.get_untracked().trim().to_owned()).filter(|name| !name.is_empty()),
            name => Some(name.to_owned()),
        };
        Some(Start {
            project_id: self.project.get_untracked()?,
            prompt: self.prompt.get_untracked(),
            mode: if self.stays.get_untracked() { Mode::Session } else { Mode::Job },
            surface: if self.terminal.get_untracked() { Surface::Tui } else { Surface::Chat },
            model,
            effort: Effort::parse(&self.effort.get_untracked()),
            permission_mode: PermissionMode::parse(&self.mode.get_untracked()),
            confirm: self.confirm.get_untracked(),
            images: images.to_send(),
            name: Some(self.name.get_untracked().trim().to_owned()).filter(|name| !name.is_empty()),
            worktree: self.worktree.get(),
        })
    }

    /// Checks the branch out that was chosen, and starts the session on it; one in a worktree has a branch of its own.
    pub(super) async fn begin(self, new: Start) -> Result<Session, AppError> {
        if let Some(to) = self.branch.get_untracked().filter(|_| new.worktree.is_none()) {
            git::api::switch_branch(new.project_id, to).await?;
            // It is there now, whatever becomes of the session.
            self.branch.try_set(None);
        }
        api::create(new).await
    }
}
