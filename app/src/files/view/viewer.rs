//! One file: its lines, itself if it is an image, or what can be said of it; or its text in an editor. Never changes it itself.

use leptos::prelude::*;

use super::{
    acts::FileActs,
    blame::{BlameSwitch, Blaming, provide_blaming},
    editor,
    lines::Lines,
    newer::{Newer, Notice},
    pdf::Pdf,
    place::{Place, Shelf},
};
use crate::{
    error::ErrorCode,
    files::{
        api,
        model::{FileKind, FileView, LINES_MAX, PageFrom, bytes_in_words, escaped, split},
    },
    ids::ProjectId,
    ui::{
        Button, CopyButton, Empty, IconName, Look, RelativeTime, Remote, Segment, Segmented,
        editing::is_kept, use_remote,
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
    let (editing, blaming) = (RwSignal::new(false), provide_blaming(project));
    let newer = Newer::of(project, own, page, remote, editing);
    resume(project, own, remote, editing);
    let close = Callback::new(move |()| {
        editing.set(false);
        newer.read_again();
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
            <Head place=place path=path remote=remote newer=newer editing=editing blaming=blaming />
            <Notice newer=newer />
            {draw}
        </section>
    }
    .into_any()
}

/// Goes on with what was typed and not saved, also over a file that is gone.
fn resume(project: ProjectId, path: StoredValue<String>, remote: Remote<FileView>, editing: RwSignal<bool>) {
    Effect::new(move |begun: Option<bool>| {
        let editable = remote.value.with(|file| match file.as_ref()? {
            Ok(file) => Some(is_editable(file)),
            Err(error) => Some(error.code == ErrorCode::NotFound),
        });
        let begun = begun == Some(true);
        if !begun && editable == Some(true) && path.with_value(|path| is_kept(&editor::key(project, path))) {
            editing.set(true);
        }
        begun || editable.is_some()
    });
}

/// Where the file is sent from as it is.
fn download_of(shelf: Shelf, path: &str) -> String {
    format!("/api/v1/projects/{}/files/download?path={}", shelf.project, escaped(path))
}

fn is_editable(file: &FileView) -> bool {
    file.kind == FileKind::Text && file.locked.is_none()
}

/// Its name, the facts, and what can be done with it.
#[component]
fn Head(
    place: Place,
    path: String,
    remote: Remote<FileView>,
    newer: Newer,
    editing: RwSignal<bool>,
    blaming: Blaming,
) -> impl IntoView {
    let shelf = place.shelf;
    let (folder, name) = split(&path);
    let download = download_of(shelf, &path);
    let facts = move || {
        let file = remote.value.get()?.ok()?;
        Some(view! {
            <span class="xs faint num">{bytes_in_words(file.size)}</span>
            <span class="xs faint">
                <RelativeTime at=file.modified_at ago=true />
            </span>
        })
    };
    let can_edit =
        Memo::new(move |_| remote.value.with(|file| matches!(file, Some(Ok(file)) if is_editable(file))));
    let edit = move || {
        (can_edit.get() && !editing.get()).then(|| {
            view! { <Button look=Look::Quiet icon=IconName::Edit label="Edit" on_click=move |()| editing.set(true) /> }
        })
    };
    view! {
        <header class="files-head">
            <Button look=Look::Quiet icon=IconName::Back label="Back to the tree" on_click=move |()| shelf.go.run((None, None)) />
            <h2 class="clip grow" title=path.clone()>
                <span class="faint">{(!folder.is_empty()).then(|| format!("{folder}/"))}</span>
                {name.to_owned()}
            </h2>
            {facts}
            <BlameSwitch blaming=blaming />
            {edit}
            <CopyButton text=path.clone() bare=true label="Copy the path" />
            <Button look=Look::Quiet icon=IconName::Refresh label="Read again" on_click=move |()| newer.read_again() />
            // The router must leave it to the browser.
            <a class="btn quiet" href=download rel="external" download="">"Download"</a>
            <FileActs place=place path=path.clone() />
        </header>
    }
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
        (FileKind::Pdf, _) => view! { <Pdf address=download_of(shelf, &path) size=file.size /> }.into_any(),
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
