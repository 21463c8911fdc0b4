//! The one icon set: 16 by 16, drawn with 1.5 px strokes in the colour of the text beside. Never the only carrier of a meaning.

use leptos::prelude::*;

macro_rules! icons {
    ($($name:ident $path:literal),+ $(,)?) => {
        /// A picture of the set.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[allow(missing_docs, reason = "the names say what they show")]
        pub enum IconName { $($name),+ }

        impl IconName {
            fn path(self) -> &'static str {
                match self { $(Self::$name => $path),+ }
            }
        }
    };
}

icons! {
    Agent "M4 6.5h8v6H4zM8 6.5v-3M6.5 9.2v.6M9.5 9.2v.6M2 8.5v2M14 8.5v2",
    Archive "M2.5 3.5h11v3h-11zM3.5 6.5v6.5h9V6.5M6.5 9h3",
    ArrowDown "M8 3v10M4 9l4 4 4-4",
    ArrowUp "M8 13V3M4 7l4-4 4 4",
    Back "M10 3 5 8l5 5",
    Bolt "M9 2 3.5 9H8l-1 5 5.5-7H8z",
    Branch "M5 5.5v5M5 10.5a1.5 1.5 0 1 0 0 3 1.5 1.5 0 0 0 0-3zM5 2.5a1.5 1.5 0 1 0 0 3 1.5 1.5 0 0 0 0-3zM11.5 4a1.5 1.5 0 1 0 0 3 1.5 1.5 0 0 0 0-3zM11.5 7c0 2.5-6.5 1.5-6.5 3.5",
    Check "m3 8.5 3.5 3.5L13 4.5",
    ChevronDown "m4 6 4 4 4-4",
    ChevronRight "m6 4 4 4-4 4",
    Clock "M8 2a6 6 0 1 0 0 12A6 6 0 0 0 8 2zM8 4.5V8l2.5 1.5",
    Close "m4 4 8 8M12 4l-8 8",
    Copy "M5.5 5.5h8v8h-8zM3 10.5V2.5h8",
    Device "M5 1.5h6v13H5zM7.5 12.5h1",
    Diff "M8 2.5v6M5 5.5h6M5 12.5h6",
    Edit "M3 13h2.5l7-7L10 3.5l-7 7zM8.5 5 11 7.5",
    Eye "M1.5 8C3 5 5.3 3.5 8 3.5S13 5 14.5 8C13 11 10.7 12.5 8 12.5S3 11 1.5 8zM8 6a2 2 0 1 0 0 4 2 2 0 0 0 0-4z",
    File "M4 2h5l3 3v9H4zM9 2v3h3",
    Folder "M2 4h4.5L8 6h6v7H2z",
    Fork "M4.5 5.5V7c0 1.5 7 .5 7 2.5v1M4.5 5.5v5M4.5 2.5a1.5 1.5 0 1 0 0 3 1.5 1.5 0 0 0 0-3zM4.5 10.5a1.5 1.5 0 1 0 0 3 1.5 1.5 0 0 0 0-3zM11.5 10.5a1.5 1.5 0 1 0 0 3 1.5 1.5 0 0 0 0-3z",
    Globe "M8 2a6 6 0 1 0 0 12A6 6 0 0 0 8 2zM2 8h12M8 2c2 2 2.5 4 2.5 6S10 12 8 14C6 12 5.5 10 5.5 8S6 4 8 2z",
    Image "M2.5 3h11v10h-11zM2.5 11l3.5-3.5 3 3 1.5-1.5 3 3M10 5.5h.6v.6H10z",
    Inbox "M2 9h3l1 2h4l1-2h3M2 9l2-6h8l2 6v4H2z",
    Info "M8 2a6 6 0 1 0 0 12A6 6 0 0 0 8 2zM8 7.3v3.7M8 5v.2",
    Key "M5.5 7a3 3 0 1 0 0 6 3 3 0 0 0 0-6zM7.7 7.9 13.5 2.5M11 4.8l2 2",
    Keyboard "M1.5 4h13v8h-13zM4 6.5h.5M7 6.5h.5M10 6.5h.5M4.5 9.5h7",
    Link "M6.5 9.5l3-3M7 4.7 8.7 3a3 3 0 0 1 4.3 4.3L11.3 9M9 11.3 7.3 13A3 3 0 0 1 3 8.7L4.7 7",
    Lock "M4 7.5h8v6H4zM5.5 7.5V5a2.5 2.5 0 0 1 5 0v2.5",
    Minus "M3 8h10",
    Monitor "M2 3h12v8H2zM6 14h4M8 11v3",
    Moon "M13 9.5A5.5 5.5 0 0 1 6.5 3a5.5 5.5 0 1 0 6.5 6.5z",
    More "M3.7 8h.6M7.7 8h.6M11.7 8h.6",
    Offline "M2 6.2C3.7 4.8 5.8 4 8 4s4.3.8 6 2.2M4.5 8.7C5.5 8 6.7 7.5 8 7.5M8 12v.3M3 2.5l10.5 11",
    Panel "M2 3h12v10H2zM10 3v10",
    Person "M8 2.5a2.5 2.5 0 1 0 0 5 2.5 2.5 0 0 0 0-5zM3 13.5C3 11 5 9.5 8 9.5s5 1.5 5 4",
    Pin "M5.5 2.5h5L10 7l2 2.5H4L6 7zM8 9.5V14",
    Play "M4.5 3v10l8-5z",
    Plug "M6 2v3M10 2v3M4 5h8v2.5a4 4 0 0 1-8 0zM8 11.5V14",
    Plus "M8 3v10M3 8h10",
    Refresh "M13 5.5A5.5 5.5 0 1 0 13.5 8M13.5 2.5v3h-3",
    Search "M7 2.5a4.5 4.5 0 1 0 0 9 4.5 4.5 0 0 0 0-9zM10.5 10.5 14 14",
    Send "M8 13.5V3M4 7l4-4 4 4",
    Sessions "M2 4h12M2 8h12M2 12h8",
    Settings "M2 4.5h6M11 4.5h3M2 11.5h3M8 11.5h6M9.5 3a1.5 1.5 0 1 0 0 3 1.5 1.5 0 0 0 0-3zM6.5 10a1.5 1.5 0 1 0 0 3 1.5 1.5 0 0 0 0-3z",
    Shield "M8 2l5 2v4c0 3-2 5-5 6-3-1-5-3-5-6V4z",
    ShieldCheck "M8 2l5 2v4c0 3-2 5-5 6-3-1-5-3-5-6V4zM5.7 8l1.7 1.7 3-3.2",
    SignOut "M9.5 2.5h-6v11h6M7 8h7M11 5l3 3-3 3",
    Stop "M4 4h8v8H4z",
    Sun "M8 5.5a2.5 2.5 0 1 0 0 5 2.5 2.5 0 0 0 0-5zM8 1.5v1.5M8 13v1.5M1.5 8H3M13 8h1.5M3.4 3.4l1 1M11.6 11.6l1 1M12.6 3.4l-1 1M4.4 11.6l-1 1",
    Task "m2.5 4 1 1 2-2M2.5 8.5l1 1 2-2M2.5 13l1 1 2-2M8 4h6M8 8.5h6M8 13h6",
    Terminal "M2 3h12v10H2zM4.5 6l2 2-2 2M8.5 10h3",
    Think "M6 12.5h4M6.5 14.5h3M8 1.5a4.5 4.5 0 0 0-2.5 8.2V11h5V9.7A4.5 4.5 0 0 0 8 1.5z",
    Trash "M3 4.5h10M6 4.5v-2h4v2M4.5 4.5l.5 9h6l.5-9",
    Undo "M6 3 3 6l3 3M3 6h6.5a3.5 3.5 0 0 1 0 7H6",
    Warning "M8 2.5 14.5 13.5h-13zM8 6.5v3.2M8 11.5v.2",
    Wrench "M10.5 2.5a3.5 3.5 0 0 0-3.3 4.7L2.5 12l1.5 1.5 4.8-4.7a3.5 3.5 0 0 0 4.6-4.3L11.2 6.7 9.3 4.8l2.2-2.2z",
}

/// Draws one of the set; hidden from screen readers, because the words beside it say the same.
#[component]
pub fn Icon(
    /// Which.
    name: IconName,
) -> impl IntoView {
    view! {
        <svg class="icon" viewBox="0 0 16 16" aria-hidden="true">
            <path d=name.path()></path>
        </svg>
    }
    .into_any()
}
