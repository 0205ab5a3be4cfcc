-- Up Migration

-- Formal demands: what a person fills in, who said yes to which version, and when it was really sent.

-- What a letter says about the business beside its everyday name; null until a person fills it in.
alter table businesses
  add column legal_name text,
  -- As its country prints it: "NIF B12345678".
  add column tax_id text,
  -- "Company no. 01234567".
  add column registration text,
  -- Where letters are answered to, one line after the other.
  add column postal_address text;

-- Whom a letter is addressed to, as a person wrote it down: the ledgers do not tell it to us. Kept for the next letter.
create table debtor_details (
  business_id uuid not null,
  customer_id uuid not null,
  legal_name text not null,
  -- Null until a person has said so: a sole trader in the United Kingdom is owed another letter than a company.
  legal_form text check (legal_form in ('company', 'public-body', 'sole-trader', 'consumer')),
  tax_id text,
  registration text,
  postal_address text,
  updated_by text not null,
  updated_at timestamptz not null,
  primary key (business_id, customer_id),
  foreign key (business_id, customer_id) references customers (business_id, id) on delete cascade
);

-- A letter is what a person filled in. Amounts, payments and interest are not kept here: they come from the books each
-- time the letter is looked at, so that an approval ends by itself when any of them changes.
create table demand_letters (
  id uuid primary key default gen_random_uuid(),
  business_id uuid not null,
  customer_id uuid not null,
  -- The task that asked for it, where one did.
  chase_id uuid,
  draft jsonb not null,
  created_by text not null,
  created_at timestamptz not null,
  -- An approval from before this instant is for another version.
  edited_by text not null,
  edited_at timestamptz not null,
  sent_on date,
  sent_by_means text check (sent_by_means in ('burofax', 'certified-email', 'registered-post', 'post', 'courier', 'notary', 'by-hand', 'email')),
  -- Who took it to the post, and what proves it.
  sent_by text,
  sent_note text,
  sent_logged_by text,
  sent_logged_at timestamptz,
  discarded_by text,
  discarded_at timestamptz,
  unique (business_id, id),
  check ((sent_on is null) = (sent_by_means is null) and (sent_on is null) = (sent_logged_at is null)),
  check (sent_on is null or discarded_at is null),
  foreign key (business_id, customer_id) references customers (business_id, id) on delete cascade,
  foreign key (business_id, chase_id) references chases (business_id, id) on delete set null (chase_id)
);
create index demand_letters_of_customer on demand_letters (business_id, customer_id, created_at);

-- Each yes with the very letter it was said to. Nothing here is changed: a later version needs a yes of its own.
create table demand_approvals (
  id uuid primary key default gen_random_uuid(),
  business_id uuid not null,
  letter_id uuid not null,
  approved_by text not null,
  -- The name under the letter.
  signed_by text not null,
  approved_at timestamptz not null,
  -- Of the letter's contents, without the approval: see demandFingerprint.
  fingerprint text not null,
  demand jsonb not null,
  pdf bytea not null,
  foreign key (business_id, letter_id) references demand_letters (business_id, id) on delete cascade
);
create index demand_approvals_of_letter on demand_approvals (business_id, letter_id, approved_at);

do $$
declare
  t text;
begin
  foreach t in array array['debtor_details', 'demand_letters', 'demand_approvals'] loop
    execute format('alter table %I enable row level security', t);
    execute format('alter table %I force row level security', t);
    execute format('create policy owner_looks_across on %I to current_user using (true) with check (true)', t);
    execute format(
      'create policy own_business on %I to puntual_app using (business_id = (select current_business())) with check (business_id = (select current_business()))', t);
  end loop;
end
$$;
grant select, insert, update, delete on debtor_details, demand_letters to puntual_app;
grant select, insert on demand_approvals to puntual_app;
