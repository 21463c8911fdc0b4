//! The panel: the hierarchy at the left and a file beside it, or one in place of the other where there is little room.

use leptos::prelude::*;

use super::{editor::Editor, list::Hierarchy};
use crate::{
    files::store::use_changes,
    ids::ProjectId,
    memories::{api, store::MemoriesStore},
    ui::use_remote,
};

/// The memories of a project.
#[component]
pub fn MemoryPanel(
    /// Whose.
    project: ProjectId,
) -> impl IntoView {
    let store = expect_context::<MemoriesStore>();
    let open = RwSignal::new(None::<String>);
    // Asked anew when a file was saved, here or on another device.
    let remote = use_remote(move || {
        store.saved.track();
        api::list(project)
    });
    use_changes(project, move |changed| {
        if changed.all || changed.paths.iter().any(|path| path.ends_with(".md")) {
            remote.reload();
        }
    });
    let list = remote.show("Loading memories", 6, move |memories| {
        view! { <Hierarchy project=project memories=memories open=open on_reload=move |()| remote.reload() /> }
    });
    view! {
        <div class="memories">
            <div class="memories-box" class:opened=move || open.with(Option::is_some)>
                <div class="memories-list scroll">{list}</div>
                {move || {
                    open.get()
                        .map(|path| {
                            view! { <Editor project=project path=path on_back=move |()| open.set(None) /> }
                        })
                }}
            </div>
        </div>
    }
    .into_any()
}
