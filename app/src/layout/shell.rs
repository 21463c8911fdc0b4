//! The whole document, as the server writes it. Every script carries the answer's nonce; nothing is loaded from elsewhere.

use leptos::{attr::custom::custom_attribute, nonce::use_nonce, prelude::*};
use leptos_meta::MetaTags;

use super::title::icon_for;
use crate::{
    approvals::model::ApprovalStatus,
    boot::Boot,
    engine::{Assets, RequestContext},
    routes::App,
    settings::model::Theme,
};

/// The document for the request in context: takes `Boot`, `RequestContext` and the nonce from there.
pub fn shell() -> impl IntoView {
    let boot = use_context::<Boot>().unwrap_or_default();
    let assets = use_context::<RequestContext>().unwrap_or_default().assets;
    let waiting = boot.approvals.iter().filter(|approval| approval.status == ApprovalStatus::Pending).count();
    let chosen = (boot.theme != Theme::System).then(|| boot.theme.as_str());
    let side = |side: Theme| if boot.theme == Theme::System { side } else { boot.theme }.paint();
    view! {
        <!DOCTYPE html>
        <html lang="en" data-theme=chosen>
            <head>
                <meta charset="utf-8" />
                <meta
                    name="viewport"
                    content="width=device-width, initial-scale=1, viewport-fit=cover, interactive-widget=resizes-content"
                />
                <meta name="color-scheme" content="light dark" />
                <meta
                    id="theme-light"
                    name="theme-color"
                    {..custom_attribute("media", "(prefers-color-scheme: light)")}
                    content=side(Theme::Light)
                />
                <meta
                    id="theme-dark"
                    name="theme-color"
                    {..custom_attribute("media", "(prefers-color-scheme: dark)")}
                    content=side(Theme::Dark)
                />
                <meta name="description" content="Mission control for Claude Code on your own machine." />
                <link id="icon" rel="icon" type="image/svg+xml" href=icon_for(waiting) />
                <link rel="apple-touch-icon" href="/apple-touch-icon.png" />
                <link rel="manifest" href="/manifest.webmanifest" />
                <MetaTags />
                {parts(&assets)}
                <script type="application/json" id="boot" inner_html=embedded(&boot)></script>
            </head>
            <body>
                <App />
            </body>
        </html>
    }
}

/// Style, fonts, script and wasm; nothing where the site was not built.
fn parts(assets: &Assets) -> impl IntoView + use<> {
    let Assets { js, wasm, css, terminal, editor, pdf, pdf_worker, fonts } = assets.clone();
    let start = format!(
        "import init, {{ hydrate }} from {js:?}; await init({{ module_or_path: {wasm:?} }}); hydrate();"
    );
    let fonts = fonts.into_iter().map(|font| {
        view! { <link rel="preload" href=font r#as="font" r#type="font/woff2" crossorigin="anonymous" /> }
    });
    let fonts = fonts.collect_view();
    (!js.is_empty()).then(|| {
        view! {
            <link rel="stylesheet" href=css />
            {fonts}
            // Loaded once a terminal is opened.
            <meta name="terminal-module" content=terminal />
            // And once a file is edited.
            <meta name="editor-module" content=editor />
            // And once a PDF is looked at.
            <meta name="pdf-module" content=pdf />
            <meta name="pdf-worker-module" content=pdf_worker />
            <link rel="preload" href=wasm r#as="fetch" r#type="application/wasm" crossorigin="anonymous" />
            <link rel="modulepreload" href=js nonce=use_nonce() />
            <script type="module" nonce=use_nonce() inner_html=start></script>
        }
    })
}

/// `Boot` as JSON that cannot end the element it stands in.
fn embedded(boot: &Boot) -> String {
    serde_json::to_string(boot).unwrap_or_default().replace('<', "\\u003c")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_embedded_cannot_end_its_element_and_reads_back() {
        let boot = Boot { build: "</script><script>alert(1)</script><!--".to_owned(), ..Boot::default() };
        let text = embedded(&boot);
        assert!(!text.contains('<'), "{text}");
        assert_eq!(serde_json::from_str::<Boot>(&text).ok(), Some(boot));
    }
}
