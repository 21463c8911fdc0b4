//! Server-sent events as a view hears them. Dropping it ends the connection; what the events mean is not known here.

#[cfg(feature = "hydrate")]
mod real {
    use wasm_bindgen::{JsCast, closure::Closure};
    use web_sys::{EventSource, MessageEvent};

    use super::Hear;

    /// A connection on which events come.
    pub struct Listening {
        source: Option<EventSource>,
        _hears: Vec<Closure<dyn Fn(MessageEvent)>>,
    }

    impl Listening {
        /// Asks at an address. Each event of one of these names goes to its function. A lost connection is made again by the
        /// browser, which the name `open` tells of; `broken` is told when it was refused.
        pub fn to(address: &str, hears: Vec<(&'static str, Hear)>, broken: impl Fn() + 'static) -> Self {
            let Ok(source) = EventSource::new(address) else {
                broken();
                return Self { source: None, _hears: Vec::new() };
            };
            let over = source.clone();
            let error: Hear = Box::new(move |_| {
                if over.ready_state() == EventSource::CLOSED {
                    broken();
                }
            });
            let hears = hears.into_iter().chain([("error", error)]).map(|(name, hear)| {
                let hear = Closure::<dyn Fn(MessageEvent)>::new(move |event: MessageEvent| {
                    hear(event.data().as_string().unwrap_or_default());
                });
                // Only a listener of a wrong kind is refused.
                let _ = source.add_event_listener_with_callback(name, hear.as_ref().unchecked_ref());
                hear
            });
            let hears = hears.collect();
            Self { source: Some(source), _hears: hears }
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
    use super::Hear;

    /// Nothing comes: there is no browser.
    pub struct Listening;

    impl Listening {
        /// Nothing.
        pub fn to(_address: &str, _hears: Vec<(&'static str, Hear)>, _broken: impl Fn() + 'static) -> Self {
            Self
        }
    }
}

#[cfg(not(feature = "hydrate"))]
pub use self::absent::Listening;
#[cfg(feature = "hydrate")]
pub use self::real::Listening;

/// Takes the data of an event.
pub type Hear = Box<dyn Fn(String)>;
