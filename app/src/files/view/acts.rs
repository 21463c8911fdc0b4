//! What can be done with a folder of the tree and with the file in view: menus, and the dialogs behind them. Never asks before
//! something goes to the trash: it can be put back from there.

use leptos::{prelude::*, task::spawn_local};

use super::{place::Place, trash::TrashList};
use crate::{
    files::{
        api,
        model::{MoveEntry, NewEntry, escaped, join, split},
    },
    ui::{Dialog, IconName, Menu, MenuItem, NameForm, browser, use_call, use_toasts},
};

/// The menu of the folder that the tree is at.
#[component]
pub(super) fn FolderActs(
    /// Which.
    place: Place,
    /// Has the browser ask for files, or for a folder of them.
    on_upload: Callback<bool>,
) -> impl IntoView {
    let folder = place.folder;
    let root = Signal::derive(move || folder.with(String::is_empty));
    let text = Signal::derive(move || match folder.get() {
        folder if folder.is_empty() => "All files".to_owned(),
        folder => folder,
    });
    let (file, dir, moving, trash) = (closed(), closed(), closed(), closed());
    let throw_away = use_throw_away(place);
    let download = move |()| {
        let project = place.shelf.project;
        browser::go(&format!(
            "/api/v1/projects/{project}/files/archive?path={}",
            escaped(&folder.get_untracked())
        ));
    };
    view! {
        <Menu label="Folder" icon=IconName::Folder text=text>
            <MenuItem icon=IconName::Plus on_select=move |()| file.set(true)>"New file…"</MenuItem>
            <MenuItem icon=IconName::Plus on_select=move |()| dir.set(true)>"New folder…"</MenuItem>
            <MenuItem icon=IconName::ArrowUp on_select=move |()| on_upload.run(false)>"Upload files…"</MenuItem>
            <MenuItem icon=IconName::ArrowUp on_select=move |()| on_upload.run(true)>"Upload a folder…"</MenuItem>
            <MenuItem icon=IconName::ArrowDown on_select=download>"Download as an archive"</MenuItem>
            <hr />
            <MenuItem icon=IconName::Edit disabled=root on_select=move |()| moving.set(true)>"Rename or move…"</MenuItem>
            <MenuItem icon=IconName::Trash danger=true disabled=root on_select=move |()| throw_away.run(folder.get_untracked())>
                "Delete"
            </MenuItem>
            <hr />
            <MenuItem icon=IconName::Archive on_select=move |()| trash.set(true)>"Trash…"</MenuItem>
        </Menu>
        <Dialog open=file title="New file">
            <Make place=place folder=false open=file />
        </Dialog>
        <Dialog open=dir title="New folder">
            <Make place=place folder=true open=dir />
        </Dialog>
        <Dialog open=moving title="Rename or move">
            <Move place=place path=folder.get_untracked() open=moving />
        </Dialog>
        <Dialog open=trash title="Trash" wide=true>
            <TrashList place=place />
        </Dialog>
    }
}

/// The menu of the file in view.
#[component]
pub(super) fn FileActs(
    /// Where it is.
    place: Place,
    /// Which.
    path: String,
) -> impl IntoView {
    let moving = closed();
    let path = StoredValue::new(path);
    let throw_away = use_throw_away(place);
    view! {
        <Menu label="Rename, move, delete">
            <MenuItem icon=IconName::Edit on_select=move |()| moving.set(true)>"Rename or move…"</MenuItem>
            <MenuItem icon=IconName::Trash danger=true on_select=move |()| throw_away.run(path.get_value())>"Delete"</MenuItem>
        </Menu>
        <Dialog open=moving title="Rename or move">
            <Move place=place path=path.get_value() open=moving />
        </Dialog>
    }
}

fn closed() -> RwSignal<bool> {
    RwSignal::new(false)
}

/// Puts an entry into the trash, and offers to take it back.
pub(super) fn use_throw_away(place: Place) -> Callback<String> {
    let (call, toasts, project) = (use_call(), use_toasts(), place.shelf.project);
    Callback::new(move |path: String| {
        call.run(api::remove(project, path), move |trashed| {
            place.left(&trashed.path);
            let (name, id) = (split(&trashed.path).1.to_owned(), trashed.id);
            toasts.offer(format!("{name} is in the trash"), "Undo", move || {
                spawn_local(async move {
                    match api::put_back(project, id).await {
                        Ok(_) => place.changed(),
                        Err(error) => toasts.error(&error),
                    }
                });
            });
        });
    })
}

#[component]
fn Make(place: Place, folder: bool, open: RwSignal<bool>) -> impl IntoView {
    let call = use_call().inline();
    let make = move |path: String| {
        let entry = NewEntry { path: path.clone(), folder };
        call.run(api::make(place.shelf.project, entry), move |()| {
            open.set(false);
            place.changed();
            if folder {
                place.folder.set(path);
            } else {
                place.shelf.go.run((Some(path), None));
            }
        });
    };
    let name = match place.folder.get_untracked() {
        folder if folder.is_empty() => String::new(),
        folder => join(&folder, ""),
    };
    view! { <NameForm name=name hint="The path from the project." words="Create" call=call open=open on_name=make /> }
}

#[component]
fn Move(place: Place, path: String, open: RwSignal<bool>) -> impl IntoView {
    let call = use_call().inline();
    let from = path.clone();
    let rename = move |to: String| {
        let (from, gone) = (from.clone(), from.clone());
        call.run(api::rename(place.shelf.project, MoveEntry { from, to: to.clone() }), move |()| {
            open.set(false);
            place.moved(&gone, &to);
        });
    };
    view! { <NameForm name=path hint="The path from the project; another folder moves it there." words="Rename" call=call open=open on_name=rename /> }
}
