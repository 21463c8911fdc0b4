-- What was discarded of work trees and can be put back for a while. The bytes are files of the home directory; this says
-- where each belongs, and what was left in its place, so that nothing newer is overwritten.

create table discards (
    id text primary key,
    project_id text not null,
    at integer not null,
    by text not null,
    bytes integer not null
) strict;
create index discards_by_age on discards (at);

create table discarded_files (
    discard_id text not null,
    n integer not null,
    path text not null,
    -- what was there, and what there was once it was discarded; null until that is known
    before text not null,
    after text,
    primary key (discard_id, n)
) strict;
