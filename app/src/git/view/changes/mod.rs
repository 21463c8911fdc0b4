//! The changed files of a project by group, as git tells them. Beside a session it marks those that the session touched.

mod acts;
mod choice;
pub mod comments;
mod cursor;
pub mod diff;
mod discard;
mod drafts;
pub mod file;
mod hunk;
pub mod page;

use std::collections::HashMap;

use leptos::prelude::*;

use self::{
    acts::{Acts, Opened},
    comments::{Comments, Waiting},
    discard::{AskDiscard, DiscardedList},
    file::File,
};
use super::{
    ship::Ship,
    state::{NextStep, Standing},
};
use crate::{
    error::AppError,
    git::{
        api,
        model::{ChangeGroup, ChangePage, ChangedFile, Changes as Changed, Chosen},
    },
    ids::{ProjectId, SessionId},
    projects::store::ProjectsStore,
    sessions::model::Touch,
    ui::{Button, Empty, Failing, IconName, Loading, Look, Remote, use_call, use_remote},
};

/// What a session touched, by path in the project.
pub type Touched = HashMap<String, Touch>;

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
    /// What the session beside it touched.
    #[prop(optional)]
    touched: Option<Memo<Touched>>,
    /// The session beside it, which gets comments unless another one is chosen.
    #[prop(optional)]
    session: Option<SessionId>,
    /// Asked anew whenever this changes.
    anew: Signal<u32>,
    /// Whether it has a page for itself: the diff is beside the files where there is room.
    #[prop(optional)]
    wide: bool,
) -> impl IntoView {
    let list = RwSignal::new(None::<Changed>);
    let remote = use_remote(move || {
        // Read, not only tracked: a memo that nobody reads never tells.
        anew.with(|_| ());
        let before =
            list.with_untracked(|list| list.as_ref().map(|list| list.files.clone()).unwrap_or_default());
        listed(project, before)
    });
    Effect::new(move |_| {
        if let Some(Ok(changes)) = remote.value.get() {
            count.set(Some(u64::from(changes.total)).filter(|total| *total > 0));
            list.set(Some(changes));
        }
    });
    let mine = RwSignal::new(false);
    // What is open stays so when the list is asked for anew.
    let open: Opened = RwSignal::new(None);
    let read = touched.unwrap_or_else(|| Memo::new(|_| Touched::new()));
    let (projects, call) = (expect_context::<ProjectsStore>(), use_call());
    let stage =
        Callback::new(move |what: Chosen| call.run(api::stage(project, what), move |()| remote.reload()));
    let (asked, asking, listing) = (RwSignal::new(None), RwSignal::new(false), RwSignal::new(false));
    let discard = Callback::new(move |what: Chosen| {
        asked.set(Some(what));
        asking.set(true);
    });
    let comments = Comments::new(project);
    let again = Callback::new(move |()| remote.reload());
    let trusted = Memo::new(move |_| projects.get(project).is_some_and(|project| project.trust.is_some()));
    let acts = Signal::derive(move || trusted.get().then_some(Acts { stage, discard }));
    let shown = Shown { project, list, mine, touched: read, open, comments, acts, wide };
    view! {
        <div class="changes" class:wide=wide>
            <div class="scroll">
                <div class="changes-bar">
                    {move || list.with(|list| {
                        let changes = list.as_ref()?;
                        Some(view! { <Standing git=changes.git.clone()? head=changes.head.clone() /> })
                    })}
                    <span class="grow"></span>
                    {touched.map(|_| view! {
                        <Button look=Look::Quiet class="chip-btn" pressed=mine on_click=move |()| mine.update(|mine| *mine = !*mine)>
                            "Only touched by this session"
                        </Button>
                    })}
                    <Waiting comments=comments session=session />
                    <Show when=move || trusted.get()>
                        <Button look=Look::Quiet icon=IconName::Trash label="Discarded" on_click=move |()| listing.set(true) />
                    </Show>
                    <Button look=Look::Quiet icon=IconName::Refresh label="Look again" on_click=move |()| remote.reload() />
                </div>
                <Found shown=shown remote=remote />
            </div>
            {wide.then(|| view! { <NoneOpen list=list open=open /> })}
            <AskDiscard project=project what=asked open=asking changed=again />
            <DiscardedList project=project open=listing changed=again />
            <Ship project=project changes=remote.value trusted=trusted on_change=move |()| remote.reload() />
        </div>
    }
}

