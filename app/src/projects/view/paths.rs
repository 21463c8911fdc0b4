//! A field for a path on the server that proposes directories while one types. Choosing one goes on inside it.

use std::time::Duration;

use leptos::{ev::KeyboardEvent, html, prelude::*};

use crate::{
    projects::api,
    ui::{Icon, IconName, Remote, TextInput, browser, use_remote},
};

/// How long to wait after a key before asking, so that not every letter is a question.
const PAUSE: Duration = Duration::from_millis(120);

/// The field with its proposals below.
#[component]
pub fn PathInput(
    /// The path.
    value: RwSignal<String>,
) -> impl IntoView {
    let asked = RwSignal::new(value.get_untracked());
    let timer = StoredValue::new(None::<TimeoutHandle>);
    Effect::new(move |_| {
        let typed = value.get();
        if let Some(before) = timer.try_update_value(Option::take).flatten() {
            before.clear();
        }
        let ask = move || {
            if asked.try_get_untracked().is_some_and(|before| before != typed) {
                asked.set(typed);
            }
        };
        timer.set_value(set_timeout_with_handle(ask, PAUSE).ok());
    });
    let found = use_remote(move || api::complete_path(asked.get()));
    let (root, list) = (NodeRef::<html::Div>::new(), NodeRef::<html::Ul>::new());
    let choose = Callback::new(move |path: String| {
        value.set(format!("{path}/"));
        if let Some(root) = root.get_untracked() {
            browser::focus_input(&root);
        }
    });
    let keys = move |event: KeyboardEvent| {
        browser::step_by_key(&event, list.get_untracked(), &browser::DOWN_AND_UP);
    };
    view! {
        <div class="paths" node_ref=root on:keydown=keys>
            <TextInput value=value mono=true autofocus=true placeholder="~/src/orchard" />
            <ul class="path-list" node_ref=list aria-label="Directories">
                <Proposals found=found choose=choose />
            </ul>
        </div>
    }
    .into_any()
}

#[component]
fn Proposals(found: Remote<Vec<String>>, choose: Callback<String>) -> impl IntoView {
    move || match found.value.get() {
        None => view! { <li class="faint sm">"Looking…"</li> }.into_any(),
        Some(Err(error)) => view! { <li class="faint sm">{error.message}</li> }.into_any(),
        Some(Ok(paths)) if paths.is_empty() => {
            view! { <li class="faint sm">"No directories in here."</li> }.into_any()
        }
        Some(Ok(paths)) => {
            let rows = paths.into_iter().map(|path| {
                let words = path.clone();
                view! {
                    <li>
                        <button type="button" class="path-item" on:click=move |_| choose.run(path.clone())>
                            <Icon name=IconName::Folder />
                            <span class="clip mono">{words}</span>
                        </button>
                    </li>
                }
            });
            rows.collect_view().into_any()
        }
    }
}
