//! One changed file of the list, and its diff once it is opened. Never changes the file.

use leptos::prelude::*;

use super::{
    Touched,
    acts::{Acts, Opened},
    comments::Comments,
    diff::Diff,
};
use crate::{
    git::model::{ChangeGroup, ChangedFile, Chosen, WhichDiff},
    ids::ProjectId,
    sessions::model::Touch,
    ui::{Button, Chip, Icon, IconName, Look},
};

/// One file, and its change once it is clicked.
#[component]
pub fn File(
    /// Whose.
    project: ProjectId,
    /// It, as it was when the row was made.
    file: ChangedFile,
    /// It, as it is now.
    now: Signal<ChangedFile>,
    /// Whether its diff may have room for two columns.
    wide: bool,
    /// What the session touched.
    touched: Memo<Touched>,
    /// The one that is open.
    open: Opened,
    /// The comments on changes of the project.
    comments: Comments,
    /// What can be done with it; nothing where nobody trusted the project.
    acts: Signal<Option<Acts>>,
) -> impl IntoView {
    let own = StoredValue::new((file.path.clone(), file.group));
    let is_open = Memo::new(move |_| own.with_value(|own| open.with(|open| open.as_ref() == Some(own))));
    let path = file.path.clone();
    let mark = move || touched.with(|all| all.get(&path).copied());
    let tone = move || match now.get().letter.as_str() {
        "A" | "?" => "letter added",
        "D" => "letter deleted",
        "U" => "letter conflicted",
        _ => "letter",
    };
    let title = match &file.was {
        Some(was) => format!("{}, which was {was}", file.path),
        None => file.path.clone(),
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
    let labels = StoredValue::new((format!("Discard {}", file.path), format!("{words} {}", file.path)));
    let (group, submodule) = (file.group, file.submodule);
    let what = move || {
        let file = now.get_untracked();
        Chosen {
            group: file.group,
            path: Some(file.path),
            was: file.was,
            version: file.version,
            lines: Vec::new(),
        }
    };
    let which = WhichDiff { path: file.path.clone(), was: file.was.clone(), group: file.group };
    view! {
        <div class="file-row">
            <button
                type="button"
                class="file"
                class:on=is_open
                title=title
                aria-expanded=move || if is_open.get() { "true" } else { "false" }
                on:click=move |_| open.set((!is_open.get_untracked()).then(|| own.get_value()))
            >
                <span class=tone>{move || now.get().letter}</span>
                <code class="clip grow"><span class="faint">{folder}</span>{name}</code>
                {move || mark().map(|how| {
                    let (icon, title, words) = match how {
                        Touch::Read => (IconName::Eye, "Read by this session", "read by this session"),
                        Touch::Edited => (IconName::Edit, "Edited by this session", "edited by this session"),
                        Touch::Written => (IconName::File, "Written by this session", "written by this session"),
                    };
                    view! { <span class="touched" title=title><Icon name=icon /><span class="sr">{words}</span></span> }
                })}
                {file.submodule.then(|| view! { <Chip>"submodule"</Chip> })}
                <span class="xs num">
                    {move || now.get().added.filter(|n| *n > 0).map(|n| view! { <span class="plus">"+" {n}</span> })}
                    " "
                    {move || now.get().removed.filter(|n| *n > 0).map(|n| view! { <span class="minus">"−" {n}</span> })}
                </span>
            </button>
            {move || acts.get().map(|acts| {
                let discard = acts.discards(group).filter(|_| !submodule).map(|discard| {
                    view! { <Button look=Look::Quiet icon=IconName::Undo label=labels.get_value().0 on_click=move |()| discard.run(what()) /> }
                });
                view! {
                    {discard}
                    <Button look=Look::Quiet icon=icon label=labels.get_value().1 on_click=move |()| acts.stage.run(what()) />
                }
            })}
        </div>
        <Show when=move || is_open.get()>
            <Diff project=project which=which.clone() version=Signal::derive(move || now.get().version) wide=wide comments=comments acts=acts.get_untracked() />
        </Show>
    }
}
