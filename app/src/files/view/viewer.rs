//! One file: its lines, itself if it is an image, or what can be said of it; or its text in an editor. Never changes it itself.

use leptos::{prelude::*, task::spawn_local};

use super::{
    acts::FileActs,
    browse::{Place, Shelf},
    editor,
    lines::Lines,
};
use crate::{
    error::ErrorCode,
    files::{
        api,
        model::{FileKind, FileView, LINES_MAX, PageFrom, bytes_in_words, escaped, split},
        store::use_changes,
    },
    ui::{
        Button, CopyButton, Empty, Icon, IconName, Look, RelativeTime, Segment, Segmented, editing::is_kept,
        use_remote,
    },
};

/// The file.
#[component]
pub(super) fn Viewer(
    /// How to look at another.
    place: Place,
    /// Which.
    path: String,
) -> impl IntoView {
    let shelf = place.shelf;
    let project = shelf.project;
    let own = StoredValue::new(path.clone());
    // Pages begin at the same lines, whichever of them is linked.
    let page = Memo::new(move |_| {
        let first = shelf.lines.get().map_or(1, |(first, _)| first);
        (first - 1) / LINES_MAX as u64 * LINES_MAX as u64 + 1
    });
    let remote = use_remote(move || api::read(project, own.get_value(), PageFrom::Line(page.get())));
    let (folder, name) = split(&path);
    let download = format!("/api/v1/projects/{project}/files/download?path={}", escaped(&path));
    let facts = move || {
        let file = remote.value.get()?.ok()?;
        Some(view! {
            <span class="xs faint num">{bytes_in_words(file.size)}</span>
            <span class="xs faint">
                <RelativeTime at=file.modified_at ago=true />
            </span>
        })
    };
    let editing = RwSignal::new(false);
    // What the file is now, once it is another than the one that is shown.
    let newer = RwSignal::new(None);
    use_changes(project, move |changed| {
        if editing.get_untracked() || !own.with_value(|path| changed.touches(path)) {
            return;
        }
        let ask = api::read(project, own.get_value(), PageFrom::Line(page.get_untracked()));
        spawn_local(async move {
            let now = ask.await;
            let shown = remote.value.try_get_untracked().flatten();
            let other = shown.is_some_and(|shown| shown != now);
            let _ = newer.try_set(other.then_some(now));
        });
    });
    let show = move |()| {
        if let Some(now) = newer.get_untracked() {
            newer.set(None);
            remote.value.set(Some(now));
        }
    };
    let notice = move || {
        let gone = newer.with(|now| now.as_ref().map(Result::is_err))?;
        (!editing.get()).then(|| {
            let words = if gone {
                "The file is gone from the disk, or cannot be read any more."
            } else {
                "The file changed on the disk."
            };
            view! {
                <div class="note files-newer" role="status">
                    <Icon name=IconName::Refresh />
                    <span class="grow">{words}</span>
                    <Button look=Look::Quiet on_click=show>"Show it"</Button>
                </div>
            }
        })
    };
    // What was typed and not saved is there again, also of a file that is gone.
    Effect::new(move |begun: Option<bool>| {
        let editable = remote.value.with(|file| match file.as_ref()? {
            Ok(file) => Some(file.kind == FileKind::Text && file.locked.is_none()),
            Err(error) => Some(error.code == ErrorCode::NotFound),
        });
        if begun != Some(true)
            && editable == Some(true)
            && own.with_value(|path| is_kept(&editor::key(project, path)))
        {
            editing.set(true);
        }
        begun == Some(true) || editable.is_some()
    });
    let can_edit = Memo::new(move |_| {
        let file = remote.value.get()?.ok()?;
        Some(file.kind == FileKind::Text && file.locked.is_none())
    });
    let edit = move || {
        (can_edit.get() == Some(true) && !editing.get()).then(|| {
            view! { <Button look=Look::Quiet icon=IconName::Edit label="Edit" on_click=move |()| editing.set(true) /> }
        })
    };
    let close = Callback::new(move |()| {
        editing.set(false);
        newer.set(None);
        remote.reload();
    });
    let shown = remote.show("Loading the file", 6, move |file| {
        view! { <Shown shelf=shelf path=own.get_value() file=file /> }
    });
    let draw = move || {
        if editing.get() {
            view! { <editor::Editor shelf=shelf path=own.get_value() on_close=close /> }.into_any()
        } else {
            shown()
        }
    };
    view! {
        <section class="files-view" aria-label="File">
            <header class="files-head">
                <Button look=Look::Quiet icon=IconName::Back label="Back to the tree" on_click=move |()| shelf.go.run((None, None)) />
                <h2 class="clip grow" title=path.clone()>
                    <span class="faint">{(!folder.is_empty()).then(|| format!("{folder}/"))}</span>
                    {name.to_owned()}
                </h2>
                {facts}
                {edit}
                <CopyButton text=path.clone() bare=true label="Copy the path" />
                <Button look=Look::Quiet icon=IconName::Refresh label="Read again" on_click=move |()| { newer.set(None); remote.reload(); } />
                // The router must leave it to the browser.
                <a class="btn quiet" href=download rel="external" download="">"Download"</a>
                <FileActs place=place path=path.clone() />
            </header>
            {notice}
            {draw}
        </section>
    }
    .into_any()
}

#[component]
fn Shown(shelf: Shelf, path: String, file: FileView) -> AnyView {
    let locked = file.locked.map(|why| view! { <p class="files-locked xs soft">{why}</p> });
    let shown = match (file.kind, file.text) {
        (FileKind::Text, Some(text)) => match file.preview {
            // A link to a line is meant for the source.
            Some(preview) => {
                let source = RwSignal::new(shelf.lines.get_untracked().is_some());
                let segments = vec![
                    Segment { key: "preview", words: "Preview", icon: None },
                    Segment { key: "source", words: "Source", icon: None },
                ];
                let value = Signal::derive(move || if source.get() { "source" } else { "preview" });
                let (path, size) = (StoredValue::new(path), file.size);
                let text = StoredValue::new(text);
                let preview = StoredValue::new(preview);
                view! {
                    <div class="files-switch">
                        <Segmented label="Markdown" segments=segments value=value on_change=move |key| source.set(key == "source") />
                    </div>
                    {move || {
                        if source.get() {
                            view! { <Lines shelf=shelf path=path.get_value() size=size text=text.get_value() /> }.into_any()
                        } else {
                            view! { <div class="scroll prose files-prose" inner_html=preview.get_value()></div> }.into_any()
                        }
                    }}
                }
                .into_any()
            }
            None => view! { <Lines shelf=shelf path=path size=file.size text=text /> }.into_any(),
        },
        (FileKind::Image, _) => {
            let address = format!("/api/v1/projects/{}/files/image?path={}", shelf.project, escaped(&path));
            view! {
                <div class="scroll center files-image">
                    <img src=address alt=split(&path).1.to_owned() />
                </div>
            }
            .into_any()
        }
        _ => {
            let text = format!("{}, {}. It can be downloaded.", file.media_type, bytes_in_words(file.size));
            view! {
                <div class="grow center">
                    <Empty icon=IconName::File title="Not a text" text=text />
                </div>
            }
            .into_any()
        }
    };
    view! { {locked} {shown} }.into_any()
}
