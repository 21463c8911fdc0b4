//! Signing in with a one-time link. The code is in the address's fragment, which no server and no log ever sees, and is
//! taken out of the address before it is used.

use leptos::{
    ev::{self, SubmitEvent},
    prelude::*,
};

use crate::{
    auth::api,
    boot::Boot,
    error::{AppError, ErrorCode},
    layout::PageTitle,
    time::span,
    ui::{Button, ButtonLink, Call, Field, Icon, IconName, Look, TextInput, Words, browser, use_call},
};

/// The page of `/sign-in`.
#[component]
pub fn SignIn() -> impl IntoView {
    let known = with_context::<Boot, _>(|boot| boot.viewer.is_some()).unwrap_or_default();
    let call = use_call().for_nobody();
    let take = move || {
        let code = browser::fragment();
        if !code.is_empty() {
            browser::drop_fragment();
            exchange(call, code);
        }
    };
    Effect::new(move |_| {
        take();
        // A link opened where this page is open already changes the fragment and loads nothing.
        let handle = window_event_listener(ev::hashchange, move |_| take());
        on_cleanup(move || handle.remove());
    });
    let body = move || {
        if call.busy.get() {
            view! { <Working /> }.into_any()
        } else if known && call.error.get().is_none() {
            view! { <Known /> }.into_any()
        } else {
            view! { <Ask call=call /> }.into_any()
        }
    };
    view! {
        <PageTitle name="Sign in" />
        <main class="sign-in">
            <div class="sign-in-box">
                <img src="/favicon.svg" alt="" width="44" height="44" />
                {body}
                <noscript>
                    <p class="note failed">"Roost needs JavaScript, which this browser has switched off."</p>
                </noscript>
            </div>
            <p class="faint xs sign-in-foot">"Mission control for Claude Code, on your own machine."</p>
        </main>
    }
    .into_any()
}

fn exchange(call: Call, code: String) {
    // A fresh start: the page has to be drawn for who is signed in now.
    call.run(api::exchange(code), |()| browser::go("/"));
}

/// The code in what was pasted: a link, or the code alone.
fn code_in(pasted: &str) -> &str {
    pasted.rsplit('#').next().unwrap_or_default().trim()
}

#[component]
fn Working() -> impl IntoView {
    view! {
        <h1>"Signing in…"</h1>
        <p class="soft">"The link is being exchanged for this browser's own key."</p>
        <div class="bone"></div>
    }
    .into_any()
}

#[component]
fn Known() -> impl IntoView {
    view! {
        <h1>"You are signed in"</h1>
        <p class="soft">"This browser needs no link."</p>
        <ButtonLink href="/" look=Look::Primary>
            "Open Roost"
        </ButtonLink>
    }
    .into_any()
}

#[component]
fn Ask(call: Call) -> impl IntoView {
    let pasted = RwSignal::new(String::new());
    let empty = Signal::derive(move || pasted.with(|pasted| code_in(pasted).is_empty()));
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let code = pasted.with_untracked(|pasted| code_in(pasted).to_owned());
        if !code.is_empty() {
            exchange(call, code);
        }
    };
    view! {
        <h1>"Sign in to Roost"</h1>
        {move || call.error.get().map(|error| view! { <Refused error=error /> })}
        <p class="soft">"In a terminal on the machine where Roost runs, print a one-time link and open it here:"</p>
        <pre class="sign-in-command">
            <span class="faint">"$ "</span>
            "roost link"
        </pre>
        <form class="stack" on:submit=submit>
            <Field
                label="Or paste the link"
                hint="A browser that is signed in can make a link too, in Settings. Links work once, for ten minutes."
            >
                <TextInput value=pasted mono=true placeholder="http://…/sign-in#…" />
            </Field>
            <Button look=Look::Primary submit=true disabled=empty>
                "Sign in"
            </Button>
        </form>
    }
    .into_any()
}

#[component]
fn Refused(error: AppError) -> impl IntoView {
    let text = match (error.code, error.details.as_deref().and_then(|s| s.parse::<i64>().ok())) {
        (ErrorCode::TooManyTries, Some(seconds)) => {
            format!("Too many tries from here. Try again in {}.", span(seconds * 1_000))
        }
        _ => error.message,
    };
    view! {
        <div class="note failed" role="alert">
            <Icon name=IconName::Warning />
            <span>
                <Words text=text />
            </span>
        </div>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_and_a_bare_code_are_the_same() {
        for pasted in ["abc", " abc\n", "http://127.0.0.1:7676/sign-in#abc", "/sign-in#abc"] {
            assert_eq!(code_in(pasted), "abc");
        }
        assert_eq!(code_in(" "), "");
        assert_eq!(code_in("http://x/sign-in#"), "");
    }
}
