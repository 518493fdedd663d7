"""Texts are found by the characters beside each other in them, and entries by who they are of."""

from alembic import op

revision = "0024_search"
down_revision = "0023_overview"
branch_labels = None
depends_on = None

SCHEMA = "shouxin"
_FUNCTIONS = r"""
create function shouxin.folded(given text) returns text
language sql immutable strict parallel safe
return lower(regexp_replace(normalize(given, NFKD), '[\u0300-\u036f]', '', 'g'));

create function shouxin.words_of(given jsonb) returns text
language sql immutable strict parallel safe as $$
    select coalesce(string_agg(one #>> '{}', E'\n'), '')
    from jsonb_path_query(given, 'strict $.**') as one where jsonb_typeof(one) = 'string'
$$;

create function shouxin.words_of(given bytea) returns text
language sql immutable strict parallel safe as $$
    select shouxin.words_of(convert_from(given, 'UTF8')::jsonb)
$$;

create function shouxin.grams(given text) returns text[]
language sql immutable strict parallel safe as $$
    select coalesce(array_agg(distinct gram), '{}')
    from (
        select one, one || lead(one) over at as two, one || lead(one) over at || lead(one, 2) over at as three
        from regexp_split_to_table(shouxin.folded(given), '') with ordinality as t (one, place)
        window at as (order by place)
    ) as beside,
    lateral (values
        (case when one !~ '[ -~]' then one end),
        (two),
        (case when three ~ '^[a-z0-9]{3}$' then three end)
    ) as g (gram)
    where gram !~ '[\s!-/:-@[-`{-~]' and gram <> ''
$$;
"""
_TEXTS = {
    "notice_version_words": ("notice_version", "shouxin.words_of(body)"),
    "incident_account_words": ("incident_account", "shouxin.words_of(body)"),
    "assessment_version_words": ("assessment_version", "shouxin.words_of(content)"),
    "approval_words": ("approval", "scope || E'\\n' || purpose"),
}

_LISTS = (
    ("rights_request_service", "rights_request", ["service", "number"]),
    ("rights_request_right", "rights_request", ["right", "number"]),
    ("desk_matter_service", "desk_matter", ["kind", "service", "number"]),
)


def upgrade() -> None:
    op.execute(_FUNCTIONS)
    for name, (table, words) in _TEXTS.items():
        op.execute(f"create index {name} on {SCHEMA}.{table} using gin (shouxin.grams({words}))")
    for name, table, columns in _LISTS:
        op.create_index(name, table, columns, schema=SCHEMA)
    op.create_index("ledger_entry_who", "ledger_entry", ["who", "number"], schema=SCHEMA)


def downgrade() -> None:
    op.drop_index("ledger_entry_who", "ledger_entry", schema=SCHEMA)
    for name, table, _ in _LISTS:
        op.drop_index(name, table, schema=SCHEMA)
    for name in _TEXTS:
        op.execute(f"drop index {SCHEMA}.{name}")
    op.execute(f"drop function {SCHEMA}.grams(text), {SCHEMA}.words_of(bytea)")
    op.execute(f"drop function {SCHEMA}.words_of(jsonb), {SCHEMA}.folded(text)")
