//! A plan: approve it and choose how to go on, or keep planning with feedback.

use leptos::prelude::*;

use super::{
    answer::{Answers, Press},
    edit::DenyNote,
};
use crate::{
    approvals::model::Approval,
    sessions::choice::PermissionMode,
    ui::{Button, Look, Select},
};

/// How to go on after a plan; never a mode that asks nothing.
const NEXT: [PermissionMode; 3] =
    [PermissionMode::Default, PermissionMode::AcceptEdits, PermissionMode::Auto];

/// The plan, and the buttons.
#[component]
pub fn PlanAnswer(
    /// It.
    approval: Approval,
    /// Where the answer goes.
    answers: Answers,
    /// The key pressed for the card.
    pressed: RwSignal<Option<Press>>,
) -> impl IntoView {
    let next = RwSignal::new(PermissionMode::Default.as_str().to_owned());
    let refusing = RwSignal::new(false);
    let busy = answers.call.busy;
    let approve =
        move || answers.plan(PermissionMode::parse(&next.get_untracked()).unwrap_or(PermissionMode::Default));
    Effect::new(move |_| match pressed.get() {
        Some(Press::Allow) => {
            pressed.set(None);
            approve();
        }
        Some(Press::Deny) => {
            pressed.set(None);
            refusing.set(true);
        }
        None => {}
    });
    let options =
        NEXT.iter().map(|mode| (mode.as_str().to_owned(), mode.words().to_owned())).collect::<Vec<_>>();
    let plan = match approval.html {
        Some(html) => view! { <div class="prose ask-plan" tabindex="0" inner_html=html></div> }.into_any(),
        None => view! { <pre class="ask-subject" tabindex="0">{approval.subject}</pre> }.into_any(),
    };
    view! {
        <div class="ask-body">{plan}</div>
        {move || refusing.get().then(|| view! { <DenyNote answers=answers words="Keep planning" /> })}
        <div class="ask-acts">
            <Button look=Look::Primary key="Y" busy=busy on_click=move |()| approve()>
                "Approve the plan"
            </Button>
            <span class="ask-next">
                <span class="soft sm">"then"</span>
                <Select
                    value=next
                    options=options
                    label="Permission mode after the plan"
                    on_change=move |mode| next.set(mode)
                />
            </span>
            <Button
                look=Look::Plain
                key="D"
                disabled=busy
                pressed=refusing
                on_click=move |()| refusing.update(|refusing| *refusing = !*refusing)
            >
                "Keep planning…"
            </Button>
        </div>
    }
}
