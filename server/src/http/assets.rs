//! The site's files as xtask wrote them: embedded in a release, read from its folder once at start otherwise.
//! Served compressed as the browser likes; never anything that was not there at start.

use std::{borrow::Cow, collections::HashMap};

use app::engine::Assets;
use axum::{
    body::Body,
    response::{IntoResponse, Response},
};
use bytes::Bytes;
use http::{HeaderMap, HeaderValue, StatusCode, header};
use serde::Deserialize;
use sha2::{Digest, Sha256};

/// What a script may do that is a worker: reach nothing, and compile what the page gives it.
const WORKER: &str =
    "default-src 'none'; script-src 'wasm-unsafe-eval'; base-uri 'none'; frame-ancestors 'none'";

#[derive(rust_embed::RustEmbed)]
#[folder = "../target/site"]
#[allow_missing = true]
struct Embedded;

/// What xtask says the site consists of.
#[derive(Default, Deserialize)]
struct Manifest {
    js: String,
    wasm: String,
    css: String,
    #[serde(default)]
    terminal: String,
    #[serde(default)]
    editor: String,
    #[serde(default)]
    pdf: String,
    #[serde(default)]
    pdf_worker: String,
    #[serde(default)]
    fonts: Vec<String>,
    #[serde(default)]
    public: std::collections::BTreeMap<String, String>,
}

/// The files, by their address.
#[derive(Default)]
pub struct Site {
    files: HashMap<String, File>,
    /// Addresses outside `/assets/`: icons, the web manifest, robots.
    public: Vec<String>,
    assets: Option<Assets>,
    build: String,
}

struct File {
    bytes: Bytes,
    media_type: HeaderValue,
    tag: HeaderValue,
}

impl Site {
    /// Reads the site; an empty one if it was never built.
    #[must_use]
    pub fn load() -> Self {
        let files = Embedded::iter().filter_map(|name| {
            let file = Embedded::get(&name)?;
            let bytes = match file.data {
                Cow::Borrowed(bytes) => Bytes::from_static(bytes),
                Cow::Owned(bytes) => bytes.into(),
            };
            Some((name.into_owned(), bytes))
        });
        Self::of(files.collect())
    }

    /// A site of these files, by their path from its folder.
    #[must_use]
    pub fn of(files: HashMap<String, Bytes>) -> Self {
        let manifest: Option<Manifest> =
            files.get("manifest.json").and_then(|bytes| serde_json::from_slice(bytes).ok());
        let build = manifest.as_ref().map_or_else(String::new, |manifest| {
            let Manifest { js, wasm, css, terminal, editor, pdf, pdf_worker, .. } = manifest;
            let hash = Sha256::digest(format!("{js} {wasm} {css} {terminal} {editor} {pdf} {pdf_worker}"));
            hash.iter().take(4).map(|byte| format!("{byte:02x}")).collect()
        });
        let public =
            manifest.as_ref().map(|manifest| manifest.public.keys().cloned().collect()).unwrap_or_default();
        let assets = manifest.map(|manifest| Assets {
            js: manifest.js,
            wasm: manifest.wasm,
            css: manifest.css,
            terminal: manifest.terminal,
            editor: manifest.editor,
            pdf: manifest.pdf,
            pdf_worker: manifest.pdf_worker,
            fonts: manifest.fonts,
        });
        let files =
            files.into_iter().map(|(name, bytes)| (format!("/{name}"), File::new(&name, bytes))).collect();
        Self { files, public, assets, build: format!("{}-{build}", env!("CARGO_PKG_VERSION")) }
    }

    /// The hashed addresses of the page's parts; none if the site was never built.
    #[must_use]
    pub fn assets(&self) -> Option<&Assets> {
        self.assets.as_ref()
    }

    /// Version and build: changes whenever the page's code does.
    #[must_use]
    pub fn build(&self) -> &str {
        &self.build
    }

    /// The files outside `/assets/`, by their address.
    pub(super) fn public(&self) -> &[String] {
        &self.public
    }

