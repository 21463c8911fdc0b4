//! Every address of the page and what is drawn there. Provides what all views share; fetches nothing.

use leptos::prelude::*;
use leptos_meta::provide_meta_context;
use leptos_router::{
    components::{ParentRoute, Route, Router, Routes},
    path,
};

use crate::{
    approvals::{store::ApprovalsStore, view::Inbox},
    auth::view::SignIn,
    boot::Boot,
    files::{store::FilesStore, view::FilesPage},
    git::view::{ChangesPage, HistoryPage},
    layout::{FirstPaint, Frame, NotFound, PickASession, SessionColumns},
    live::provide_live,
    memories::{store::MemoriesStore, view::MemoriesPage},
    previews::view::PreviewsPage,
    projects::{
        store::ProjectsStore,
        view::{ProjectPage, ProjectsPage},
    },
    scheduled::view::ScheduledPage,
    sessions::{
        store::SessionsStore,
        view::{NewSession, SessionPage},
    },
    settings::{store::SettingsStore, view::SettingsPage},
    terminals::{
        store::TerminalsStore,
        view::{TerminalPage, TerminalsPage},
    },
    ui::{Toasts, clock::Now, shortcuts::Shortcuts},
    worktrees::view::WorktreesPage,
};

/// The whole page inside `<body>`. Takes `Boot` from context; without one it is drawn for nobody.
#[component]
pub fn App() -> impl IntoView {
    let boot = use_context::<Boot>().unwrap_or_default();
    provide_meta_context();
    FirstPaint::provide();
    Now::provide(boot.now);
    Shortcuts::provide();
    provide_context(Toasts::new());
    provide_context(ProjectsStore::new(&boot));
    provide_context(ApprovalsStore::new(&boot));
    provide_context(SessionsStore::new(&boot));
    provide_context(SettingsStore::new(&boot));
    provide_context(TerminalsStore::new(&boot));
    provide_context(MemoriesStore::default());
    provide_context(FilesStore::default());
    if boot.viewer.is_some() {
        provide_live();
    }
    view! {
        <Router>
            <Routes fallback=NotFound>
                <Route path=path!("/sign-in") view=SignIn />
                <ParentRoute path=path!("") view=Frame>
                    <Route path=path!("/") view=Inbox />
                    <Route path=path!("/inbox") view=Inbox />
                    <ParentRoute path=path!("") view=SessionColumns>
                        <Route path=path!("/sessions") view=PickASession />
                        <Route path=path!("/sessions/:id") view=SessionPage />
                        <Route path=path!("/new") view=NewSession />
                    </ParentRoute>
                    <Route path=path!("/projects") view=ProjectsPage />
                    <Route path=path!("/projects/:id") view=ProjectPage />
                    <Route path=path!("/projects/:id/changes") view=ChangesPage />
                    <Route path=path!("/projects/:id/history") view=HistoryPage />
                    <Route path=path!("/projects/:id/files") view=FilesPage />
                    <Route path=path!("/projects/:id/memories") view=MemoriesPage />
                    <Route path=path!("/projects/:id/scheduled") view=ScheduledPage />
                    <Route path=path!("/projects/:id/preview") view=PreviewsPage />
                    <Route path=path!("/projects/:id/worktrees") view=WorktreesPage />
                    <Route path=path!("/terminals") view=TerminalsPage />
                    <Route path=path!("/terminals/:id") view=TerminalPage />
                    <Route path=path!("/settings") view=SettingsPage />
                </ParentRoute>
            </Routes>
        </Router>
    }
}
