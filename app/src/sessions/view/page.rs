//! The page of one session: header, thread, what waits for an answer, composer, and the inspector beside.

use leptos::{prelude::*, task::spawn_local};
use leptos_router::hooks::use_params_map;

use super::{
    changes::Changes,
    composer::Composer,
    details::Details,
    dock::Dock,
    fork::ForkDialog,
    header::Header,
    here::{Here, here},
    queue::Queue,
    terminal::InTerminal,
    thread::ThreadView,
};
use crate::{
    error::ErrorCode,
    ids::{ProjectId, SessionId, TerminalId},
    layout::{FirstPaint, Missing, PageTitle},
    live::Live,
    sessions::{
        api,
        model::Session,
        open::{Phase, ThreadStore},
        store::SessionsStore,
    },
    terminals::{store::TerminalsStore, view::Workspace},
    ui::{Button, IconName, Look, Tab, Tabs},
};

/// The page of `/sessions/:id`.
#[component]
pub fn SessionPage() -> impl IntoView {
    let params = use_params_map();
    let id = Memo::new(move |_| params.with(|params| params.get("id")?.parse::<SessionId>().ok()));
    move || match id.get() {
        Some(id) => view! { <One id=id /> }.into_any(),
        None => view! { <Missing what="session" back="/sessions" /> }.into_any(),
    }
}

/// Fetches the session with the end of its history.
fn open(id: SessionId, sessions: SessionsStore, live: Option<Live>) {
    let thread = sessions.thread;
    spawn_local(async move {
        match api::open_session(id).await {
            Ok(open) => {
                sessions.take(vec![open.page.session.clone()]);
                thread.loaded(open);
                if let Some(live) = live.filter(|_| thread.is(id)) {
                    live.follow(id, thread.since());
                }
            }
            Err(error) => thread.failed(id, error),
        }
    });
}

#[component]
fn One(
    /// Which.
    id: SessionId,
) -> AnyView {
    let sessions = expect_context::<SessionsStore>();
    let thread: ThreadStore = sessions.thread;
    if FirstPaint::is_now() && thread.id.get_untracked() != Some(id) {
        return view! { <Missing what="session" back="/sessions" /> }.into_any();
    }
    let here = Here::provide(id);
    let live = use_context::<Live>();
    let fresh = thread.begin(id);
    // The server has drawn what is known; only a browser goes on from there.
    Effect::new(move |_| {
        if fresh {
            open(id, sessions, live);
        } else if let Some(live) = live {
            live.follow(id, thread.since());
        }
    });
    on_cleanup(move || {
        if let Some(live) = live {
            live.unfollow(id);
        }
    });
    let missing = Memo::new(move |_| {
        thread.phase.with(|phase| matches!(phase, Phase::Failed(error) if error.code == ErrorCode::NotFound))
    });
    let name = here.fact(|card| card.name.clone());
    let in_terminal = here.fact(Session::in_terminal);
    let inspecting = RwSignal::new(false);
    let retry = Callback::new(move |()| {
        thread.phase.set(Phase::Loading);
        open(id, sessions, live);
    });
    view! {
        <Show
            when=move || !missing.get()
            fallback=|| view! { <Missing what="session" back="/sessions" /> }
        >
            <PageTitle name=name />
            <div class="workbench" class:open=inspecting>
                <main class="main session">
                    <Header inspecting=inspecting />
                    {move || {
                        if in_terminal.get() {
                            view! { <InTerminal retry=retry /> }.into_any()
                        } else {
                            view! {
                                <ThreadView retry=retry />
                                <div class="session-foot">
                                    <Dock />
                                    <Queue />
                                    <Composer />
                                </div>
                            }
                                .into_any()
                        }
                    }}
                </main>
                <Inspector open=inspecting />
            </div>
            <ForkDialog />
        </Show>
    }
    .into_any()
}

/// What is beside the thread: the changes in the project, and facts about the session.
#[component]
fn Inspector(
    /// Whether it is in view where there is no room beside the thread.
    open: RwSignal<bool>,
) -> impl IntoView {
    let tab = RwSignal::new("changes");
    let changed = RwSignal::new(None::<u64>);
    let tabs = vec![
        Tab { key: "changes", words: "Changes", count: changed.into() },
        Tab::new("terminals", "Terminals"),
        Tab::new("details", "Details"),
    ];
    let project = here().fact(|card| Some(card.project_id));
    // Which terminal is in view stays as it is while another tab is.
    let terminal = RwSignal::new(None);
    view! {
        <aside class="side" aria-label="Inspector">
            <header class="bar">
                <Tabs tabs=tabs active=tab label="Inspector" />
                <span class="grow"></span>
                <Button
                    look=Look::Quiet
                    icon=IconName::Close
                    label="Close the inspector"
                    class="side-toggle"
                    on_click=move |()| open.set(false)
                />
            </header>
            {move || {
                project
                    .get()
                    .map(|project| match tab.get() {
                        "changes" => view! { <Changes project=project count=changed /> }.into_any(),
                        "terminals" => view! { <Terminals project=project chosen=terminal /> }.into_any(),
                        _ => view! { <Details /> }.into_any(),
                    })
            }}
        </aside>
    }
}

/// The terminals of the session's project.
#[component]
fn Terminals(
    /// The project.
    project: ProjectId,
    /// The one in view.
    chosen: RwSignal<Option<TerminalId>>,
) -> impl IntoView {
    let store = expect_context::<TerminalsStore>();
    // The one that was chosen, as long as it is there.
    let shown = Memo::new(move |_| {
        let all = store.of(project);
        chosen.get().filter(|id| all.contains(id)).or_else(|| all.first().copied())
    });
    let choose = Callback::new(move |id| chosen.set(Some(id)));
    view! { <Workspace project=project chosen=shown on_choose=choose /> }
}
