//! The changed files of a project by group, as git tells them. Beside a session it marks those that the session read or wrote.

use leptos::prelude::*;

use super::{
    file::{File, Opened},
    state::{NextStep, Standing},
};
use crate::{
    git::{
        api,
        model::{ChangeGroup, ChangePage, ChangedFile, Changes as Changed, GroupCounts, Staging},
    },
    ids::ProjectId,
    projects::store::ProjectsStore,
    ui::{Button, Empty, IconName, Look, use_call, use_remote},
};

/// What a session read (false) or wrote (true), by path in the project.
pub type Touched = Vec<(String, bool)>;

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
    /// Whether it has a page for itself: the diff is beside the files where there is room.
    #[prop(optional)]
    wide: bool,
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
    // What is open stays so when the list is asked for anew.
    let open: Opened = RwSignal::new(None);
    let read = touched.unwrap_or_else(|| Memo::new(|_| Touched::new()));
    let (projects, call) = (expect_context::<ProjectsStore>(), use_call());
    let stage =
        Callback::new(move |what: Staging| call.run(api::stage(project, what), move |()| remote.reload()));
    let trusted = Memo::new(move |_| projects.get(project).is_some_and(|project| project.trust.is_some()));
    let draw = remote.show("Loading changes", 4, move |changes| {
        view! {
            {changes
                .under_way
                .map(|one| view! { <NextStep under_way=one conflicted=changes.counts.conflicted /> })}
            <Files project=project changes=changes mine=mine touched=read open=open stage=trusted.get().then_some(stage) />
        }
    });
    let standing = move || {
        remote.value.with(|answer| {
            let changes = answer.as_ref()?.as_ref().ok()?;
            let git = changes.git.clone()?;
            Some(view! { <Standing git=git head=changes.head.clone() /> })
        })
    };
    view! {
        <div class="changes" class:wide=wide>
            <div class="scroll">
                <div class="changes-bar">
                    {standing}
                    <span class="grow"></span>
                    {touched.map(|_| view! {
                        <Button look=Look::Quiet class="chip-btn" pressed=mine on_click=move |()| mine.update(|mine| *mine = !*mine)>
                            "touched by this session"
                        </Button>
                    })}
                    <Button look=Look::Quiet icon=IconName::Refresh label="Look again" on_click=move |()| remote.reload() />
                </div>
                {draw}
            </div>
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
    /// The one that is open.
    open: Opened,
    /// Takes changes into the index or out of it, where that can be done.
    stage: Option<Callback<Staging>>,
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
    let (files, counts) = (RwSignal::new(changes.files), changes.counts);
    let groups = GROUPS.map(|(group, word)| {
        view! { <Group project=project group=group word=word files=files counts=counts mine=mine touched=touched open=open stage=stage /> }
    });
    groups.into_iter().collect_view().into_any()
}

/// One group with what it is called, and the way to those files that are not on the page yet.
#[component]
fn Group(
    project: ProjectId,
    group: ChangeGroup,
    word: &'static str,
    files: RwSignal<Vec<ChangedFile>>,
    counts: GroupCounts,
    mine: RwSignal<bool>,
    touched: Memo<Touched>,
    open: Opened,
    stage: Option<Callback<Staging>>,
) -> impl IntoView {
    let here = Memo::new(move |_| {
        files.with(|files| files.iter().filter(|file| file.group == group).cloned().collect::<Vec<_>>())
    });
    let shown = Memo::new(move |_| {
        let only_mine = mine.get();
        let wrote = |path: &str| touched.with(|all| all.iter().any(|(one, wrote)| *wrote && one == path));
        let mut here = here.get();
        here.retain(|file| !only_mine || wrote(&file.path));
        here
    });
    let total = counts.of(group);
    let left = Memo::new(move |_| (total as usize).saturating_sub(here.with(Vec::len)));
    let call = use_call();
    let more = move |()| {
        let Some(after) = here.with_untracked(|here| here.last().map(|file| file.path.clone())) else {
            return;
        };
        call.run(api::more_changes(project, ChangePage { group, after }), move |next| {
            files.update(|files| files.extend(next));
        });
    };
    view! {
        <Show when=move || shown.with(|shown| !shown.is_empty())>
            <h2 class="changes-head">
                <span class="label">{word}</span>
                <span class="faint xs num">{move || if mine.get() { shown.with(Vec::len) } else { total as usize }}</span>
                <span class="grow"></span>
                {stage.filter(|_| group != ChangeGroup::Conflicted).map(|stage| view! {
                    <Button look=Look::Quiet class="chip-btn" on_click=move |()| stage.run(Staging { group, file: None })>
                        {if group == ChangeGroup::Staged { "Unstage all" } else { "Stage all" }}
                    </Button>
                })}
            </h2>
            <For each=move || shown.get() key=|file| file.path.clone() let:file>
                <File project=project file=file touched=touched open=open stage=stage />
            </For>
        </Show>
        <Show when=move || { left.get() > 0 }>
            <div class="changes-more">
                <Button busy=call.busy on_click=more>
                    "Show more: " {left} " left"
                </Button>
            </div>
        </Show>
    }
    .into_any()
}
