-- A session in a new worktree is there before that is set up, and waits for it: what is left to do outlives the server.

alter table worktrees add column setup text not null default 'done' check (setup in ('pending', 'failed', 'done'));
-- the terminal that it runs in, once it was begun
alter table worktrees add column setup_terminal text;
