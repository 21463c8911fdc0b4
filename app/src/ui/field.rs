//! Form controls with their labels. Never validates: it shows the error it is given.

use leptos::prelude::*;

/// A control with its label, a hint below, and the error instead of the hint when there is one.
#[component]
pub fn Field(
    /// The label.
    #[prop(into)]
    label: String,
    /// What helps to fill it in.
    #[prop(optional, into)]
    hint: Option<Signal<String>>,
    /// What is wrong with it.
    #[prop(optional, into)]
    error: Option<Signal<Option<String>>>,
    /// The control.
    children: Children,
) -> impl IntoView {
    let wrong = Signal::derive(move || error.and_then(|error| error.get()));
    view! {
        <div class="field">
            <label>
                <span class="field-label">{label}</span>
                {children()}
            </label>
            <Show
                when=move || wrong.get().is_some()
                fallback=move || hint.map(|hint| view! { <p class="field-hint">{hint}</p> })
            >
                <p class="field-error" role="alert">
                    {wrong}
                </p>
            </Show>
        </div>
    }
    .into_any()
}

/// One line of text, bound to a signal both ways.
#[component]
pub fn TextInput(
    /// The text.
    value: RwSignal<String>,
    /// Shown while it is empty.
    #[prop(optional, into)]
    placeholder: Option<String>,
    /// What a screen reader says where there is no label around it.
    #[prop(optional, into)]
    label: Option<String>,
    /// Whether it is code: a path, a name of a branch.
    #[prop(optional)]
    mono: bool,
    /// Whether the focus starts here when a dialog opens.
    #[prop(optional)]
    autofocus: bool,
    /// The id of a `<datalist>`.
    #[prop(optional)]
    list: Option<&'static str>,
) -> impl IntoView {
    view! {
        <input
            type="text"
            class="input"
            class:mono=mono
            prop:value=value
            value=value.get_untracked()
            placeholder=placeholder
            aria-label=label
            data-autofocus=autofocus.then_some("")
            list=list
            autocomplete="off"
            autocapitalize="off"
            spellcheck="false"
            on:input=move |event| value.set(event_target_value(&event))
        />
    }
    .into_any()
}

/// A box to tick, with what ticking it means.
#[component]
pub fn Check(
    /// Whether it is ticked.
    value: RwSignal<bool>,
    /// Its words.
    words: &'static str,
    /// What it means, in a sentence or two.
    about: &'static str,
) -> impl IntoView {
    view! {
        <label class="check">
            <input
                type="checkbox"
                prop:checked=value
                on:change=move |event| value.set(event_target_checked(&event))
            />
            <span>
                <b>{words}</b>
                <span class="soft sm block">{about}</span>
            </span>
        </label>
    }
    .into_any()
}

/// A choice out of a few, with the browser's own list.
#[component]
pub fn Select(
    /// The value chosen.
    #[prop(into)]
    value: Signal<String>,
    /// Values with their words, in order.
    #[prop(into)]
    options: Signal<Vec<(String, String)>>,
    /// Takes the new value.
    #[prop(into)]
    on_change: Callback<String>,
    /// What a screen reader says where there is no label around it.
    #[prop(optional, into)]
    label: Option<String>,
    /// Whether it can't be used now.
    #[prop(optional, into)]
    disabled: Signal<bool>,
) -> impl IntoView {
    let rows = move || {
        let rows = options.get().into_iter().map(|(key, words)| {
            let chosen = key == value.get_untracked();
            view! {
                <option value=key selected=chosen>
                    {words}
                </option>
            }
        });
        rows.collect_view()
    };
    view! {
        <select
            class="input select"
            aria-label=label
            disabled=disabled
            prop:value=value
            on:change=move |event| on_change.run(event_target_value(&event))
        >
            {rows}
        </select>
    }
    .into_any()
}
