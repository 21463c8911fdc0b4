//! Settings: bearer tokens for programs. A secret is shown once, right after it was made, and is kept nowhere in the page.

use leptos::prelude::*;

use crate::{
    auth::{api, model::Token},
    ui::{
        Button, CopyButton, Dialog, Empty, Icon, IconName, Look, NameForm, RelativeTime, Remote, use_call,
        use_remote,
    },
};

/// The card.
#[component]
pub fn TokensCard() -> impl IntoView {
    let tokens = use_remote(api::tokens);
    let open = RwSignal::new(false);
    let list = tokens.show("Loading tokens", 2, move |all| {
        if all.is_empty() {
            return view! {
                <Empty
                    icon=IconName::Key
                    title="No tokens yet"
                    text="A token lets a script or another program use the API, with the same rights as you."
                />
            }
            .into_any();
        }
        let rows = all.into_iter().map(|token| view! { <Row token=token tokens=tokens /> });
        view! { <ul class="rows">{rows.collect_view()}</ul> }.into_any()
    });
    view! {
        <section class="card" aria-labelledby="tokens">
            <header class="card-head">
                <div class="grow">
                    <h2 id="tokens">"API tokens"</h2>
                    <p class="soft sm">
                        "The API is described at "
                        <a href="/api/v1/openapi.json" rel="external" target="_blank">
                            "/api/v1/openapi.json"
                        </a> "."
                    </p>
                </div>
                <Button icon=IconName::Plus on_click=move |()| open.set(true)>
                    "New token"
                </Button>
            </header>
            {list}
        </section>
        <Dialog open=open title="New token">
            <NewToken open=open tokens=tokens />
        </Dialog>
    }
    .into_any()
}

#[component]
fn Row(token: Token, tokens: Remote<Vec<Token>>) -> impl IntoView {
    let (call, asking) = (use_call(), RwSignal::new(false));
    let id = token.id;
    let revoke = Callback::new(move |()| call.run(api::revoke_token(id), move |()| tokens.reload()));
    let used = match token.used_at {
        Some(at) => view! { "Used " <RelativeTime at=at ago=true /> }.into_any(),
        None => "Never used".into_any(),
    };
    let title = format!("Revoke {}?", token.name);
    view! {
        <li>
            <Icon name=IconName::Key />
            <div class="grow">
                <div class="clip">{token.name}</div>
                <div class="xs soft">{used} " · made " <RelativeTime at=token.created_at ago=true /></div>
            </div>
            <Button look=Look::Danger on_click=move |()| asking.set(true)>
                "Revoke…"
            </Button>
            <Dialog open=asking title=title>
                <p>"Programs that use it are refused from now on, and their connections end."</p>
                <footer class="dialog-acts">
                    <Button on_click=move |()| asking.set(false)>"Cancel"</Button>
                    <Button look=Look::Danger busy=call.busy on_click=revoke>
                        "Revoke"
                    </Button>
                </footer>
            </Dialog>
        </li>
    }
    .into_any()
}

#[component]
fn NewToken(open: RwSignal<bool>, tokens: Remote<Vec<Token>>) -> impl IntoView {
    let call = use_call().inline();
    let secret = RwSignal::new(None::<String>);
    let make = Callback::new(move |name| {
        call.run(api::create_token(name), move |(_, made)| {
            secret.set(Some(made));
            tokens.reload();
        });
    });
    move || match secret.get() {
        Some(secret) => view! {
            <p>"Copy the secret now: only its hash is kept, so it can't be shown again."</p>
            <div class="secret">
                <code>{secret.clone()}</code>
                <CopyButton text=secret />
            </div>
            <footer class="dialog-acts">
                <Button look=Look::Primary on_click=move |()| open.set(false)>
                    "Done"
                </Button>
            </footer>
        }
        .into_any(),
        None => view! {
            <NameForm
                hint="What will use it, such as “nightly script”."
                words="Make token"
                call=call
                open=open
                on_name=make
            />
        }
        .into_any(),
    }
}
