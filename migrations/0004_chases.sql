-- Up Migration

-- What we decided, what we sent, and what we wrote down about it.

create table holds (
  id uuid primary key default gen_random_uuid(),
  business_id uuid not null,
  customer_id uuid not null,
  invoice_id uuid,
  kind text not null check (kind in ('pause', 'do-not-chase', 'dispute', 'promise', 'plan', 'snooze', 'unread-reply', 'broken-address',
                                     'missing-pdf', 'unknown-delivery', 'ledger-reminders', 'bank-details', 'message-held')),
  -- The first day it holds; it was said on that day unless someone said otherwise.
  starts_on date,
  -- The last day it holds; null until someone ends it.
  until date,
  -- From this day on a person is asked whether it should go on.
  review_on date,
  why text,
  -- Who looks after it; null where nobody in particular does.
  owner_id uuid references users (id) on delete set null,
  -- For a broken address: the one that bounced.
  address text,
  created_by text not null,
  created_at timestamptz not null,
  ended_at timestamptz,
  ended_by text,
  foreign key (business_id, customer_id) references customers (business_id, id) on delete cascade
);
create index holds_standing on holds (customer_id) where ended_at is null;

create table spells (
  id uuid primary key default gen_random_uuid(),
  business_id uuid not null,
  customer_id uuid not null,
  anchor_invoice_id uuid not null,
  started_on date not null,
  ended_on date,
  ended_because text,
  unique (business_id, id),
  foreign key (business_id, customer_id) references customers (business_id, id) on delete cascade
);
-- A customer is chased in one spell at a time.
create unique index spells_running on spells (business_id, customer_id) where ended_on is null;

-- What the rules said for each customer on each day, silence included.
create table verdicts (
  business_id uuid not null references businesses (id) on delete cascade,
  customer_id uuid not null,
  on_day date not null,
  decision text not null check (decision in ('send', 'wait', 'ask', 'nothing')),
  reason text not null,
  segment text not null,
  step_id text,
  until_day date,
  facts jsonb not null,
  decided_at timestamptz not null,
  primary key (customer_id, on_day),
  foreign key (business_id, customer_id) references customers (business_id, id) on delete cascade
);
create index verdicts_of_day on verdicts (business_id, on_day);

create table chases (
  id uuid primary key default gen_random_uuid(),
  business_id uuid not null,
  customer_id uuid not null,
  connection_id uuid not null,
  -- Null for a message beside the ladder while no spell runs, such as thanks for what settled everything.
  spell_id uuid,
  -- The step's id, a repetition with its number; for a message beside the ladder what it answers, as in 'promise-broken:…'.
  step_id text not null,
  channel text not null check (channel in ('email', 'call', 'decision', 'letter')),
  stage text check (stage in ('before-due', 'due-day', 'first-overdue', 'firm', 'serious', 'urgent', 'final',
                              'thank-you', 'promise-confirmed', 'promise-reminder', 'promise-broken', 'plan-offer', 'plan-confirmed',
                              'plan-instalment', 'plan-missed', 'query-received', 'statement', 'right-person')),
  segment text not null,
  -- 'unknown': the connection dropped after the final dot, or the worker died. A person decides; we never guess by sending again.
  -- 'task' and 'done' are for calls and decisions, which are a person's to take.
  status text not null default 'planned'
    check (status in ('planned', 'awaiting-approval', 'sending', 'sent', 'unknown', 'failed', 'cancelled', 'task', 'done')),
  planned_on date not null,
  planned_at timestamptz not null,
  -- Not before this instant: the send window's opening, or a retry's back-off.
  send_after timestamptz not null,
  facts jsonb not null default '{}',
  approval_needed boolean not null,
  approved_by uuid references users (id),
  approved_at timestamptz,
  -- What was approved, hashed: recipients, invoices and amounts. Any change voids the approval.
  approved_hash text,
  -- Fencing: every statement after the claim names the attempt it belongs to.
  attempt integer not null default 0,
  lease_until timestamptz,
  sent_at timestamptz,
  sent_on date,
  -- The days on which no other message may go to this customer, from the day of the claim.
  quiet daterange,
  most_per_7_days integer not null,
  closed_because text,
  server_answer text,
  foreign key (business_id, customer_id) references customers (business_id, id) on delete cascade,
  foreign key (business_id, spell_id) references spells (business_id, id) on delete cascade,
  foreign key (business_id, connection_id) references connections (business_id, id) on delete cascade,
  unique (business_id, id),
  constraint quiet_while_sent check ((status not in ('sending', 'sent', 'unknown')) or quiet is not null),
  -- Two messages to one customer never share a quiet day, whatever the code does.
  constraint one_conversation exclude using gist (customer_id with =, quiet with &&)
    where (channel = 'email' and status in ('sending', 'sent', 'unknown'))
);
-- Each step goes out once per spell, so planning twice changes nothing.
create unique index chases_step_once on chases (spell_id, step_id) where status not in ('cancelled', 'failed');
-- A message beside the ladder goes once, whichever spell it falls into.
create unique index chases_notice_once on chases (business_id, customer_id, step_id)
  where position(':' in step_id) > 0 and status not in ('cancelled', 'failed');
