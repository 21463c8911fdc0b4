//! The page of one session: header, thread, what waits for an answer, composer, and the inspector beside.

use leptos::{prelude::*, task::spawn_local};
use leptos_router::hooks::use_params_map;

use super::{
    composer::Composer, dock::Dock, fork::ForkDialog, header::Header, here::Here, inspector::Inspector,
    queue::Queue, setup::SetUp, terminal::InTerminal, thread::ThreadView,
};
use crate::{
    error::ErrorCode,
    ids::SessionId,
    layout::{FirstPaint, Missing, PageTitle},
    live::Live,
    sessions::{
        api,
        model::Session,
        open::{Phase, ThreadStore},
        store::SessionsStore,
    },
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
                                    <SetUp />
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
