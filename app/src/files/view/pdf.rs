//! A PDF as it is shown: its pages one below the other, with what can be done to see them, or why they cannot be shown. Never runs or
//! follows what stands in one.

use leptos::{html, prelude::*};

use super::pdf_box::{PdfBox, Said, Why};
use crate::{
    files::model::bytes_in_words,
    ui::{Button, Empty, IconName, Loading, Look},
};

/// The largest that is fetched to be shown: the browser holds all of it.
const SHOWN_MAX: u64 = 100 << 20;

/// The PDF that is downloaded from `address`.
#[component]
pub(super) fn Pdf(
    /// Where it is downloaded from.
    address: String,
    /// Its bytes.
    size: u64,
) -> impl IntoView {
    let failed = RwSignal::new((size > SHOWN_MAX).then_some(Why::Large));
    let address = StoredValue::new(address);
    move || match failed.get() {
        Some(why) => {
            view! { <Refused why=why failed=failed size=size address=address.get_value() /> }.into_any()
        }
        None => view! { <Pages address=address.get_value() failed=failed /> }.into_any(),
    }
}

#[component]
fn Pages(address: String, failed: RwSignal<Option<Why>>) -> impl IntoView {
    let (pages, page) = (RwSignal::new(0_u32), RwSignal::new(1_u32));
    let pdf = PdfBox::new();
    let host = NodeRef::<html::Div>::new();
    Effect::new(move |_| {
        let Some(host) = host.get() else { return };
        pdf.open(host.into(), address.clone(), move |said| match said {
            Said::Pages(count) => drop(pages.try_set(count)),
            Said::Page(number) => drop(page.try_set(number)),
            Said::Failed(why) => drop(failed.try_set(Some(why))),
        });
    });
    on_cleanup(move || pdf.close());
    let loading = Signal::derive(move || pages.get() == 0);
    view! {
        <div class="files-acts">
            <span class="xs soft num">
                {move || (!loading.get()).then(|| format!("Page {} of {}", page.get(), pages.get()))}
            </span>
            <span class="grow"></span>
            <Button look=Look::Quiet icon=IconName::Minus label="Smaller" disabled=loading on_click=move |()| pdf.zoom(-1) />
            <Button look=Look::Quiet disabled=loading on_click=move |()| pdf.zoom(0)>"Fit width"</Button>
            <Button look=Look::Quiet icon=IconName::Plus label="Larger" disabled=loading on_click=move |()| pdf.zoom(1) />
        </div>
        {move || loading.get().then(|| view! { <Loading what="Loading the PDF" lines=8 /> })}
        <div class="files-pdf" tabindex="0" role="region" aria-label="PDF" node_ref=host></div>
    }
}

/// Why it is not shown, and the way to have it.
#[component]
fn Refused(why: Why, failed: RwSignal<Option<Why>>, size: u64, address: String) -> impl IntoView {
    let (title, text) = match why {
        Why::Locked => ("This PDF is locked", "It opens with a password only.".to_owned()),
        Why::Broken => ("This PDF is broken", "Nothing in it can be read as pages.".to_owned()),
        Why::Large => ("This PDF is too large to be shown here", format!("It has {}.", bytes_in_words(size))),
        Why::Unreachable => ("The PDF could not be loaded", "Try again, or download it.".to_owned()),
    };
    view! {
        <div class="grow center">
            <Empty icon=IconName::File title=title.to_owned() text=text>
                {(why == Why::Unreachable).then(|| view! { <Button on_click=move |()| failed.set(None)>"Try again"</Button> })}
                <a class="btn" href=address rel="external" download="">"Download"</a>
            </Empty>
        </div>
    }
}
