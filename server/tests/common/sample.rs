//! One value of everything the API can answer with, filled to the brim so that the description is held against every field.

use app::{
    approvals::model::{Approval, ApprovalKind, ApprovalStatus, Question, QuestionOption, Suggestion},
    git::{
        model::{
            Branch, Branches, ChangeGroup, ChangedFile, Changes, Comment, Commented, DiffHunk, DiffKind,
            DiffLine, Discarded, FileDiff, GitSummary, GroupCounts, GroupVersions, Head, LineKind, LineRange,
            Operation, Side, UnderWay,
        },
        port::Picture,
    },
    ids::{ApprovalId, AttachmentId, CommentId, DiscardId, MessageId, ProjectId, SessionId, TerminalId},
    memories::model::{Memories, Memory, MemoryKind, MemorySaved, MemoryScope, MemoryText},
    previews::model::{Owner, Preview},
    projects::model::{Counts, Finding, Project, Trust, TrustReport},
    scheduled::model::{Schedule, ScheduledTask, TaskSession},
    sessions::{
        event::{Event, EventBody, Excerpt, Hunk, Level, Origin, TaskState, ToolDetail, TurnOutcome},
        model::{
            Attachment, Context, Effort, Mode, PermissionMode, QueuedMessage, Session, SessionPage, Status,
            Surface, Usage,
        },
    },
    terminals::model::{Terminal, TerminalStatus},
    time::Millis,
};
use serde_json::json;
use uuid::Uuid;

/// The id of whatever exists; nothing has another.
pub const ID: Uuid = Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_0001);
/// The id of what the engine fails on.
pub const BROKEN: Uuid = Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_0003);
/// An id of nothing.
pub const NO_ID: Uuid = Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_0002);

pub fn session() -> Session {
    Session {
        id: SessionId(ID),
        version: 3,
        project_id: ProjectId(ID),
        project_name: "sample".to_owned(),
        worktree_id: Some(ProjectId(NO_ID)),
        name: "Fix the login".to_owned(),
        status: Status::Running,
        reason: Some("because".to_owned()),
        mode: Mode::Job,
        surface: Surface::Chat,
        terminal_id: None,
        live: true,
        archived: false,
        waiting: 1,
        waiting_for: Some(ApprovalKind::Tool),
        idle_deadline: Some(Millis(1)),
        background: 0,
        self_started: false,
        activity: Some("Runs tests".to_owned()),
        claude_session_id: Some(ID),
        forked_from: Some(SessionId(NO_ID)),
        model: Some("opus".to_owned()),
        effort: Some(Effort::High),
        permission_mode: PermissionMode::Default,
        permission_set_by: "laptop".to_owned(),
        permission_set_at: Millis(1),
        usage: Usage { input_tokens: 1, output_tokens: 2, cost_usd: 0.5 },
        context: Context { used: 1, window: 200_000 },
        last_seq: 7,
        created_at: Millis(1),
        updated_at: Millis(2),
    }
}

/// The same card with nothing in it that may be absent.
pub fn bare_session() -> Session {
    Session {
        worktree_id: None,
        reason: None,
        waiting_for: None,
        idle_deadline: None,
        activity: None,
        claude_session_id: None,
        forked_from: None,
        model: None,
        effort: None,
        ..session()
    }
}

pub fn page() -> SessionPage {
    let attachment = Attachment { id: AttachmentId(ID), media_type: "image/png".to_owned(), bytes: 3 };
    let queued = QueuedMessage {
        id: MessageId(ID),
        text: "and then".to_owned(),
        images: vec![attachment],
        at: Millis(1),
    };
    SessionPage { session: session(), queue: vec![queued], draft: "not yet".to_owned() }
}

pub fn project() -> Project {
    Project {
        id: ProjectId(ID),
        name: "sample".to_owned(),
        path: "/srv/sample".to_owned(),
        worktree_of: None,
        position: 0,
        archived: false,
        trust: Some(Trust { at: Millis(1), by: "laptop".to_owned() }),
        bypass_allowed: false,
        problem: Some("gone".to_owned()),
        git: Some(git()),
        counts: Counts { waiting: 1, running: 1, idle: 0, total: 2 },
        created_at: Millis(1),
    }
}

pub fn terminal() -> Terminal {
    Terminal {
        id: TerminalId(ID),
        version: 2,
        project_id: ProjectId(ID),
        session_id: None,
        name: "Terminal 1".to_owned(),
        cwd: "/srv/sample".to_owned(),
        status: TerminalStatus::Ended,
        reason: Some("The shell ended.".to_owned()),
        created_at: Millis(1),
    }
}

pub fn bare_project() -> Project {
    Project { trust: None, problem: None, git: None, ..project() }
}

fn git() -> GitSummary {
    GitSummary { branch: "main".to_owned(), dirty: true, unpushed: Some(2) }
}

