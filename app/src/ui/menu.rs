//! A button with a menu: a popover, which Escape and a click elsewhere close, moved through with the arrow keys. Never nested.

use leptos::{context::Provider, ev::KeyboardEvent, html, prelude::*};

use super::{Button, Icon, IconName, Look, browser};

#[derive(Clone, Copy)]
struct Close(Callback<()>);

/// A button that opens a menu of `MenuItem`s.
#[component]
pub fn Menu(
    /// What a screen reader says and the tooltip shows.
    #[prop(into)]
    label: Signal<String>,
    /// The picture on the button.
    #[prop(optional_no_strip, into)]
    icon: Option<IconName>,
    /// The words on the button.
    #[prop(optional, into)]
    text: Option<Signal<String>>,
    /// How loud the button is.
    #[prop(default = Look::Quiet)]
    look: Look,
    /// The items.
    children: Children,
) -> impl IntoView {
    let (root, panel) = (NodeRef::<html::Span>::new(), NodeRef::<html::Div>::new());
    let open = RwSignal::new(false);
    // A click on the button closes an open menu before the click arrives, and must not open it again.
    let was_open = StoredValue::new(false);
    let close = Callback::new(move |()| {
        if let Some(panel) = panel.get_untracked() {
            let _ = panel.hide_popover();
        }
    });
    let toggle = Callback::new(move |()| {
        let was_open = std::mem::take(&mut *was_open.write_value());
        let (Some(root), Some(panel)) = (root.get_untracked(), panel.get_untracked()) else {
            return;
        };
        if open.get_untracked() || was_open {
            let _ = panel.hide_popover();
        } else if panel.show_popover().is_ok() {
            browser::place_below(&root, &panel);
            browser::focus_item(&panel, browser::Step::First);
        }
    });
    let keys = move |event: KeyboardEvent| {
        let [down, up] = browser::DOWN_AND_UP;
        let keys = [down, up, ("Home", browser::Step::First), ("End", browser::Step::Last)];
        browser::step_by_key(&event, panel.get_untracked(), &keys);
    };
    view! {
        <span
            class="menu"
            class:open=open
            node_ref=root
            on:pointerdown=move |_| was_open.set_value(open.get_untracked())
        >
            {match text {
                Some(text) => {
                    // What is said begins with what is seen (WCAG 2.5.3).
                    let said = Signal::derive(move || format!("{}: {}", text.get(), label.get()));
                    view! {
                        <Button look=look icon=icon label=said on_click=toggle>
                            <span class="clip">{text}</span>
                            <Icon name=IconName::ChevronDown />
                        </Button>
                    }
                        .into_any()
                }
                None => {
                    view! { <Button look=look icon=icon.unwrap_or(IconName::More) label=label on_click=toggle /> }
                        .into_any()
                }
            }}
            <div
                class="menu-panel"
                popover="auto"
                role="menu"
                aria-label=label
                node_ref=panel
                on:toggle=move |_| open.set(panel.get_untracked().is_some_and(|panel| browser::is_shown(&panel)))
                on:keydown=keys
            >
                <Provider value=Close(close)>{children()}</Provider>
            </div>
        </span>
    }
    .into_any()
}

/// One line of a menu.
#[component]
pub fn MenuItem(
    /// What it does; the menu is closed before.
    #[prop(into)]
    on_select: Callback<()>,
    /// A picture in front.
    #[prop(optional_no_strip, into)]
    icon: Option<IconName>,
    /// Whether it discards something.
    #[prop(optional)]
    danger: bool,
    /// Whether it can't be used now.
    #[prop(optional, into)]
    disabled: Signal<bool>,
    /// Whether it is the choice in force; none where nothing is chosen.
    #[prop(optional, into)]
    chosen: Option<Signal<bool>>,
    /// Whether it is switched on; none where nothing is switched.
    #[prop(optional, into)]
    on: Option<Signal<bool>>,
    /// The words.
    children: Children,
) -> impl IntoView {
    let close = use_context::<Close>();
    let select = move |_| {
        if let Some(Close(close)) = close {
            close.run(());
        }
        on_select.run(());
    };
    let role = match (chosen, on) {
        (Some(_), _) => "menuitemradio",
        (None, Some(_)) => "menuitemcheckbox",
        (None, None) => "menuitem",
    };
    let marked = chosen.or(on);
    view! {
        <button
            type="button"
            class="menu-item"
            class:danger=danger
            role=role
            aria-checked=move || marked.map(|marked| if marked.get() { "true" } else { "false" })
            tabindex="-1"
            disabled=disabled
            on:click=select
        >
            {icon.map(|name| view! { <Icon name=name /> })}
            <span class="grow">{children()}</span>
            {marked
                .map(|marked| {
                    view! {
                        <Show when=move || marked.get()>
                            <Icon name=IconName::Check />
                        </Show>
                    }
                })}
        </button>
    }
    .into_any()
}
