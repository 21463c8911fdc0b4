//! The changed files of a project, as git tells them. Beside a session it marks those that the session read or wrote.

use leptos::prelude::*;

use crate::{
    git::{
        api,
        model::{ChangeGroup, ChangedFile, Changes as Changed},
    },
    ids::ProjectId,
    ui::{Button, Empty, Icon, IconName, Look, use_remote},
};

/// What a session read (false) or wrote (true), by path in the project.
type Touched = Vec<(String, bool)>;

const GROUPS: [(ChangeGroup, &str); 4] = [
    (ChangeGroup::Conflicted, "Conflicted"),
    (ChangeGroup::Staged, "Staged"),
    (ChangeGroup::Changed, "Changed"),
    (ChangeGroup::Untracked, "Untracked"),
];

/// The panel.
#[component]
pub fn Changes(
    /// Whose.
    project: ProjectId,
    /// Takes how many files there are.
    #[prop(optional)]
    count: RwSignal<Option<u64>>,
    /// What the session beside it read or wrote.
    #[prop(optional)]
    touched: Option<Memo<Touched>>,
    /// Asked anew whenever this changes.
    anew: Signal<u32>,
) -> impl IntoView {
    let remote = use_remote(move || {
        // Read, not only tracked: a memo that nobody reads never tells.
        anew.with(|_| ());
        api::changes(project)
    });
    Effect::new(move |_| {
        if let Some(Ok(changes)) = remote.value.get() {
            count.set(Some(u64::from(changes.total)).filter(|total| *total > 0));
        }
    });
    let mine = RwSignal::new(false);
    let draw = remote.show(
        "Loading changes",
        4,
        move |changes| view! { <Files project=project changes=changes mine=mine touched=touched.unwrap_or_else(|| Memo::new(|_| Touched::new())) /> },
    );
    view! {
        <div class="scroll changes">
            <div class="changes-bar">
                {touched.map(|_| view! {
                    <Button look=Look::Quiet class="chip-btn" pressed=mine on_click=move |()| mine.update(|mine| *mine = !*mine)>
                        "touched by this session"
                    </Button>
                })}
                <span class="grow"></span>
                <Button look=Look::Quiet icon=IconName::Refresh label="Look again" on_click=move |()| remote.reload() />
            </div>
            {draw}
        </div>
    }
}

/// The files, by where their changes stand.
#[component]
fn Files(
    /// Whose.
    project: ProjectId,
    /// They.
    changes: Changed,
    /// Whether only those are shown that this session wrote.
    mine: RwSignal<bool>,
    /// What it read or wrote.
    touched: Memo<Touched>,
) -> AnyView {
    if changes.git.is_none() {
        return view! {
            <Empty icon=IconName::Branch title="Not a git repository" text="Changes are shown where git can tell them." />
        }
        .into_any();
    }
    if changes.files.is_empty() {
        return view! { <Empty icon=IconName::Check title="No changes" text="The work tree is as it was committed." /> }
            .into_any();
    }
    let open = RwSignal::new(None::<(String, ChangeGroup)>);
    let left_out = (changes.total as usize).saturating_sub(changes.files.len());
    let files = StoredValue::new(changes.files);
    let groups = GROUPS.map(|(group, word)| {
        let shown = Memo::new(move |_| {
            let only_mine = mine.get();
            let wrote = |path: &str| touched.with(|all| all.iter().any(|(one, wrote)| *wrote && one == path));
            files.with_value(|files| {
                let of_group = files.iter().filter(|file| file.group == group);
                of_group.filter(|file| !only_mine || wrote(&file.path)).cloned().collect::<Vec<_>>()
            })
        });
        view! {
            <Show when=move || shown.with(|shown| !shown.is_empty())>
                <h3 class="changes-head">
                    <span class="label">{word}</span>
                    <span class="faint xs num">{move || shown.with(Vec::len)}</span>
                </h3>
                <For each=move || shown.get() key=|file| file.path.clone() let:file>
                    <File project=project file=file touched=touched open=open />
                </For>
            </Show>
        }
    });
    view! {
        {groups.into_iter().collect_view()}
        {(left_out > 0).then(|| view! { <p class="faint xs changes-more">{left_out} " more files are not shown"</p> })}
    }
    .into_any()
}

/// One file, and its change once it is clicked.
#[component]
fn File(
    /// Whose.
    project: ProjectId,
    /// It.
    file: ChangedFile,
    /// What the session read or wrote.
    touched: Memo<Touched>,
    /// The one that is open.
    open: RwSignal<Option<(String, ChangeGroup)>>,
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
    view! {
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
            <span class="xs num">
                {file.added.filter(|n| *n > 0).map(|n| view! { <span class="plus">"+" {n}</span> })}
                " "
                {file.removed.filter(|n| *n > 0).map(|n| view! { <span class="minus">"−" {n}</span> })}
            </span>
        </button>
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
