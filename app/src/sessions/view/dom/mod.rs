//! What these views need of the browser beyond `ui::browser`: scrolling, files, ids. On the server every
//! one of them does nothing. Never decides what is shown.

#[cfg(not(feature = "hydrate"))]
mod absent;
#[cfg(feature = "hydrate")]
mod real;

#[cfg(not(feature = "hydrate"))]
pub use self::absent::*;
#[cfg(feature = "hydrate")]
pub use self::real::*;
use crate::ids::MessageId;

/// A file as it was read: the start of a data URL names its type.
#[derive(Clone, Debug)]
pub struct Loaded {
    /// Its name.
    pub name: String,
    /// What the browser takes it for.
    pub media_type: String,
    /// Its size in bytes.
    pub bytes: u64,
    /// The whole of it as a `data:` URL; empty if it could not be read or was not wanted.
    pub url: String,
}

/// How far a scroller that grows upwards is from its ends, in pixels.
#[derive(Clone, Copy, Debug, Default)]
pub struct Ends {
    /// To the oldest.
    pub top: f64,
    /// To the newest.
    pub bottom: f64,
}
