-- Up Migration

-- What was agreed with customers and what was said: promises, plans, answers asked for, conversations. And what the
-- rules said about each invoice, with what they were given.

-- Set by people; beside what the ledger says.
alter table customers
  -- The day of the month on which the customer pays its bills, 31 for the last.
  add column payment_run_day integer check (payment_run_day between 1 and 31),
  -- Every step to this customer comes so many days later.
  add column delay_days integer not null default 0 check (delay_days between 0 and 365);
alter table invoices
  -- Taken out by a person: named as open, and neither counted nor chased.
  add column excluded boolean not null default false,
  -- Every step about it comes so many days later; null where the customer's own delay counts.
  add column delay_days integer check (delay_days between 0 and 365);

-- A customer's word that it pays. Whether it was kept is never stored: the ledger says it, every day anew.
create table promises (
  id uuid primary key default gen_random_uuid(),
  business_id uuid not null,
  customer_id uuid not null,
  invoice_ids uuid[] not null check (cardinality(invoice_ids) > 0),
  currency text not null,
  amount_minor bigint not null check (amount_minor > 0),
  pay_on date not null,
  given_on date not null check (given_on <= pay_on),
  method text check (method in ('transfer', 'card', 'direct-debit', 'cheque', 'online', 'cash')),
  -- Who said it, and where.
  said_by text,
  via text not null check (via in ('call', 'e-mail', 'meeting', 'message', 'other')),
  note text,
  created_by text not null,
  created_at timestamptz not null,
  -- Replaced by a later one while it was open, or taken back by whoever wrote it down.
  ended_at timestamptz,
  ended_by text,
  ended_because text check (ended_because in ('replaced', 'withdrawn', 'plan')),
  unique (business_id, id),
  foreign key (business_id, customer_id) references customers (business_id, id) on delete cascade
);
create index promises_of_customer on promises (business_id, customer_id, pay_on) where ended_at is null;

-- Payment in parts: offered, then agreed by the customer's word, then judged from the ledger like promises.
create table payment_plans (
  id uuid primary key default gen_random_uuid(),
  business_id uuid not null,
  customer_id uuid not null,
  invoice_ids uuid[] not null check (cardinality(invoice_ids) > 0),
  currency text not null,
  -- [{on, minor}], oldest first; together what was owed when it was offered.
  instalments jsonb not null,
  method text check (method in ('transfer', 'card', 'direct-debit', 'cheque', 'online', 'cash')),
  -- The day by which the customer is asked to say yes.
  answer_by date not null,
  offered_on date not null,
  agreed_on date,
  said_by text,
  created_by text not null,
  created_at timestamptz not null,
  ended_at timestamptz,
  ended_by text,
  ended_because text check (ended_because in ('withdrawn', 'replaced')),
  unique (business_id, id),
  foreign key (business_id, customer_id) references customers (business_id, id) on delete cascade
);
create index payment_plans_of_customer on payment_plans (business_id, customer_id) where ended_at is null;

-- Messages beside the ladder that somebody asked for. One has gone when a chase with its id as step has.
create table requested_notices (
  business_id uuid not null,
  -- The message's id in history, as in 'promise-confirmed:…'.
  id text not null check (position(':' in id) > 0),
  customer_id uuid not null,
  message text not null check (message in ('promise-confirmed', 'plan-offer', 'plan-confirmed', 'query-received', 'statement')),
  invoice_ids uuid[] not null,
  -- What only the person who asked knows: what a query is about, who handles it.
  details jsonb not null default '{}',
  requested_by text not null,
  requested_at timestamptz not null,
  cancelled_at timestamptz,
  primary key (business_id, id),
  foreign key (business_id, customer_id) references customers (business_id, id) on delete cascade
);
create index requested_notices_of_customer on requested_notices (business_id, customer_id) where cancelled_at is null;

-- Signs of life, as a person wrote them down.
create table contact_log (
  id uuid primary key default gen_random_uuid(),
  business_id uuid not null,
  customer_id uuid not null,
  on_day date not null,
  kind text not null check (kind in ('call', 'reply')),
  outcome text not null check (outcome in ('promise', 'dispute', 'no-answer', 'voicemail', 'wrong-person', 'refuses', 'paid', 'other')),
  -- Whom one spoke to, or who wrote.
  who text,
  note text,
  -- The task that asked for the call, where one did.
  chase_id uuid,
  created_by text not null,
  created_at timestamptz not null,
  foreign key (business_id, customer_id) references customers (business_id, id) on delete cascade,
  foreign key (business_id, chase_id) references chases (business_id, id) on delete set null (chase_id)
);
create index contact_log_of_customer on contact_log (business_id, customer_id, on_day);

-- Which addresses a message went to: a shared inbox counts for every customer behind it.
create table addressees (
  business_id uuid not null,
  address text not null check (address = lower(address)),
  chase_id uuid not null,
  primary key (business_id, address, chase_id),
  foreign key (business_id, chase_id) references chases (business_id, id) on delete cascade
);
create index addressees_of_chase on addressees (business_id, chase_id);

-- What a business's messages count against its daily cap, and the day's first look at it.
create index chases_of_day on chases (business_id, lower(quiet))
  where channel = 'email' and status in ('sending', 'sent', 'unknown');

