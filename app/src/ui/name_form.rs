//! A form with one name in it, for a dialog. It says what is wrong with it and asks nobody itself.

use leptos::{ev::SubmitEvent, prelude::*};

use super::{Button, Call, Field, Look, TextInput};

/// The form; what it is for is on its button.
#[component]
pub fn NameForm(
    /// What the field starts with.
    #[prop(optional)]
    name: String,
    /// What helps to choose one.
    hint: &'static str,
    /// The words on the button.
    words: &'static str,
    /// The most characters; none where the server alone says.
    #[prop(default = usize::MAX)]
    most: usize,
    /// Where the call is made from, and why the last one was refused.
    call: Call,
    /// The dialog around it.
    open: RwSignal<bool>,
    /// Takes the name without the blanks around it.
    #[prop(into)]
    on_name: Callback<String>,
) -> impl IntoView {
    let text = RwSignal::new(name);
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        on_name.run(text.get_untracked().trim().to_owned());
    };
    let wrong = Signal::derive(move || call.error.get().map(|error| error.message));
    let unfit = Signal::derive(move || text.with(|text| !(1..=most).contains(&text.trim().chars().count())));
    view! {
        <form class="stack" on:submit=submit>
            <Field label="Name" hint=hint error=wrong>
                <TextInput value=text autofocus=true />
            </Field>
            <footer class="dialog-acts">
                <Button on_click=move |()| open.set(false)>"Cancel"</Button>
                <Button look=Look::Primary submit=true busy=call.busy disabled=unfit>
                    {words}
                </Button>
            </footer>
        </form>
    }
    .into_any()
}
