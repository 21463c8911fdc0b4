//! A search of contents as the browser hears it. Dropping it ends the search; it never tries again by itself.

use crate::files::model::{Match, SearchEnd};

#[cfg(feature = "hydrate")]
mod real {
    use wasm_bindgen::{JsCast, closure::Closure};
    use web_sys::{EventSource, MessageEvent};

    use super::{Match, SearchEnd};

    /// A connection on which lines come.
    pub struct Listening {
        source: Option<EventSource>,
        _hears: Vec<Closure<dyn Fn(MessageEvent)>>,
    }

    /// Takes an event of one kind.
    type Hear = Box<dyn Fn(MessageEvent)>;

    impl Listening {
        /// Asks at an address. `matches` takes what comes, `end` how it ended: with an error if it was refused or cut off.
        pub fn to(
            address: &str,
            matches: impl Fn(Vec<Match>) + 'static,
            end: impl Fn(Result<SearchEnd, ()>) + Copy + 'static,
        ) -> Self {
            let Ok(source) = EventSource::new(address) else {
                end(Err(()));
                return Self { source: None, _hears: Vec::new() };
            };
            let data = |event: &MessageEvent| event.data().as_string().unwrap_or_default();
            let over = source.clone();
            let broken = source.clone();
            let hears: [(&str, Hear); 3] = [
                (
                    "matches",
                    Box::new(move |event| matches(serde_json::from_str(&data(&event)).unwrap_or_default())),
                ),
                (
                    "end",
                    Box::new(move |event| {
                        over.close();
                        end(serde_json::from_str(&data(&event)).map_err(drop));
                    }),
                ),
                (
                    "error",
                    Box::new(move |_| {
                        // Else the browser would ask again and again.
                        broken.close();
                        end(Err(()));
                    }),
                ),
            ];
            let hears = hears.map(|(name, hear)| {
                let hear = Closure::new(hear);
                // Only a listener of a wrong kind is refused.
                let _ = source.add_event_listener_with_callback(name, hear.as_ref().unchecked_ref());
                hear
            });
            Self { source: Some(source), _hears: hears.into() }
        }
    }

    impl Drop for Listening {
        fn drop(&mut self) {
            if let Some(source) = &self.source {
                source.close();
            }
        }
    }
}

#[cfg(not(feature = "hydrate"))]
mod absent {
    use super::{Match, SearchEnd};

    /// Nothing comes: there is no browser.
    pub struct Listening;

    impl Listening {
        /// Nothing.
        pub fn to(
            _address: &str,
            _matches: impl Fn(Vec<Match>) + 'static,
            _end: impl Fn(Result<SearchEnd, ()>) + Copy + 'static,
        ) -> Self {
            Self
        }
    }
}

#[cfg(not(feature = "hydrate"))]
pub(super) use self::absent::Listening;
#[cfg(feature = "hydrate")]
pub(super) use self::real::Listening;
