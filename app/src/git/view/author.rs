//! Who last changed some lines, when, and the way to the commit. Shows no line.

use leptos::prelude::*;

use super::parts::history_address;
use crate::{git::model::log::BlamePart, ids::ProjectId, ui::RelativeTime};

/// The commit that some lines came with, as a link to it.
#[component]
pub fn Author(
    /// Whose.
    project: ProjectId,
    /// The lines.
    part: BlamePart,
) -> impl IntoView {
    if part.is_own() {
        return view! { <span class="blame-who xs"><span class="clip">"Not committed"</span></span> }
            .into_any();
    }
    let short = part.commit.get(..7).unwrap_or_default().to_owned();
    view! {
        <a class="blame-who xs" href=history_address(project, Some(&part.commit)) title=part.subject>
            <span class="clip">{part.author}</span>
            <span class="row faint">
                <RelativeTime at=part.at ago=true />
                <code>{short}</code>
            </span>
        </a>
    }
    .into_any()
}
