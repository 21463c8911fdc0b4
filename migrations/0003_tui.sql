-- Sessions whose agent is the CLI's own interface: the terminal that shows it, and what it waits for there.

alter table terminals add column session_id text references sessions (id) on delete cascade;
-- how its program ended, if that was by itself
alter table terminals add column exit_code integer;
-- A session has one at most: whoever is slower to make it is told so.
create unique index terminals_by_session on terminals (session_id) where session_id is not null;

-- What kind of answer it waits for in its terminal; approvals that are answered in Roost have a table of their own.
alter table sessions add column asking text;
