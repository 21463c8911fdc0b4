//! A PDF in the page (`frontend/pdf`), as views see it: a cheap handle. On the server, where there is none, everything it is asked
//! for does nothing.

use leptos::{prelude::*, web_sys::HtmlElement};

/// What is said of a PDF.
#[cfg_attr(not(feature = "hydrate"), expect(dead_code, reason = "only a browser says any"))]
pub(super) enum Said {
    /// It is there, with so many pages.
    Pages(u32),
    /// This page is seen.
    Page(u32),
    /// It cannot be shown.
    Failed(Why),
}

/// Why a PDF is not shown.
#[derive(Clone, Copy, PartialEq, Eq)]
#[cfg_attr(not(feature = "hydrate"), expect(dead_code, reason = "only a browser finds out"))]
pub(super) enum Why {
    /// It wants a password.
    Locked,
    /// It is none, or only a part of one.
    Broken,
    /// It is larger than a browser should hold.
    Large,
    /// It, or what shows it, could not be fetched.
    Unreachable,
}

/// A PDF in the page.
#[derive(Clone, Copy)]
#[cfg_attr(not(feature = "hydrate"), expect(dead_code, reason = "only a browser has any"))]
pub(super) struct PdfBox(StoredValue<Option<parts::Pdf>, LocalStorage>);

impl PdfBox {
    /// None yet.
    pub(super) fn new() -> Self {
        Self(StoredValue::new_local(None))
    }

    /// Shows the one at `address` inside `host`; `hears` is told what happens.
    pub(super) fn open(self, host: HtmlElement, address: String, hears: impl Fn(Said) + 'static) {
        #[cfg(feature = "hydrate")]
        parts::open(self, host, address, hears);
        #[cfg(not(feature = "hydrate"))]
        drop((host, address, hears));
    }

    /// Makes its pages larger by so many steps, or smaller; 0 makes them as wide as the place they have.
    pub(super) fn zoom(self, steps: i32) {
        #[cfg(feature = "hydrate")]
        let _ = self.0.try_with_value(|pdf| pdf.as_ref().map(|pdf| pdf.zoom(steps)));
        #[cfg(not(feature = "hydrate"))]
        let _ = steps;
    }

    /// Ends it.
    pub(super) fn close(self) {
        #[cfg(feature = "hydrate")]
        parts::close(self);
    }
}

#[cfg(not(feature = "hydrate"))]
mod parts {
    /// There is none.
    pub(super) struct Pdf;
}

#[cfg(feature = "hydrate")]
mod parts {
    use js_sys::Function;
    use leptos::{prelude::*, task::spawn_local, web_sys::HtmlElement};
    use wasm_bindgen::{
        closure::Closure,
        prelude::{JsCast, JsValue, wasm_bindgen},
    };

    use super::{PdfBox, Said, Why};
    use crate::ui::module;

    #[wasm_bindgen]
    extern "C" {
        type Module;
        #[wasm_bindgen(method, catch)]
        fn open(
            this: &Module,
            host: &HtmlElement,
            address: &str,
            worker: &str,
            say: &Function,
        ) -> Result<Js, JsValue>;

        /// `Pdf` of `pdf.ts`, where each of these is explained.
        type Js;
        #[wasm_bindgen(method)]
        fn zoom(this: &Js, steps: i32);
        #[wasm_bindgen(method)]
        fn close(this: &Js);
    }

    /// The PDF, and what it calls.
    pub(super) struct Pdf {
        js: Js,
        _say: Closure<dyn Fn(String, String)>,
    }

    impl Pdf {
        pub(super) fn zoom(&self, steps: i32) {
            self.js.zoom(steps);
        }
    }

    fn said(what: &str, about: &str) -> Said {
        let number = about.parse().unwrap_or(1);
        match (what, about) {
            ("pages", _) => Said::Pages(number),
            ("page", _) => Said::Page(number),
            (_, "locked") => Said::Failed(Why::Locked),
            (_, "broken") => Said::Failed(Why::Broken),
            _ => Said::Failed(Why::Unreachable),
        }
    }

    pub(super) fn open(it: PdfBox, host: HtmlElement, address: String, hears: impl Fn(Said) + 'static) {
        spawn_local(async move {
            let (Ok(module), Ok(worker)) = (module::fetch("pdf").await, module::address("pdf-worker")) else {
                return hears(Said::Failed(Why::Unreachable));
            };
            // The view may be gone meanwhile.
            if it.0.try_with_value(|_| ()).is_none() {
                return;
            }
            let hears = std::rc::Rc::new(hears);
            let told = std::rc::Rc::clone(&hears);
            let say = Closure::<dyn Fn(String, String)>::new(move |what: String, about: String| {
                told(said(&what, &about));
            });
            let module: Module = module.unchecked_into();
            let Ok(js) = module.open(&host, &address, &worker, say.as_ref().unchecked_ref()) else {
                return hears(Said::Failed(Why::Unreachable));
            };
            it.0.set_value(Some(Pdf { js, _say: say }));
        });
    }

    pub(super) fn close(it: PdfBox) {
        if let Some(pdf) = it.0.try_update_value(Option::take).flatten() {
            pdf.js.close();
        }
    }
}
