//! Hostile text against every renderer: whatever comes in, only tags and attributes of a short list come out.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

use app::sessions::event::Hunk;
use proptest::prelude::*;

use super::{ansi, code, diff_text, escape, markdown, patch};

const ATTACKS: [&str; 33] = [
    "<script>alert(1)</script>",
    "<ScRiPt src=//x.y>",
    "<img src=x onerror=alert(1)>",
    "<svg onload=alert(1)><animate onbegin=alert(1)>",
    "<svg><script href=\"data:,alert(1)\"/></svg>",
    "<math><mtext><table><mglyph><style><img src onerror=alert(1)>",
    "<iframe srcdoc=\"<script>1</script>\">",
    "<a href=\"javascript:alert(1)\">x</a>",
    "<base href=//x.y/><form action=//x.y><input autofocus onfocus=alert(1)>",
    "<style>@import '//x.y'</style><link rel=stylesheet href=//x.y>",
    "<!--><script>alert(1)</script>-->",
    "<![CDATA[<script>alert(1)</script>]]>",
    "<noscript><p title=\"</noscript><img src=x onerror=alert(1)>\">",
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x](java\tscript:alert(1))",
    "[x](&#106;avascript:alert(1))",
    "[x](vbscript:msgbox(1))",
    "[x](data:text/html;base64,PHNjcmlwdD4=)",
    "[x](https://x.y \"t\\\" onmouseover=alert(1) \\\"\")",
    "[x](<https://x.y\" onclick=\"alert(1)>)",
    "![x](data:image/svg+xml,<svg/onload=alert(1)>)",
    "![\" onerror=alert(1) x=\"](https://x.y/a.png)",
    "<https://x.y/\"onclick=alert(1)>",
    "<javascript:alert(1)>",
    "[x]: javascript:alert(1)\n\n[x]",
    "```html\n<script>alert(1)</script>\n```",
    "```\"><script>alert(1)</script>\nx\n```",
    "```rust\n</code></pre><script>alert(1)</script>",
    "`<script>alert(1)</script>`",
    "|<b onclick=alert(1)>|\n|-|\n|</td><script>|",
    "https://x.y/<script>alert(1)</script>",
    "\u{0}<\u{0}script>\u{202e}\x1b]0;<script>\x07",
];

/// Panics unless every `<` in the markup opens or closes a tag of the list, with attributes of the list only.
fn assert_safe(html: &str) {
    const TAGS: [&str; 30] = [
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
        "div",
        "i",
        "mark",
        "b",
    ];
    assert!(!html.to_ascii_lowercase().contains("<script"), "{html}");
    for part in html.split('<').skip(1) {
        let (tag, _) = part.split_once('>').unwrap_or_else(|| panic!("an open tag in {html}"));
        let (name, mut attributes) =
            tag.trim_start_matches('/').split_once(' ').unwrap_or((tag.trim_start_matches('/'), ""));
        assert!(TAGS.contains(&name), "<{tag}> in {html}");
        while !attributes.is_empty() {
            let (attribute, rest) =
                attributes.split_once("=\"").unwrap_or_else(|| panic!("<{tag}> in {html}"));
            let (value, rest) = rest.split_once('"').unwrap_or_else(|| panic!("<{tag}> in {html}"));
            let fits = match attribute.trim() {
                "class" => value
                    .split(' ')
                    .all(|class| class.starts_with("hl-") || class == "dl" || class.len() == 1),
                "href" => ["http://", "https://", "mailto:"]
                    .iter()
                    .any(|scheme| value.to_lowercase().starts_with(scheme)),
                "rel" => value == "noopener noreferrer nofollow",
                "target" => value == "_blank",
                "title" | "start" => true,
                "tabindex" => value == "0" && name == "pre",
                _ => false,
            };
            assert!(fits, "{attribute}={value} in {html}");
            attributes = rest;
        }
    }
}

fn every_renderer(text: &str) -> Vec<String> {
    let lines: Vec<String> =
        text.split('\n').enumerate().map(|(n, line)| format!("{}{line}", [" ", "-", "+"][n % 3])).collect();
    let hunks = [Hunk { old_start: 3, new_start: 4, lines }];
    let mut all =
        vec![markdown(text), ansi(text), escape(text), patch("a.html", &hunks), diff_text("a.rs", text)];
    all.push(diff_text("a.md", &format!("@@ -1 +1 @@\n-{text}\n+{text}")));
    all.extend(["html", "rs", "js", "md", "", text].iter().map(|lang| code(lang, text).join("\n")));
    all
}

#[test]
fn attacks_come_out_as_text() {
    for attack in ATTACKS {
        for text in [
            attack.to_owned(),
            format!("> - {attack}"),
            format!("*{attack}*\n\n{attack}"),
            format!("<div>\n{attack}"),
        ] {
            every_renderer(&text).iter().for_each(|html| assert_safe(html));
        }
    }
}

#[test]
fn raw_html_is_shown_not_dropped() {
    assert_eq!(markdown("a <b>c</b>"), "<p>a &lt;b&gt;c&lt;/b&gt;</p>\n");
    assert_eq!(markdown("<div>\nx\n</div>"), "<p>&lt;div&gt;\nx\n&lt;/div&gt;</p>\n");
}

#[test]
fn texts_made_to_be_slow_end() {
    for unit in [
        ">", "[", "*", "_a", "`", "- ", "[a](", "<", "![", "**a ", "|a", "&", "1. ", "http://", "\\", "<!--",
        "a_*",
    ] {
        let text = unit.repeat(8_000 / unit.len());
        assert_safe(&markdown(&text));
        assert_safe(&markdown(&text.replace(unit, &format!("{unit}\n"))));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(150))]

    #[test]
    fn arbitrary_text_is_safe(text in "\\PC{0,200}") {
        every_renderer(&text).iter().for_each(|html| assert_safe(html));
    }

    #[test]
    fn text_made_of_sharp_parts_is_safe(parts in prop::collection::vec(prop::sample::select(vec![
        "<", ">", "\"", "'", "&", "script", " onclick=", "javascript:", "[", "](", ")", "![", "`", "```", "\n", "    ", "|",
        "-", "*", "_", "~~", "https://", "data:", "<!--", "-->", "</", "/>", "svg", "style=", "x", "&lt;", "&#x3c;", "\\", "@@ -1 +1 @@\n",
    ]), 0..40)) {
        every_renderer(&parts.concat()).iter().for_each(|html| assert_safe(html));
    }
}

#[test]
fn speed_is_printed() {
    let source = include_str!("diff.rs");
    let text = format!(
        "# Title\n\n{}\n\n```rust\n{source}```\n",
        "Some *prose* with `code` and https://x.y.\n".repeat(50)
    );
    for (what, run) in [
        ("markdown, first", (|text: &str, _: &str| markdown(text).len()) as fn(&str, &str) -> usize),
        ("markdown, again", |text, _| markdown(text).len()),
        ("code", |_, source| code("rs", source).len()),
        ("ansi", |text, _| ansi(text).len()),
    ] {
        let start = std::time::Instant::now();
        let out = run(&text, source);
        println!(
            "{what}: {} B of text, {} B of source, {out} out, {:?}",
            text.len(),
            source.len(),
            start.elapsed()
        );
    }
}
