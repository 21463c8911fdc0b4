//! The lines of a text, a page at a time in either direction; those that the address names are marked and scrolled to. The
//! lines come as HTML that the server made safe, and are put into the page as they are.

use std::fmt::Write;

use leptos::{ev::MouseEvent, html, prelude::*, wasm_bindgen::JsCast, web_sys::Element};

use super::{
    blame::{pieces, use_authors},
    place::Shelf,
};
use crate::{
    files::{
        api,
        model::{PageFrom, TextPage},
    },
    git::view::Author,
    ui::{Button, Look, browser, use_call},
};

/// The text from the page that came first.
#[component]
pub(super) fn Lines(
    /// Which lines are marked.
    shelf: Shelf,
    /// Which file.
    path: String,
    /// Its bytes.
    size: u64,
    /// The page that came first.
    text: TextPage,
) -> impl IntoView {
    let empty = text.lines.is_empty();
    let pages = RwSignal::new(vec![text]);
    let path = StoredValue::new(path);
    let call = use_call();
    let ask = move |from: PageFrom, put: fn(&mut Vec<TextPage>, TextPage)| {
        call.run(api::read(shelf.project, path.get_value(), from), move |file| {
            if let Some(text) = file.text {
                pages.update(|pages| put(pages, text));
            }
        });
    };
    let start = move || pages.with(|pages| pages.first().map_or(0, |page| page.start));
    let next = move || pages.with(|pages| pages.last().and_then(|page| page.next));
    let earlier = move |()| ask(PageFrom::Before(untrack(start)), |pages, page| pages.insert(0, page));
    let later = move |()| {
        if let Some(next) = untrack(next) {
            ask(PageFrom::Byte(next), |pages, page| pages.push(continued(pages, page)));
        }
    };
    let end = move |()| ask(PageFrom::Before(size), |pages, page| *pages = vec![page]);
    Effect::new(move |_| {
        if let Some((first, _)) = shelf.lines.get() {
            request_animation_frame(move || browser::reveal(&format!("L{first}")));
        }
    });
    let authors = use_authors(path, pages);
    // Marks are put on lines that are there: drawn anew, thousands of them would take a while.
    let code = NodeRef::<html::Div>::new();
    Effect::new(move |_| {
        let marked = shelf.lines.get();
        pages.track();
        authors.track();
        request_animation_frame(move || {
            // The text may be out of view meanwhile.
            if let Some(code) = code.try_get_untracked().flatten() {
                mark(&code, marked);
            }
        });
    });
    let html = move || {
        let (project, parts) =
            authors.get().map_or((None, Vec::new()), |(project, parts)| (Some(project), parts));
        let pieces = pages.with(|pages| pieces(pages, &parts, drawn));
        let drawn = pieces.into_iter().map(|(part, html)| {
            let author =
                project.zip(part).map(|(project, part)| view! { <Author project=project part=part /> });
            view! {
                <div class="code-part">
                    {author}
                    <div class="code-lines" inner_html=html></div>
                </div>
            }
        });
        drawn.collect_view()
    };
    let marking = move |event: MouseEvent| choose(shelf, path.get_value(), &event);
    view! {
        <div class="scroll code-scroll" tabindex="0" role="region" aria-label="Text">
            <Show when=move || { start() > 0 }>
                <Button look=Look::Quiet class="code-more" on_click=earlier>"Show what is before"</Button>
            </Show>
            {empty.then(|| view! { <p class="faint sm files-empty">"The file is empty."</p> })}
            <div class="code" class:blamed=move || authors.with(Option::is_some) node_ref=code on:click=marking>{html}</div>
            <Show when=move || next().is_some()>
                <div class="row code-more">
                    <Button look=Look::Quiet on_click=later>"Show more"</Button>
                    <Button look=Look::Quiet on_click=end>"Go to the end"</Button>
                </div>
            </Show>
        </div>
    }
    .into_any()
}

/// The page with the numbers that follow from the pages before it, where the server did not count.
fn continued(before: &[TextPage], page: TextPage) -> TextPage {
    let follows = before.last().and_then(|last| {
        let lines = last.lines.len() as u64 - u64::from(last.cut && !last.lines.is_empty());
        Some(last.first? + lines)
    });
    TextPage { first: page.first.or(follows), ..page }
}

fn drawn(html: &mut String, number: Option<u64>, line: &str) {
    // A write into a string cannot fail.
    let _ = match number {
        Some(number) => write!(
            html,
            "<div class=\"cl\" id=\"L{number}\"><a class=\"cn\" data-n=\"{number}\" href=\"#L{number}\">{number}</a><code>{line}</code></div>"
        ),
        None => write!(html, "<div class=\"cl\"><span class=\"cn\">·</span><code>{line}</code></div>"),
    };
}

/// Marks the lines from the first to the last one, as far as they are there, and no others.
fn mark(code: &Element, marked: Option<(u64, u64)>) {
    while let Ok(Some(line)) = code.query_selector(".cl.on") {
        line.set_class_name("cl");
    }
    let Some((first, last)) = marked else { return };
    for number in first..=last {
        match code.query_selector(&format!("#L{number}")) {
            Ok(Some(line)) => line.set_class_name("cl on"),
            // A link may name more lines than there are.
            _ if number > first => break,
            _ => {}
        }
    }
}

/// Marks the line whose number was clicked; with Shift all from the one that was marked before.
fn choose(shelf: Shelf, path: String, event: &MouseEvent) {
    let number = event.target().and_then(|target| target.dyn_into::<Element>().ok());
    let Some(number) = number.and_then(|number| number.get_attribute("data-n")?.parse::<u64>().ok()) else {
        return;
    };
    event.prevent_default();
    event.stop_propagation();
    let from = shelf.lines.get_untracked().filter(|_| event.shift_key()).map_or(number, |(first, _)| first);
    shelf.go.run((Some(path), Some((from.min(number), from.max(number)))));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(first: Option<u64>, lines: &[&str], cut: bool) -> TextPage {
        let lines = lines.iter().map(|line| (*line).to_owned()).collect();
        TextPage { lines, first, cut, ..TextPage::default() }
    }

    #[test]
    fn numbers_go_on_where_the_server_did_not_count() {
        let before = [page(Some(1), &["a", "b"], false)];
        assert_eq!(continued(&before, page(None, &["c"], false)).first, Some(3));
        assert_eq!(continued(&before, page(Some(9), &["c"], false)).first, Some(9));
        let cut = [page(Some(5), &["a long"], true)];
        assert_eq!(continued(&cut, page(None, &[" line"], false)).first, Some(5));
        assert_eq!(continued(&[page(None, &["a"], false)], page(None, &["b"], false)).first, None);
    }

    #[test]
    fn lines_are_known_by_their_numbers_where_those_are_known() {
        let html = |page| pieces(&[page], &[], drawn).remove(0).1;
        let known = html(page(Some(9), &["a", "b"], false));
        assert!(
            known.starts_with("<div class=\"cl\" id=\"L9\">") && known.contains("data-n=\"10\""),
            "{known}"
        );
        assert!(!html(page(None, &["a"], false)).contains("id="));
    }
}
