-- The first schema: everything a session needs to survive its server.
-- Instants are milliseconds since 1970; ids are UUIDs as text; words are the ones of app's models.

-- Facts about this installation, such as the secret that names its cookies.
create table meta (
    key text primary key,
    value text not null
) without rowid;

create table projects (
    id text primary key,
    name text not null,
    path text not null unique,
    position integer not null,
    archived_at integer,
    trusted_at integer,
    trusted_by text,
    created_at integer not null
) without rowid;

-- `no` is short because every event carries it: an event's rowid is `no << 32 | seq`, so that the history of a
-- session lies together and its end is found without an index.
create table sessions (
    no integer primary key autoincrement,
    id text not null unique,
    project_id text not null references projects (id),
    name text not null,
    prompt text not null,
    status text not null,
    reason text,
    mode text not null,
    surface text not null,
    archived_at integer,
    idle_deadline integer,
    background integer not null default 0,
    self_started integer not null default 0,
    activity text,
    claude_session_id text,
    forked_from text,
    -- what a fresh agent is started with: `fork` and where, until the agent confirmed its own conversation
    fork_session text,
    fork_at text,
    model text,
    effort text,
    permission_mode text not null,
    permission_set_by text not null,
    permission_set_at integer not null,
    input_tokens integer not null default 0,
    output_tokens integer not null default 0,
    cost_usd real not null default 0,
    context_used integer not null default 0,
    context_window integer not null default 200000,
    last_seq integer not null default 0,
    -- the keeper that owns its agent, and the last journal record that the history holds
    keeper text,
    taken integer not null default 0,
    -- what the driver must remember over a restart of the server, as JSON
    driver text not null default '{}',
    draft text not null default '',
    version integer not null default 1,
    created_at integer not null,
    updated_at integer not null
);
create index sessions_by_project on sessions (project_id, updated_at desc);
-- What every project card counts.
create index sessions_counts on sessions (project_id, status) where archived_at is null;
create index sessions_by_update on sessions (updated_at desc) where archived_at is null;
create index sessions_live on sessions (status) where keeper is not null or status in ('queued', 'running', 'idle');

create table events (
    pos integer primary key,
    at integer not null,
    kind text not null,
    uuid text,
    body text not null
);

-- The agent's own lines, byte for byte; only for events that came from one.
create table event_lines (
    pos integer primary key,
    line blob not null
);

create table attachments (
    id text primary key,
    session_no integer not null references sessions (no),
    media_type text not null,
    bytes blob not null
);
create index attachments_by_session on attachments (session_no);

-- A person's messages until the agent has them: waiting -> given (handed to the keeper) -> taken (the keeper has it).
create table messages (
    id text primary key,
    session_no integer not null references sessions (no),
    position integer not null,
    state text not null,
    text text not null,
    images text not null default '[]',
    by text not null,
    at integer not null
);
create index messages_open on messages (session_no, position) where state in ('waiting', 'given');

create table approvals (
    id text primary key,
    session_no integer not null references sessions (no),
    -- the CLI's id of the request; unique while the process lives
    request_id text not null,
    kind text not null,
    tool text not null,
    tool_use_id text not null,
    agent text,
    -- the request as it came, byte for byte, and its hash
    request text not null,
    digest text not null,
    asked_at integer not null,
    expires_at integer,
    status text not null,
    decided_at integer,
    decided_by text,
    -- the answer as it goes to the agent, and whether the keeper has it
    answer text,
    delivered integer not null default 0
);
create index approvals_pending on approvals (asked_at desc) where status = 'pending';
create index approvals_by_session on approvals (session_no, asked_at);
create index approvals_undelivered on approvals (session_no) where delivered = 0 and answer is not null;

create table logins (
    id text primary key,
    hash blob not null unique,
    label text not null,
    created_at integer not null,
    seen_at integer not null
);

create table sign_in_codes (
    hash blob primary key,
    expires_at integer not null,
    used_at integer
) without rowid;

create table tokens (
    id text primary key,
    name text not null unique,
    hash blob not null unique,
    created_at integer not null,
    used_at integer
);
