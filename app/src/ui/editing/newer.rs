//! What is shown when a file changed under one's own text: the difference, and what can be done about it.

use leptos::prelude::*;

use super::{Editing, Written};
use crate::ui::{Button, Icon, IconName, Look};

/// The difference, or the way back to a text that was put aside.
#[component]
pub fn Newer<T: Written>(
    /// What is edited.
    it: Editing<T>,
) -> impl IntoView {
    move || {
        if let Some(difference) = it.newer.get() {
            let by = difference.current.by().map_or_else(String::new, |by| format!(" by {by}"));
            let gone = difference.current.hash().is_none();
            let what =
                if gone { "The file was deleted".to_owned() } else { format!("The file was changed{by}") };
            let (html, difference) = (difference.html.clone(), StoredValue::new(difference));
            return view! {
                <section class="newer" aria-label="Changed since you opened it">
                    <div class="note waiting" role="alert">
                        <Icon name=IconName::Warning />
                        <span class="grow">
                            {what} " since you opened it. Below is what saving your text would change in it."
                        </span>
                    </div>
                    <div class="diff" tabindex="0" role="region" aria-label="Difference" inner_html=html></div>
                    <div class="row wrap">
                        <Button look=Look::Danger busy=it.call.busy on_click=move |()| difference.with_value(|mine| it.save_over(mine))>
                            "Save mine"
                        </Button>
                        <Button on_click=move |()| it.take_theirs(difference.get_value())>"Take theirs"</Button>
                        <span class="soft xs">"Or go on editing: your text stays."</span>
                    </div>
                </section>
            }
            .into_any();
        }
        let aside = it.aside.with(Option::is_some);
        aside
            .then(|| {
                view! {
                    <div class="note newer-aside" role="status">
                        <Icon name=IconName::Undo />
                        <span class="grow">"Your text was put aside."</span>
                        <Button look=Look::Quiet on_click=move |()| it.take_back()>"Back to mine"</Button>
                    </div>
                }
            })
            .into_any()
    }
}
