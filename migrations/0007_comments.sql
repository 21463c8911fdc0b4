-- Comments on lines of changes that are not sent to an agent yet: one person writes them over an hour and on two devices.

create table change_comments (
    id text primary key,
    project_id text not null,
    at integer not null,
    by text not null,
    path text not null,
    -- staged, changed, untracked or conflicted
    change text not null,
    -- old or new: whose line numbers these are
    side text not null,
    first integer not null,
    last integer not null,
    -- the lines as they were shown, each behind its sign
    code text not null,
    text text not null
) strict;
create index change_comments_by_project on change_comments (project_id, id);
