//! Addresses with nothing behind them: status 404 on the server, and the same words on both sides.

use leptos::prelude::*;

use super::{PageTitle, frame::FrameAround};
use crate::{
    boot::Boot,
    ui::{ButtonLink, Empty, IconName},
};

/// Whether the page is being drawn for the first time: on the server, or over what the server drew.
#[derive(Clone, Copy)]
pub struct FirstPaint(StoredValue<bool>);

impl FirstPaint {
    /// Starts the first paint; it ends with the first effects.
    pub fn provide() {
        let first = Self(StoredValue::new(true));
        provide_context(first);
        Effect::new(move |_| first.0.set_value(false));
    }

    /// Whether it is still under way: what `Boot` lacks then does not exist.
    #[must_use]
    pub fn is_now() -> bool {
        use_context::<Self>().is_some_and(|first| first.0.get_value())
    }
}

/// Answers 404 instead of 200; in a browser it does nothing.
pub fn set_not_found() {
    #[cfg(feature = "ssr")]
    if let Some(options) = use_context::<leptos_axum::ResponseOptions>() {
        options.set_status(http::StatusCode::NOT_FOUND);
    }
}

/// An address that is none of ours, inside the frame for who is signed in.
#[component]
pub fn NotFound() -> impl IntoView {
    if with_context::<Boot, _>(|boot| boot.viewer.is_some()).unwrap_or_default() {
        view! {
            <FrameAround>
                <Missing what="page" back="/" />
            </FrameAround>
        }
        .into_any()
    } else {
        view! { <Missing what="page" back="/sign-in" /> }.into_any()
    }
}

/// A page that says that there is no such thing.
#[component]
pub fn Missing(
    /// A noun: `session`.
    what: &'static str,
    /// Where to go instead.
    back: &'static str,
) -> impl IntoView {
    set_not_found();
    view! {
        <PageTitle name="Not found" />
        <main class="main">
            <div class="grow center">
                <Empty
                    icon=IconName::Search
                    title=format!("There is no such {what}")
                    text="It may have been removed, or the address is not quite right."
                >
                    <ButtonLink href=back icon=IconName::Back>
                        "Go back"
                    </ButtonLink>
                </Empty>
            </div>
        </main>
    }
    .into_any()
}
