//! Places, the page in view, and on a phone the places at the bottom. Never what is in a page.

use leptos::prelude::*;
use leptos_router::{
    components::Outlet,
    hooks::{use_location, use_navigate},
};

use super::{
    banners::{Banners, OfflineMark},
    places::{Places, PlacesBelow, use_place_name},
    sheet::KeySheet,
    title::{Favicon, PageTitle},
};
use crate::ui::{ToastList, browser, use_shortcut};

/// The frame around the page of the route in view.
#[component]
pub fn Frame() -> impl IntoView {
    view! {
        <FrameAround>
            <Outlet />
        </FrameAround>
    }
    .into_any()
}

/// The frame around `children`.
#[component]
pub fn FrameAround(
    /// The page.
    children: Children,
) -> impl IntoView {
    let path = use_location().pathname;
    let deep = move || {
        path.with(|path| {
            ["/sessions/", "/terminals/"].iter().any(|deep| path.starts_with(deep)) || path == "/new"
        })
    };
    for (keys, label, to) in [
        ("n", "New session", "/new"),
        ("g i", "Go to Inbox", "/inbox"),
        ("g s", "Go to Sessions", "/sessions"),
        ("g e", "Go to Terminals", "/terminals"),
        ("g p", "Go to Projects", "/projects"),
        ("g t", "Go to Settings", "/settings"),
    ] {
        let navigate = use_navigate();
        use_shortcut(keys, label, move || navigate(to, leptos_router::NavigateOptions::default()));
    }
    Effect::new(|_| browser::follow_visible_height());
    view! {
        // A page may say it better; the last one to speak is heard.
        <PageTitle name=use_place_name() />
        <Favicon />
        <div class="frame" class:deep=deep>
            <Banners />
            <Places />
            <div class="stage">{children()}</div>
            <PlacesBelow />
            <OfflineMark class="floating" />
        </div>
        <ToastList />
        <KeySheet />
    }
    .into_any()
}