-- One thing at a time: a customer has at most one message on its way.
create unique index chases_one_on_its_way on chases (business_id, customer_id)
  where channel = 'email' and status in ('planned', 'awaiting-approval', 'sending');
create index chases_to_send on chases (send_after) where status = 'planned' and channel = 'email';
create index chases_leased on chases (lease_until) where status = 'sending';
create index chases_of_customer on chases (business_id, customer_id, planned_at desc);
-- A spell's messages, for the thread that the next one belongs to.
create index chases_of_spell on chases (business_id, spell_id);

-- The weekly cap, kept by the database too. It counts in the claiming transaction, which holds the customer's row.
create function keep_weekly_cap() returns trigger language plpgsql as $$
declare
  recent integer;
begin
  select count(*) into recent from chases
   where customer_id = new.customer_id and id <> new.id and channel = 'email'
     and status in ('sending', 'sent', 'unknown') and lower(quiet) > lower(new.quiet) - 7;
  if recent >= new.most_per_7_days then
    raise exception 'weekly cap of % messages reached', new.most_per_7_days using errcode = 'exclusion_violation';
  end if;
  return new;
end
$$;
create trigger chases_weekly_cap before update of status on chases
  for each row when (new.status = 'sending' and old.status is distinct from 'sending' and new.channel = 'email')
  execute function keep_weekly_cap();

-- What the chase is about, as planned and then as the ledger said at the gate.
create table chase_invoices (
  business_id uuid not null,
  chase_id uuid not null,
  invoice_id uuid not null,
  currency text not null,
  balance_minor bigint not null,
  due_on date not null,
  version text not null,
  primary key (chase_id, invoice_id),
  foreign key (business_id, chase_id) references chases (business_id, id) on delete cascade,
  foreign key (business_id, invoice_id) references invoices (business_id, id) on delete cascade
);
create index chase_invoices_of_invoice on chase_invoices (invoice_id);

-- The message, frozen before the first try: a second try is the same message.
create table messages (
  chase_id uuid primary key,
  business_id uuid not null,
  message_id text not null unique,
  wording text not null,
  subject text not null,
  html text not null,
  body_text text not null,
  sender jsonb not null,
  reply_to jsonb,
  recipients jsonb not null,
  copies jsonb not null,
  in_reply_to text,
  thread text[] not null default '{}',
  -- [{ledgerId, version, filename}]: the bytes are in pdfs.
  attachments jsonb not null,
  unattended boolean not null,
  composed_at timestamptz not null,
  foreign key (business_id, chase_id) references chases (business_id, id) on delete cascade
);

-- The outbox of notes: written in the transaction that records the send, exactly once per invoice and outcome.
create table notes (
  id uuid primary key default gen_random_uuid(),
  business_id uuid not null,
  chase_id uuid not null,
  invoice_id uuid not null,
  kind text not null check (kind in ('sent', 'unknown', 'stopped')),
  token text not null unique,
  body text not null,
  created_at timestamptz not null,
  next_try_at timestamptz,
  attempts integer not null default 0,
  lease_until timestamptz,
  written_at timestamptz,
  -- Given up, and why: shown to a person.
  failed_why text,
  unique (chase_id, invoice_id, kind),
  foreign key (business_id, chase_id) references chases (business_id, id) on delete cascade,
  foreign key (business_id, invoice_id) references invoices (business_id, id) on delete cascade
);
create index notes_to_write on notes (next_try_at) where written_at is null and failed_why is null;
