//! What a commit changed in one file. Only read: nothing can be done with what is committed.

use leptos::prelude::*;

use crate::{
    files::model::escaped,
    git::{
        model::log::ChangeOf,
        run_api,
        view::diff::{Change, Layout, Piece, PlainHunk, use_pages},
    },
    ids::ProjectId,
};

/// It.
#[component]
pub fn CommittedChange(
    /// Whose.
    project: ProjectId,
    /// Of which commit, in which file.
    of: ChangeOf,
    /// How it is drawn.
    layout: Layout,
) -> impl IntoView {
    let image = address(project, &of);
    let pages = use_pages(move |from| run_api::change(project, of.clone(), from));
    let split = layout.split();
    let hunk = move |piece: Piece| view! { <PlainHunk hunk=piece.hunk split=split /> }.into_any();
    view! {
        <div class="file-diff">
            <Change pages=pages image=image hunk=hunk />
        </div>
    }
    .into_any()
}

/// Where both sides of an image are, but for the side.
fn address(project: ProjectId, of: &ChangeOf) -> String {
    let also = |name: &str, value: &Option<String>| {
        value.as_ref().map(|value| format!("&{name}={}", escaped(value))).unwrap_or_default()
    };
    format!(
        "/api/v1/projects/{project}/git/commits/{}/image?path={}{}{}",
        of.commit,
        escaped(&of.path),
        also("was", &of.was),
        also("base", &of.base)
    )
}
