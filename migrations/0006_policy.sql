-- Up Migration

-- How a business chases: one document, in versions that nobody rewrites. What decided a message can be looked up by its
-- hash for as long as the message is.

-- Every policy that ever decided something, whole: with the defaults its document left out, which a later release may
-- change. So a past verdict can be derived again from its facts and this row, whatever the release.
create table policies_used (
  business_id uuid not null references businesses (id) on delete cascade,
  -- SHA-256 of the policy as JSON with its keys in order.
  hash text not null check (hash ~ '^[0-9a-f]{64}$'),
  policy jsonb not null,
  first_used_at timestamptz not null,
  primary key (business_id, hash)
);

create table policies (
  business_id uuid not null references businesses (id) on delete cascade,
  version integer not null check (version >= 1),
  hash text not null,
  -- The document as the person wrote it, comments and all.
  document text not null check (length(document) <= 60000),
  -- 'operator' or the id of a user.
  actor text not null,
  why text,
  applied_at timestamptz not null,
  -- The one in force is the highest version whose time has come.
  in_force_from timestamptz not null,
  primary key (business_id, version),
  foreign key (business_id, hash) references policies_used (business_id, hash)
);

create function refuse_to_rewrite_policies() returns trigger language plpgsql as $$
begin
  raise exception 'policies are append-only';
end
$$;
-- The depth lets a deleted business take its versions with it.
create trigger policies_are_append_only before update or delete on policies
  for each statement when (pg_trigger_depth() = 0) execute function refuse_to_rewrite_policies();
create trigger policies_used_are_append_only before update or delete on policies_used
  for each statement when (pg_trigger_depth() = 0) execute function refuse_to_rewrite_policies();

-- Which policy decided. Null only in rows that no rules decided, such as those a person made by hand.
alter table chases add column policy_hash text;
-- Checked at the end, so that a business can be deleted with everything it has, in any order.
alter table chases add foreign key (business_id, policy_hash) references policies_used (business_id, hash)
  deferrable initially deferred;
-- Written by the hundred thousand, in transactions that keep the contents first: a foreign key would only cost.
alter table verdicts add column policy_hash text;

do $$
declare
  t text;
begin
  foreach t in array array['policies_used', 'policies'] loop
    execute format('alter table %I enable row level security', t);
    execute format('alter table %I force row level security', t);
    execute format('create policy owner_looks_across on %I to current_user using (true) with check (true)', t);
    execute format(
      'create policy own_business on %I to puntual_app using (business_id = (select current_business())) with check (business_id = (select current_business()))', t);
  end loop;
end
$$;

-- No update and no delete: what was in force stays readable as it was.
grant select, insert on policies_used, policies to puntual_app;
