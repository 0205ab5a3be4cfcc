-- Up Migration

-- What the law of late payment needs to be told by people, and which account an invoice asks to be paid to.

alter table businesses
  -- Who said yes to quoting legal amounts from tables that nobody has reviewed as a lawyer, and when. Without it none is quoted.
  add column law_consented_at timestamptz,
  add column law_consented_by text,
  -- The business has no consumers among its customers: said by a person, since no ledger tells.
  add column sells_to_businesses_only boolean not null default false,
  -- On which side of the limit of art. 80.Cuatro its turnover of last year lies; null where nobody said.
  add column vat_turnover text check (vat_turnover in ('up-to-limit', 'above-limit')),
  add check ((law_consented_at is null) = (law_consented_by is null));

alter table customers
  -- Set by a person; otherwise by the legal form in the name, otherwise by what the business said of all its customers.
  add column set_debtor text check (set_debtor in ('business', 'consumer'));

-- Claims for payment and acknowledgements of the debt that happened elsewhere: some of them interrupt limitation.
create table debt_events (
  id uuid primary key default gen_random_uuid(),
  business_id uuid not null,
  customer_id uuid not null,
  invoice_ids uuid[] not null check (cardinality(invoice_ids) > 0),
  kind text not null check (kind in ('extrajudicial-claim', 'notarial-claim', 'court-claim', 'acknowledgement', 'written-acknowledgement')),
  on_day date not null,
  note text,
  created_by text not null,
  created_at timestamptz not null,
  -- Taken back by whoever wrote it down by mistake.
  withdrawn_at timestamptz,
  withdrawn_by text,
  foreign key (business_id, customer_id) references customers (business_id, id) on delete cascade
);
create index debt_events_of_customer on debt_events (business_id, customer_id) where withdrawn_at is null;

alter table debt_events enable row level security;
alter table debt_events force row level security;
create policy owner_looks_across on debt_events to current_user using (true) with check (true);
create policy own_business on debt_events to puntual_app
  using (business_id = (select current_business())) with check (business_id = (select current_business()));
grant select, insert, update on debt_events to puntual_app;

alter table pdfs
  -- IBANs with right check digits in the document's text; null until it was looked for, empty where there are none.
  add column accounts text[];
