-- A session may work in a worktree of its project: a directory and a branch of its own. For all that looks at a directory it
-- is a place like a project, so it has a row there; what only a worktree has is here, from before it is made.

alter table projects add column worktree_of text references projects (id);
alter table sessions add column worktree_id text references projects (id);
create index sessions_by_worktree on sessions (worktree_id) where worktree_id is not null;

create table worktrees (
    -- that of its place, once there is one
    id text primary key,
    project_id text not null references projects (id) on delete cascade,
    -- the directory that git knows; the place may be a directory in it
    root text not null unique,
    branch text not null,
    -- the branch it was made from, and its commit then
    base text not null,
    start text not null,
    -- the commit of the branch that was brought into the base last
    merged text,
    -- the ignored files that were copied into it, a line each
    copied text not null default '',
    -- making, until git and its place are there; then ready
    state text not null,
    created_at integer not null
) strict, without rowid;
create index worktrees_by_project on worktrees (project_id, created_at);

-- What a project says of its new worktrees, once somebody changed it.
create table worktree_settings (
    project_id text primary key references projects (id) on delete cascade,
    -- patterns of ignored files to copy, a line each
    copy text not null,
    -- the command that sets one up before the first prompt; none if empty
    setup text not null default ''
) strict, without rowid;

-- What is kept of worktrees that were removed, each in a directory of its id in Roost's home.
create table worktree_trash (
    id text primary key,
    project_id text not null references projects (id) on delete cascade,
    -- that of the place, for sessions that worked there
    place_id text,
    path text not null,
    branch text,
    base text,
    -- the commits of a bundle, and the tree of what was staged; none of a directory that git did not know
    head text,
    work text,
    staged text,
    -- 0 while it is written
    saved integer not null,
    removed_by text not null,
    removed_at integer not null,
    expires_at integer not null
) strict, without rowid;
create index worktree_trash_by_project on worktree_trash (project_id, removed_at);
