//! Lines that hold a text, found by ripgrep's own parts: one thread walks, a few search. Ends when enough is found or nobody
//! listens any more; what is found is sent at once and never collected.

use std::{
    fs::File,
    io::{self, Read},
    ops::ControlFlow,
    path::Path,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicU32, Ordering::Relaxed},
        mpsc::{Receiver, sync_channel},
    },
    thread,
};

use app::{
    error::AppError,
    files::model::{Found, MATCHES_MAX, Match, SearchEnd, SearchOptions},
};
use grep_regex::{RegexMatcher, RegexMatcherBuilder};
use grep_searcher::{BinaryDetection, Searcher, SearcherBuilder, Sink, SinkMatch};
use ignore::overrides::{Override, OverrideBuilder};
use tokio::sync::mpsc::Sender;

use super::{
    excerpt::excerpt,
    root::{Root, regular},
    walk::{Scope, walk},
};

/// Paths on their way to the threads that search.
const WAITING: usize = 256;
/// Lines of one file that are sent together.
const TOGETHER: usize = 20;
/// The most memory that a line may take; a file with a longer one is passed over.
const LINE_MAX: usize = 16 * 1024 * 1024;
/// The most memory that an expression may take.
const REGEX_MAX: usize = 10 * 1024 * 1024;
/// More threads than this gain little.
const THREADS_MAX: usize = 4;

/// What is looked for, and where.
pub(super) struct Search {
    matcher: RegexMatcher,
    globs: Override,
    scope: Scope,
}

impl Search {
    /// 400 that says what is wrong with an expression or a glob.
    pub(super) fn new(text: &str, options: &SearchOptions) -> Result<Self, AppError> {
        if text.is_empty() {
            return Err(AppError::invalid("q", "There is nothing to look for."));
        }
        let last_line = |error: String| error.lines().last().unwrap_or_default().trim().to_owned();
        let matcher = RegexMatcherBuilder::new()
            .case_insensitive(!options.case)
            .word(options.word)
            .fixed_strings(!options.regex)
            .line_terminator(Some(b'\n'))
            .size_limit(REGEX_MAX)
            .dfa_size_limit(REGEX_MAX)
            .build(text)
            .map_err(|error| {
                let message = format!("This is no expression: {}.", last_line(error.to_string()));
                AppError::invalid("q", message)
            })?;
        let mut globs = OverrideBuilder::new("");
        let wrong = |error: ignore::Error| {
            AppError::invalid(
                "globs",
                format!("This is no pattern of names: {}.", last_line(error.to_string())),
            )
        };
        for glob in options.globs.split_whitespace() {
            globs.add(glob).map_err(wrong)?;
        }
        let scope = Scope { hidden: options.hidden, ignored: options.ignored };
        Ok(Self { matcher, globs: globs.build().map_err(wrong)?, scope })
    }

    /// Searches until all is searched, enough is found or nobody listens. Takes as long as that takes.
    pub(super) fn run(&self, root: &Root, out: &Sender<Found>) {
        let (paths, taken) = sync_channel::<String>(WAITING);
        let taken = Mutex::new(taken);
        let progress = Progress { out, files: AtomicU32::new(0), matches: AtomicU32::new(0) };
        let threads = thread::available_parallelism().map_or(1, usize::from).min(THREADS_MAX);
        thread::scope(|scope| {
            for _ in 0..threads {
                scope.spawn(|| self.work(root, &taken, &progress));
            }
            let enters = |path: &Path, is_dir: bool| !self.globs.matched(path, is_dir).is_ignore();
            let _ = walk(root, self.scope, enters, |path| {
                // Those who search are there until there is nothing more to take.
                if progress.is_over() || paths.send(path).is_err() {
                    return ControlFlow::Break(());
                }
                ControlFlow::Continue(())
            });
            drop(paths);
        });
        let matches = progress.matches.load(Relaxed);
        let capped = matches as usize > MATCHES_MAX;
        let matches = matches.min(u32::try_from(MATCHES_MAX).unwrap_or(u32::MAX));
        let end = SearchEnd { files: progress.files.load(Relaxed), matches, capped };
        // Nobody may listen any more.
        let _ = out.blocking_send(Found::End(end));
    }

    fn work(&self, root: &Root, taken: &Mutex<Receiver<String>>, progress: &Progress) {
        let mut searcher = SearcherBuilder::new()
            .line_number(true)
            .binary_detection(BinaryDetection::quit(0))
            .heap_limit(Some(LINE_MAX))
            .build();
        loop {
            // The lock is only held while a path is taken.
            let path = taken.lock().unwrap_or_else(PoisonError::into_inner).recv();
            let Ok(path) = path else { return };
            if progress.is_over() {
                // Takes the rest, so that the walk does not wait.
                continue;
            }
            let Ok(Some((file, _))) = regular(&root.dir, Path::new(&path)) else { continue };
            progress.files.fetch_add(1, Relaxed);
            let mut lines =
                Lines { path: &path, matcher: &self.matcher, progress, ready: Vec::new(), sent: 0 };
            // What cannot be read to its end has said what it had.
            let _ = searcher.search_reader(&self.matcher, Watched { file, progress }, &mut lines);
            lines.send();
        }
    }
}

/// How far the search is, and who listens.
struct Progress<'a> {
    out: &'a Sender<Found>,
    files: AtomicU32,
    /// One more than the most of them means that there are more.
    matches: AtomicU32,
}

impl Progress<'_> {
    fn is_over(&self) -> bool {
        self.matches.load(Relaxed) as usize > MATCHES_MAX || self.out.is_closed()
    }
}

/// A file that cannot be read further once the search is over.
struct Watched<'a> {
    file: File,
    progress: &'a Progress<'a>,
}

impl Read for Watched<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.progress.is_over() {
            return Err(io::Error::other("the search is over"));
        }
        self.file.read(buffer)
    }
}

/// What was found in one file.
struct Lines<'a> {
    path: &'a str,
    matcher: &'a RegexMatcher,
    progress: &'a Progress<'a>,
    ready: Vec<Match>,
    sent: usize,
}

impl Lines<'_> {
    fn send(&mut self) {
        if !self.ready.is_empty() {
            self.sent += self.ready.len();
            // Waits while the reader is slow; that it is gone is noticed with the next line.
            let _ = self.progress.out.blocking_send(Found::Matches(std::mem::take(&mut self.ready)));
        }
    }
}

impl Sink for Lines<'_> {
    type Error = io::Error;

    fn matched(&mut self, _searcher: &Searcher, found: &SinkMatch<'_>) -> io::Result<bool> {
        if self.progress.matches.fetch_add(1, Relaxed) as usize >= MATCHES_MAX || self.progress.is_over() {
            return Ok(false);
        }
        let line = found.bytes().strip_suffix(b"\n").unwrap_or(found.bytes());
        let (excerpt, marks) = excerpt(line, self.matcher);
        let line = found.line_number().unwrap_or_default();
        self.ready.push(Match { path: self.path.to_owned(), line, excerpt, marks });
        // The first one is not kept waiting.
        if self.sent == 0 || self.ready.len() >= TOGETHER {
            self.send();
        }
        Ok(true)
    }
}
