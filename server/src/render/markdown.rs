//! Markdown of agents and people as sanitised HTML, unfinished Markdown included. Raw HTML in it is shown as text,
//! images become links; nothing is ever loaded from elsewhere. Never returns a style, a handler or a foreign class.

use std::{
    collections::{HashMap, HashSet},
    sync::LazyLock,
};

use ammonia::{Builder, UrlRelative};
use pulldown_cmark::{CodeBlockKind, CowStr, Event, Options, Parser, Tag, TagEnd, TextMergeStream};

use super::{
    address::{bare_address, is_safe},
    escape::escape,
    highlight,
};

/// A text above this many bytes is shown as it is.
const MAX_BYTES: usize = 200 * 1024;
/// No person nests deeper; browsers stop at a few hundred, and sanitising gets slow before.
const MAX_DEPTH: usize = 64;
/// Bytes from which the serialiser searches on to the end of the text, so that its time is their number times its
/// length: `&`, and the first byte of the characters beside the no-break space.
const SEARCHED: [u8; 2] = [b'&', 0xc2];
/// More of them are in no text that a person reads.
const MAX_SEARCHED: usize = 4_000;
/// Everything the highlighter may say.
const CLASSES: [&str; 10] = ["hl-k", "hl-s", "hl-c", "hl-n", "hl-f", "hl-t", "hl-o", "hl-v", "hl-a", "hl-d"];

/// The text as HTML that is safe to put into the page. Above 200 KB it is one plain `<pre>`.
#[must_use]
pub(crate) fn markdown(text: &str) -> String {
    if text.len() > MAX_BYTES || text.bytes().filter(|byte| SEARCHED.contains(byte)).count() > MAX_SEARCHED {
        return plain(text);
    }
    let options = Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH | Options::ENABLE_TASKLISTS;
    let mut walk = Walk::default();
    for event in TextMergeStream::new(Parser::new_ext(text, options)) {
        walk.take(event);
        if walk.depth > MAX_DEPTH {
            return plain(text);
        }
    }
    let mut html = String::with_capacity(text.len() * 2);
    pulldown_cmark::html::push_html(&mut html, walk.events.into_iter());
    SANITISER.clean(&html).to_string()
}

fn plain(text: &str) -> String {
    format!("<pre tabindex=\"0\">{}</pre>", escape(text))
}

/// Markdown's events on their way to HTML, with what is not wanted replaced.
#[derive(Default)]
struct Walk<'a> {
    events: Vec<Event<'a>>,
    depth: usize,
    /// Whether each open link or image became a link; inside one there can be no other.
    links: Vec<bool>,
    /// Language and text of the code block that is being read.
    code: Option<(String, String)>,
}

impl<'a> Walk<'a> {
    fn take(&mut self, event: Event<'a>) {
        match event {
            Event::Start(tag) => {
                self.depth += 1;
                self.start(tag);
            }
            Event::End(tag) => {
                self.depth = self.depth.saturating_sub(1);
                self.end(tag);
            }
            Event::Text(text) | Event::Html(text) | Event::InlineHtml(text) => self.text(text),
            Event::TaskListMarker(done) => {
                self.events.push(Event::Text(CowStr::Borrowed(if done { "☑ " } else { "☐ " })));
            }
            other => self.events.push(other),
        }
    }

    fn start(&mut self, tag: Tag<'a>) {
        match tag {
            Tag::CodeBlock(kind) => {
                let info = match &kind {
                    CodeBlockKind::Fenced(info) => info.as_ref(),
                    CodeBlockKind::Indented => "",
                };
                let language = info.split([' ', ',', '{', '\t']).next().unwrap_or_default();
                self.code = Some((language.to_owned(), String::new()));
            }
            Tag::Link { dest_url, title, .. } | Tag::Image { dest_url, title, .. } => {
                let fits = is_safe(&dest_url) && !self.links.contains(&true);
                self.links.push(fits);
                if fits {
                    self.events.push(link(dest_url, title));
                }
            }
            // Without a paragraph its text would stand loose between the blocks.
            Tag::HtmlBlock => self.events.push(Event::Start(Tag::Paragraph)),
            other => self.events.push(Event::Start(other)),
        }
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::CodeBlock => {
                if let Some((language, text)) = self.code.take() {
                    let lines = highlight::code(&language, &text).join("\n");
                    self.events.push(Event::Html(format!("<pre><code>{lines}</code></pre>\n").into()));
                }
            }
            TagEnd::Link | TagEnd::Image => {
                if self.links.pop() == Some(true) {
                    self.events.push(Event::End(TagEnd::Link));
                }
            }
            TagEnd::HtmlBlock => self.events.push(Event::End(TagEnd::Paragraph)),
            other => self.events.push(Event::End(other)),
        }
    }

    fn text(&mut self, text: CowStr<'a>) {
        if let Some((_, code)) = &mut self.code {
            code.push_str(&text);
        } else if self.links.contains(&true) {
            self.events.push(Event::Text(text));
        } else {
            self.text_with_links(text);
        }
    }

    /// Makes links of bare addresses, which agents write more often than marked ones.
    fn text_with_links(&mut self, text: CowStr<'a>) {
        let mut rest: &str = &text;
        while let Some((at, len)) = bare_address(rest) {
            let (before, from) = rest.split_at(at);
            let (address, after) = from.split_at(len);
            self.events.push(Event::Text(before.to_owned().into()));
            self.events.push(link(address.to_owned().into(), CowStr::Borrowed("")));
            self.events.push(Event::Text(address.to_owned().into()));
            self.events.push(Event::End(TagEnd::Link));
            rest = after;
        }
        let last = if rest.len() == text.len() { text } else { rest.to_owned().into() };
        self.events.push(Event::Text(last));
    }
}

