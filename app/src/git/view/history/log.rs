//! The log with its graph, and the commit that is open, which the address of the page names. Asks for further pages when they
//! are wanted; changes nothing.

use leptos::prelude::*;
use leptos_router::{
    NavigateOptions,
    hooks::{use_navigate, use_query_map},
};

use super::shown_commit::ShownCommit;
use crate::{
    git::{
        graph::{Row, rows},
        model::log::{LogEntry, LogPage, LogQuery},
        run_api,
        view::parts::{Refs, history_address},
    },
    ids::ProjectId,
    ui::{Button, Empty, IconName, Look, RelativeTime, use_call, use_remote},
};

/// The most columns of the graph; what stands further right is drawn at its edge.
const COLUMNS: usize = 10;
/// The width of a column and the height of a row, as the style sheet has them.
const WIDE: usize = 12;
const HIGH: usize = 44;

/// The log of what is checked out, or of all branches.
#[component]
pub fn Log(
    /// Whose.
    project: ProjectId,
    /// Asked anew whenever this changes.
    anew: RwSignal<u32>,
) -> impl IntoView {
    let (all, open) = (RwSignal::new(false), use_open(project));
    let remote = use_remote(move || {
        anew.with(|_| ());
        run_api::log(project, LogQuery { all: all.get(), ..LogQuery::default() })
    });
    let draw = remote.show("Loading the log", 8, move |page: LogPage| {
        view! { <Pages project=project first=page all=all.get_untracked() open=open /> }
    });
    view! {
        <div class="history-body">
            <div class="scroll history-list">
                <div class="row history-acts">
                    <Button look=Look::Quiet class="chip-btn" pressed=all on_click=move |()| all.update(|all| *all = !*all)>
                        "All branches"
                    </Button>
                </div>
                {draw}
            </div>
            {move || open.id.get().map(|id| view! { <ShownCommit project=project id=id on_close=move |()| open.show.run(None) /> })}
        </div>
    }
    .into_any()
}

/// The commit that is open, and how to open another one or none.
#[derive(Clone, Copy)]
struct Open {
    id: Memo<Option<String>>,
    show: Callback<Option<String>>,
}

/// As the address has it, so that it can be linked and gone back from.
fn use_open(project: ProjectId) -> Open {
    let (query, navigate) = (use_query_map(), use_navigate());
    let id = Memo::new(move |_| query.with(|query| query.get("commit")).filter(|id| !id.is_empty()));
    let show = Callback::new(move |id: Option<String>| {
        let options = NavigateOptions { scroll: false, ..NavigateOptions::default() };
        navigate(&history_address(project, id.as_deref()), options);
    });
    Open { id, show }
}

/// The pages that were asked for so far, as one list.
#[component]
fn Pages(project: ProjectId, first: LogPage, all: bool, open: Open) -> AnyView {
    if first.commits.is_empty() {
        return view! { <Empty icon=IconName::Branch title="No commit yet" text="What is committed is listed here." /> }
            .into_any();
    }
    let (shallow, more) = (first.shallow, RwSignal::new(first.more));
    let commits = RwSignal::new(first.commits);
    let call = use_call();
    let next = move |()| {
        let skip = u32::try_from(commits.with_untracked(Vec::len)).unwrap_or(u32::MAX);
        call.run(run_api::log(project, LogQuery { branch: None, all, skip }), move |page: LogPage| {
            more.set(page.more);
            // One that was made meanwhile moves the others on.
            commits.update(|known| {
                let new: Vec<_> =
                    page.commits.into_iter().filter(|one| known.iter().all(|had| had.id != one.id)).collect();
                known.extend(new);
            });
        });
    };
    let graph = Memo::new(move |_| {
        commits.with(|commits| rows(commits.iter().map(|one| (one.id.as_str(), one.parents.as_slice()))))
    });
    let drawn = move || {
        let (commits, graph) = (commits.get(), graph.get());
        let wide = graph.iter().map(|row| row.lines.iter().map(|line| line.1).fold(row.at, usize::max)).max();
        let wide = (wide.unwrap_or_default().min(COLUMNS) + 1) * WIDE;
        let rows = commits.into_iter().zip(graph);
        rows.map(|(entry, row)| view! { <Line entry=entry row=row wide=wide open=open /> }).collect_view()
    };
    view! {
        <div class="log">{drawn}</div>
        <Show when=move || more.get()>
            <div class="changes-more"><Button busy=call.busy on_click=next>"Show more"</Button></div>
        </Show>
        {(shallow && !more.get_untracked()).then(|| view! {
            <p class="faint sm log-note">"The clone is shallow: what came before is not here. `git fetch --unshallow` brings it."</p>
        })}
    }
    .into_any()
}

#[component]
fn Line(entry: LogEntry, row: Row, wide: usize, open: Open) -> impl IntoView {
    let id = StoredValue::new(entry.id.clone());
    let on = Memo::new(move |_| open.id.with(|open| open.as_ref() == Some(&id.get_value())));
    view! {
        <button
            type="button"
            class="log-row"
            class:on=on
            aria-expanded=move || if on.get() { "true" } else { "false" }
            on:click=move |_| open.show.run((!on.get_untracked()).then(|| id.get_value()))
        >
            <Graph row=row wide=wide />
            <span class="grow log-words">
                <span class="clip">{entry.subject.clone()}</span>
                <span class="row faint xs">
                    <Refs names=entry.refs />
                    <span class="clip">{entry.author.clone()}</span>
                    <RelativeTime at=entry.at ago=true />
                    <code>{entry.id.get(..7).unwrap_or_default().to_owned()}</code>
                </span>
            </span>
        </button>
    }
    .into_any()
}

/// The part of the graph beside one commit.
#[component]
fn Graph(row: Row, wide: usize) -> impl IntoView {
    let x = |column: usize| column.min(COLUMNS) * WIDE + WIDE / 2;
    let lines = row.lines.iter().map(|(from, to)| {
        let (from, to, middle) = (x(*from), x(*to), HIGH / 2);
        let path = format!("M{from} {middle}C{from} {} {to} {} {to} {}", HIGH, HIGH, middle + HIGH);
        view! { <path d=path class=format!("lane-{}", to / WIDE % 5) /> }
    });
    let lines = lines.collect_view();
    view! {
        <svg class="log-graph" width=wide height=HIGH viewBox=format!("0 0 {wide} {HIGH}") aria-hidden="true">
            {lines}
            <circle cx=x(row.at) cy=HIGH / 2 r="4" class=format!("lane-{}", row.at.min(COLUMNS) % 5) />
        </svg>
    }
    .into_any()
}
