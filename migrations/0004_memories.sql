-- Who saved which memory: the files belong to the CLI and say nothing of that. An entry outlives its project.

create table memory_saves (
    id integer primary key,
    at integer not null,
    by text not null,
    project_id text not null,
    path text not null,
    -- created or changed
    action text not null,
    bytes integer not null,
    hash text not null
) strict;
create index memory_saves_by_path on memory_saves (path, id);
