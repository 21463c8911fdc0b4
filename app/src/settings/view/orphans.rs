//! Keepers that belong to no session: what they run, and a way to end them. Not shown while there are none.

use leptos::prelude::*;

use crate::{
    settings::{
        api,
        model::{Orphan, System},
    },
    ui::{Button, Dialog, Icon, IconName, Look, Remote, use_call},
};

/// The card.
#[component]
pub fn OrphansCard(
    /// The facts, fetched by the page.
    system: Remote<System>,
) -> impl IntoView {
    let orphans = move || match system.value.get() {
        Some(Ok(system)) => system.orphans,
        _ => Vec::new(),
    };
    let rows = move || {
        let rows = orphans().into_iter().map(|orphan| view! { <Row orphan=orphan system=system /> });
        rows.collect_view()
    };
    view! {
        <Show when=move || !orphans().is_empty()>
            <section class="card" aria-labelledby="orphans">
                <header class="card-head">
                    <div class="grow">
                        <h2 id="orphans">"Left over"</h2>
                        <p class="soft sm">"Programs that an earlier Roost started and that belong to no session."</p>
                    </div>
                </header>
                <ul class="rows">{rows}</ul>
            </section>
        </Show>
    }
    .into_any()
}

#[component]
fn Row(orphan: Orphan, system: Remote<System>) -> impl IntoView {
    let (call, asking) = (use_call(), RwSignal::new(false));
    let id = StoredValue::new(orphan.id);
    let end = Callback::new(move |()| call.run(api::end_orphan(id.get_value()), move |()| system.reload()));
    view! {
        <li>
            <Icon name=IconName::Terminal />
            <div class="grow">
                <div class="mono clip">{orphan.command}</div>
                <div class="xs soft num">"Process " {orphan.pid}</div>
            </div>
            <Button look=Look::Danger on_click=move |()| asking.set(true)>
                "End…"
            </Button>
            <Dialog open=asking title="End this program?">
                <p>"It and everything it started are ended. What it was doing is cut off; files on disk stay."</p>
                <footer class="dialog-acts">
                    <Button on_click=move |()| asking.set(false)>"Cancel"</Button>
                    <Button look=Look::Danger busy=call.busy on_click=end>
                        "End it"
                    </Button>
                </footer>
            </Dialog>
        </li>
    }
    .into_any()
}
