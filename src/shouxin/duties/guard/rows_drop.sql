-- Take the guard away: every table as it stood before, and nothing left of the schema.
do $$
declare
    one record;
begin
    if to_regclass('shouxin_guard.enclosed') is null then
        return;
    end if;
    for one in select e.* from shouxin_guard.enclosed e join pg_class c on c.oid = e.place loop
        execute format('drop policy if exists shouxin_guard on %s', one.place);
        execute format('drop policy if exists shouxin_guard_only on %s', one.place);
        execute format(
            'alter table %s %s row level security, %s force row level security',
            one.place, case when one.rls then 'enable' else 'disable' end, case when one.forced then '' else 'no' end);
    end loop;
    for one in
        select oid::regclass as place from pg_class
        where relnamespace = 'shouxin_guard'::regnamespace and relkind = 'v' order by oid desc
    loop
        execute format('drop view %s', one.place);
    end loop;
    drop function shouxin_guard.enclose(regclass, text);
    drop table shouxin_guard.enclosed, shouxin_guard.exception, shouxin_guard.purpose, shouxin_guard.state;
    drop schema shouxin_guard;
end $$;
