//! What was thrown away in a project, and the way back from there.

use leptos::prelude::*;

use super::place::Place;
use crate::{
    files::{
        api,
        model::{Trashed, bytes_in_words},
    },
    ui::{Button, Empty, Icon, IconName, Look, RelativeTime, use_call, use_remote},
};

/// The list, with what can be done with each.
#[component]
pub(super) fn TrashList(
    /// Whose.
    place: Place,
) -> impl IntoView {
    let project = place.shelf.project;
    let remote = use_remote(move || {
        place.anew.track();
        api::trash(project)
    });
    let draw = remote.show("Loading the trash", 4, move |all| {
        if all.is_empty() {
            return view! { <Empty icon=IconName::Trash title="The trash is empty" text="What is deleted here stays for a week." /> }
                .into_any();
        }
        let rows = all.into_iter().map(|trashed| view! { <Row place=place trashed=trashed /> }).collect_view();
        view! { <ul class="trash">{rows}</ul> }.into_any()
    });
    view! { {draw} }
}

#[component]
fn Row(place: Place, trashed: Trashed) -> impl IntoView {
    let (project, id) = (place.shelf.project, trashed.id);
    let call = use_call();
    let back = move |()| call.run(api::put_back(project, id), move |_| place.changed());
    let forget = move |()| call.run(api::forget(project, id), move |()| place.changed());
    let icon = if trashed.folder { IconName::Folder } else { IconName::File };
    view! {
        <li class="trash-row">
            <Icon name=icon />
            <span class="grow trash-path">
                <code>{trashed.path.clone()}</code>
                <span class="xs soft">
                    {bytes_in_words(trashed.bytes)} ", by " {trashed.by} " " <RelativeTime at=trashed.at ago=true />
                </span>
            </span>
            <Button busy=call.busy label=format!("Put {} back", trashed.path) icon=IconName::Undo on_click=back />
            <Button look=Look::Danger busy=call.busy label=format!("Delete {} for good", trashed.path) icon=IconName::Trash on_click=forget />
        </li>
    }
}
