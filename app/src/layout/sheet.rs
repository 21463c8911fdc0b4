//! The `?` sheet: every key that does something on the page in view. It lists what views registered, and nothing by hand.

use leptos::prelude::*;

use super::places::Keys;
use crate::ui::{Dialog, shortcuts::Shortcuts, use_shortcut};

/// The sheet, closed until `?` is pressed.
#[component]
pub fn KeySheet() -> impl IntoView {
    let open = RwSignal::new(false);
    use_shortcut("?", "Show this sheet", move || open.set(true));
    let shortcuts = expect_context::<Shortcuts>();
    let rows = move || {
        let rows = shortcuts.listed().into_iter().map(|shortcut| {
            view! {
                <li>
                    <span class="grow">{shortcut.label}</span>
                    <Keys keys=shortcut.keys />
                </li>
            }
        });
        rows.collect_view()
    };
    view! {
        <Dialog open=open title="Keys" wide=true>
            <ul class="sheet-keys">{rows}</ul>
        </Dialog>
    }
    .into_any()
}
