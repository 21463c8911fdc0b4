//! The design system: what every page is made of. Knows no feature, fetches nothing, keeps no state of its own beyond a control's.

pub mod browser;
pub mod button;
pub mod call;
pub mod chip;
pub mod clock;
pub mod copy;
pub mod dialog;
pub mod editing;
pub mod field;
pub mod icon;
pub mod listening;
pub mod menu;
pub mod meter;
#[cfg(feature = "hydrate")]
pub mod module;
pub mod name_form;
pub mod remote;
pub mod segmented;
pub mod shortcuts;
pub mod state;
pub mod tabs;
pub mod toast;
pub mod words;

pub use self::{
    button::{Button, ButtonLink, Kbd, Look},
    call::{Call, use_call},
    chip::{Chip, StatusDot, Tone},
    clock::{RelativeTime, use_now, use_seconds},
    copy::CopyButton,
    dialog::Dialog,
    editing::{Difference, Editing, Newer, Written},
    field::{Check, Field, Select, TextInput},
    icon::{Icon, IconName},
    listening::{Hear, Listening},
    menu::{Menu, MenuItem},
    meter::Meter,
    name_form::NameForm,
    remote::{Remote, use_remote},
    segmented::{Segment, Segmented},
    shortcuts::{use_shortcut, use_shortcut_when},
    state::{Empty, Failing, Loading},
    tabs::{Tab, TabButton, TabRow, Tabs},
    toast::{ToastList, Toasts, use_toasts},
    words::Words,
};
