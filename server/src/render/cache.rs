//! Markup that was drawn before: an open session is drawn for every device and every visit, and drawing costs
//! milliseconds where reading costs none. Bounded in bytes; forgetting an entry only costs drawing it again.

use std::{
    hash::{DefaultHasher, Hash, Hasher},
    sync::{Arc, LazyLock, Mutex, PoisonError},
};

use lru::LruCache;

/// Bytes of markup kept; a screenful of a session takes about 100 KB.
const ROOM: usize = 8 * 1024 * 1024;
/// Shorter markup is drawn faster than it is looked up and kept.
const WORTH: usize = 512;

struct Cache {
    drawn: LruCache<u64, Arc<str>>,
    bytes: usize,
}

// A std lock: held for a look-up, never while drawing.
static CACHE: LazyLock<Mutex<Cache>> =
    LazyLock::new(|| Mutex::new(Cache { drawn: LruCache::unbounded(), bytes: 0 }));

/// What `draw` makes of this source, drawn once while it is remembered.
pub(super) fn remembered(source: &impl Hash, draw: impl FnOnce() -> String) -> String {
    // 64 bits of a keyed hash: two sources of one installation do not meet by accident.
    let mut hasher = DefaultHasher::new();
    source.hash(&mut hasher);
    let key = hasher.finish();
    if let Some(drawn) = lock().drawn.get(&key) {
        return drawn.to_string();
    }
    let html = draw();
    if html.len() >= WORTH {
        lock().keep(key, &html);
    }
    html
}

fn lock() -> std::sync::MutexGuard<'static, Cache> {
    CACHE.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Cache {
    fn keep(&mut self, key: u64, html: &str) {
        self.bytes += html.len();
        if let Some((_, before)) = self.drawn.push(key, Arc::from(html)) {
            self.bytes -= before.len();
        }
        while self.bytes > ROOM
            && let Some((_, oldest)) = self.drawn.pop_lru()
        {
            self.bytes -= oldest.len();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_source_is_drawn_once_and_memory_is_bounded() {
        let mut drawn = 0;
        for _ in 0..3 {
            let html = remembered(&"a source of a test", || {
                drawn += 1;
                "x".repeat(WORTH)
            });
            assert_eq!(html.len(), WORTH);
        }
        assert_eq!(drawn, 1);
        for n in 0..40 {
            remembered(&("large", n), || "y".repeat(1024 * 1024));
        }
        assert!(lock().bytes <= ROOM);
    }
}
