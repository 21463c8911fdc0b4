//! May this tool run: yes, always, yes with another input, or no with a note.

use leptos::prelude::*;

use super::{
    answer::{Answers, Press},
    edit::{DenyNote, EditInput},
};
use crate::{
    approvals::model::{Approval, Suggestion},
    ui::{Button, IconName, Look, Menu, MenuItem},
};

/// More suggestions than this go into a menu.
const BUTTONS: usize = 2;

/// Which of the card's forms is open.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Form {
    #[default]
    None,
    Edit,
    Deny,
}

/// What is asked, and the buttons.
#[component]
pub fn ToolAnswer(
    /// It.
    approval: Approval,
    /// Where the answer goes.
    answers: Answers,
    /// The key pressed for the card.
    pressed: RwSignal<Option<Press>>,
) -> impl IntoView {
    let form = RwSignal::new(Form::None);
    let busy = answers.call.busy;
    Effect::new(move |_| match pressed.get() {
        Some(Press::Allow) => {
            pressed.set(None);
            answers.allow();
        }
        Some(Press::Deny) => {
            pressed.set(None);
            form.set(Form::Deny);
        }
        None => {}
    });
    let subject = approval.subject.clone();
    let input = StoredValue::new(approval.input.clone());
    let tool = StoredValue::new(approval.tool.clone());
    let toggle =
        move |which: Form| form.update(|form| *form = if *form == which { Form::None } else { which });
    view! {
        <div class="ask-body">
            {(!subject.is_empty()).then(|| view! { <pre class="ask-subject" tabindex="0">{subject}</pre> })}
            {approval
                .html
                .map(|html| {
                    view! { <div class="diff" tabindex="0" role="region" aria-label="What would change" inner_html=html></div> }
                })}
        </div>
        {move || match form.get() {
            Form::None => ().into_any(),
            Form::Edit => view! { <EditInput tool=tool.get_value() input=input.get_value() answers=answers /> }.into_any(),
            Form::Deny => view! { <DenyNote answers=answers words="Deny" /> }.into_any(),
        }}
        <div class="ask-acts">
            <Button look=Look::Primary key="Y" busy=busy on_click=move |()| answers.allow()>
                "Allow"
            </Button>
            <Always suggestions=approval.suggestions answers=answers />
            <Button
                look=Look::Plain
                key="D"
                class="deny-btn"
                disabled=busy
                pressed=Signal::derive(move || form.get() == Form::Deny)
                on_click=move |()| toggle(Form::Deny)
            >
                "Deny with a note…"
            </Button>
            <Button
                look=Look::Plain
                icon=IconName::Edit
                label="Edit the input, then allow"
                class="edit-btn"
                disabled=busy
                pressed=Signal::derive(move || form.get() == Form::Edit)
                on_click=move |()| toggle(Form::Edit)
            />
        </div>
    }
}

/// What "always" can mean: a button each, or a menu when there are many.
#[component]
fn Always(
    /// The CLI's own proposals.
    suggestions: Vec<Suggestion>,
    /// Where the answer goes.
    answers: Answers,
) -> impl IntoView {
    let all: Vec<(u32, Suggestion)> = (0..).zip(suggestions).collect();
    if all.len() > BUTTONS {
        let items = all.into_iter().map(|(n, suggestion)| {
            view! {
                <MenuItem on_select=move |()| answers.always(n)>
                    <span class="always"><code>{suggestion.label}</code> <span class="faint">{suggestion.scope}</span></span>
                </MenuItem>
            }
        });
        let items = items.collect_view();
        return view! {
            <Menu label="Always allow" text=Signal::stored("Always allow".to_owned()) look=Look::Plain>
                {items}
            </Menu>
        }
        .into_any();
    }
    let buttons = all.into_iter().map(|(n, suggestion)| {
        let scope = suggestion.scope;
        let label = format!("Always allow {} in {scope}", suggestion.label);
        view! {
            <Button look=Look::Plain label=label disabled=answers.call.busy class="always-btn" on_click=move |()| answers.always(n)>
                <span class="clip">"Always allow " <code>{suggestion.label}</code></span>
            </Button>
        }
    });
    buttons.collect_view().into_any()
}
