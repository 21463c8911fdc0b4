//! scratch: renders pages statically; never committed.
#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs)]
use app::{approvals::model::*, auth::model::*, boot::*, ids::*, projects::model::*, routes::App, sessions::{event::*, model::*}, time::Millis};
use leptos::prelude::*;
use leptos_router::location::RequestUrl;
use serde_json::json;
use uuid::Uuid;

const NOW: i64 = 1_790_000_000_000;
fn sid(n: u128) -> SessionId { SessionId(Uuid::from_u128(n)) }
fn pid(n: u128) -> ProjectId { ProjectId(Uuid::from_u128(100 + n)) }

fn project(n: u128, name: &str, counts: Counts) -> Project {
    Project { id: pid(n), name: name.into(), path: format!("/home/mia/src/{name}"), position: n as i64, archived: false,
        trust: Some(Trust { at: Millis(NOW), by: "me".into() }), bypass_allowed: true, problem: None,
        git: Some(GitSummary { branch: "fix/webhook-retry".into(), dirty: true }), counts, created_at: Millis(NOW) }
}
fn session(n: u128, name: &str, status: Status, ago: i64) -> Session {
    Session { id: sid(n), version: 1, project_id: pid(1), project_name: "tidewater-api".into(), name: name.into(), status, reason: None,
        mode: Mode::Job, surface: Surface::Chat, live: !status.is_finished(), archived: false, waiting: 0, waiting_for: None, idle_deadline: None,
        background: 0, self_started: false, activity: None, claude_session_id: Some(Uuid::from_u128(7)), forked_from: None, model: Some("claude-sonnet-5-5".into()),
        effort: Some(Effort::Medium), permission_mode: PermissionMode::Default, permission_set_by: "Chrome on Linux".into(), permission_set_at: Millis(NOW - 600_000),
        usage: Usage { input_tokens: 812_000, output_tokens: 14_200, cost_usd: 0.41 }, context: Context { used: 38_000, window: 200_000 }, last_seq: 40,
        created_at: Millis(NOW - 900_000), updated_at: Millis(NOW - ago * 60_000) }
}
fn tool_approval(n: u128, s: u128, name: &str, title: &str, subject: &str, sugg: &[&str]) -> Approval {
    Approval { id: ApprovalId(Uuid::from_u128(500 + n)), session_id: sid(s), session_name: name.into(), project_id: pid(1), project_name: "tidewater-api".into(),
        kind: ApprovalKind::Tool, tool: "Bash".into(), tool_use_id: "t9".into(), agent: None, title: title.into(), subject: subject.into(), input: json!({"command": subject}),
        html: None, reason: None, questions: vec![], suggestions: sugg.iter().map(|l| Suggestion { label: (*l).into(), scope: "this project, for you".into() }).collect(),
        digest: "x".into(), asked_at: Millis(NOW - 130_000), expires_at: None, status: ApprovalStatus::Pending, decided_by: None, decided_at: None }
}
fn ex(s: &str) -> Excerpt { Excerpt { head: s.into(), ..Excerpt::default() } }
fn call(id: &str, name: &str, input: serde_json::Value, parent: Option<&str>) -> EventBody {
    EventBody::ToolCall { id: id.into(), name: name.into(), input, uuid: None, parent: parent.map(Into::into) }
}
fn result(id: &str, err: bool, out: Excerpt, detail: ToolDetail, parent: Option<&str>) -> EventBody {
    EventBody::ToolResult { id: id.into(), is_error: err, output: out, detail, images: 0, uuid: None, parent: parent.map(Into::into) }
}
fn says(html: &str) -> EventBody { EventBody::AssistantText { text: html.into(), html: html.into(), uuid: Some("u".into()), parent: None, aborted: false } }

