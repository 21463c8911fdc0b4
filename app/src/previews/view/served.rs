//! One port: what listens there, whose it is, and the way to it.

use leptos::prelude::*;

use crate::{
    ids::ProjectId,
    previews::{
        api,
        model::{Owner, Preview},
    },
    ui::{Button, Icon, IconName, Look, browser, use_call},
};

/// A line of the list.
#[component]
pub(super) fn Served(
    /// Whose.
    project: ProjectId,
    /// It.
    preview: Preview,
    /// Whether one may be opened.
    can_open: bool,
    /// Called when it was opened or closed.
    on_change: Callback<()>,
) -> impl IntoView {
    let Preview { port, command, owner, opened, .. } = preview;
    let call = use_call();
    let open = move |()| call.run(api::open(project, port), move |_| on_change.run(()));
    let close = move |()| call.run(api::close(project, port), move |()| on_change.run(()));
    let (by, href, name) = match owner {
        Owner::Session { id, name } => ("Session ", format!("/sessions/{id}"), name),
        Owner::Terminal { id, name } => ("Terminal ", format!("/terminals/{id}"), name),
    };
    let way = match opened {
        Some(at) => view! {
            <a class="btn" href=address(&browser::origin(), at) target="_blank" rel="noopener noreferrer">
                <Icon name=IconName::Globe />
                "Open in a new tab"
            </a>
            <Button look=Look::Quiet busy=call.busy on_click=close>"Close"</Button>
        }
        .into_any(),
        None => view! {
            <Button busy=call.busy disabled=!can_open on_click=open label=format!("Preview port {port}")>"Preview"</Button>
        }
        .into_any(),
    };
    view! {
        <li class="served">
            <div class="grow stack-tight">
                <p class="row"><strong class="num">":" {port}</strong><code class="clip soft" title=command>{command.clone()}</code></p>
                <p class="soft xs clip">{by}<a class="link" href=href>{name}</a></p>
            </div>
            <div class="row served-way">{way}</div>
        </li>
    }
    .into_any()
}

/// Where Roost passes it on: at the host that the page came from, by another port.
fn address(origin: &str, port: u16) -> String {
    let host = origin.split_once("://").map_or(origin, |(_, host)| host);
    let name = match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|digit| digit.is_ascii_digit()) => name,
        _ => host,
    };
    format!("http://{name}:{port}/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_preview_is_at_the_same_host_by_another_port() {
        assert_eq!(address("http://127.0.0.1:7676", 41_000), "http://127.0.0.1:41000/");
        assert_eq!(address("http://[::1]:7676", 41_000), "http://[::1]:41000/");
        assert_eq!(address("https://roost.example", 41_000), "http://roost.example:41000/");
    }
}
