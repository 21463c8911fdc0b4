//! The pages and what they call: Leptos behind the same gate as everything else. Loads what a page is drawn from, gives it
//! the engine, the viewer and its policy, and draws nothing itself.

use app::{
    auth::model::Viewer,
    boot::{self, Boot},
    engine::RequestContext,
    error::AppError,
    layout::shell,
    routes::App,
    settings::model::Theme,
};
use axum::{
    body::Body,
    extract::{Request, State},
    response::{IntoResponse, Response},
};
use http::{HeaderValue, Method, StatusCode, header, request::Parts};
use leptos::{
    nonce::use_nonce,
    prelude::{provide_context, use_context},
    server_fn::axum::server_fn_paths,
};
use leptos_axum::{
    ResponseOptions, generate_route_list, handle_server_fns_with_context,
    render_app_to_stream_in_order_with_context,
};

use super::{
    Shared, UI_PREFIX, error,
    headers::page_policy,
    table::{Route, route},
};
use crate::clock;

/// The one page for nobody.
const SIGN_IN: &str = "/sign-in";
/// The page's calls that take images along.
const WITH_IMAGES: [&str; 3] = ["sessions/create", "sessions/send", "sessions/fork"];
/// The page's calls that take a whole text along.
const WITH_TEXT: [&str; 2] = ["files/save", "files/compare"];
/// The longest body of a refusal.
const REFUSAL_MAX: usize = 64 * 1024;

pub(super) fn routes() -> Vec<Route> {
    let pages = generate_route_list(App).into_iter().map(|listing| {
        let page = route(Method::GET, listing.path().to_owned(), page);
        if listing.path() == SIGN_IN { page.public() } else { page }
    });
    let calls = server_fn_paths().map(|(path, method)| {
        let call = route(method, path, call);
        match path.strip_prefix(UI_PREFIX) {
            Some(name) if WITH_IMAGES.contains(&name) => call.with_images(),
            Some(name) if WITH_TEXT.contains(&name) => call.with_text(),
            _ => call,
        }
    });
    pages.chain(calls).collect()
}

async fn page(State(http): State<Shared>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let context = context(&http, &parts);
    if http.site.assets().is_none() {
        let text = "The page was not built into this program. Run `cargo xtask run` in a checkout of Roost.";
        return (StatusCode::SERVICE_UNAVAILABLE, text).into_response();
    }
    let loaded = boot::load(parts.uri.path(), &http.engine, &context, http.site.build(), clock::now()).await;
    let boot = match loaded {
        Ok(boot) => boot,
        Err(error) => return (error::status(error.code), error.message).into_response(),
    };
    draw(&http, context, boot, Request::from_parts(parts, body)).await
}

/// The answer to an address that is none of ours: a page that says so.
pub(super) async fn unknown(state: State<Shared>, request: Request) -> Response {
    let mut response = page(state, request).await;
    if response.status().is_success() {
        *response.status_mut() = StatusCode::NOT_FOUND;
    }
    response
}

/// Draws the page. Nothing in it waits, so the first chunk is all of it, and status and policy are known with it.
///
/// Not `render_app_async`: it resolves the view first, and Leptos 0.8 then writes a marker for an erased closure that
/// came to nothing, which the browser does not expect there.
async fn draw(http: &Shared, context: RequestContext, boot: Boot, request: Request) -> Response {
    let engine = http.engine.clone();
    let provide = move || {
        provide_context(engine.clone());
        provide_context(context.clone());
        provide_context(boot.clone());
        set_policy();
    };
    render_app_to_stream_in_order_with_context(provide, shell)(request).await
}

/// The nonce is made anew for each page, and only this page's scripts carry it.
fn set_policy() {
    if let (Some(options), Some(nonce)) = (use_context::<ResponseOptions>(), use_nonce())
        && let Ok(policy) = HeaderValue::from_str(&page_policy(&nonce.to_string()))
    {
        options.insert_header(header::CONTENT_SECURITY_POLICY, policy);
    }
}

/// One call of a page.
async fn call(State(http): State<Shared>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let (engine, context) = (http.engine.clone(), context(&http, &parts));
    let provide = move || {
        provide_context(engine.clone());
        provide_context(context.clone());
    };
    let response = handle_server_fns_with_context(provide, Request::from_parts(parts, body)).await;
    with_status(response.into_response()).await
}

/// Leptos 0.8 answers every refusal with 500; the error itself knows better.
async fn with_status(response: Response) -> Response {
    if response.status() != StatusCode::INTERNAL_SERVER_ERROR {
        return response;
    }
    let (mut parts, body) = response.into_parts();
    let Ok(bytes) = axum::body::to_bytes(body, REFUSAL_MAX).await else {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    if let Ok(error) = serde_json::from_slice::<AppError>(&bytes) {
        parts.status = error::status(error.code);
    }
    Response::from_parts(parts, Body::from(bytes))
}

fn context(http: &Shared, request: &Parts) -> RequestContext {
    let cookies =
        request.headers.get(header::COOKIE).and_then(|cookies| cookies.to_str().ok()).unwrap_or_default();
    RequestContext {
        viewer: request.extensions.get::<Viewer>().cloned(),
        theme: Theme::from_cookies(cookies),
        assets: http.site.assets().cloned().unwrap_or_default(),
    }
}