const DIFF: &str = r#"<div class="dl c"><i>41</i><i>41</i><span>    <span class="hl-k">match</span> response.status() {</span></div><div class="dl d"><i>42</i><i></i><span>        s <span class="hl-k">if</span> s.is_server_error() =&gt; queue.<mark>drop</mark>(id).<span class="hl-k">await</span>?,</span></div><div class="dl a"><i></i><i>42</i><span>        s <span class="hl-k">if</span> s.is_server_error() &amp;&amp; attempt &lt; <span class="hl-t">MAX_ATTEMPTS</span> =&gt; {</span></div><div class="dl a"><i></i><i>43</i><span>            <span class="hl-k">let</span> delay = <span class="hl-f">backoff</span>(attempt, &amp;<span class="hl-k">mut</span> rng);</span></div><div class="dl a"><i></i><i>44</i><span>            queue.<span class="hl-f">retry</span>(id, attempt + <span class="hl-n">1</span>, delay).<span class="hl-k">await</span>?</span></div><div class="dl c"><i>43</i><i>46</i><span>        s =&gt; queue.<span class="hl-f">finish</span>(id, s).<span class="hl-k">await</span>?,</span></div>"#;

fn story(kind: &str) -> Vec<EventBody> {
    let mut all = vec![
        EventBody::UserMessage { id: MessageId(Uuid::nil()), text: "Deliveries that get a 5xx are dropped. Retry them with exponential backoff, at most six times, and record each attempt.".into(), images: vec![], by: "Chrome".into() },
        EventBody::TurnStarted { origin: Origin::Person, model: None },
        EventBody::Thinking { text: "The queue already has a delay column, so a retry can be one more row with a later run_at. Let me look at deliver.rs first.".into(), duration_ms: Some(6_000), parent: None },
        says("<p>The queue has a <code>run_at</code> column that nothing uses yet, so a retry needs no new table. I'll compute the delay with jitter and stop after six.</p>"),
        call("t1", "Read", json!({"file_path": "/home/mia/src/tidewater-api/src/webhooks/queue.rs"}), None),
        result("t1", false, ex("1\tuse std;"), ToolDetail::File { path: "x".into(), lines: 212, total: 212 }, None),
        call("t2", "Edit", json!({"file_path": "/home/mia/src/tidewater-api/src/webhooks/deliver.rs"}), None),
        result("t2", false, ex("ok"), ToolDetail::Patch { path: "x".into(), created: false, added: 9, removed: 2, hunks: vec![], omitted: 0, html: DIFF.into() }, None),
        call("a1", "Agent", json!({"description": "who else calls queue.drop", "subagent_type": "Explore", "prompt": "Find all callers"}), None),
        call("b1", "Grep", json!({"pattern": "queue\\.drop", "path": "/home/mia/src/tidewater-api/src"}), Some("a1")),
        result("b1", false, ex("src/a.rs:1\nsrc/b.rs:2"), ToolDetail::Matches { count: 2 }, Some("a1")),
    ];
    if kind == "pending" {
        all.push(result("a1", false, ex("Two callers."), ToolDetail::Agent { tools: 7, tokens: 100, duration_ms: 12_000, background: false }, None));
        all.push(call("t9", "Bash", json!({"command": "cargo nextest run -p webhooks --no-fail-fast"}), None));
        all.push(EventBody::ApprovalAsked { id: ApprovalId(Uuid::from_u128(501)), approval: ApprovalKind::Tool, title: "Run this command?".into(), tool_use_id: "t9".into() });
    }
    if kind == "many" {
        let todo = |id: &str, s: &str| ToolDetail::Todo { id: id.into(), status: Some(s.into()) };
        all.extend([
            call("c1", "TaskCreate", json!({"subject": "Compute the delay with jitter"}), None), result("c1", false, ex(""), todo("1", "pending"), None),
            call("c2", "TaskCreate", json!({"subject": "Record each attempt in the database"}), None), result("c2", false, ex(""), todo("2", "pending"), None),
            call("c3", "TaskUpdate", json!({"taskId": "1", "status": "completed"}), None), result("c3", false, ex(""), todo("1", "completed"), None),
            call("c4", "TaskUpdate", json!({"taskId": "2", "status": "in_progress"}), None), result("c4", false, ex(""), todo("2", "in_progress"), None),
            call("s1", "Bash", json!({"command": "cargo nextest run -p webhooks", "description": "Run the tests"}), None),
            result("s1", true, Excerpt { head: (0..30).map(|n| format!("   Compiling crate-{n} v0.{n}.0\n")).collect(), ..Excerpt::default() }, ToolDetail::Shell { stderr: ex("error[E0425]: cannot find value `rng` in this scope"), exit: Some(101), interrupted: false, background: None }, None),
            call("m1", "mcp__tracker__create_issue_with_a_very_long_tool_name", json!({"title": "A follow-up", "labels": ["bug", "webhooks"], "n": 3}), None),
            result("m1", false, ex("{\"id\": 482}"), ToolDetail::Plain, None),
            call("w1", "WebFetch", json!({"url": "https://docs.rs/rand/latest/rand/trait.Rng.html", "prompt": "jitter"}), None),
            result("w1", false, ex("…"), ToolDetail::Plain, None),
            EventBody::Notice { level: Level::Warning, text: "The API is overloaded; try 2 of 10 in 4 s.".into() },
            says("<h2>Done</h2><p>Here is what changed:</p><ul><li><code>deliver.rs</code> retries a <strong>5xx</strong> up to six times</li><li>each attempt is one row, see <a href=\"https://example.org\">the docs</a></li></ul><pre><code><span class=\"hl-k\">let</span> delay = base * <span class=\"hl-n\">2u32</span>.<span class=\"hl-f\">pow</span>(attempt);</code></pre><table><thead><tr><th>attempt</th><th>delay</th></tr></thead><tbody><tr><td>1</td><td>2 s</td></tr><tr><td>2</td><td>4 s</td></tr></tbody></table>"),
            EventBody::TurnEnded { outcome: TurnOutcome::Done, text: None, duration_ms: 130_000, usage: Usage { cost_usd: 0.12, ..Usage::default() } },
            EventBody::TurnStarted { origin: Origin::Agent, model: None },
            EventBody::Unknown { name: "system brand_new_thing".into(), raw: ex("{}") },
            EventBody::TurnEnded { outcome: TurnOutcome::Failed, text: Some("API Error: 529 Overloaded. Try again in a moment.".into()), duration_ms: 4_000, usage: Usage::default() },
            EventBody::SettingChanged { what: "model".into(), value: "opus".into(), by: "Chrome on Linux".into() },
        ]);
    }
    all
}

