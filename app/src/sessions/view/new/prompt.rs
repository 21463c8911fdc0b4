//! What a new session is to do: a text, with images that are dropped, pasted or chosen.

use leptos::{ev::KeyboardEvent, html, prelude::*};

use super::{
    super::images::{Images, Previews},
    form::Choices,
};
use crate::ui::{Field, browser};

/// The prompt, with its images.
#[component]
pub fn Prompt(
    choices: Choices,
    images: Images,
    /// Starts the session.
    send: Callback<()>,
) -> impl IntoView {
    let field = NodeRef::<html::Textarea>::new();
    Effect::new(move |_| {
        if let Some(field) = field.get()
            && browser::fine_pointer()
        {
            let _ = field.focus();
        }
    });
    let keys = move |event: KeyboardEvent| {
        if event.key() == "Enter" && (event.ctrl_key() || event.meta_key()) {
            event.prevent_default();
            send.run(());
        }
    };
    view! {
        <div
            class="stack prompt-field"
            class:dragged=images.dragged
            on:dragover=move |event| images.drag(&event)
            on:dragleave=move |_| images.dragged.set(false)
            on:drop=move |event| images.drop(&event)
        >
            <Field label="What is to be done?">
                <textarea
                    class="input prompt-text"
                    rows="7"
                    node_ref=field
                    placeholder="Describe the task. Drop or paste images to show what you mean."
                    prop:value=choices.prompt
                    on:input=move |event| choices.prompt.set(event_target_value(&event))
                    on:keydown=keys
                    on:paste=move |event| {
                        if images.take(&event) {
                            event.prevent_default();
                        }
                    }
                ></textarea>
            </Field>
            <Previews images=images />
        </div>
    }
}