    /// The file at this address, in the best form the browser takes.
    pub(super) fn serve(&self, path: &str, headers: &HeaderMap) -> Response {
        let Some(plain) = self.files.get(path) else { return StatusCode::NOT_FOUND.into_response() };
        let (file, encoding) = accepted(headers)
            .filter_map(|(encoding, suffix)| {
                Some((self.files.get(&format!("{path}.{suffix}"))?, Some(encoding)))
            })
            .next()
            .unwrap_or((plain, None));
        let cache =
            if path.starts_with("/assets/") { "public, max-age=31536000, immutable" } else { "no-cache" };
        let mut response = if headers.get(header::IF_NONE_MATCH).is_some_and(|tag| *tag == file.tag) {
            StatusCode::NOT_MODIFIED.into_response()
        } else {
            Response::new(Body::from(file.bytes.clone()))
        };
        let out = response.headers_mut();
        out.insert(header::CONTENT_TYPE, plain.media_type.clone());
        out.insert(header::ETAG, file.tag.clone());
        out.insert(header::CACHE_CONTROL, HeaderValue::from_static(cache));
        out.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(WORKER));
        out.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
        if let Some(encoding) = encoding {
            out.insert(header::CONTENT_ENCODING, HeaderValue::from_static(encoding));
        }
        response
    }
}

impl File {
    fn new(name: &str, bytes: Bytes) -> Self {
        let hash: String = Sha256::digest(&bytes).iter().take(8).map(|byte| format!("{byte:02x}")).collect();
        let media_type = HeaderValue::from_static(media_type(name));
        // Hex and quotes are always a valid value.
        let tag = HeaderValue::from_str(&format!("\"{hash}\"")).unwrap_or(HeaderValue::from_static("\"\""));
        Self { bytes, media_type, tag }
    }
}

fn media_type(name: &str) -> &'static str {
    match name.rsplit('.').next().unwrap_or_default() {
        "js" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "wasm" => "application/wasm",
        "woff2" => "font/woff2",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "webmanifest" => "application/manifest+json",
        "txt" => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

/// The encodings that are stored and that the browser takes, the smaller first. `q=0` is a refusal.
fn accepted(headers: &HeaderMap) -> impl Iterator<Item = (&'static str, &'static str)> {
    let offered = headers
        .get(header::ACCEPT_ENCODING)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default()
        .to_owned();
    [("br", "br"), ("gzip", "gz")].into_iter().filter(move |(encoding, _)| {
        offered.split(',').any(|part| {
            let mut words = part.split(';').map(str::trim);
            words.next() == Some(*encoding)
                && !words
                    .any(|word| word.starts_with("q=0") && !word.contains(|c: char| ('1'..='9').contains(&c)))
        })
    })
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    fn site() -> Site {
        let manifest = r#"{"js":"/assets/a-1.js","wasm":"/assets/a-1.wasm","css":"/assets/a-1.css","public":{"/robots.txt":"0"}}"#;
        let files = [
            ("manifest.json", manifest),
            ("assets/a-1.js", "plain"),
            ("assets/a-1.js.br", "small"),
            ("assets/a-1.js.gz", "medium"),
            ("robots.txt", "no"),
        ];
        Site::of(files.into_iter().map(|(name, text)| (name.to_owned(), Bytes::from(text))).collect())
    }

    fn encoding(accept: &str) -> Option<String> {
        let headers = HeaderMap::from_iter([(header::ACCEPT_ENCODING, accept.parse().unwrap())]);
        let response = site().serve("/assets/a-1.js", &headers);
        assert_eq!(response.headers()[header::CONTENT_TYPE], "text/javascript; charset=utf-8");
        response.headers().get(header::CONTENT_ENCODING).map(|value| value.to_str().unwrap().to_owned())
    }

    #[test]
    fn the_smallest_form_that_the_browser_takes() {
        assert_eq!(encoding("gzip, deflate, br"), Some("br".to_owned()));
        assert_eq!(encoding("gzip;q=1.0, br;q=0"), Some("gzip".to_owned()));
        assert_eq!(encoding("br;q=0.5"), Some("br".to_owned()));
        assert_eq!(encoding("identity"), None);
    }

    #[test]
    fn hashed_files_never_change_and_the_others_are_asked_for_again() {
        let (site, none) = (site(), HeaderMap::new());
        assert_eq!(
            site.serve("/assets/a-1.js", &none).headers()[header::CACHE_CONTROL],
            "public, max-age=31536000, immutable"
        );
        let robots = site.serve("/robots.txt", &none);
        assert_eq!(robots.headers()[header::CACHE_CONTROL], "no-cache");
        let again = HeaderMap::from_iter([(header::IF_NONE_MATCH, robots.headers()[header::ETAG].clone())]);
        assert_eq!(site.serve("/robots.txt", &again).status(), StatusCode::NOT_MODIFIED);
        assert_eq!(site.serve("/assets/../manifest.json", &none).status(), StatusCode::NOT_FOUND);
        assert_eq!(site.public(), ["/robots.txt"]);
        assert_eq!(Site::default().assets().map(|assets| &assets.js), None);
    }
}
