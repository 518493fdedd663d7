-- The tables of the made-up shop. The README of this folder says which trap each of them holds.
create table customer (
    id bigint primary key,
    name text not null,
    nickname text not null unique,
    phone text not null,
    phone_since date not null,
    phone_until date,
    email text not null unique,
    id_number text unique,
    birth_date date,
    guardian bigint references customer,
    invited_by bigint references customer,
    main_address bigint,
    note text not null default '',
    deleted boolean not null default false,
    joined_at timestamptz not null
);
create unique index customer_phone on customer (phone) where phone_until is null;

create table address (
    id bigint primary key,
    region text not null,
    street text not null,
    door text not null,
    entered_by bigint not null references customer,
    unique (region, street, door)
);
alter table customer add foreign key (main_address) references address deferrable initially deferred;

create table customer_address (
    customer bigint references customer,
    address bigint references address,
    consignee_name text not null,
    consignee_phone text not null,
    primary key (customer, address)
);

create table product (id bigint primary key, name text not null unique, price numeric(8, 2) not null);

create table orders (
    id bigint primary key,
    number text not null unique,
    customer bigint not null references customer,
    gift_for bigint references customer,
    address bigint not null references address,
    consignee_name text not null,
    consignee_phone text not null,
    placed_at timestamptz not null,
    finished_at timestamptz,
    remark text not null default ''
);
create index orders_customer on orders (customer);

create table order_line (
    orders bigint references orders,
    product bigint references product,
    quantity integer not null check (quantity > 0),
    price numeric(8, 2) not null,
    primary key (orders, product)
);

create table payment (
    id bigint primary key,
    orders bigint not null references orders,
    payer_name text not null,
    card_number text,
    channel text not null,
    amount numeric(10, 2) not null,
    paid_at timestamptz not null
);

create table device (
    id bigint primary key,
    customer bigint references customer,
    device_id uuid not null unique,
    model text not null,
    last_ip inet not null,
    seen_at timestamptz not null
);

create table page_view (
    id bigint primary key,
    device bigint not null references device,
    product bigint not null references product,
    viewed_at timestamptz not null
);

create table review (
    id bigint primary key,
    customer bigint not null references customer,
    product bigint not null references product,
    stars smallint not null check (stars between 1 and 5),
    body text not null,
    written_at timestamptz not null,
    unique (customer, product)
);

create table message (
    id bigint primary key,
    sender bigint not null references customer,
    receiver bigint not null references customer,
    reply_to bigint references message,
    body text not null,
    sent_at timestamptz not null
);

create table ticket (
    id bigint primary key,
    number text not null unique,
    opened_by bigint references customer,
    contact text not null,
    subject text not null,
    opened_at timestamptz not null,
    closed_at timestamptz
);

create table ticket_note (
    id bigint primary key,
    ticket bigint not null references ticket,
    author text not null,
    body text not null,
    written_at timestamptz not null
);

create table remark (
    id bigint primary key,
    about_kind text not null check (about_kind in ('order', 'ticket')),
    about_id bigint not null,
    body text not null,
    written_at timestamptz not null
);

create table subscriber (
    email text primary key,
    phone text unique,
    name text not null,
    source text not null,
    since date not null
);

create table search_entry (id bigint primary key, words text not null);

create table access_log (
    id bigint primary key,
    device bigint,
    ip inet not null,
    path text not null,
    at timestamptz not null
);