fn link<'a>(dest_url: CowStr<'a>, title: CowStr<'a>) -> Event<'a> {
    Event::Start(Tag::Link {
        link_type: pulldown_cmark::LinkType::Inline,
        dest_url,
        title,
        id: CowStr::Borrowed(""),
    })
}

static SANITISER: LazyLock<Builder<'static>> = LazyLock::new(|| {
    let tags = [
        "p",
        "br",
        "hr",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "em",
        "strong",
        "del",
        "code",
        "pre",
        "span",
        "a",
        "ul",
        "ol",
        "li",
        "blockquote",
        "table",
        "thead",
        "tbody",
        "tr",
        "th",
        "td",
    ];
    let classes: HashSet<&str> = CLASSES.into_iter().collect();
    let mut builder = Builder::empty();
    builder
        .tags(tags.into_iter().collect())
        .clean_content_tags(["script", "style"].into_iter().collect())
        .tag_attributes(HashMap::from([
            ("a", HashSet::from(["href", "title"])),
            ("ol", HashSet::from(["start"])),
        ]))
        .allowed_classes(["span", "pre", "code"].into_iter().map(|tag| (tag, classes.clone())).collect())
        .url_schemes(["http", "https", "mailto"].into_iter().collect())
        .url_relative(UrlRelative::Deny)
        .link_rel(Some("noopener noreferrer nofollow"))
        .set_tag_attribute_value("a", "target", "_blank")
        // Long lines scroll sideways, with the keys too.
        .set_tag_attribute_value("pre", "tabindex", "0")
        .strip_comments(true);
    builder
});

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_usual_marks_are_rendered() {
        let html = markdown(
            "# A\n\n*b* **c** ~~d~~ `e<f`\n\n- [x] g\n- [ ] h\n\n3. i\n\n|j|k|\n|-|-:|\n|l|m|\n\n> n",
        );
        for part in [
            "<h1>A</h1>",
            "<em>b</em>",
            "<strong>c</strong>",
            "<del>d</del>",
            "<code>e&lt;f</code>",
            "☑ g",
            "☐ h",
            "<ol start=\"3\">",
            "<th>j</th>",
            "<td>m</td>",
            "<blockquote>",
        ] {
            assert!(html.contains(part), "{part} in {html}");
        }
    }

    #[test]
    fn code_is_highlighted_and_an_open_fence_is_code_to_the_end() {
        for text in ["```rust\nfn a() {}\n```", "```rust\nfn a() {}", "```rust,ignore\nfn a() {}"] {
            let html = markdown(text);
            assert!(html.starts_with("<pre tabindex=\"0\"><code><span class=\"hl-k\">fn</span>"), "{html}");
        }
        assert_eq!(markdown("```"), "<pre tabindex=\"0\"><code></code></pre>\n");
        assert_eq!(markdown("```\n<b>&"), "<pre tabindex=\"0\"><code>&lt;b&gt;&amp;</code></pre>\n");
    }

    #[test]
    fn every_beginning_of_a_text_renders() {
        let whole = "# T\n\nsome **bold** [link](https://x.y) `code`\n\n```rs\nlet a = \"<\";\n```\n\n|a|b|\n|-|-|\n|1|2|\n";
        for end in (0..=whole.len()).filter(|end| whole.is_char_boundary(*end)) {
            assert!(!markdown(&whole[..end]).contains("<\";"), "{end}");
        }
    }

    #[test]
    fn links_open_elsewhere_and_know_nothing_of_us() {
        let html = markdown("[a](https://x.y/?a=1&b=2 \"t\")");
        assert!(html.contains("rel=\"noopener noreferrer nofollow\""), "{html}");
        assert!(
            html.contains("target=\"_blank\"") && html.contains("href=\"https://x.y/?a=1&amp;b=2\""),
            "{html}"
        );
        assert_eq!(markdown("[a](src/main.rs) [b](//x.y) [c](#d)"), "<p>a b c</p>\n");
        assert!(markdown("[![alt](https://i.g/a.png)](https://x.y)").contains(">alt</a>"));
        assert!(markdown("![alt](https://i.g/a.png)").contains("href=\"https://i.g/a.png\""));
    }

    #[test]
    fn bare_addresses_become_links_without_what_follows_them() {
        for (text, address) in [
            ("see https://x.y/a_b_c.", "https://x.y/a_b_c"),
            ("(https://x.y/a_(b))", "https://x.y/a_(b)"),
            ("http://127.0.0.1:8080/?q=1&r=2, then", "http://127.0.0.1:8080/?q=1&amp;r=2"),
        ] {
            assert!(markdown(text).contains(&format!("href=\"{address}\"")), "{}", markdown(text));
        }
        for text in ["`https://x.y`", "xhttps://x.y", "http:// nothing", "https://"] {
            assert!(!markdown(text).contains("href"), "{text}");
        }
        assert_eq!(markdown("[https://a.b](https://x.y)").matches("<a ").count(), 1);
    }

    #[test]
    fn huge_and_deep_texts_are_shown_plain() {
        assert!(markdown(&"*a* ".repeat(MAX_BYTES)).starts_with("<pre tabindex=\"0\">*a* "));
        assert!(markdown(&"&".repeat(MAX_SEARCHED + 1)).starts_with("<pre tabindex=\"0\">&amp;"));
        assert!(markdown(&"> ".repeat(10_000)).starts_with("<pre tabindex="));
        assert!(markdown(&format!("{}x", "- ".repeat(500))).starts_with("<pre tabindex="));
    }
}
