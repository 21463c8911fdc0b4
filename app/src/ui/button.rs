//! Buttons, links that look like buttons, and the little caps that name a key. Never decides what a click does.

use leptos::prelude::*;

use super::{Icon, IconName};

/// How loud a button is. One `Primary` at most on a screen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Look {
    /// With a border.
    #[default]
    Plain,
    /// In the brand colour: what the screen is for.
    Primary,
    /// Without a border.
    Quiet,
    /// Discards something.
    Danger,
}

impl Look {
    fn class(self) -> &'static str {
        match self {
            Self::Plain => "btn",
            Self::Primary => "btn primary",
            Self::Quiet => "btn quiet",
            Self::Danger => "btn danger",
        }
    }
}

/// A button. While `busy` it shows a spinner and takes no click.
#[component]
pub fn Button(
    /// How loud.
    #[prop(optional)]
    look: Look,
    /// A picture in front of the words.
    #[prop(optional_no_strip, into)]
    icon: Option<IconName>,
    /// The key that does the same, such as `N`.
    #[prop(optional_no_strip, into)]
    key: Option<&'static str>,
    /// What a screen reader says and the tooltip shows; needed when there are no words.
    #[prop(optional, into)]
    label: MaybeProp<String>,
    /// More classes.
    #[prop(optional)]
    class: &'static str,
    /// Whether something is under way because of it.
    #[prop(optional, into)]
    busy: Signal<bool>,
    /// Whether it can't be used now.
    #[prop(optional, into)]
    disabled: Signal<bool>,
    /// Whether it is a switch that is on; none for a plain button.
    #[prop(optional, into)]
    pressed: Option<Signal<bool>>,
    /// Whether it sends the form around it.
    #[prop(optional)]
    submit: bool,
    /// What it does.
    #[prop(optional, into)]
    on_click: Option<Callback<()>>,
    /// The words.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    let bare = children.is_none();
    let click = move |_| {
        if let Some(on_click) = on_click {
            on_click.run(());
        }
    };
    view! {
        <button
            type=if submit { "submit" } else { "button" }
            class=format!("{}{} {class}", look.class(), if bare { " icon-only" } else { "" })
            class:busy=busy
            disabled=move || busy.get() || disabled.get()
            aria-busy=move || busy.get().then_some("true")
            aria-label=move || label.get()
            title=move || label.get()
            aria-pressed=move || pressed.map(|pressed| if pressed.get() { "true" } else { "false" })
            on:click=click
        >
            {icon.map(|name| view! { <Icon name=name /> })}
            {children.map(|children| children())}
            {key.map(|key| view! { <Kbd key=key /> })}
        </button>
    }
    .into_any()
}

/// A link that looks like a button.
#[component]
pub fn ButtonLink(
    /// Where it goes.
    #[prop(into)]
    href: Signal<String>,
    /// How loud.
    #[prop(optional)]
    look: Look,
    /// A picture in front of the words.
    #[prop(optional_no_strip, into)]
    icon: Option<IconName>,
    /// The key that does the same.
    #[prop(optional_no_strip, into)]
    key: Option<&'static str>,
    /// What a screen reader says; needed when there are no words.
    #[prop(optional, into)]
    label: MaybeProp<String>,
    /// More classes.
    #[prop(optional)]
    class: &'static str,
    /// The words.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    let bare = children.is_none();
    view! {
        <a
            href=href
            class=format!("{}{} {class}", look.class(), if bare { " icon-only" } else { "" })
            aria-label=move || label.get()
            title=move || label.get()
        >
            {icon.map(|name| view! { <Icon name=name /> })}
            {children.map(|children| children())}
            {key.map(|key| view! { <Kbd key=key /> })}
        </a>
    }
    .into_any()
}

/// The cap of a key. Hidden from screen readers and on touch: the control beside it has a name.
#[component]
pub fn Kbd(
    /// What is printed on it.
    #[prop(into)]
    key: String,
) -> impl IntoView {
    view! { <kbd aria-hidden="true">{key}</kbd> }.into_any()
}
