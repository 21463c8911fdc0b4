//! Addresses in text: which ones may be links, and where bare ones stand. Never asks anyone whether they exist.

/// The only addresses a link may have.
const SCHEMES: [&str; 3] = ["http://", "https://", "mailto:"];

/// Whether a link may lead there.
pub(super) fn is_safe(address: &str) -> bool {
    SCHEMES
        .iter()
        .any(|scheme| address.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme)))
}

/// Where the first bare web address is, and how long.
pub(super) fn bare_address(text: &str) -> Option<(usize, usize)> {
    let mut from = 0;
    while let Some(at) = text[from..].find("http").map(|at| from + at) {
        from = at + 4;
        let fresh = text[..at].chars().next_back().is_none_or(|before| !before.is_alphanumeric());
        let Some(host) = ["http://", "https://"].iter().find_map(|scheme| text[at..].strip_prefix(scheme))
        else {
            continue;
        };
        let end = text[at..]
            .find(|c: char| c.is_whitespace() || "<>\"`|\\^{}".contains(c))
            .unwrap_or(text.len() - at);
        let mut address =
            text[at..at + end].trim_end_matches(['.', ',', ';', ':', '!', '?', '\'', '*', '_', ']']);
        // A closing parenthesis belongs to the address only if it opened there.
        while address.ends_with(')') && address.matches(')').count() > address.matches('(').count() {
            address = address[..address.len() - 1].trim_end_matches(['.', ',', ';', ':', '!', '?']);
        }
        if fresh && host.starts_with(char::is_alphanumeric) {
            return Some((at, address.len()));
        }
    }
    None
}
