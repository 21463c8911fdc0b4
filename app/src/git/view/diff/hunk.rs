//! A hunk with which nothing can be done: what is committed is only read.

use std::collections::BTreeSet;

use leptos::prelude::*;

use super::{Drawing, rows};
use crate::git::model::DiffHunk;

/// Its header and its lines.
#[component]
pub fn PlainHunk(
    /// It.
    hunk: DiffHunk,
    /// Whether both sides stand beside each other.
    split: Signal<bool>,
) -> impl IntoView {
    let header = hunk.header.clone();
    let none = BTreeSet::new();
    let html = move || {
        rows(&hunk, Drawing { chosen: &none, cursor: None, pick: false, split: split.get() }, &none).concat()
    };
    view! {
        <section class="hunk">
            <header class="hunk-head"><code class="clip grow">{header}</code></header>
            <div inner_html=html></div>
        </section>
    }
    .into_any()
}
