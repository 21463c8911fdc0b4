//! The frame around every page: the document, the places, the title, the keys. Knows the features by their counts only.

pub mod banners;
pub mod columns;
pub mod frame;
pub mod missing;
pub mod places;
pub mod sheet;
#[cfg(feature = "ssr")]
pub mod shell;
pub mod title;

#[cfg(feature = "ssr")]
pub use self::shell::shell;
pub use self::{
    columns::{BackLink, PickASession, SessionColumns},
    frame::Frame,
    missing::{FirstPaint, Missing, NotFound, set_not_found},
    title::PageTitle,
};
