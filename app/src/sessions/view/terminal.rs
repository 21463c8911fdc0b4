//! A session that is written in its terminal: Claude Code's own interface, and what was said in it as a conversation.

use leptos::prelude::*;

use super::{here::here, setup::SetUp, thread::ThreadView};
use crate::{
    error::ErrorCode,
    sessions::{api, model::Session},
    terminals::{screen::Screen, view::Pane},
    ui::{
        Button, Call, Dialog, Icon, IconName, Loading, Look, MenuItem, Segment, Segmented, use_call,
        use_toasts,
    },
};

const TERMINAL: &str = "terminal";
const CONVERSATION: &str = "conversation";

/// What stands in the place of conversation and composer.
#[component]
pub fn InTerminal(
    /// Loads the conversation again.
    retry: Callback<()>,
) -> impl IntoView {
    let here = here();
    let shown = RwSignal::new(TERMINAL);
    let terminal = here.fact(|card| card.terminal_id);
    let (name, live) = (here.fact(|card| card.name.clone()), here.fact(|card| card.live));
    let screen = Screen::new();
    let segments = vec![
        Segment { key: TERMINAL, words: "Terminal", icon: Some(IconName::Terminal) },
        Segment { key: CONVERSATION, words: "Conversation", icon: Some(IconName::Sessions) },
    ];
    let body = move || match (shown.get(), terminal.get()) {
        (CONVERSATION, _) => view! { <ThreadView retry=retry /> }.into_any(),
        (_, Some(id)) => view! { <Pane id=id screen=screen name=name runs=live focus=true /> }.into_any(),
        (_, None) => view! {
            <div class="grow">
                <Loading what="Loading the terminal" />
            </div>
        }
        .into_any(),
    };
    view! {
        <div class="surface-bar">
            <Segmented label="Show" segments=segments value=shown on_change=move |key| shown.set(key) />
            <span class="grow"></span>
            <span class="surface-words soft sm clip">"Written in its terminal"</span>
        </div>
        <SetUp />
        {body}
    }
    .into_any()
}

/// The line of the menu that moves the session from the chat into a terminal, or back.
#[component]
pub fn SurfaceItem(
    /// Where the call goes.
    call: Call,
    /// Asks before it is given back.
    giving: RwSignal<bool>,
) -> impl IntoView {
    let here = here();
    let in_terminal = here.fact(Session::in_terminal);
    move || {
        if in_terminal.get() {
            view! {
                <MenuItem icon=IconName::Sessions on_select=move |()| giving.set(true)>
                    "Give back to the chat…"
                </MenuItem>
            }
            .into_any()
        } else {
            let open = move |()| call.run(api::terminal(here.id), |_| ());
            view! {
                <MenuItem icon=IconName::Terminal on_select=open>
                    "Continue in a terminal"
                </MenuItem>
            }
            .into_any()
        }
    }
}

/// Asks before the terminal is ended, and once more where the agent is at work in it.
#[component]
pub fn GiveBackDialog(
    /// Whether it is shown.
    open: RwSignal<bool>,
) -> impl IntoView {
    let (id, toasts) = (here().id, use_toasts());
    let call = use_call().inline();
    let busy = RwSignal::new(None::<String>);
    Effect::new(move |_| {
        if let Some(error) = call.error.get() {
            match error.code {
                ErrorCode::Conflict => busy.set(Some(error.message)),
                _ => toasts.error(&error),
            }
        }
    });
    Effect::new(move |_| {
        if open.get() {
            busy.set(None);
        }
    });
    let give = Callback::new(move |()| {
        let force = busy.with_untracked(Option::is_some);
        call.run(api::chat(id, force), move |_| open.set(false));
    });
    let words =
        move || if busy.with(Option::is_some) { "End the turn and give it back" } else { "Give it back" };
    view! {
        <Dialog open=open title="Give it back to the chat?">
            <p class="soft">"Its terminal is ended. The conversation stays, and your next message here goes on with it."</p>
            {move || {
                busy.get()
                    .map(|why| {
                        view! {
                            <p class="note waiting" role="alert">
                                <Icon name=IconName::Warning />
                                <span>{why}</span>
                            </p>
                        }
                    })
            }}
            <footer class="dialog-acts">
                <Button on_click=move |()| open.set(false)>"Keep the terminal"</Button>
                <Button look=Look::Primary busy=call.busy on_click=give>
                    {words}
                </Button>
            </footer>
        </Dialog>
    }
    .into_any()
}
