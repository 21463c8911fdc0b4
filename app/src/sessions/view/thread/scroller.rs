//! The thread's scroller. It grows upwards (`column-reverse`), so that it stands at its end by itself, from the first paint
//! on, and older pages never move what is read. What comes at the end while somebody reads further up is counted, not shown.

use leptos::{ev::MouseEvent, html, prelude::*, task::spawn_local};

use super::{entry::Entry, making::Making};
use crate::{
    ids::SessionId,
    live::Live,
    sessions::{
        api,
        open::{Phase, ThreadStore},
        view::{dom, here::here},
    },
    ui::{Button, Failing, Icon, IconName, Look},
};

/// How near an end of the window the next page is asked for, in pixels.
const NEAR: f64 = 1_400.0;
/// How near the end counts as being there.
const AT_END: f64 = 48.0;

/// The thread, from its skeleton to its end.
#[component]
pub fn ThreadView(
    /// Fetches it again.
    retry: Callback<()>,
) -> impl IntoView {
    let thread = here().thread;
    let ready = Memo::new(move |_| thread.phase.with(|phase| *phase == Phase::Ready));
    let failure = Memo::new(move |_| {
        thread.phase.with(|phase| match phase {
            Phase::Failed(error) => Some(error.clone()),
            _ => None,
        })
    });
    move || {
        if let Some(error) = failure.get() {
            view! { <div class="thread-scroll"><Failing error=error retry=retry /></div> }.into_any()
        } else if ready.get() {
            view! { <Scroller /> }.into_any()
        } else {
            view! { <Skeleton /> }.into_any()
        }
    }
}

/// Room for a thread that is on its way.
#[component]
fn Skeleton() -> impl IntoView {
    view! {
        <div class="thread-scroll" role="status" aria-label="Loading the conversation">
            <div class="thread skeleton">
                <div class="bone you-bone"></div>
                <div class="bone line-bone"></div>
                <div class="bone"></div>
                <div class="bone line-bone"></div>
                <div class="bone tall-bone"></div>
            </div>
        </div>
    }
}

