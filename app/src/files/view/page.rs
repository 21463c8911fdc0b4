//! Where the file in view is kept: in the address of the page, so that it can be linked and gone back from, or by the panel.

use leptos::prelude::*;
use leptos_router::{
    NavigateOptions,
    hooks::{use_location, use_navigate, use_query_map},
};

use super::{
    browse::Browse,
    place::{Goal, Shelf},
};
use crate::{
    files::model::{escaped, lines_of},
    ids::ProjectId,
    projects::view::ProjectPanel,
};

/// The page of `/projects/:id/files`.
#[component]
pub fn FilesPage() -> impl IntoView {
    view! { <ProjectPanel draw=|id| view! { <OfAddress project=id /> }.into_any() /> }
}

#[component]
fn OfAddress(project: ProjectId) -> impl IntoView {
    let (query, hash, navigate) = (use_query_map(), use_location().hash, use_navigate());
    let path = Memo::new(move |_| query.with(|query| query.get("path")).filter(|path| !path.is_empty()));
    let lines = Memo::new(move |_| hash.with(|hash| lines_of(hash.trim_start_matches('#'))));
    let go = Callback::new(move |(path, lines): Goal| {
        let query = path.map(|path| format!("?path={}", escaped(&path))).unwrap_or_default();
        let fragment = match lines {
            Some((first, last)) if first == last => format!("#L{first}"),
            Some((first, last)) => format!("#L{first}-L{last}"),
            None => String::new(),
        };
        let options = NavigateOptions { scroll: false, ..NavigateOptions::default() };
        navigate(&format!("/projects/{project}/files{query}{fragment}"), options);
    });
    view! { <Browse shelf=Shelf { project, path: path.into(), lines: lines.into(), go } /> }
}

/// The files beside a session.
#[component]
pub fn FilesPanel(
    /// Whose.
    project: ProjectId,
    /// The file in view.
    path: RwSignal<Option<String>>,
) -> impl IntoView {
    let lines = RwSignal::new(None);
    let go = Callback::new(move |(to, at): Goal| {
        lines.set(at);
        path.set(to);
    });
    view! { <Browse shelf=Shelf { project, path: path.into(), lines: lines.into(), go } /> }
}
