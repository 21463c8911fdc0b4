//! What stands above every page when something is in the way: the agent is missing, the server is away, the page is old.

use leptos::prelude::*;

use crate::{
    live::{Link, Live},
    settings::{api, store::SettingsStore},
    ui::{Button, Icon, IconName, Look, Words, browser, use_call},
};

/// The banners that apply; usually none.
#[component]
pub fn Banners() -> impl IntoView {
    let settings = expect_context::<SettingsStore>();
    let problem = Memo::new(move |_| settings.claude.with(|claude| claude.problem.clone()));
    let stale = use_context::<Live>().map(|live| live.stale);
    let call = use_call();
    // The one fact without a push: it is asked for here and kept.
    let check = Callback::new(move |()| call.run(api::claude(), move |claude| settings.claude.set(claude)));
    view! {
        <div class="banners">
            <Show when=move || problem.get().is_some()>
                <div class="banner" role="status">
                    <Icon name=IconName::Warning />
                    <span class="grow">{move || problem.get().map(|text| view! { <Words text=text /> })}</span>
                    <Button look=Look::Quiet icon=IconName::Refresh busy=call.busy on_click=check>
                        "Check again"
                    </Button>
                </div>
            </Show>
            <Show when=move || stale.is_some_and(|stale| stale.get())>
                <div class="banner calm" role="status">
                    <Icon name=IconName::Info />
                    <span class="grow">"Roost was updated. What you typed is kept."</span>
                    <Button icon=IconName::Refresh on_click=move |()| browser::reload()>
                        "Reload"
                    </Button>
                </div>
            </Show>
        </div>
    }
    .into_any()
}

/// A quiet mark while the server is not heard.
#[component]
pub fn OfflineMark(
    /// More classes: where it stands.
    class: &'static str,
) -> impl IntoView {
    let link = use_context::<Live>().map(|live| live.state);
    let away = Memo::new(move |_| link.is_some_and(|link| link.get() != Link::Online));
    view! {
        <Show when=move || away.get()>
            <span
                class=format!("offline chip waiting {class}")
                role="status"
                title="The server is not heard. Agents run on, and the page catches up by itself."
            >
                <Icon name=IconName::Offline />
                <span class="word">"Offline"</span>
            </span>
        </Show>
    }
    .into_any()
}
