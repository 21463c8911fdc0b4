//! A text in its editor (`frontend/editor`), as views see it: a cheap handle. On the server, where there is none, everything it is
//! asked for does nothing. Never knows what is saved.

use leptos::{prelude::*, web_sys::HtmlElement};

/// What the editor says.
#[cfg_attr(not(feature = "hydrate"), expect(dead_code, reason = "only a browser says any"))]
pub(super) enum Said {
    /// It is there.
    Ready,
    /// It could not be fetched.
    Failed,
    /// This was typed.
    Text(String),
    /// It is to be saved.
    Save,
}

/// An editor in the page.
#[derive(Clone, Copy)]
#[cfg_attr(not(feature = "hydrate"), expect(dead_code, reason = "only a browser has any"))]
pub(super) struct TextBox(StoredValue<Option<parts::Editor>, LocalStorage>);

impl TextBox {
    /// None yet.
    pub(super) fn new() -> Self {
        Self(StoredValue::new_local(None))
    }

    /// Makes it inside `host` with this text, at this line; `hears` is told what happens.
    pub(super) fn open(
        self,
        host: HtmlElement,
        name: String,
        text: String,
        line: u64,
        hears: impl Fn(Said) + 'static,
    ) {
        #[cfg(feature = "hydrate")]
        parts::open(self, host, name, text, line, hears);
        #[cfg(not(feature = "hydrate"))]
        drop((host, name, text, line, hears));
    }

    /// Has it say what was typed and not said yet.
    pub(super) fn flush(self) {
        #[cfg(feature = "hydrate")]
        parts::with(self, parts::Editor::flush);
    }

    /// Puts another text there.
    pub(super) fn replace(self, text: &str) {
        #[cfg(feature = "hydrate")]
        parts::with(self, |editor| editor.replace(text));
        #[cfg(not(feature = "hydrate"))]
        let _ = text;
    }

    /// Ends it; what was typed last is said before.
    pub(super) fn close(self) {
        #[cfg(feature = "hydrate")]
        parts::close(self);
    }
}

#[cfg(not(feature = "hydrate"))]
mod parts {
    /// There is none.
    pub(super) struct Editor;
}

#[cfg(feature = "hydrate")]
mod parts {
    use js_sys::Function;
    use leptos::{prelude::*, task::spawn_local, web_sys::HtmlElement};
    use wasm_bindgen::{
        closure::Closure,
        prelude::{JsCast, JsValue, wasm_bindgen},
    };

    use super::{Said, TextBox};
    use crate::ui::module;

    #[wasm_bindgen]
    extern "C" {
        type Module;
        #[wasm_bindgen(method, catch)]
        fn open(
            this: &Module,
            host: &HtmlElement,
            name: &str,
            text: &str,
            line: f64,
            say: &Function,
        ) -> Result<Js, JsValue>;

        /// `Editor` of `editor.ts`, where each of these is explained.
        type Js;
        #[wasm_bindgen(method)]
        fn flush(this: &Js);
        #[wasm_bindgen(method)]
        fn replace(this: &Js, text: &str);
        #[wasm_bindgen(method)]
        fn close(this: &Js);
    }

    /// The editor, and what it calls.
    pub(super) struct Editor {
        js: Js,
        _say: Closure<dyn Fn(String, String)>,
    }

    impl Editor {
        pub(super) fn flush(&self) {
            self.js.flush();
        }

        pub(super) fn replace(&self, text: &str) {
            self.js.replace(text);
        }
    }

    pub(super) fn open(
        it: TextBox,
        host: HtmlElement,
        name: String,
        text: String,
        line: u64,
        hears: impl Fn(Said) + 'static,
    ) {
        spawn_local(async move {
            let Ok(module) = module::fetch("editor").await else { return hears(Said::Failed) };
            // The view may be gone meanwhile.
            if it.0.try_with_value(|_| ()).is_none() {
                return;
            }
            let hears = std::rc::Rc::new(hears);
            let told = std::rc::Rc::clone(&hears);
            let say = Closure::<dyn Fn(String, String)>::new(move |what: String, text: String| {
                told(if what == "save" { Said::Save } else { Said::Text(text) });
            });
            let module: Module = module.unchecked_into();
            #[expect(clippy::cast_precision_loss, reason = "a number of a line")]
            let line = line as f64;
            let Ok(js) = module.open(&host, &name, &text, line, say.as_ref().unchecked_ref()) else {
                return hears(Said::Failed);
            };
            it.0.set_value(Some(Editor { js, _say: say }));
            hears(Said::Ready);
        });
    }

    pub(super) fn with(it: TextBox, act: impl FnOnce(&Editor)) {
        let _ = it.0.try_with_value(|editor| editor.as_ref().map(act));
    }

    pub(super) fn close(it: TextBox) {
        // Taken out first: it says what was typed, which must find nothing borrowed.
        if let Some(editor) = it.0.try_update_value(Option::take).flatten() {
            editor.js.close();
        }
    }
}
