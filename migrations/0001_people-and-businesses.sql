-- Up Migration

-- People, businesses and who may see which. Every later table hangs on a business.

-- The exclusion constraint that keeps two messages to one customer apart needs equality on uuid beside a range.
create extension if not exists btree_gist;

-- The role the application works as: it owns nothing, so row-level security always applies to it.
do $$
begin
  if not exists (select from pg_roles where rolname = 'puntual_app') then
    create role puntual_app nologin nobypassrls;
  end if;
exception
  -- Two databases of one server may be migrated at once; roles belong to the server.
  when duplicate_object or unique_violation then null;
end
$$;
-- The login that migrates may also become the application role. From Postgres 16 on, having made a role is not
-- enough to become it, so it is always granted.
do $$
begin
  execute format('grant puntual_app to %I', current_user);
exception
  -- Somebody else made the role and granted it; if not, the first connection says so.
  when insufficient_privilege then null;
end
$$;

-- Whose data this transaction may touch. Empty means nobody's.
create function current_business() returns uuid language sql stable parallel safe
  return nullif(current_setting('app.business_id', true), '')::uuid;
-- Who is asking, for the few lists that span a person's businesses.
create function current_person() returns uuid language sql stable parallel safe
  return nullif(current_setting('app.user_id', true), '')::uuid;

create table instance (
  only_row boolean primary key default true check (only_row),
  -- What this database looked like when a person last said "yes, this is the real one": see database_fingerprint().
  confirmed_fingerprint text,
  confirmed_at timestamptz
);
insert into instance default values;

-- Changes when a dump is restored, a cluster is cloned and promoted, or the tables are made again:
-- the cluster's id and timeline, the database's id, and the id this very table got when it was created.
create function database_fingerprint() returns text language sql stable
  return (select system_identifier::text from pg_control_system())
    || '/' || (select timeline_id::text from pg_control_checkpoint())
    || '/' || (select oid::text from pg_database where datname = current_database())
    || '/' || ('instance'::regclass::oid)::text;

create table users (
  id uuid primary key default gen_random_uuid(),
  email text not null unique check (email = lower(email)),
  name text,
  language text not null default 'en' check (language in ('es', 'en')),
  created_at timestamptz not null default now()
);

create table businesses (
  id uuid primary key default gen_random_uuid(),
  name text not null,
  country text check (country ~ '^[A-Z]{2}$'),
  region text,
  -- IANA. Until the ledger or a person says otherwise.
  time_zone text not null default 'Europe/Madrid',
  base_currency text,
  -- The language of the customers who have none of their own.
  language text not null default 'es' check (language in ('es', 'en')),
  -- New businesses only watch: nothing is sent until a person says so.
  mode text not null default 'observe' check (mode in ('observe', 'approve', 'automatic')),
  -- The global stop: beats every mode.
  stopped_at timestamptz,
  stopped_by uuid references users (id),
  sender_name text,
  sender_role text,
  sender_phone text,
  -- Where replies go; the mailbox's own address when null.
  sender_email text,
  -- How to pay, printed as it stands.
  payment_details text,
  -- The one sentence about late charges, only when the business's terms have them.
  late_charges text,
  created_at timestamptz not null default now()
);
create unique index businesses_name on businesses (lower(name));

create table memberships (
  user_id uuid not null references users (id) on delete cascade,
  business_id uuid not null references businesses (id) on delete cascade,
  role text not null check (role in ('owner', 'bookkeeper', 'viewer')),
  primary key (user_id, business_id)
);

-- Sessions and links are kept by their SHA-256: reading this table lets nobody in.
create table sessions (
  id_hash bytea primary key,
  user_id uuid not null references users (id) on delete cascade,
  chosen_business uuid references businesses (id) on delete set null,
  created_at timestamptz not null default now(),
  seen_at timestamptz not null default now()
);
create table sign_in_links (
  token_hash bytea primary key,
  user_id uuid not null references users (id) on delete cascade,
  chosen_business uuid references businesses (id) on delete set null,
  created_at timestamptz not null default now(),
  used_at timestamptz
);

-- What a person reads: one line for everything that happened. Nobody edits history.
create table events (
  id bigint generated always as identity primary key,
  business_id uuid not null references businesses (id) on delete cascade,
  customer_id uuid,
  invoice_id uuid,
  chase_id uuid,
  at timestamptz not null,
  kind text not null,
  -- 'puntual', 'ledger' or the id of a user.
  actor text not null default 'puntual',
  facts jsonb not null default '{}'
);
create index events_of_customer on events (business_id, customer_id, at desc);
create index events_of_business on events (business_id, at desc);
-- The history of the business itself is a few lines among many of its customers'.
create index events_of_no_customer on events (business_id, id desc) where customer_id is null;
create function refuse_to_rewrite_history() returns trigger language plpgsql as $$
begin
  raise exception 'events are append-only';
end
$$;
create trigger events_are_append_only before update or delete on events
  for each statement when (pg_trigger_depth() = 0) execute function refuse_to_rewrite_history();
