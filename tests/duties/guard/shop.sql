create table customers (id text primary key, name text, history text, inviter text, person text);
create table orders (number int primary key, customer text references customers, address text);
create table parcels (barcode text, "order" int references orders, place text);
create table talks (sender text, receiver text, body text);
create table visits (customer text, page text, day date) partition by range (day);
create table visits_2025 partition of visits for values from ('2025-01-01') to ('2026-01-01');
create table products (id int, name text);
insert into customers values ('ann', 'Ann', 'tea', null, 'x'), ('bob', 'Bob', 'ink', 'ann', 'y'), ('cho', 'Cho', 'salt', 'bob', 'z');
insert into orders values (1, 'ann', 'Lane 1'), (2, 'bob', 'Lane 2'), (3, null, 'nobody''s');
insert into parcels values ('p1', 1, 'here'), ('p2', 2, 'there');
insert into talks values ('ann', 'bob', 'to bob'), ('ann', 'cho', 'to cho'), ('ann', null, 'to oneself');
insert into visits values ('ann', 'teas', '2025-03-01'), ('bob', 'inks', '2025-04-01');
insert into products values (1, 'tea')