fn boot(kind: &str, status: Status) -> Boot {
    let mut cur = session(1, "Retry webhook deliveries with backoff and record each of the attempts", status, 2);
    let mut approvals = vec![];
    if kind == "pending" || kind == "inbox" {
        cur.waiting = 1; cur.waiting_for = Some(ApprovalKind::Tool);
        approvals.push(tool_approval(1, 1, &cur.name, "Run this command?", "cargo nextest run -p webhooks --no-fail-fast", &["cargo nextest:*"]));
    }
    if kind == "inbox" {
        let mut q = tool_approval(2, 3, "Which database for the audit log?", "Which database shall the audit log use?", "", &[]);
        q.kind = ApprovalKind::Questions;
        q.questions = vec![Question { question: q.title.clone(), header: "Database".into(), multi_select: false, options: vec![
            QuestionOption { label: "SQLite, as everywhere else".into(), description: "One file, no server; the audit log stays beside the data.".into() },
            QuestionOption { label: "Postgres".into(), description: "Needs a server, but takes many writers.".into() }] }];
        approvals.push(q);
        let mut e = tool_approval(3, 2, "Split the billing module", "Edit this file?", "/home/mia/src/orchard/src/billing/invoice.rs", &["all edits", "Edit(src/**)", "Edit"]);
        e.html = Some(DIFF.into()); e.tool = "Edit".into(); e.reason = Some("Path is outside allowed working directories".into());
        approvals.push(e);
        let mut p = tool_approval(4, 4, "Port the CLI", "Approve this plan?", "", &[]);
        p.kind = ApprovalKind::Plan; p.html = Some("<h2>Plan</h2><ol><li>Read the parser</li><li>Move to clap 4 derive</li></ol><p>Nothing else changes.</p>".into());
        approvals.push(p);
    }
    let mut s2 = session(2, "Split the billing module", Status::Running, 0); s2.activity = Some("Edit src/billing/invoice.rs · 14 tools · 61k tokens".into());
    let mut s3 = session(3, "Which database for the audit log?", Status::Running, 9); s3.waiting = 1; s3.waiting_for = Some(ApprovalKind::Questions); s3.activity = Some("Asks a question".into());
    let mut s4 = session(4, "Pairing: query planner", Status::Idle, 60); s4.mode = Mode::Session; s4.activity = Some("What shall we look at next?".into());
    let mut s5 = session(5, "Nightly dependency review", Status::Completed, 300); s5.activity = Some("3 updates proposed".into());
    let mut s6 = session(6, "Port the CLI to clap 4", Status::Failed, 1440 * 2); s6.reason = Some("API overloaded, 3 retries".into());
    let mut s7 = session(7, "Averyveryverylongnamewithoutanyspacesthatjustgoesonandonforever", Status::Idle, 5); s7.idle_deadline = Some(Millis(NOW + 249_000));
    if kind == "idle" { cur.idle_deadline = Some(Millis(NOW + 249_000)); cur.context.used = 182_000; }
    if kind == "lost" { cur.claude_session_id = None; cur.reason = Some("The agent was killed".into()); }
    let open = OpenSession {
        page: SessionPage { session: cur.clone(), queue: if kind == "many" { vec![QueuedMessage { id: MessageId(Uuid::from_u128(3)), text: "And when you are done, run clippy over everything as well".into(), images: vec![], at: Millis(NOW) }] } else { vec![] }, draft: String::new() },
        events: EventPage { events: story(kind).into_iter().enumerate().map(|(n, body)| Event { seq: n as u64 + 1, at: Millis(NOW - 120_000 + n as i64 * 1_000), body }).collect(), last_seq: 0 },
    };
    Boot {
        viewer: Some(Viewer { identity: Identity::Open, label: "Chrome on Linux".into() }), now: Millis(NOW),
        projects: vec![project(1, "tidewater-api", Counts { waiting: 2, running: 1, idle: 0, total: 5 }), project(2, "orchard", Counts { waiting: 0, running: 1, idle: 0, total: 3 }), project(3, "dotfiles", Counts { waiting: 0, running: 0, idle: 1, total: 1 })],
        approvals, sessions: vec![cur, s2, s3, s4, s5, s6, s7], open: Some(open), ..Boot::default()
    }
}

