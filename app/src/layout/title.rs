//! The title and the icon of the browser's tab: both say when something needs a person.

use leptos::prelude::*;
use leptos_meta::Title;

use crate::{approvals::store::ApprovalsStore, ui::browser};

/// Names the page in the title: `(3) Roost · Sessions`. A page draws one.
#[component]
pub fn PageTitle(
    /// The page's name.
    #[prop(into)]
    name: Signal<String>,
) -> impl IntoView {
    let approvals = use_context::<ApprovalsStore>();
    let text = move || {
        let waiting = approvals.map_or(0, |approvals| approvals.pending());
        title(waiting, &name.get())
    };
    // The server writes the title when the page has been drawn, out of reach of its signals: it has to be known by then.
    #[cfg(not(feature = "hydrate"))]
    let text = untrack(text);
    view! { <Title text=text /> }.into_any()
}

fn title(waiting: usize, name: &str) -> String {
    if waiting == 0 { format!("Roost · {name}") } else { format!("({waiting}) Roost · {name}") }
}

/// The icon's address.
#[must_use]
pub fn icon_for(waiting: usize) -> &'static str {
    if waiting == 0 { "/favicon.svg" } else { "/favicon-waiting.svg" }
}

/// Keeps the tab's icon right after the first paint.
#[component]
pub fn Favicon() -> impl IntoView {
    let approvals = expect_context::<ApprovalsStore>();
    let icon = Memo::new(move |_| icon_for(approvals.pending()));
    Effect::new(move |before: Option<&'static str>| {
        let icon = icon.get();
        if before.is_some_and(|before| before != icon) {
            browser::set_attribute("icon", "href", icon);
        }
        icon
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_title_leads_with_what_waits() {
        assert_eq!(title(0, "Inbox"), "Roost · Inbox");
        assert_eq!(title(3, "Inbox"), "(3) Roost · Inbox");
    }
}
