-- What the guard keeps in this database: the smallest set that says whose rows a purpose may read.
create schema shouxin_guard;

create table shouxin_guard.state (
    one boolean primary key default true check (one),
    service text not null,
    stale interval not null,                          -- a beat older than this counts for nothing
    beat timestamptz not null default '-infinity',    -- up to when all that the service's people said is known
    answers bigint not null default 0,                -- the last answer that was followed
    restrictions bigint not null default 0,           -- the last change of a restriction that was followed
    passing bigint default 0,                         -- how far a pass over everybody came; null: it is finished
    passed_on date
);
create table shouxin_guard.purpose (
    name text primary key,
    categories text[] not null,
    everybody boolean,                                -- null: not worked out, and nothing is shown
    ground text not null default ''                   -- digest of what that rests on
);
-- The people for whom the opposite holds of what holds for everybody.
create table shouxin_guard.exception (
    purpose text not null references shouxin_guard.purpose,
    person text collate "C" not null,                 -- as this service calls them
    number bigint not null,                           -- as Shouxin calls them
    until timestamptz not null,
    primary key (purpose, person)
);
create index exception_number on shouxin_guard.exception (number);
create table shouxin_guard.enclosed (place regclass primary key, rls boolean not null, forced boolean not null);

-- The ruling on the purpose of this session; none while no purpose is set or nobody keeps it current.
create view shouxin_guard.ruling with (security_barrier) as
select p.name as shouxin_purpose, p.everybody as shouxin_everybody
from shouxin_guard.purpose p, shouxin_guard.state s
where p.name = current_setting('shouxin.purpose', true)
    and s.beat between statement_timestamp() - s.stale and statement_timestamp() + s.stale;
create view shouxin_guard.excepted with (security_barrier) as
select e.person as shouxin_person
from shouxin_guard.exception e
where e.purpose = (select r.shouxin_purpose from shouxin_guard.ruling r) and e.until > statement_timestamp();

-- Row security on a table and its partitions, for the owner too. Where it has none of its own the policy is the
-- only way to a row, so that nothing is shown when it falls; beside other policies it restricts what they allow.
create function shouxin_guard.enclose(place regclass, shown text) returns void language plpgsql as $$
declare
    one record;
begin
    for one in
        with recursive part (id) as (
            select enclose.place::oid union select inhrelid from pg_inherits join part on inhparent = id
        )
        select c.oid::regclass as place, c.relrowsecurity as rls, c.relforcerowsecurity as forced,
            exists (select from pg_policy where polrelid = c.oid) as others
        from part join pg_class c on c.oid = id order by c.oid
    loop
        if exists (select from shouxin_guard.enclosed e where e.place = one.place) then
            raise exception 'the table % is mapped twice: as itself and as a part of another', one.place;
        end if;
        insert into shouxin_guard.enclosed values (one.place, one.rls, one.forced);
        execute format('alter table %s enable row level security, force row level security', one.place);
        if not one.rls then
            execute format(
                'create policy shouxin_guard on %s using (%s) with check (true)', one.place, shown);
        end if;
        if one.rls or one.others then
            execute format(
                'create policy shouxin_guard_only on %s as restrictive using (%s) with check (true)',
                one.place, shown);
        end if;
    end loop;
end $$;
