//! A modal dialog on the browser's own `<dialog>`: it keeps the focus inside, Escape and the backdrop close it. Never remembers what was typed.

use std::time::Duration;

use leptos::{ev::MouseEvent, html, prelude::*};

use super::{Button, IconName, Look, browser};

/// Shows `children` in front of the page while `open` is true; they are made afresh each time.
#[component]
pub fn Dialog(
    /// Whether it is shown; closing it sets this to false.
    open: RwSignal<bool>,
    /// Its heading.
    #[prop(into)]
    title: Signal<String>,
    /// Whether it takes more room.
    #[prop(optional)]
    wide: bool,
    /// What is in it; put the buttons in a `<footer class="dialog-acts">`.
    children: ChildrenFn,
) -> impl IntoView {
    let node = NodeRef::<html::Dialog>::new();
    Effect::new(move |_| {
        let open = open.get();
        let Some(dialog) = node.get() else { return };
        if open && !dialog.open() {
            // Once the children are there, so that the focus goes to the one that asks for it.
            let show = move || {
                // It fails only when the dialog left the page meanwhile.
                if !dialog.open() && dialog.show_modal().is_ok() {
                    browser::focus_wanted(&dialog);
                }
            };
            set_timeout(show, Duration::ZERO);
        } else if !open && dialog.open() {
            dialog.close();
        }
    });
    let backdrop = move |event: MouseEvent| {
        let on_itself =
            node.get_untracked().is_some_and(|dialog| event.target().as_ref() == Some(dialog.as_ref()));
        if on_itself {
            open.set(false);
        }
    };
    let children = StoredValue::new(children);
    view! {
        <dialog
            class="dialog"
            class:wide=wide
            node_ref=node
            aria-label=title
            on:close=move |_| open.set(false)
            on:mousedown=backdrop
        >
            <Show when=move || open.get()>
                <div class="dialog-box">
                    <header class="dialog-head">
                        <h2 class="grow">{title}</h2>
                        <Button
                            look=Look::Quiet
                            icon=IconName::Close
                            label="Close"
                            on_click=move |()| open.set(false)
                        />
                    </header>
                    {children.with_value(|children| children())}
                </div>
            </Show>
        </dialog>
    }
    .into_any()
}