fn main() {

    let css = std::env::args().nth(1).unwrap();
    let out = std::env::args().nth(2).unwrap();
    let id = sid(1);
    for (name, url, kind, status) in [
        ("pending", format!("/sessions/{id}"), "pending", Status::Running), ("many", format!("/sessions/{id}"), "many", Status::Running),
        ("running", format!("/sessions/{id}"), "run", Status::Running), ("idle", format!("/sessions/{id}"), "idle", Status::Idle),
        ("lost", format!("/sessions/{id}"), "lost", Status::Failed), ("inbox", "/inbox".into(), "inbox", Status::Running),
        ("list", "/sessions".into(), "many", Status::Running), ("new", "/new".into(), "many", Status::Running), ("empty", "/inbox".into(), "none", Status::Running),
    ] {
        let owner = Owner::new_root(None);
        let html = owner.with(|| {
            provide_context(RequestUrl::new(&format!("http://x{url}")));
            let mut b = boot(kind, status);
            if name == "empty" { b.sessions.clear(); b.projects.clear(); }
            if !url.contains(&id.to_string()) { b.open = None; }
            provide_context(b);
            view! { <App /> }.to_html()
        });
        for theme in ["light", "dark"] {
            let page = format!("<!doctype html><html data-theme={theme} lang=en><head><meta charset=utf-8><meta name=viewport content='width=device-width, initial-scale=1'><link rel=stylesheet href={css}></head><body>{html}</body></html>");
            std::fs::write(format!("{out}/{name}-{theme}.html"), page).unwrap();
        }
    }
}
