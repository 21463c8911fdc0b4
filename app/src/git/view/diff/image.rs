//! What is shown of a change that has no lines: an image beside what it was, or sizes.

use leptos::prelude::*;

use crate::{files::model::bytes_in_words, git::model::FileDiff};

/// An image as it was and as it is.
#[component]
pub(super) fn Images(
    /// The address of both, but for the side.
    address: String,
    /// The change.
    diff: FileDiff,
) -> impl IntoView {
    let one = |side: &str, words: &'static str, size: Option<u64>| {
        // Another version is another address: the browser may keep one.
        let address = format!("{address}&side={side}&version={}", diff.version);
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
