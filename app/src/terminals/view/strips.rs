//! What stands above a terminal when there is something to say or to decide: who has the size in hand, a wish of a program,
//! an end.

use leptos::prelude::*;

use crate::{
    ids::TerminalId,
    terminals::{
        api,
        copies::allow_copies,
        model::TerminalStatus,
        screen::{Phase, Screen, Wish},
    },
    ui::{Button, Dialog, Icon, IconName, Look, browser, use_call},
};

/// How much of a text for the clipboard is shown.
const PREVIEW: usize = 80;

/// Who has the size in hand, if it is not this page.
#[component]
pub fn CrewStrip(
    /// Where.
    screen: Screen,
) -> impl IntoView {
    let watching = Memo::new(move |_| {
        let crew = screen.crew.get();
        (screen.phase.get() == Phase::Live && !crew.driving).then_some(crew)
    });
    let typing = Callback::new(move |()| {
        screen.read_only.set(false);
        screen.again();
    });
    move || {
        watching.get().map(|crew| {
            let only = screen.read_only.get();
            let who = match crew.driver {
                Some(driver) => format!("{driver} sets the size."),
                None => "Nobody sets the size.".to_owned(),
            };
            let act = if only {
                view! { <Button on_click=typing>"Type here too"</Button> }.into_any()
            } else {
                let take = Callback::new(move |()| {
                    screen.drive();
                    screen.focus();
                });
                view! { <Button on_click=take>"Fit it to this screen"</Button> }.into_any()
            };
            view! {
                <div class="terminal-strip" role="status">
                    <Icon name=if only { IconName::Eye } else { IconName::Device } />
                    <span class="grow">{if only { format!("You only look. {who}") } else { who }}</span>
                    {act}
                </div>
            }
        })
    }
}

/// How the shell ended, and what can follow.
#[component]
pub fn EndStrip(
    /// Which.
    id: TerminalId,
    /// It, in view.
    screen: Screen,
) -> impl IntoView {
    let call = use_call();
    let words = Memo::new(move |_| match screen.phase.get() {
        Phase::Over(words) => Some(words),
        _ => None,
    });
    let restart = Callback::new(move |()| {
        call.run(api::restart(id), move |card| {
            // One that could not be started anew has another reason now.
            if card.status != TerminalStatus::Running {
                screen.again();
            }
        });
    });
    let close = Callback::new(move |()| call.run(api::close(id, false), |()| ()));
    move || {
        words.get().map(|words| {
            view! {
                <div class="terminal-strip" role="status">
                    <Icon name=IconName::Info />
                    <span class="grow">{words}</span>
                    <Button icon=IconName::Refresh busy=call.busy on_click=restart>
                        "Start anew"
                    </Button>
                    <Button look=Look::Quiet busy=call.busy on_click=close>
                        "Close"
                    </Button>
                </div>
            }
        })
    }
}

/// A text that a program wants on the clipboard: asked for once for a terminal.
#[component]
pub fn CopyStrip(
    /// Which.
    id: TerminalId,
    /// It, in view.
    screen: Screen,
) -> impl IntoView {
    let text = Memo::new(move |_| match screen.wish.get() {
        Some(Wish::Copy(text)) => Some(text),
        _ => None,
    });
    let done = move || screen.wish.set(None);
    move || {
        text.get().map(|text| {
            let mut preview: String = text.chars().take(PREVIEW).collect();
            if preview.len() < text.len() {
                preview.push('…');
            }
            // What was shown is what is copied.
            let text = StoredValue::new(text);
            let copy = move |always: bool| {
                if always {
                    allow_copies(id);
                }
                text.with_value(|text| browser::copy(text, || {}));
                done();
            };
            view! {
                <div class="terminal-strip" role="alert">
                    <Icon name=IconName::Copy />
                    <span class="grow">
                        "A program wants to copy " <q class="mono">{preview}</q>
                    </span>
                    <Button on_click=move |()| copy(false)>"Copy"</Button>
                    <Button on_click=move |()| copy(true)>"Always, from here"</Button>
                    <Button look=Look::Quiet on_click=move |()| done()>
                        "No"
                    </Button>
                </div>
            }
        })
    }
}

/// A link whose words say nothing of where it leads.
#[component]
pub fn LinkDialog(
    /// Where.
    screen: Screen,
) -> impl IntoView {
    let address = Memo::new(move |_| match screen.wish.get() {
        Some(Wish::Open(address)) => Some(address),
        _ => None,
    });
    let open = RwSignal::new(false);
    Effect::new(move |_| open.set(address.get().is_some()));
    Effect::new(move |_| {
        if !open.get() && address.get_untracked().is_some() {
            screen.wish.set(None);
        }
    });
    let go = Callback::new(move |()| {
        if let Some(address) = address.get_untracked() {
            browser::open(&address);
        }
        open.set(false);
    });
    view! {
        <Dialog open=open title="Open this address?">
            <p>"The terminal shows other words for it."</p>
            <p class="mono wrap-anywhere">{address}</p>
            <footer class="dialog-acts">
                <Button on_click=move |()| open.set(false)>"Cancel"</Button>
                <Button look=Look::Primary on_click=go>"Open"</Button>
            </footer>
        </Dialog>
    }
    .into_any()
}
