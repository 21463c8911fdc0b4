//! Looking for a text in what a terminal shows and has shown.

use leptos::{ev::KeyboardEvent, html, prelude::*};

use crate::{
    terminals::screen::Screen,
    ui::{Button, IconName, Look},
};

/// The bar, while it is asked for.
#[component]
pub fn Search(
    /// Where.
    screen: Screen,
) -> impl IntoView {
    view! {
        <Show when=move || screen.searching.get()>
            <Bar screen=screen />
        </Show>
    }
    .into_any()
}

#[component]
fn Bar(screen: Screen) -> impl IntoView {
    let text = RwSignal::new(screen.selection());
    let field = NodeRef::<html::Input>::new();
    Effect::new(move |_| {
        if let Some(field) = field.get() {
            let _ = field.focus();
            field.select();
        }
    });
    Effect::new(move |_| text.with(|text| screen.find(text, true)));
    let go = move |back| text.with_untracked(|text| screen.find(text, back));
    let end = move || {
        screen.find("", false);
        screen.searching.set(false);
        screen.focus();
    };
    let keys = move |event: KeyboardEvent| match event.key().as_str() {
        "Enter" => {
            event.prevent_default();
            // Upwards first: what was shown last is what is looked for most.
            go(!event.shift_key());
        }
        "Escape" => {
            event.prevent_default();
            end();
        }
        _ => {}
    };
    let count = move || match screen.found.get() {
        _ if text.with(String::is_empty) => String::new(),
        (_, 0) => "None".to_owned(),
        (at, all) => format!("{at} of {all}"),
    };
    view! {
        <div class="terminal-search" role="search">
            <input
                type="search"
                class="input"
                aria-label="Find in the terminal"
                placeholder="Find"
                autocomplete="off"
                autocapitalize="off"
                spellcheck="false"
                node_ref=field
                prop:value=text
                on:input=move |event| text.set(event_target_value(&event))
                on:keydown=keys
            />
            <span class="num xs soft" role="status">
                {count}
            </span>
            <Button look=Look::Quiet icon=IconName::ArrowUp label="The one before" on_click=move |()| go(true) />
            <Button look=Look::Quiet icon=IconName::ArrowDown label="The next one" on_click=move |()| go(false) />
            <Button look=Look::Quiet icon=IconName::Close label="Stop searching" on_click=move |()| end() />
        </div>
    }
    .into_any()
}
