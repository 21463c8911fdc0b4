//! The five states as a dot and as a chip; the same wherever a session appears, and never without a word.

use leptos::prelude::*;

/// One of the five states, the only colours beside the brand's.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Tone {
    /// Queued, completed, archived.
    #[default]
    Resting,
    /// A turn is under way.
    Running,
    /// Needs you.
    Waiting,
    /// A live session at rest.
    Idle,
    /// Ended badly.
    Failed,
}

impl Tone {
    /// The class that the style sheets know it by.
    #[must_use]
    pub fn class(self) -> &'static str {
        match self {
            Self::Resting => "resting",
            Self::Running => "running",
            Self::Waiting => "waiting",
            Self::Idle => "idle",
            Self::Failed => "failed",
        }
    }
}

/// A dot in a state's colour and shape, with the word for screen readers and as a tooltip.
#[component]
pub fn StatusDot(
    /// Which state.
    #[prop(into)]
    tone: Signal<Tone>,
    /// The word, such as `Needs you`; empty where the same word stands beside the dot.
    #[prop(optional, into)]
    word: Signal<String>,
) -> impl IntoView {
    view! {
        <span class=move || format!("dot {}", tone.get().class()) title=word>
            <span class="sr">{word}</span>
        </span>
    }
    .into_any()
}

/// A small rounded label.
#[component]
pub fn Chip(
    /// Its colour.
    #[prop(optional, into)]
    tone: Signal<Tone>,
    /// A tooltip.
    #[prop(optional, into)]
    title: Option<Signal<String>>,
    /// The words.
    children: Children,
) -> impl IntoView {
    view! {
        <span class=move || format!("chip {}", tone.get().class()) title=title>
            {children()}
        </span>
    }
    .into_any()
}