/// What was found: what is under way and the groups, or why there are none.
#[component]
fn Found(shown: Shown, remote: Remote<Changed>) -> impl IntoView {
    let list = shown.list;
    let state = Memo::new(move |_| match remote.value.get() {
        Some(Err(error)) => State::Failed(error),
        _ => list.with(|list| list.as_ref().map_or(State::Awaited, State::of)),
    });
    let next_step = move || {
        list.with(|list| {
            let changes = list.as_ref()?;
            Some(view! { <NextStep under_way=changes.under_way? conflicted=changes.counts.conflicted /> })
        })
    };
    let cut = move || {
        list.with(|list| list.as_ref().is_some_and(|list| list.cut)).then(|| view! {
            <p class="faint sm changes-note">"Git told of more files than can be counted here; some are left out."</p>
        })
    };
    let found = move || {
        match state.get() {
        State::Awaited => view! { <Loading what="Loading changes" lines=4 /> }.into_any(),
        State::Failed(error) => {
            let retry = Callback::new(move |()| {
                remote.value.set(None);
                remote.reload();
            });
            view! { <Failing error=error retry=retry /> }.into_any()
        }
        State::NoRepository => {
            view! { <Empty icon=IconName::Branch title="Not a git repository" text="Changes are shown where git can tell them." /> }
                .into_any()
        }
        State::Same => {
            view! { <Empty icon=IconName::Check title="No changes" text="The work tree is as it was committed." /> }.into_any()
        }
        State::Changed => {
            let groups = GROUPS.map(|(group, word)| view! { <Group shown=shown group=group word=word /> });
            groups.into_iter().collect_view().into_any()
        }
    }
    };
    view! {
        {next_step}
        {cut}
        {found}
    }
    .into_any()
}

/// What stands where a change would, as long as none is open.
#[component]
fn NoneOpen(list: RwSignal<Option<Changed>>, open: Opened) -> impl IntoView {
    let choice =
        Memo::new(move |_| list.with(|list| list.as_ref().is_some_and(|list| !list.files.is_empty())));
    view! {
        <Show when=move || choice.get() && open.with(Option::is_none)>
            <div class="changes-none">
                <Empty icon=IconName::Diff title="No change in view" text="Choose a file to see what is different in it." />
            </div>
        </Show>
    }
}

/// The list, with as many pages of each group as were shown before.
async fn listed(project: ProjectId, before: Vec<ChangedFile>) -> Result<Changed, AppError> {
    let mut changes = api::changes(project).await?;
    for (group, _) in GROUPS {
        let wanted = before.iter().filter(|file| file.group == group).count();
        loop {
            let of_group = || changes.files.iter().filter(|file| file.group == group);
            let shown = of_group().count();
            let Some(after) = of_group().next_back().map(|file| file.path.clone()) else { break };
            if shown >= wanted || shown >= changes.counts.of(group) as usize {
                break;
            }
            let next = api::more_changes(project, ChangePage { group, after }).await?;
            if next.is_empty() {
                break;
            }
            changes.files.extend(next);
        }
    }
    Ok(changes)
}

/// What the panel shows.
#[derive(Clone, Debug, PartialEq)]
enum State {
    Awaited,
    Failed(AppError),
    NoRepository,
    Same,
    Changed,
}

impl State {
    fn of(changes: &Changed) -> Self {
        match &changes.git {
            None => Self::NoRepository,
            Some(_) if changes.files.is_empty() => Self::Same,
            Some(_) => Self::Changed,
        }
    }
}

