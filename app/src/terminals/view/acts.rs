//! What can be done with the terminal in view, as one menu with its dialogs.

use leptos::prelude::*;

use crate::{
    error::ErrorCode,
    ids::TerminalId,
    terminals::{
        api,
        model::{NAME_MAX, TerminalStatus},
        screen::Screen,
        store::TerminalsStore,
    },
    ui::{Button, Call, CopyButton, Dialog, IconName, Look, Menu, MenuItem, NameForm, use_call, use_toasts},
};

/// The menu.
#[component]
pub fn TerminalActs(
    /// Which.
    id: TerminalId,
    /// It, in view.
    screen: Screen,
) -> impl IntoView {
    let store = expect_context::<TerminalsStore>();
    let (renaming, reading) = (RwSignal::new(false), RwSignal::new(false));
    let (aloud, predicts) = (RwSignal::new(false), RwSignal::new(false));
    Effect::new(move |_| {
        aloud.set(screen.reads_aloud());
        predicts.set(screen.predicts());
    });
    let over = Memo::new(move |_| store.get(id).is_some_and(|card| card.status != TerminalStatus::Running));
    let restart = use_call();
    let asking = RwSignal::new(false);
    let (close, closing) = use_closing(id, asking);
    let why = move || close.error.get().map(|error| error.message).unwrap_or_default();
    let step = move |by: f64| screen.choose_font(screen.font.get_untracked() + by);
    let look_only = flips(screen.read_only, move |_| screen.again());
    let read_aloud = flips(aloud, move |on| screen.read_aloud(on));
    let predict = flips(predicts, move |on| screen.predict(on));
    view! {
        <Menu label="More about the terminal">
            <MenuItem icon=IconName::Search on_select=move |()| screen.searching.set(true)>
                "Find…"
            </MenuItem>
            <MenuItem icon=IconName::Copy on_select=move |()| reading.set(true)>
                "Show as text…"
            </MenuItem>
            <MenuItem icon=IconName::Plus on_select=move |()| step(1.0)>
                "Larger type"
            </MenuItem>
            <MenuItem icon=IconName::Minus on_select=move |()| step(-1.0)>
                "Smaller type"
            </MenuItem>
            <MenuItem icon=IconName::Eye on=screen.read_only on_select=look_only>
                "Look only"
            </MenuItem>
            <MenuItem icon=IconName::Device on=aloud on_select=read_aloud>
                "For a screen reader"
            </MenuItem>
            <MenuItem icon=IconName::Bolt on=predicts on_select=predict>
                "Show keys at once"
            </MenuItem>
            <hr />
            <MenuItem icon=IconName::Edit on_select=move |()| renaming.set(true)>
                "Rename…"
            </MenuItem>
            <MenuItem
                icon=IconName::Refresh
                disabled=Signal::derive(move || !over.get())
                on_select=move |()| restart.run(api::restart(id), |_| ())
            >
                "Start anew"
            </MenuItem>
            <MenuItem icon=IconName::Trash danger=true on_select=move |()| closing.run(false)>
                "Close"
            </MenuItem>
        </Menu>
        <Dialog open=asking title="Close the terminal?">
            <p>{why}</p>
            <p>"Closing ends it, and what the terminal shows is gone."</p>
            <footer class="dialog-acts">
                <Button on_click=move |()| asking.set(false)>"Keep it"</Button>
                <Button look=Look::Danger busy=close.busy on_click=move |()| closing.run(true)>
                    "End it and close"
                </Button>
            </footer>
        </Dialog>
        <Dialog open=renaming title="Rename terminal">
            <Rename id=id open=renaming />
        </Dialog>
        <Dialog open=reading title="The terminal as text" wide=true>
            <AsText screen=screen />
        </Dialog>
    }
    .into_any()
}

/// Switches on what was off, and `then` has it so.
fn flips(on: RwSignal<bool>, then: impl Fn(bool) + Send + Sync + 'static) -> Callback<()> {
    Callback::new(move |()| {
        on.update(|on| *on = !*on);
        then(on.get_untracked());
    })
}

/// Closes it at once if nothing runs in it, and asks otherwise. What is shown instead is the page's business, once the
/// terminal is gone.
fn use_closing(id: TerminalId, asking: RwSignal<bool>) -> (Call, Callback<bool>) {
    let (call, toasts) = (use_call().inline(), use_toasts());
    Effect::new(move |_| {
        if let Some(error) = call.error.get() {
            match error.code {
                ErrorCode::Conflict => asking.set(true),
                _ => toasts.error(&error),
            }
        }
    });
    (call, Callback::new(move |force| call.run(api::close(id, force), |()| ())))
}

#[component]
fn Rename(id: TerminalId, open: RwSignal<bool>) -> impl IntoView {
    let store = expect_context::<TerminalsStore>();
    let call = use_call().inline();
    let name = untrack(|| store.get(id)).map(|card| card.name).unwrap_or_default();
    let rename = move |name| call.run(api::rename(id, name), move |_| open.set(false));
    view! {
        <NameForm
            name=name
            hint="At most 60 characters."
            words="Rename"
            most=NAME_MAX
            call=call
            open=open
            on_name=rename
        />
    }
}

/// Everything there is as plain text, to be selected by any finger and copied.
#[component]
fn AsText(screen: Screen) -> impl IntoView {
    let text = screen.text();
    view! {
        <pre class="terminal-text" tabindex="0" aria-label="What the terminal shows">
            {text.clone()}
        </pre>
        <footer class="dialog-acts">
            <CopyButton text=text label="Copy all of it" />
        </footer>
    }
    .into_any()
}
