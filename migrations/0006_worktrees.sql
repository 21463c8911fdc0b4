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
    -- making, until git and its place are there; then ready
    state text not null,
    created_at integer not null
) strict, without rowid;
create index worktrees_by_project on worktrees (project_id, created_at);
