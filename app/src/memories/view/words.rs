//! Sizes and kinds of memories in words. Pure.

use crate::memories::model::MemoryScope;

/// Bytes as a person reads them.
pub(super) fn size(bytes: u64) -> String {
    match bytes {
        0..1024 => format!("{bytes} B"),
        1024..1_048_576 => format!("{}.{} KB", bytes / 1024, bytes % 1024 * 10 / 1024),
        _ => format!("{} MB", bytes / 1_048_576),
    }
}

/// A count of tokens, which is a guess and says so.
pub(super) fn tokens(tokens: u64) -> String {
    match tokens {
        0..1000 => format!("about {tokens} tokens"),
        _ => format!("about {}.{} k tokens", tokens / 1000, tokens % 1000 / 100),
    }
}

/// The heading over the files of a scope, and what it means.
pub(super) fn heading(scope: MemoryScope) -> (&'static str, &'static str) {
    match scope {
        MemoryScope::Managed => ("Managed", "for everyone on this machine"),
        MemoryScope::User => ("Yours", "in every project"),
        MemoryScope::Parent => ("Above the project", "from the directories around it"),
        MemoryScope::Project => ("Project", "for everyone who works on it"),
        MemoryScope::Auto => ("Notes", "written by the agent itself"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_read_at_a_glance() {
        for (bytes, words) in
            [(0, "0 B"), (1023, "1023 B"), (1536, "1.5 KB"), (65536, "64.0 KB"), (3 << 20, "3 MB")]
        {
            assert_eq!(size(bytes), words);
        }
        assert_eq!(tokens(12), "about 12 tokens");
        assert_eq!(tokens(1250), "about 1.2 k tokens");
    }
}