pub fn branches() -> Branches {
    let main = Branch {
        name: "main".to_owned(),
        current: true,
        default: true,
        upstream: Some("origin/main".to_owned()),
        commit: "c0".to_owned(),
        at: Millis(1),
        subject: "Fix the login".to_owned(),
        unpushed: Some(2),
    };
    let bare = Branch { upstream: None, unpushed: None, ..main.clone() };
    let head = Some("main".to_owned());
    Branches { branches: vec![main, bare], head, remote_only: vec!["old".to_owned()], more: 1 }
}

pub fn changes() -> Changes {
    let file = |added| ChangedFile {
        path: "src/main.rs".to_owned(),
        was: None,
        group: ChangeGroup::Staged,
        letter: "M".to_owned(),
        added,
        removed: added,
        submodule: added.is_none(),
        version: "5f".to_owned(),
    };
    let head = Head {
        detached: false,
        unborn: false,
        upstream: Some("origin/main".to_owned()),
        ahead: Some(1),
        behind: Some(2),
    };
    let under_way = UnderWay { what: Operation::Rebase, step: Some(1), steps: Some(3) };
    let counts = GroupCounts { staged: 2, ..GroupCounts::default() };
    let files = vec![file(Some(1)), file(None)];
    let versions = GroupVersions { staged: "1a".to_owned(), ..GroupVersions::default() };
    let git = Some(git());
    Changes { git, head, under_way: Some(under_way), counts, files, total: 2, versions, cut: false }
}

pub fn diff() -> FileDiff {
    let line = DiffLine {
        kind: LineKind::Added,
        old: None,
        new: Some(1),
        text: "a".to_owned(),
        html: "a".to_owned(),
        cut: false,
        open_end: true,
    };
    let range = LineRange { first: 0, last: 0 };
    let hunk = DiffHunk { header: "@@ -0,0 +1 @@".to_owned(), range, at: 0, lines: vec![line] };
    FileDiff {
        kind: DiffKind::Text,
        version: "5f".to_owned(),
        notes: vec!["new file mode 100644".to_owned()],
        old_size: None,
        new_size: Some(1),
        hunks: vec![hunk],
        total: 1,
        added: 1,
        removed: 0,
        by_line: true,
    }
}

pub fn picture() -> Picture {
    Picture { media_type: "image/png", bytes: b"\x89PNG\r\n\x1a\n".to_vec() }
}

pub fn comment() -> Comment {
    let about = Commented {
        path: "src/main.rs".to_owned(),
        group: ChangeGroup::Changed,
        side: Side::New,
        first: 3,
        last: 3,
        code: "+a\n".to_owned(),
    };
    let (by, text) = ("ci".to_owned(), "Why?".to_owned());
    Comment { id: CommentId(ID), at: Millis(1), by, about, text }
}

pub fn discarded() -> Discarded {
    let (id, by, path) = (DiscardId(ID), "ci".to_owned(), "src/main.rs".to_owned());
    Discarded { id, at: Millis(1), by, files: 1, path, bytes: 3 }
}

pub fn preview() -> Preview {
    let owner = Owner::Session { id: SessionId(ID), name: "Fix the login".to_owned() };
    Preview { port: 5173, pid: 1, command: "node vite".to_owned(), owner, opened: Some(41_000) }
}

pub fn schedule() -> Schedule {
    let task = ScheduledTask {
        id: "c3c236db".to_owned(),
        cron: "*/5 * * * *".to_owned(),
        words: Some("Every 5 minutes".to_owned()),
        prompt: "say tick".to_owned(),
        recurring: true,
        durable: true,
        awake: true,
        made_at: Some(Millis(1)),
        last_at: Some(Millis(2)),
        next_at: Some(Millis(3)),
        expires_at: Some(Millis(4)),
        session: Some(TaskSession { id: SessionId(ID), name: "Fix the login".to_owned() }),
    };
    Schedule { tasks: vec![task], trouble: Some("because".to_owned()) }
}

pub fn memories() -> Memories {
    let loaded = memory().memory;
    let missing = Memory { order: None, note: None, exists: false, ..loaded.clone() };
    Memories { files: vec![loaded, missing], bytes: 5, tokens: 2 }
}

pub fn memory() -> MemoryText {
    let memory = Memory {
        path: "/srv/sample/CLAUDE.md".to_owned(),
        name: "CLAUDE.md".to_owned(),
        scope: MemoryScope::Project,
        kind: MemoryKind::Instructions,
        order: Some(1),
        note: Some("noted".to_owned()),
        exists: true,
        bytes: 5,
        tokens: 2,
        depth: 0,
        readable: true,
        editable: true,
    };
    let saved = Some(MemorySaved { at: Millis(1), by: "Chrome".to_owned() });
    let (text, html) = ("*now*".to_owned(), "<em>now</em>".to_owned());
    MemoryText { memory, text, hash: Some("0123".to_owned()), html, saved }
}

pub fn trust_report() -> TrustReport {
    let finding = vec![Finding { file: ".claude/settings.json".to_owned(), what: "Stop: make".to_owned() }];
    TrustReport {
        hooks: finding.clone(),
        mcp_servers: finding.clone(),
        settings: finding.clone(),
        instructions: finding.clone(),
        unreadable: finding,
    }
}

