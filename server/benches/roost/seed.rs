//! Histories written straight into a database, in the mix that real ones have; a million events would take an agent days.

use std::path::Path;

use app::{
    ids::MessageId,
    sessions::event::{EventBody, Excerpt, Hunk, ToolDetail},
};
use server::db::Db;
use sqlx::{QueryBuilder, Row, Sqlite};
use uuid::Uuid;

const MARKDOWN: &str = "The parser drops the **last token** when a line ends in `\\`, because `Lexer::advance` looks at the \
    byte *after* it:\n\n```rust\nfn advance(&mut self) -> Option<u8> {\n    self.bytes.get(self.at + 1).copied()\n}\n```\n\n\
    - `tests/lexer.rs` shows it\n- nothing else depends on it\n\nI'll change it and run the tests.";

/// The eight events of one step of work, over and over.
fn step(n: u64) -> Vec<EventBody> {
    let call = |k: &str| format!("toolu_{n}_{k}");
    let tool = |k: &str, name: &str, input: serde_json::Value| EventBody::ToolCall {
        id: call(k),
        name: name.to_owned(),
        input,
        uuid: Some(Uuid::new_v4().to_string()),
        parent: None,
    };
    let result = |k: &str, output: String, detail: ToolDetail| EventBody::ToolResult {
        id: call(k),
        is_error: false,
        output: Excerpt { head: output, ..Excerpt::default() },
        detail,
        images: 0,
        uuid: Some(Uuid::new_v4().to_string()),
        parent: None,
    };
    let tests: String = (0..12).map(|test| format!("test lexer::case_{n}_{test} ... ok\n")).collect();
    let lines = (0..10)
        .map(|line| format!("{}    let token_{line} = self.advance(); // {n}", [" ", "+", "-"][line % 3]));
    let patch = ToolDetail::Patch {
        path: "src/lexer.rs".to_owned(),
        created: false,
        added: 3,
        removed: 3,
        hunks: vec![Hunk { old_start: 40, new_start: 40, lines: lines.collect() }],
        omitted: 0,
        html: String::new(),
    };
    let shell =
        ToolDetail::Shell { stderr: Excerpt::default(), exit: Some(0), interrupted: false, background: None };
    let text = EventBody::AssistantText {
        text: format!("Step {n}. {MARKDOWN}"),
        html: String::new(),
        uuid: Some(Uuid::new_v4().to_string()),
        parent: None,
        aborted: false,
    };
    vec![
        EventBody::Thinking {
            text: format!("What does step {n} need? Look at the lexer first."),
            duration_ms: Some(900),
            parent: None,
        },
        text,
        tool("r", "Read", serde_json::json!({"file_path": "src/lexer.rs"})),
        result(
            "r",
            String::new(),
            ToolDetail::File { path: "src/lexer.rs".to_owned(), lines: 200, total: 412 },
        ),
        tool(
            "e",
            "Edit",
            serde_json::json!({"file_path": "src/lexer.rs", "old_string": "self.at + 1", "new_string": "self.at"}),
        ),
        result("e", "The file src/lexer.rs has been updated.".to_owned(), patch),
        tool(
            "b",
            "Bash",
            serde_json::json!({"command": "cargo test lexer", "description": "Run the lexer's tests"}),
        ),
        result("b", tests, shell),
    ]
}

/// A finished session of this many events; gives its id.
pub(crate) async fn session(db: &Db, project: &str, name: &str, status: &str, events: u64) -> String {
    let id = Uuid::now_v7().to_string();
    let mut tx = db.write().await.unwrap();
    let sql = "insert into sessions (id, project_id, name, prompt, status, mode, surface, permission_mode, permission_set_by, \
         permission_set_at, claude_session_id, last_seq, created_at, updated_at) \
         values (?, ?, ?, 'Fix it', ?, 'job', 'chat', 'default', 'bench', 1, ?, ?, ?, ?) returning no";
    let now = server::clock::now().0;
    let row = sqlx::query(sql)
        .bind(&id)
        .bind(project)
        .bind(name)
        .bind(status)
        .bind(Uuid::new_v4().to_string())
        .bind(events as i64)
        .bind(now)
        .bind(now)
        .fetch_one(&mut *tx)
        .await
        .unwrap();
    let no: i64 = row.get("no");
    let first = EventBody::UserMessage {
        id: MessageId(Uuid::new_v4()),
        text: "Fix it".to_owned(),
        images: Vec::new(),
        by: "bench".to_owned(),
    };
    let mut bodies = std::iter::once(first).chain((0..).flat_map(step)).take(events as usize);
    let mut seq = 0;
    loop {
        let chunk: Vec<_> = bodies.by_ref().take(4_000).collect();
        if chunk.is_empty() {
            break;
        }
        let rows: Vec<_> = chunk
            .iter()
            .map(|body| {
                seq += 1;
                let value = serde_json::to_value(body).unwrap();
                let uuid = value["uuid"].as_str().map(str::to_owned);
                ((no << 32) | seq, value["kind"].as_str().unwrap().to_owned(), uuid, value.to_string())
            })
            .collect();
        let mut lines = QueryBuilder::<Sqlite>::new("insert into event_lines (pos, line) ");
        lines.push_values(&rows, |mut row, (pos, _, _, body)| {
            row.push_bind(*pos).push_bind(body.as_bytes().to_vec());
        });
        lines.build().execute(&mut *tx).await.unwrap();
        let mut sql = QueryBuilder::<Sqlite>::new("insert into events (pos, at, kind, uuid, body) ");
        sql.push_values(rows, |mut row, (pos, kind, uuid, body)| {
            row.push_bind(pos).push_bind(now).push_bind(kind).push_bind(uuid).push_bind(body);
        });
        sql.build().execute(&mut *tx).await.unwrap();
    }
    tx.commit().await.unwrap();
    id
}

/// The database of this home, while no server runs in it.
pub(crate) async fn database(root: &Path) -> Db {
    Db::open(&root.join("roost.db")).await.unwrap()
}
