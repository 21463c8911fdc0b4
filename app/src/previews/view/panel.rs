//! The panel: what is served now. Looks again every few seconds while it is in view: nothing tells when a program begins to
//! listen.

use std::time::Duration;

use leptos::prelude::*;

use super::served::Served;
use crate::{
    ids::ProjectId,
    previews::{api, model::Previews},
    ui::{Empty, Icon, IconName, Words, use_remote},
};

/// How often it is looked.
const LOOK: Duration = Duration::from_secs(3);

/// What programs of a project serve.
#[component]
pub fn PreviewsPanel(
    /// Whose.
    project: ProjectId,
) -> impl IntoView {
    let remote = use_remote(move || api::list(project));
    Effect::new(move |_| {
        if let Ok(handle) = set_interval_with_handle(move || remote.reload(), LOOK) {
            on_cleanup(move || handle.clear());
        }
    });
    let again = Callback::new(move |()| remote.reload());
    let list = remote.show("Looking for what is served", 3, move |previews| {
        view! { <List project=project previews=previews on_change=again /> }
    });
    view! { <div class="served-panel scroll">{list}</div> }.into_any()
}

#[component]
fn List(
    /// Whose.
    project: ProjectId,
    /// All there is.
    previews: Previews,
    /// Asks for it anew.
    on_change: Callback<()>,
) -> impl IntoView {
    let Previews { off, served } = previews;
    let can_open = off.is_none();
    let off = off.map(|off| {
        view! {
            <p class="served-off">
                <Icon name=IconName::Info />
                <span><Words text=off /></span>
            </p>
        }
    });
    let empty = served.is_empty().then(|| {
        view! {
            <Empty
                icon=IconName::Globe
                title="Nothing is served"
                text="When an agent or a terminal of this project listens on a port, such as a dev server, it shows up here."
            />
        }
    });
    let all = served.into_iter().map(
        |preview| view! { <Served project=project preview=preview can_open=can_open on_change=on_change /> },
    );
    view! {
        {off}
        {empty}
        <ul class="served-list" role="list">{all.collect_view()}</ul>
    }
    .into_any()
}
