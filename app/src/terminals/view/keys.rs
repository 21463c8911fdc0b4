//! What a phone's keyboard lacks: a row of keys, and a line that is sent as a whole, so that no composing keyboard can double or
//! drop a letter of it.

use leptos::{
    ev::{KeyboardEvent, PointerEvent},
    html,
    prelude::*,
};

use crate::{
    terminals::{
        keys::{Held, Key},
        screen::Screen,
    },
    ui::{Button, Icon, IconName, Look, browser, use_toasts},
};

/// The row with the line below.
#[component]
pub fn KeyRow(
    /// Where they go.
    screen: Screen,
) -> impl IntoView {
    let toasts = use_toasts();
    let line = NodeRef::<html::Textarea>::new();
    let paste = move || {
        browser::pasted(move |text| {
            if text.is_empty() {
                toasts.say("Touch and hold in the line below, and paste there.");
                if let Some(line) = line.get_untracked() {
                    let _ = line.focus();
                }
            } else {
                screen.paste(&text);
            }
        });
    };
    let hold = move |change: fn(&mut Held)| screen.held.update(change);
    view! {
        <div class="terminal-keys">
            // A tap must not take the focus: the keyboard would go.
            <div
                class="key-row"
                role="toolbar"
                aria-label="Keys"
                on:pointerdown=|event: PointerEvent| event.prevent_default()
                on:mousedown=|event| event.prevent_default()
            >
                <Cap words="esc" label="esc (Escape)" on_press=move |()| screen.press(Key::Escape) />
                <Cap words="tab" label="tab" on_press=move |()| screen.press(Key::Tab) />
                <Cap
                    words="ctrl"
                    label="ctrl is held for the next key"
                    held=Signal::derive(move || screen.held.get().ctrl)
                    on_press=move |()| hold(|held| held.ctrl = !held.ctrl)
                />
                <Cap
                    words="alt"
                    label="alt is held for the next key"
                    held=Signal::derive(move || screen.held.get().alt)
                    on_press=move |()| hold(|held| held.alt = !held.alt)
                />
                <Cap words="←" label="← Left" on_press=move |()| screen.press(Key::Left) />
                <Cap words="↑" label="↑ Up" on_press=move |()| screen.press(Key::Up) />
                <Cap words="↓" label="↓ Down" on_press=move |()| screen.press(Key::Down) />
                <Cap words="→" label="→ Right" on_press=move |()| screen.press(Key::Right) />
                <Cap words="^C" label="^C (interrupt)" on_press=move |()| screen.type_in("\x03") />
                <Cap words="paste" label="paste" on_press=move |()| paste() />
            </div>
            <Compose screen=screen line=line />
        </div>
    }
    .into_any()
}

#[component]
fn Cap(
    words: &'static str,
    label: &'static str,
    #[prop(optional, into)] held: Option<Signal<bool>>,
    #[prop(into)] on_press: Callback<()>,
) -> impl IntoView {
    let wide = words.len() > 4;
    view! {
        <button
            type="button"
            class="cap"
            class:wide=wide
            aria-label=label
            title=label
            aria-pressed=move || held.map(|held| if held.get() { "true" } else { "false" })
            on:click=move |_| on_press.run(())
        >
            {words}
        </button>
    }
    .into_any()
}

/// A line, or a paragraph, that is sent at once.
#[component]
fn Compose(screen: Screen, line: NodeRef<html::Textarea>) -> impl IntoView {
    let text = RwSignal::new(String::new());
    let send = move || {
        // What cannot be sent stays where it was written.
        if !screen.hears() {
            return;
        }
        let whole = text.get_untracked();
        if !whole.is_empty() {
            screen.paste(&whole);
        }
        screen.type_in("\r");
        text.set(String::new());
    };
    let keys = move |event: KeyboardEvent| {
        if event.key() == "Enter" && !event.shift_key() && !event.is_composing() {
            event.prevent_default();
            send();
        }
    };
    view! {
        <div class="compose">
            <textarea
                class="input mono"
                rows="1"
                aria-label="A line for the terminal"
                placeholder="Write a line, then send it"
                autocomplete="off"
                autocapitalize="off"
                spellcheck="false"
                enterkeyhint="send"
                node_ref=line
                prop:value=text
                on:input=move |event| text.set(event_target_value(&event))
                on:keydown=keys
            ></textarea>
            <Button look=Look::Primary label="Send the line" on_click=move |()| send()>
                <Icon name=IconName::Send />
            </Button>
        </div>
    }
    .into_any()
}
