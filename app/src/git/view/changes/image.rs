//! What is shown of a change that has no lines: an image beside what it was, or sizes.

use leptos::prelude::*;

use crate::{
    files::model::{bytes_in_words, escaped},
    git::model::{ChangeGroup, FileDiff, WhichDiff},
    ids::ProjectId,
};

/// An image as it was and as it is.
#[component]
pub(super) fn Images(project: ProjectId, which: WhichDiff, diff: FileDiff) -> impl IntoView {
    let group = match which.group {
        ChangeGroup::Staged => "staged",
        ChangeGroup::Changed => "changed",
        ChangeGroup::Untracked => "untracked",
        ChangeGroup::Conflicted => "conflicted",
    };
    let was = which.was.map(|was| format!("&was={}", escaped(&was))).unwrap_or_default();
    let one = |side: &str, words: &'static str, size: Option<u64>| {
        // Another version is another address: the browser may keep one.
        let address = format!(
            "/api/v1/projects/{project}/changes/image?path={}{was}&group={group}&side={side}&version={}",
            escaped(&which.path),
            diff.version
        );
        size.map(|size| {
            view! {
                <figure>
                    <figcaption class="faint sm">{words} ", " {bytes_in_words(size)}</figcaption>
                    <img src=address alt=words />
                </figure>
            }
        })
    };
    view! { <div class="diff-images">{one("old", "Before", diff.old_size)} {one("new", "Now", diff.new_size)}</div> }
        .into_any()
}

/// The sizes of a file before and now, in words.
pub(super) fn sizes(diff: &FileDiff) -> String {
    match (diff.old_size, diff.new_size) {
        (Some(old), Some(new)) => format!("{} before, {} now", bytes_in_words(old), bytes_in_words(new)),
        (Some(old), None) => format!("{} before, gone now", bytes_in_words(old)),
        (None, Some(new)) => format!("new, {}", bytes_in_words(new)),
        (None, None) => "of unknown size".to_owned(),
    }
}