pub fn approval() -> Approval {
    Approval {
        id: ApprovalId(ID),
        session_id: SessionId(ID),
        session_name: "Fix the login".to_owned(),
        project_id: ProjectId(ID),
        project_name: "sample".to_owned(),
        kind: ApprovalKind::Questions,
        tool: "AskUserQuestion".to_owned(),
        tool_use_id: "toolu_1".to_owned(),
        agent: Some("Explore".to_owned()),
        title: "Which one?".to_owned(),
        subject: "one or two".to_owned(),
        input: json!({ "questions": [] }),
        html: Some("<p>one</p>".to_owned()),
        reason: Some("asks".to_owned()),
        questions: vec![Question {
            question: "Which one?".to_owned(),
            header: "One".to_owned(),
            multi_select: true,
            options: vec![QuestionOption { label: "one".to_owned(), description: "the first".to_owned() }],
        }],
        suggestions: vec![Suggestion { label: "edits".to_owned(), scope: "this session".to_owned() }],
        digest: "0123".to_owned(),
        asked_at: Millis(1),
        expires_at: Some(Millis(2)),
        status: ApprovalStatus::Allowed,
        decided_by: Some("laptop".to_owned()),
        decided_at: Some(Millis(2)),
    }
}

fn excerpt() -> Excerpt {
    Excerpt { head: "first".to_owned(), tail: "last".to_owned(), omitted: 10 }
}

/// An event of every kind and every detail, numbered from 1.
pub fn events() -> Vec<Event> {
    let (text, some) = (|text: &str| text.to_owned(), |text: &str| Some(text.to_owned()));
    let attachment = Attachment { id: AttachmentId(ID), media_type: text("image/png"), bytes: 3 };
    let usage = Usage { input_tokens: 1, output_tokens: 2, cost_usd: 0.5 };
    let mut bodies = vec![
        EventBody::UserMessage {
            id: MessageId(ID),
            text: text("hi"),
            images: vec![attachment],
            by: text("laptop"),
        },
        EventBody::AssistantText {
            text: text("*hi*"),
            html: text("<em>hi</em>"),
            uuid: some("u"),
            parent: some("t"),
            aborted: true,
        },
        EventBody::Thinking { text: text("hm"), duration_ms: Some(5), parent: some("t") },
        EventBody::ToolCall {
            id: text("t"),
            name: text("Bash"),
            input: json!({ "command": "ls" }),
            uuid: some("u"),
            parent: None,
        },
        EventBody::ApprovalAsked {
            id: ApprovalId(ID),
            approval: ApprovalKind::Tool,
            title: text("Run?"),
            tool_use_id: text("t"),
        },
        EventBody::ApprovalSettled {
            id: ApprovalId(ID),
            outcome: ApprovalStatus::Denied,
            by: text("laptop"),
            note: some("no"),
        },
        EventBody::TurnStarted { origin: Origin::Person, model: some("opus") },
        EventBody::TurnEnded { outcome: TurnOutcome::Failed, text: some("529"), duration_ms: 9, usage },
        EventBody::StatusChanged {
            from: Status::Queued,
            to: Status::Running,
            reason: some("a slot is free"),
        },
        EventBody::SettingChanged { what: text("model"), value: text("opus"), by: text("laptop") },
        EventBody::PermissionModeChanged { to: PermissionMode::Plan, by: text("laptop") },
        EventBody::Notice { level: Level::Warning, text: text("slow") },
        EventBody::Task {
            id: text("b"),
            title: text("sleep"),
            state: TaskState::Running,
            tool_use_id: some("t"),
        },
        EventBody::Forked { from: SessionId(NO_ID), seq: 4 },
        EventBody::Unknown { name: text("new"), raw: excerpt() },
    ];
    bodies.extend(details().into_iter().map(|detail| EventBody::ToolResult {
        id: text("t"),
        is_error: false,
        output: excerpt(),
        detail,
        images: 1,
        uuid: some("u"),
        parent: some("t"),
    }));
    bodies.into_iter().zip(1..).map(|(body, seq)| Event { seq, at: Millis(1), body }).collect()
}

fn details() -> Vec<ToolDetail> {
    let hunk = Hunk { old_start: 1, new_start: 1, lines: vec!["+a".to_owned()] };
    vec![
        ToolDetail::Plain,
        ToolDetail::Shell {
            stderr: excerpt(),
            exit: Some(1),
            interrupted: true,
            background: Some("b".to_owned()),
        },
        ToolDetail::Patch {
            path: "a".to_owned(),
            created: true,
            added: 1,
            removed: 0,
            hunks: vec![hunk],
            omitted: 2,
            html: "<i></i>".to_owned(),
        },
        ToolDetail::File { path: "a".to_owned(), lines: 1, total: 2 },
        ToolDetail::Matches { count: 3 },
        ToolDetail::Agent { tools: 1, tokens: 2, duration_ms: 3, background: true },
        ToolDetail::Todo { id: "1".to_owned(), status: Some("completed".to_owned()) },
    ]
}
