//! One changed file of the list, and its diff once it is opened. Never changes the file.

use leptos::prelude::*;

use super::changes::Touched;
use crate::{
    git::{
        api,
        model::{ChangeGroup, ChangedFile, ShownFile, Staging},
    },
    ids::ProjectId,
    ui::{Button, Chip, Icon, IconName, Look, use_remote},
};

/// Which change is open: one at a time.
pub type Opened = RwSignal<Option<(String, ChangeGroup)>>;

/// One file, and its change once it is clicked.
#[component]
pub fn File(
    /// Whose.
    project: ProjectId,
    /// It.
    file: ChangedFile,
    /// What the session read or wrote.
    touched: Memo<Touched>,
    /// The one that is open.
    open: Opened,
    /// Takes it into the index or out of it; none where that can't be done.
    #[prop(optional_no_strip)]
    stage: Option<Callback<Staging>>,
) -> impl IntoView {
    let own = StoredValue::new((file.path.clone(), file.group));
    let is_open = Memo::new(move |_| own.with_value(|own| open.with(|open| open.as_ref() == Some(own))));
    let path = file.path.clone();
    let mark = move || touched.with(|all| all.iter().find(|(one, _)| *one == path).map(|(_, wrote)| *wrote));
    let tone = match file.letter.as_str() {
        "A" | "?" => "letter added",
        "D" => "letter deleted",
        "U" => "letter conflicted",
        _ => "letter",
    };
    let (folder, name) = match file.path.rsplit_once('/') {
        Some((folder, name)) => (format!("{folder}/"), name.to_owned()),
        None => (String::new(), file.path.clone()),
    };
    let (words, icon) = match file.group {
        ChangeGroup::Staged => ("Unstage", IconName::Minus),
        ChangeGroup::Conflicted => ("Mark as resolved:", IconName::Check),
        _ => ("Stage", IconName::Plus),
    };
    let label = format!("{words} {}", file.path);
    let shown = ShownFile { path: file.path.clone(), version: file.version.clone() };
    let what = Staging { group: file.group, file: Some(shown) };
    view! {
        <div class="file-row">
            <button
                type="button"
                class="file"
                class:on=is_open
                title=file.path.clone()
                aria-expanded=move || if is_open.get() { "true" } else { "false" }
                on:click=move |_| open.set((!is_open.get_untracked()).then(|| own.get_value()))
            >
                <span class=tone>{file.letter.clone()}</span>
                <code class="clip grow"><span class="faint">{folder}</span>{name}</code>
                {move || match mark() {
                    Some(true) => view! {
                        <span class="touched" title="Written by this session"><Icon name=IconName::Edit /><span class="sr">"written by this session"</span></span>
                    }.into_any(),
                    Some(false) => view! {
                        <span class="touched" title="Read by this session"><Icon name=IconName::Eye /><span class="sr">"read by this session"</span></span>
                    }.into_any(),
                    None => ().into_any(),
                }}
                {file.submodule.then(|| view! { <Chip>"submodule"</Chip> })}
                <span class="xs num">
                    {file.added.filter(|n| *n > 0).map(|n| view! { <span class="plus">"+" {n}</span> })}
                    " "
                    {file.removed.filter(|n| *n > 0).map(|n| view! { <span class="minus">"−" {n}</span> })}
                </span>
            </button>
            {stage.map(|stage| {
                let what = what.clone();
                view! { <Button look=Look::Quiet icon=icon label=label on_click=move |()| stage.run(what.clone()) /> }
            })}
        </div>
        <Show when=move || is_open.get()>
            <Diff project=project path=own.get_value().0 group=file.group />
        </Show>
    }
}

/// One file's change, drawn by the server.
#[component]
fn Diff(
    /// Whose.
    project: ProjectId,
    /// Which file.
    path: String,
    /// Which of its changes.
    group: ChangeGroup,
) -> impl IntoView {
    let remote = use_remote(move || api::diff(project, path.clone(), group));
    remote.show("Loading the change", 2, |html| {
        if html.is_empty() {
            view! { <p class="faint sm file-diff">"Nothing that can be shown as text."</p> }.into_any()
        } else {
            view! { <div class="diff file-diff" tabindex="0" role="region" aria-label="Change" inner_html=html></div> }
                .into_any()
        }
    })
}
