//! Settings: which browsers are signed in, a link for one more, and the way out. Never shows a secret but a fresh link.

use leptos::prelude::*;

use crate::{
    auth::{
        api,
        model::{Identity, Login},
    },
    boot::Boot,
    ui::{
        Button, Chip, CopyButton, Dialog, Icon, IconName, Look, RelativeTime, Remote, Tone, browser,
        use_call, use_remote,
    },
};

/// The card.
#[component]
pub fn BrowsersCard() -> impl IntoView {
    let open_to_all = with_context::<Boot, _>(|boot| {
        boot.viewer.as_ref().is_some_and(|viewer| viewer.identity == Identity::Open)
    })
    .unwrap_or_default();
    let logins = use_remote(api::logins);
    let list = logins.show("Loading browsers", 2, move |all| {
        let rows = all.into_iter().map(|login| view! { <Row login=login logins=logins /> });
        view! { <ul class="rows">{rows.collect_view()}</ul> }
    });
    view! {
        <section class="card" aria-labelledby="browsers">
            <header class="card-head">
                <h2 id="browsers" class="grow">
                    "Signed-in browsers"
                </h2>
                <LinkButton />
            </header>
            {open_to_all
                .then(|| {
                    view! {
                        <p class="card-body soft sm">
                            "Sign-in is switched off on this machine itself (auth.loopback), so this browser needs none."
                        </p>
                    }
                })}
            {list}
            <footer class="card-foot">
                <SignOutButtons alone=open_to_all />
            </footer>
        </section>
    }
    .into_any()
}

#[component]
fn Row(login: Login, logins: Remote<Vec<Login>>) -> impl IntoView {
    let call = use_call();
    let id = login.id;
    let revoke = Callback::new(move |()| call.run(api::revoke_login(id), move |()| logins.reload()));
    view! {
        <li>
            <Icon name=IconName::Device />
            <div class="grow">
                <div class="row">
                    <span class="clip">{login.label}</span>
                    {login.current.then(|| view! { <Chip tone=Tone::Idle>"This browser"</Chip> })}
                </div>
                <div class="xs soft">
                    "Seen " <RelativeTime at=login.seen_at ago=true /> " · signed in " <RelativeTime at=login.created_at ago=true />
                </div>
            </div>
            {(!login.current)
                .then(|| {
                    view! {
                        <Button look=Look::Danger busy=call.busy on_click=revoke>
                            "Sign out"
                        </Button>
                    }
                })}
        </li>
    }
    .into_any()
}

#[component]
fn LinkButton() -> impl IntoView {
    let (call, open) = (use_call(), RwSignal::new(false));
    let link = RwSignal::new(String::new());
    let make = Callback::new(move |()| {
        call.run(api::sign_in_link(), move |path| {
            link.set(format!("{}{path}", browser::origin()));
            open.set(true);
        });
    });
    view! {
        <Button icon=IconName::Plus busy=call.busy on_click=make>
            "Sign in another device"
        </Button>
        <Dialog open=open title="A link for another device">
            <p class="soft">
                "Open it there. It works once, for ten minutes, and gives full access to this Roost."
            </p>
            <div class="secret">
                <code>{link}</code>
                <CopyButton text=link />
            </div>
            <p class="soft sm">
                "If the other device reaches this server by another name, change the first part of the link."
            </p>
            <footer class="dialog-acts">
                <Button on_click=move |()| open.set(false)>"Done"</Button>
            </footer>
        </Dialog>
    }
    .into_any()
}

#[component]
fn SignOutButtons(
    /// Without a login of its own, this browser can't be signed out.
    alone: bool,
) -> impl IntoView {
    let (call, asking) = (use_call(), RwSignal::new(false));
    let out = move |everywhere| call.run(api::sign_out(everywhere), |()| browser::go("/sign-in"));
    view! {
        {(!alone)
            .then(|| {
                view! {
                    <Button icon=IconName::SignOut busy=call.busy on_click=move |()| out(false)>
                        "Sign out here"
                    </Button>
                }
            })}
        <Button look=Look::Danger on_click=move |()| asking.set(true)>
            "Sign out everywhere…"
        </Button>
        <Dialog open=asking title="Sign out every browser?">
            <p>
                "Every browser, this one included, needs a new link. Agents run on, and API tokens stay valid."
            </p>
            <footer class="dialog-acts">
                <Button on_click=move |()| asking.set(false)>"Cancel"</Button>
                <Button look=Look::Danger busy=call.busy on_click=move |()| out(true)>
                    "Sign out everywhere"
                </Button>
            </footer>
        </Dialog>
    }
    .into_any()
}
