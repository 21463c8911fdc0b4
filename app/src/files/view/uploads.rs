//! The folder that is acted on: its menu, the files that are brought into it, and the question for a name that is taken.

use leptos::{ev, html, prelude::*};

use super::{acts::FolderActs, place::Place};
use crate::{
    files::{
        model::{Clash, bytes_in_words, split},
        upload::Uploads,
    },
    ui::{Button, Dialog, Look, Meter},
};

/// The bar above the tree.
#[component]
pub(super) fn FolderBar(
    /// Where a person is.
    place: Place,
    /// What is on its way there.
    uploads: Uploads,
) -> impl IntoView {
    let (files, folder) = (NodeRef::<html::Input>::new(), NodeRef::<html::Input>::new());
    let chosen = move |field: NodeRef<html::Input>| {
        if let Some(field) = field.get_untracked() {
            uploads.choose(&place.folder.get_untracked(), &field);
        }
    };
    let browse = Callback::new(move |whole: bool| {
        if let Some(field) = if whole { folder } else { files }.get_untracked() {
            field.click();
        }
    });
    Effect::new(move |before: Option<u32>| {
        let arrived = uploads.arrived.get();
        if before.is_some_and(|before| before != arrived) {
            place.changed();
        }
        arrived
    });
    view! {
        <div class="row files-folder">
            <FolderActs place=place on_upload=browse />
            <input type="file" multiple hidden aria-label="Files to upload" node_ref=files on:change=move |_| chosen(files) />
            <input type="file" multiple hidden aria-label="A folder to upload" prop:webkitdirectory=true node_ref=folder on:change=move |_| chosen(folder) />
        </div>
        {move || uploads.now.get().map(|(path, size, sent)| {
            let percent = sent.saturating_mul(100).checked_div(size).unwrap_or(100);
            let more = match uploads.waiting.get() {
                0 => String::new(),
                more => format!(", {more} more"),
            };
            let words = format!("{} of {}{more}", bytes_in_words(sent), bytes_in_words(size));
            view! {
                <div class="files-sending" role="status">
                    <span class="clip sm">{path.clone()}</span>
                    <Meter percent=percent label=format!("{path}: {words}") />
                    <span class="xs soft num">{words}</span>
                </div>
            }
        })}
        <Clashes uploads=uploads />
    }
}

/// Takes what is dropped into the folder that is acted on.
pub(super) fn dropped(place: Place, uploads: Uploads) -> impl Fn(ev::DragEvent) {
    move |event: ev::DragEvent| {
        event.prevent_default();
        uploads.drop(&place.folder.get_untracked(), &event);
    }
}

/// Asks what becomes of what has the name already.
#[component]
fn Clashes(uploads: Uploads) -> impl IntoView {
    let open = RwSignal::new(false);
    let all = RwSignal::new(false);
    Effect::new(move |_| open.set(uploads.asked.with(Option::is_some)));
    // Closed without an answer, what is there stays.
    Effect::new(move |_| {
        if !open.get() && uploads.asked.with_untracked(Option::is_some) {
            uploads.answer(None, false);
        }
    });
    let say = move |clash| {
        uploads.answer(clash, all.get_untracked());
        all.set(false);
    };
    let name = move || {
        uploads.asked.with(|path| path.as_deref().map(|path| split(path).1.to_owned()).unwrap_or_default())
    };
    view! {
        <Dialog open=open title="There is one already">
            <p><code>{name}</code> " is there already. Replaced, it goes to the trash."</p>
            <label class="row">
                <input type="checkbox" prop:checked=all on:change=move |event| all.set(event_target_checked(&event)) />
                <span>"The same for all that follow"</span>
            </label>
            <footer class="dialog-acts">
                <Button on_click=move |()| say(None)>"Skip"</Button>
                <Button on_click=move |()| say(Some(Clash::Keep))>"Keep both"</Button>
                <Button look=Look::Danger on_click=move |()| say(Some(Clash::Replace))>"Replace"</Button>
            </footer>
        </Dialog>
    }
}
