-- Shells on terminals of their own, which live until they are closed, across restarts of the server.

create table terminals (
    id text primary key,
    project_id text not null references projects (id) on delete cascade,
    version integer not null default 1,
    name text not null,
    cwd text not null,
    status text not null,
    reason text,
    -- how often its shell was started: each keeper has a directory of its own, `<id>-<run>`
    run integer not null default 1,
    created_at integer not null
) without rowid;

create index terminals_by_project on terminals (project_id, created_at);
