//! One terminal in view: the screen in the page, its socket, and what views know of both. A cheap handle; on the server, where
//! there is neither, everything it is asked for does nothing.

#[cfg(feature = "hydrate")]
mod line;
#[cfg(feature = "hydrate")]
mod module;
#[cfg(feature = "hydrate")]
mod panes;

use leptos::{prelude::*, web_sys::HtmlElement};

use super::{
    keys::{Held, Key},
    wire::Crew,
};
use crate::ids::TerminalId;

/// The size of type until one is chosen, in pixels.
pub const FONT: f64 = 13.0;
/// The smallest and the largest that can be chosen.
pub const FONTS: (f64, f64) = (8.0, 32.0);

/// How far the page is with a terminal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Phase {
    /// Nothing has been shown yet.
    Loading,
    /// What happens is shown.
    Live,
    /// The server is not heard; what was shown last stays.
    Away,
    /// The shell has ended, in words.
    Over(String),
    /// It cannot be shown, in words.
    Failed(String),
}

/// Something that a person has to decide about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wish {
    /// A program wants this text on the clipboard.
    Copy(String),
    /// A link whose words say nothing of its address was chosen.
    Open(String),
}

/// A terminal in view.
#[derive(Clone, Copy)]
pub struct Screen {
    /// How far it is.
    pub phase: RwSignal<Phase>,
    /// Who looks, and who has the size in hand.
    pub crew: RwSignal<Crew>,
    /// What the program calls itself.
    pub title: RwSignal<String>,
    /// Which of how many places was found; zeros for none.
    pub found: RwSignal<(u32, u32)>,
    /// What a person has to decide about.
    pub wish: RwSignal<Option<Wish>>,
    /// A path in the text that was chosen.
    pub path: RwSignal<Option<String>>,
    /// Why what was typed did not arrive.
    pub refused: RwSignal<Option<String>>,
    /// Keys held by the row of keys, for the next one.
    pub held: RwSignal<Held>,
    /// The size of type, in pixels.
    pub font: RwSignal<f64>,
    /// Whether it is only looked at.
    pub read_only: RwSignal<bool>,
    /// Whether a search was asked for by its keys.
    pub searching: RwSignal<bool>,
    /// Whether the keys were asked to leave the screen; the view takes them.
    pub left: RwSignal<bool>,
}

impl Screen {
    /// One that shows nothing yet, with what this browser chose last.
    #[must_use]
    pub fn new() -> Self {
        Self {
            phase: RwSignal::new(Phase::Loading),
            crew: RwSignal::default(),
            title: RwSignal::default(),
            found: RwSignal::default(),
            wish: RwSignal::default(),
            path: RwSignal::default(),
            refused: RwSignal::default(),
            held: RwSignal::default(),
            font: RwSignal::new(FONT),
            read_only: RwSignal::new(false),
            searching: RwSignal::new(false),
            left: RwSignal::new(false),
        }
    }

    /// Forgets what was of another terminal.
    #[cfg(feature = "hydrate")]
    fn forget(self) {
        self.crew.set(Crew::default());
        self.title.set(String::new());
        self.found.set((0, 0));
        self.wish.set(None);
        self.path.set(None);
        self.refused.set(None);
        self.held.set(Held::default());
        self.read_only.set(false);
        self.searching.set(false);
    }
}

macro_rules! acts {
    ($($(#[$doc:meta])* $name:ident($($arg:ident: $type:ty),*) $(-> $out:ty)?;)+) => {
        impl Screen {
            $($(#[$doc])*
            pub fn $name(self, $($arg: $type),*) $(-> $out)? {
                #[cfg(feature = "hydrate")]
                return panes::$name(self, $($arg),*);
                #[cfg(not(feature = "hydrate"))]
                {
                    let _ = ($($arg,)*);
                    $(<$out>::default())?
                }
            })+
        }
    };
}

acts! {
    /// Shows the terminal inside `host` until it is closed.
    show(host: HtmlElement, id: TerminalId);
    /// Starts the socket afresh: after a restart of the shell, or another way of looking.
    again();
    /// Starts the socket afresh from where the screen is: the server was away.
    renew();
    /// Whether what is typed would arrive; if not, it is said why.
    hears() -> bool;
    /// Types.
    type_in(text: &str);
    /// Types a paste: in brackets where the program wants them.
    paste(text: &str);
    /// Presses a key of the row.
    press(key: Key);
    /// Takes the size in hand.
    drive();
    /// Chooses a size of type, for every terminal of this browser.
    choose_font(size: f64);
    /// Whether what is shown is said to a screen reader too.
    reads_aloud() -> bool;
    /// Chooses that, for every terminal of this browser.
    read_aloud(on: bool);
    /// Whether what is typed shows before its echo where echoes are slow.
    predicts() -> bool;
    /// Chooses that, for every terminal of this browser.
    predict(on: bool);
    /// Everything there is, as text.
    text() -> String;
    /// What is selected, as text.
    selection() -> String;
    /// Goes to the next place with this text, or to the one before.
    find(text: &str, back: bool);
    /// Takes the keys.
    focus();
    /// Ends it.
    close();
}

impl Default for Screen {
    fn default() -> Self {
        Self::new()
    }
}
