-- Up Migration

-- Our copy of the ledger. The ledger is the truth; this copy is what the daily plan is made from.

create table customers (
  id uuid not null default gen_random_uuid(),
  business_id uuid not null,
  connection_id uuid not null,
  ledger_id text not null,
  name text not null,
  first_name text,
  phone text,
  country text,
  region text,
  groups text[] not null default '{}',
  state text not null default 'active' check (state in ('active', 'archived', 'merged', 'deleted')),
  merged_into_ledger_id text,
  billed_to_ledger_id text,
  -- Set by a person; beats what the ledger and the record say.
  set_segment text check (set_segment in ('new', 'regular', 'strategic', 'habitually-late')),
  -- Set by a person; otherwise by country, otherwise the business's.
  set_language text check (set_language in ('es', 'en')),
  -- When the plan looks at this customer again.
  next_look_at timestamptz,
  -- Made from an invoice that named the customer before its own record arrived.
  stub boolean not null default false,
  -- What the ledger said last, people and all, as a hash. What says the same again is not written, nor compared field by field.
  digest text not null default '',
  -- Everything reads within one business, so one key serves for itself and for what refers to it.
  primary key (business_id, id),
  unique (connection_id, ledger_id),
  foreign key (business_id, connection_id) references connections (business_id, id) on delete cascade
);
create index customers_to_look_at on customers (next_look_at) where next_look_at is not null;
-- Who was merged into a customer: their history is its history.
create index customers_merged on customers (business_id, connection_id, merged_into_ledger_id)
  where merged_into_ledger_id is not null;

create table contacts (
  id uuid primary key default gen_random_uuid(),
  business_id uuid not null,
  customer_id uuid not null,
  email text not null check (email = lower(email)),
  name text,
  role text not null check (role in ('main', 'copied', 'other')),
  -- 'ledger' rows follow the ledger, 'person' rows are ours and stay.
  source text not null default 'ledger' check (source in ('ledger', 'person')),
  bounced_at timestamptz,
  bounced_why text,
  unique (customer_id, email),
  foreign key (business_id, customer_id) references customers (business_id, id) on delete cascade
);

-- The widest and fastest-growing table: every index and every foreign key is paid for with each row of a first load.
create table invoices (
  id uuid not null default gen_random_uuid(),
  business_id uuid not null,
  connection_id uuid not null,
  ledger_id text not null,
  customer_id uuid not null,
  number text,
  reference text,
  issued_on date,
  due_on date not null,
  -- The ledger had no due day: the business's default term was used, and screens and messages say so.
  due_assumed boolean not null default false,
  currency text not null,
  total_minor bigint not null,
  balance_minor bigint not null,
  state text not null check (state in ('draft', 'open', 'paid', 'void', 'deleted')),
  paid_on date,
  expected_on date,
  emails text[] not null default '{}',
  version text not null,
  changed_at timestamptz not null,
  -- As with customers: what the ledger said last. Whatever else changes these columns empties it.
  digest text not null default '',
  -- Where the customer can pay online, once asked for; '' when the ledger offers no such page.
  pay_link text,
  -- When it was last read and found changed. What a full pass finds as it was is noted in pages_seen, not here:
  -- rewriting every row every night costs more than all the rest of the comparison.
  seen_at timestamptz not null,
  primary key (business_id, id),
  unique (connection_id, ledger_id),
  -- Its customer hangs on the connection and the business, and so does it.
  foreign key (business_id, customer_id) references customers (business_id, id) on delete cascade
);
-- Business first, here and elsewhere: row-level security asks for it with every look, and a planner that does not know
-- a table yet would otherwise read the whole business's part of another index beside this one, for every customer.
create index invoices_of_customer on invoices (business_id, customer_id, due_on);

-- Which invoices a full pass that is under way has seen, one row for each page: open here and on no page means gone.
create table pages_seen (
  id bigint generated always as identity primary key,
  business_id uuid not null,
  connection_id uuid not null,
  -- When the pass began.
  pass timestamptz not null,
  ledger_ids text[] not null,
  foreign key (business_id, connection_id) references connections (business_id, id) on delete cascade
);
create index pages_seen_of_connection on pages_seen (connection_id);

create table credits (
  business_id uuid not null,
  connection_id uuid not null,
  ledger_id text not null,
  customer_id uuid not null,
  kind text not null check (kind in ('credit-note', 'prepayment', 'overpayment', 'unapplied-payment')),
  currency text not null,
  remaining_minor bigint not null,
  seen_at timestamptz not null,
  primary key (connection_id, ledger_id),
  foreign key (business_id, connection_id) references connections (business_id, id) on delete cascade,
  foreign key (business_id, customer_id) references customers (business_id, id) on delete cascade
);
create index credits_of_customer on credits (customer_id);

-- One row per payment and invoice it pays; '' when it pays none.
create table payments (
  business_id uuid not null,
  connection_id uuid not null,
  ledger_id text not null,
  invoice_ledger_id text not null default '',
  customer_id uuid,
  paid_on date not null,
  currency text,
  amount_minor bigint not null default 0,
  deleted boolean not null default false,
  primary key (connection_id, ledger_id, invoice_ledger_id),
  foreign key (business_id, connection_id) references connections (business_id, id) on delete cascade
);
create index payments_of_invoice on payments (connection_id, invoice_ledger_id);

-- Records the ledger sent that we could not read: shown, so that nothing is silently missing.
create table sync_defects (
  business_id uuid not null,
  connection_id uuid not null,
  kind text not null check (kind in ('invoice', 'customer', 'credit', 'payment')),
  ledger_id text not null default '',
  field text not null,
  message text not null,
  seen_at timestamptz not null,
  primary key (connection_id, kind, ledger_id, field),
  foreign key (business_id, connection_id) references connections (business_id, id) on delete cascade
);

-- The original invoice as the customer got it, kept by the invoice's version.
create table pdfs (
  business_id uuid not null,
  connection_id uuid not null,
  ledger_id text not null,
  version text not null,
  sha256 bytea not null,
  content bytea not null,
  fetched_at timestamptz not null,
  primary key (connection_id, ledger_id, version),
  foreign key (business_id, connection_id) references connections (business_id, id) on delete cascade
);