-- The expected payment day that a promise leaves in the ledger: an outbox like the notes', one row per promise and invoice.
create table expected_days (
  id uuid primary key default gen_random_uuid(),
  business_id uuid not null,
  promise_id uuid not null,
  invoice_id uuid not null,
  on_day date not null,
  created_at timestamptz not null,
  next_try_at timestamptz,
  attempts integer not null default 0,
  lease_until timestamptz,
  written_at timestamptz,
  -- Given up, and why: the ledger has no such day, or does not take it for this invoice.
  failed_why text,
  unique (promise_id, invoice_id),
  foreign key (business_id, promise_id) references promises (business_id, id) on delete cascade,
  foreign key (business_id, invoice_id) references invoices (business_id, id) on delete cascade
);
create index expected_days_to_write on expected_days (next_try_at) where written_at is null and failed_why is null;

-- What the rules were given when a verdict changed, so that it can be derived again. The policy is named by its hash (policies_used).
create table standings (
  id uuid primary key default gen_random_uuid(),
  business_id uuid not null,
  customer_id uuid not null,
  on_day date not null,
  decided_at timestamptz not null,
  policy_hash text not null,
  standing jsonb not null,
  foreign key (business_id, customer_id) references customers (business_id, id) on delete cascade,
  unique (business_id, id)
);
create index standings_of_customer on standings (business_id, customer_id, decided_at);

-- What the rules said about each open invoice, silence included. A row stands until the next one of its invoice.
create table invoice_verdicts (
  business_id uuid not null,
  invoice_id uuid not null,
  from_day date not null,
  customer_id uuid not null,
  standing_id uuid not null,
  decision text not null check (decision in ('send', 'wait', 'ask', 'nothing')),
  reason text not null,
  until_day date,
  facts jsonb not null,
  primary key (business_id, invoice_id, from_day),
  foreign key (business_id, customer_id) references customers (business_id, id) on delete cascade,
  foreign key (business_id, invoice_id) references invoices (business_id, id) on delete cascade,
  foreign key (business_id, standing_id) references standings (business_id, id) on delete cascade
);

-- Tables that came after the policies of 0005 get the same.
do $$
declare
  t text;
begin
  for t in
    select c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace
      join pg_attribute a on a.attrelid = c.oid and a.attname = 'business_id' and not a.attisdropped
     where n.nspname = current_schema() and c.relkind = 'r' and not c.relrowsecurity
  loop
    execute format('alter table %I enable row level security', t);
    execute format('alter table %I force row level security', t);
    execute format('create policy owner_looks_across on %I to current_user using (true) with check (true)', t);
    execute format(
      'create policy own_business on %I to puntual_app using (business_id = (select current_business())) with check (business_id = (select current_business()))', t);
  end loop;
end
$$;
grant select, insert, update, delete on promises, payment_plans, requested_notices, contact_log, addressees, expected_days,
  standings, invoice_verdicts to puntual_app;

-- Everything that is due at an instant, as (kind, business, id): the dispatcher's one look at the world.
create function work_due(at_instant timestamptz, most integer)
  returns table (kind text, business_id uuid, id uuid, due_at timestamptz)
  language sql stable security definer set search_path = public
  begin atomic
    (select 'sync', c.business_id, c.id, c.next_sync_at from connections c
      where c.status = 'connected' and c.next_sync_at <= at_instant order by c.next_sync_at limit most)
    union all
    (select 'hint', i.business_id, i.connection_id, min(i.received_at) from inbox i
      where i.handled_at is null and i.received_at <= at_instant group by 2, 3 limit most)
    union all
    (select 'look', c.business_id, c.id, c.next_look_at from customers c
      where c.next_look_at <= at_instant order by c.next_look_at, c.id limit most)
    union all
    (select 'send', c.business_id, c.id, c.send_after from chases c
      where c.status = 'planned' and c.channel = 'email' and c.send_after <= at_instant order by c.send_after, c.customer_id limit most)
    union all
    (select 'expired', c.business_id, c.id, c.lease_until from chases c
      where c.status = 'sending' and c.lease_until <= at_instant limit most)
    union all
    (select 'note', n.business_id, n.id, n.next_try_at from notes n
      where n.written_at is null and n.failed_why is null and n.next_try_at <= at_instant order by n.next_try_at limit most)
    union all
    (select 'expected-day', e.business_id, e.id, e.next_try_at from expected_days e
      where e.written_at is null and e.failed_why is null and e.next_try_at <= at_instant order by e.next_try_at limit most);
  end;

-- The next instant after this one at which something falls due, or null: how a test clock knows where to stop.
create function next_work_after(after_instant timestamptz) returns timestamptz
  language sql stable security definer set search_path = public
  begin atomic
    select least(
      (select min(c.next_sync_at) from connections c where c.status = 'connected' and c.next_sync_at > after_instant),
      (select min(c.next_look_at) from customers c where c.next_look_at > after_instant),
      (select min(c.send_after) from chases c where c.status = 'planned' and c.channel = 'email' and c.send_after > after_instant),
      (select min(c.lease_until) from chases c where c.status = 'sending' and c.lease_until > after_instant),
      (select min(i.received_at) from inbox i where i.handled_at is null and i.received_at > after_instant),
      (select min(n.next_try_at) from notes n
        where n.written_at is null and n.failed_why is null and n.next_try_at > after_instant),
      (select min(e.next_try_at) from expected_days e
        where e.written_at is null and e.failed_why is null and e.next_try_at > after_instant)
    );
  end;

revoke execute on function work_due(timestamptz, integer), next_work_after(timestamptz) from public;
grant execute on function work_due(timestamptz, integer), next_work_after(timestamptz) to puntual_app;