/// What the groups are drawn with.
#[derive(Clone, Copy)]
struct Shown {
    project: ProjectId,
    list: RwSignal<Option<Changed>>,
    /// Whether only those are shown that this session touched.
    mine: RwSignal<bool>,
    touched: Memo<Touched>,
    open: Opened,
    comments: Comments,
    /// What can be done with changes; none where nobody trusted the project.
    acts: Signal<Option<Acts>>,
    wide: bool,
}

/// What can be done with all of a group.
#[component]
fn GroupActs(acts: Acts, group: ChangeGroup, all: Callback<(), Chosen>) -> impl IntoView {
    let words = if group == ChangeGroup::Staged { "Unstage all" } else { "Stage all" };
    let discard = acts.discards(group).map(|discard| {
        view! { <Button look=Look::Quiet class="chip-btn" on_click=move |()| discard.run(all.run(()))>"Discard all"</Button> }
    });
    let stage = (group != ChangeGroup::Conflicted).then(|| {
        view! { <Button look=Look::Quiet class="chip-btn" on_click=move |()| acts.stage.run(all.run(()))>{words}</Button> }
    });
    view! {
        {discard}
        {stage}
    }
    .into_any()
}

/// One group with what it is called, and the way to those files that are not on the page yet.
#[component]
fn Group(shown: Shown, group: ChangeGroup, word: &'static str) -> impl IntoView {
    let Shown { project, list, mine, touched, open, comments, acts, wide } = shown;
    let here = Memo::new(move |_| {
        let of_group =
            |list: &Changed| list.files.iter().filter(|file| file.group == group).cloned().collect();
        list.with(|list| list.as_ref().map(of_group)).unwrap_or_else(Vec::<ChangedFile>::new)
    });
    let drawn = Memo::new(move |_| {
        let only_mine = mine.get();
        let mut here = here.get();
        here.retain(|file| !only_mine || touched.with(|all| all.contains_key(&file.path)));
        here
    });
    let total =
        Memo::new(move |_| list.with(|list| list.as_ref().map_or(0, |list| list.counts.of(group) as usize)));
    let left = Memo::new(move |_| total.get().saturating_sub(here.with(Vec::len)));
    let call = use_call();
    let more = move |()| {
        let Some(after) = here.with_untracked(|here| here.last().map(|file| file.path.clone())) else {
            return;
        };
        call.run(api::more_changes(project, ChangePage { group, after }), move |next| {
            list.update(|list| list.iter_mut().for_each(|list| list.files.extend(next.iter().cloned())));
        });
    };
    let all = Callback::new(move |()| Chosen {
        group,
        path: None,
        was: None,
        version: list
            .with_untracked(|list| list.as_ref().map(|list| list.versions.of(group).to_owned()))
            .unwrap_or_default(),
        lines: Vec::new(),
    });
    // A row stays while its file does, and with it what is open in it. Once the file is gone, nothing of it is asked for anew.
    let now = move |file: &ChangedFile| -> Signal<ChangedFile> {
        let file = file.clone();
        let now = Memo::new(move |before: Option<&ChangedFile>| {
            let found = here.with(|here| {
                let at = here.binary_search_by(|one| one.path.cmp(&file.path)).ok()?;
                Some(here[at].clone())
            });
            found.or_else(|| before.cloned()).unwrap_or_else(|| file.clone())
        });
        now.into()
    };
    view! {
        <Show when=move || drawn.with(|drawn| !drawn.is_empty())>
            <h2 class="changes-head">
                <span class="label">{word}</span>
                <span class="faint xs num">{move || if mine.get() { drawn.with(Vec::len) } else { total.get() }}</span>
                <span class="grow"></span>
                {move || acts.get().map(|acts| view! { <GroupActs acts=acts group=group all=all /> })}
            </h2>
            <For each=move || drawn.get() key=|file| (file.path.clone(), file.was.clone(), file.submodule) let:file>
                <File project=project now=now(&file) file=file touched=touched open=open wide=wide comments=comments acts=acts />
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