#[component]
fn Scroller() -> impl IntoView {
    let here = here();
    let thread = here.thread;
    let node = NodeRef::<html::Div>::new();
    let fetching = RwSignal::new(false);
    // On the way to an end that was let go: until that has come, nothing here is worth remembering or adding to.
    let leaving = RwSignal::new(false);
    // The last entry that was there when the reader left the end.
    let seen = RwSignal::new(None::<u64>);

    let look = move || {
        let Some(scroller) = node.get_untracked().filter(|_| !leaving.get_untracked()) else { return };
        let ends = dom::ends(&scroller);
        let edges = thread.edges.get_untracked();
        let at_end = ends.bottom < AT_END && !edges.newer;
        if at_end != thread.reads_end.get_untracked() {
            thread.reads_end.set(at_end);
            seen.set((!at_end).then(|| last_key(&thread)));
        }
        dom::mark(&scroller, !at_end);
        let wanted = if edges.older && ends.top < NEAR {
            true
        } else if edges.newer && ends.bottom < NEAR {
            false
        } else {
            return;
        };
        fetch(here.id, thread, fetching, wanted);
    };
    let look_soon = move || {
        request_animation_frame(move || {
            if node.try_get_untracked().flatten().is_some() {
                look();
            }
        });
    };
    // What is read stays where it is, whatever changes around it, for as long as the effect keeps what it returned.
    Effect::new(move |_| {
        let scroller = node.get()?;
        dom::mark(&scroller, false);
        dom::Holding::begin(&scroller)
    });
    // After the page has changed: an end that is still near is fetched on.
    Effect::new(move |_| {
        thread.nodes.track();
        thread.partial.track();
        look_soon();
    });
    let touched = move |event: MouseEvent| {
        if let Some(scroller) = node.get_untracked() {
            dom::mark_touched(&scroller, &event);
            look_soon();
        }
    };
    let live = use_context::<Live>();
    let stay_at_end = move || {
        thread.reads_end.set(true);
        seen.set(None);
        if let Some(scroller) = node.get_untracked() {
            dom::mark(&scroller, false);
            dom::to_end(&scroller);
        }
    };
    let to_end = move |()| {
        if !thread.edges.get_untracked().newer {
            return stay_at_end();
        }
        if leaving.get_untracked() {
            return;
        }
        leaving.set(true);
        spawn_local(async move {
            let came = reopen(here.id, thread, live).await;
            // The page may have been left meanwhile.
            if leaving.try_set(false).is_none() && came {
                stay_at_end();
            }
        });
    };
    let news = Memo::new(move |_| {
        let seen = seen.get()?;
        let fresh = thread.nodes.with(|nodes| nodes.iter().rev().take_while(|node| node.key > seen).count());
        let edges = thread.edges.get();
        Some((fresh + edges.unseen, edges.newer))
    });
    view! {
        <div class="thread-frame">
            <div
                class="thread-scroll"
                node_ref=node
                tabindex="0"
                role="log"
                aria-label="Conversation"
                aria-live="off"
                on:scroll=move |_| look()
                on:click=touched
            >
                <div class="thread">
                    <Top fetching=fetching />
                    <For each=move || thread.nodes.get() key=|node| node.key let:node>
                        <Entry node=node />
                    </For>
                    <Making />
                </div>
            </div>
            {move || {
                news.get()
                    .map(|(fresh, newer)| {
                        let words = match fresh {
                            0 => "To the end".to_owned(),
                            n => format!("{n}{} new", if newer { "+" } else { "" }),
                        };
                        view! {
                            <div class="pill">
                                <Button look=Look::Plain busy=leaving on_click=to_end>
                                    {words}
                                    <Icon name=IconName::ArrowDown />
                                </Button>
                            </div>
                        }
                    })
            }}
        </div>
    }
}

/// What stands above the first entry: the beginning, or that more is on its way.
#[component]
fn Top(
    /// Whether a page is being fetched.
    fetching: RwSignal<bool>,
) -> impl IntoView {
    let thread = here().thread;
    let older = Memo::new(move |_| thread.edges.with(|edges| edges.older));
    let empty = Memo::new(move |_| thread.nodes.with(Vec::is_empty));
    view! {
        <div class="thread-top faint xs">
            {move || match (older.get(), fetching.get(), empty.get()) {
                (true, true, _) => "Loading earlier messages…",
                (true, false, _) => "",
                (false, _, true) => "Nothing has been said yet.",
                (false, _, false) => "",
            }}
        </div>
    }
}

fn last_key(thread: &ThreadStore) -> u64 {
    thread.nodes.with_untracked(|nodes| nodes.last().map_or(0, |node| node.key))
}

/// Fetches the next page at one end.
fn fetch(id: SessionId, thread: ThreadStore, fetching: RwSignal<bool>, older: bool) {
    if fetching.get_untracked() {
        return;
    }
    fetching.set(true);
    let (first, last) = (thread.first(), thread.last());
    spawn_local(async move {
        let page = if older { api::older(id, first).await } else { api::newer(id, last).await };
        match page {
            Ok(page) if older => {
                thread.prepend(id, page);
            }
            Ok(page) => thread.extend(id, page),
            // The mark for a lost connection says it; scrolling on tries again.
            Err(_) => {}
        }
        let _ = fetching.try_set(false);
    });
}

/// Fetches the end of a history whose end was let go, and asks again for what came meanwhile. False if it cannot be had:
/// the mark for a lost connection says so.
async fn reopen(id: SessionId, thread: ThreadStore, live: Option<Live>) -> bool {
    let Ok(open) = api::open_session(id).await else { return false };
    thread.loaded(open);
    if let Some(live) = live.filter(|_| thread.is(id)) {
        live.follow(id, thread.since());
    }
    true
}
