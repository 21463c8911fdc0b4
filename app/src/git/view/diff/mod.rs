//! How the change of one file is drawn, wherever it comes from: a page of its lines at a time, so that a long diff costs no more
//! than a short one; an image beside what it was; sizes where there are no lines. Knows nothing of what is done with lines:
//! who shows a change draws its hunks, by `rows`.

mod hunk;
mod image;
mod layout;
mod rows;

use leptos::{html, prelude::*};

use self::image::{Images, sizes};
pub(super) use self::rows::{CURSOR, Drawing, rows};
pub use self::{
    hunk::PlainHunk,
    layout::{Layout, LayoutSwitch, use_layout},
};
use crate::{
    error::AppError,
    git::model::{DIFF_LINES_MAX, DiffHunk, DiffKind, FileDiff},
    ui::{Button, Remote, use_remote},
};

/// A change that is asked for a page at a time.
#[derive(Clone, Copy)]
pub struct Pages {
    /// The answer so far.
    pub remote: Remote<FileDiff>,
    /// The page in view.
    pub now: Memo<Option<FileDiff>>,
    from: RwSignal<u32>,
}

/// The page that begins with a line, the first one to begin with; asked for anew whenever a signal read in `ask` changes.
pub fn use_pages<F>(ask: impl Fn(u32) -> F + 'static) -> Pages
where
    F: Future<Output = Result<FileDiff, AppError>> + 'static,
{
    let from = RwSignal::new(0_u32);
    let remote = use_remote(move || ask(from.get()));
    Effect::new(move |_| {
        let total =
            remote.value.with(|answer| Some(answer.as_ref()?.as_ref().ok()?.total)).unwrap_or_default();
        // It may have become shorter than where the page began.
        if from.get_untracked() > 0 && from.get_untracked() >= total {
            from.set(0);
        }
    });
    let now = Memo::new(move |_| remote.value.with(|answer| answer.as_ref()?.as_ref().ok().cloned()));
    Pages { remote, now, from }
}

/// A hunk that is to be drawn.
#[derive(Clone, Debug)]
pub struct Piece {
    /// Which one of the page, from 0.
    pub nth: usize,
    /// It.
    pub hunk: DiffHunk,
    /// What the whole change is like.
    pub version: String,
    /// Whether it can be taken for itself.
    pub by_line: bool,
}

/// A change: what is said of the file, its hunks, and the way to other pages of them.
#[component]
pub fn Change(
    /// The change.
    pages: Pages,
    /// The address of an image before and after it, but for the side.
    image: String,
    /// Draws a hunk.
    #[prop(into)]
    hunk: Callback<Piece, AnyView>,
    /// Takes the element that holds the lines.
    #[prop(optional)]
    region: NodeRef<html::Div>,
) -> impl IntoView {
    let draw = pages.remote.show("Loading the change", 2, move |diff| {
        view! { <Whole pages=pages diff=diff image=image.clone() hunk=hunk /> }
    });
    view! { <div node_ref=region class="diff" tabindex="0" role="region" aria-label="Change">{draw}</div> }
        .into_any()
}

#[component]
fn Whole(pages: Pages, diff: FileDiff, image: String, hunk: Callback<Piece, AnyView>) -> impl IntoView {
    let notes =
        diff.notes.iter().map(|note| view! { <p class="diff-note">{note.clone()}</p> }).collect_view();
    let total = diff.total;
    let body = match diff.kind {
        DiffKind::Image => view! { <Images address=image diff=diff /> }.into_any(),
        DiffKind::Binary => {
            view! { <p class="diff-note">{format!("No text that can be compared: {}.", sizes(&diff))}</p> }
                .into_any()
        }
        DiffKind::Text if diff.total == 0 => view! { <p class="diff-note">"No line differs."</p> }.into_any(),
        DiffKind::Text => {
            let FileDiff { hunks, version, by_line, .. } = diff;
            let drawn = hunks
                .into_iter()
                .enumerate()
                .map(|(nth, one)| hunk.run(Piece { nth, hunk: one, version: version.clone(), by_line }));
            drawn.collect_view().into_any()
        }
    };
    view! {
        {notes}
        {body}
        <OtherPages total=total from=pages.from />
    }
    .into_any()
}

/// The way to other pages.
#[component]
fn OtherPages(total: u32, from: RwSignal<u32>) -> impl IntoView {
    let page = u32::try_from(DIFF_LINES_MAX).unwrap_or(u32::MAX);
    let at = from.get_untracked();
    let last = at.saturating_add(page).min(total);
    (total > page).then(move || {
        view! {
            <nav class="diff-pages" aria-label="Pages of the change">
                <Button disabled=at == 0 on_click=move |()| from.set(at.saturating_sub(page))>"Earlier"</Button>
                <span class="faint sm num">{format!("Lines {}–{last} of {total}", at + 1)}</span>
                <Button disabled=last == total on_click=move |()| from.set(last)>"Later"</Button>
            </nav>
        }
    })
}
