//! A terminal itself: the screen, what is said above it, and on a phone the keys below.

use std::time::Duration;

use leptos::{html, prelude::*};
use leptos_router::{NavigateOptions, hooks::use_navigate};

use super::{
    keys::KeyRow,
    search::Search,
    strips::{CopyStrip, CrewStrip, LinkDialog},
};
use crate::{
    files::model::address_of,
    ids::TerminalId,
    live::{Link, Live},
    projects::store::ProjectsStore,
    terminals::{
        screen::{Phase, Screen},
        store::TerminalsStore,
    },
    ui::{Button, Icon, IconName, browser, use_toasts},
};

/// How long it is said why what was typed did not arrive.
const SAID_FOR: Duration = Duration::from_secs(4);

/// The terminal.
#[component]
pub fn Pane(
    /// Which.
    id: TerminalId,
    /// What shows it.
    screen: Screen,
    /// What it is called.
    #[prop(into)]
    name: Signal<String>,
    /// Whether something runs in it.
    #[prop(into)]
    runs: Signal<bool>,
    /// Whether it takes the keys at once, where there are keys.
    focus: bool,
) -> impl IntoView {
    let host = NodeRef::<html::Div>::new();
    let begin = move || {
        if let Some(host) = host.get_untracked() {
            screen.phase.set(Phase::Loading);
            screen.show(host.into(), id);
        }
    };
    Effect::new(move |_| {
        if host.get().is_some() {
            begin();
        }
    });
    on_cleanup(move || screen.close());
    // What was started anew, here or elsewhere, is shown at once.
    Effect::new(move |ran: Option<bool>| {
        let runs = runs.get();
        if runs && ran == Some(false) {
            screen.again();
        }
        runs
    });
    Effect::new(move |shown: Option<bool>| {
        let live = screen.phase.get() == Phase::Live;
        if live && focus && shown != Some(true) && browser::fine_pointer() {
            screen.focus();
        }
        live || shown == Some(true)
    });
    // The page's own socket notices a link that died; the terminal's then looks open and is not.
    if let Some(live) = use_context::<Live>() {
        Effect::new(move |was: Option<bool>| {
            let online = live.state.get() == Link::Online;
            if online && was == Some(false) {
                screen.renew();
            }
            online
        });
    }
    leave_for_the_tabs(screen, host);
    chosen_paths(screen, id);
    let label = move || format!("Terminal {}. Ctrl, Shift and E leave it.", name.get());
    let failed = Memo::new(move |_| match screen.phase.get() {
        Phase::Failed(words) => Some(words),
        _ => None,
    });
    view! {
        <div class="terminal-pane">
            <CrewStrip screen=screen />
            <CopyStrip id=id screen=screen />
            <div class="terminal-stage">
                <div class="terminal-host" role="group" aria-label=label node_ref=host></div>
                <Search screen=screen />
                <Show when=move || screen.phase.get() == Phase::Loading>
                    <p class="terminal-note" role="status">"Opening…"</p>
                </Show>
                <Show when=move || screen.phase.get() == Phase::Away>
                    <p class="terminal-note" role="status">"The server is not heard. Trying again…"</p>
                </Show>
                <Refused screen=screen />
                {move || {
                    failed
                        .get()
                        .map(|words| {
                            view! {
                                <div class="terminal-note" role="alert">
                                    <Icon name=IconName::Warning />
                                    <span class="grow">{words}</span>
                                    <Button icon=IconName::Refresh on_click=move |()| begin()>
                                        "Try again"
                                    </Button>
                                </div>
                            }
                        })
                }}
            </div>
            <Show when=move || !matches!(screen.phase.get(), Phase::Over(_))>
                <KeyRow screen=screen />
            </Show>
        </div>
        <LinkDialog screen=screen />
    }
    .into_any()
}

/// Its keys leave the screen for the tabs above it: a terminal swallows Tab.
fn leave_for_the_tabs(screen: Screen, host: NodeRef<html::Div>) {
    Effect::new(move |_| {
        if screen.left.get() {
            screen.left.set(false);
            if let Some(host) = host.get_untracked() {
                browser::focus_tab(&host);
            }
        }
    });
}

/// A path in the project is opened; any other is copied.
fn chosen_paths(screen: Screen, id: TerminalId) {
    let (toasts, navigate) = (use_toasts(), use_navigate());
    let (terminals, projects) = (expect_context::<TerminalsStore>(), expect_context::<ProjectsStore>());
    Effect::new(move |_| {
        if let Some(path) = screen.path.get() {
            screen.path.set(None);
            let address = untrack(|| {
                let project = projects.get(terminals.get(id)?.project_id)?;
                address_of(project.id, &project.path, &path)
            });
            if let Some(address) = address {
                return navigate(&address, NavigateOptions::default());
            }
            let said = format!("Copied {path}");
            browser::copy(&path, move || toasts.say(said));
        }
    });
}

/// Why what was typed did not arrive, for a moment.
#[component]
fn Refused(screen: Screen) -> impl IntoView {
    Effect::new(move |_| {
        if screen.refused.get().is_some() {
            let handle = set_timeout_with_handle(move || drop(screen.refused.try_set(None)), SAID_FOR).ok();
            on_cleanup(move || {
                if let Some(handle) = handle {
                    handle.clear();
                }
            });
        }
    });
    move || {
        screen.refused.get().map(|words| view! { <p class="terminal-note refused" role="alert">{words}</p> })
    }
}
