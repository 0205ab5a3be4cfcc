-- Up Migration

-- One business never sees another's data. Policies are forced, so they bind the owner as well;
-- the owner gets a policy of its own because the few functions below look across businesses.
-- "(select …)" is asked once per statement instead of once per row.

do $$
declare
  t text;
begin
  for t in
    select c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace
      join pg_attribute a on a.attrelid = c.oid and a.attname = 'business_id' and not a.attisdropped
     where n.nspname = current_schema() and c.relkind = 'r'
  loop
    execute format('alter table %I enable row level security', t);
    execute format('alter table %I force row level security', t);
    execute format('create policy owner_looks_across on %I to current_user using (true) with check (true)', t);
    if t <> 'memberships' then
      execute format(
        'create policy own_business on %I to puntual_app using (business_id = (select current_business())) with check (business_id = (select current_business()))', t);
    end if;
  end loop;
end
$$;

create policy own_business on memberships to puntual_app
  using (business_id = (select current_business()) or user_id = (select current_person()))
  with check (business_id = (select current_business()));

alter table businesses enable row level security;
alter table businesses force row level security;
create policy owner_looks_across on businesses to current_user using (true) with check (true);
create policy own_business on businesses to puntual_app
  using (id = (select current_business()) or id in (select business_id from memberships where user_id = (select current_person())))
  with check (id = (select current_business()));

grant usage on schema public to puntual_app;
grant select, insert, update, delete on all tables in schema public to puntual_app;
grant usage on all sequences in schema public to puntual_app;
revoke update, delete on events from puntual_app;

-- What spans businesses, and nothing else does: finding work, and finding whose a webhook is.
-- Each returns ids only; the work itself is done inside the business.

create function businesses_everywhere() returns table (id uuid, name text, mode text, stopped boolean)
  language sql stable security definer set search_path = public
  begin atomic select id, name, mode, stopped_at is not null from businesses order by name; end;

create function connection_of_organisation(in_ledger text, in_organisation text)
  returns table (business_id uuid, connection_id uuid)
  language sql stable security definer set search_path = public
  begin atomic
    select c.business_id, c.id from connections c
     where c.ledger = in_ledger and c.organisation_id = in_organisation and c.status <> 'disconnected';
  end;

create function token_set_of_subject(in_ledger text, in_subject text) returns table (id uuid, business_id uuid)
  language sql stable security definer set search_path = public
  begin atomic select t.id, t.business_id from token_sets t where t.ledger = in_ledger and t.subject = in_subject; end;

-- How many live connections, in any business, still need a token set.
create function connections_using_token_set(in_token_set uuid) returns integer
  language sql stable security definer set search_path = public
  begin atomic
    select count(*)::int from connections c where c.token_set_id = in_token_set and c.status <> 'disconnected';
  end;

-- Those connections, one by one: when a shared set dies or comes back, each of their businesses must know.
create function connections_of_token_set(in_token_set uuid) returns table (business_id uuid, connection_id uuid)
  language sql stable security definer set search_path = public
  begin atomic
    select c.business_id, c.id from connections c
     where c.token_set_id = in_token_set and c.status <> 'disconnected' order by c.id;
  end;

-- Consents that nobody finished hold tokens: they go when they can no longer be confirmed.
create function forget_consents(made_before timestamptz) returns void
  language sql volatile security definer set search_path = public
  begin atomic
    delete from consents c where coalesce(c.called_back_at, c.created_at) < made_before;
  end;

-- A consent's business, for the callback, which knows only the state.
create function consent_of_state(in_state_hash bytea) returns table (id uuid, business_id uuid)
  language sql stable security definer set search_path = public
  begin atomic select c.id, c.business_id from consents c where c.state_hash = in_state_hash; end;

-- Counts the books anew for the query planner. A first load fills empty tables faster than autovacuum looks, and plans
-- made for empty tables read full ones from end to end. Only the owner may analyze.
create function count_the_books() returns void language plpgsql security definer set search_path = public as $$
begin
  analyze customers, contacts, invoices, credits, payments;
end
$$;

do $$
declare
  f regprocedure;
begin
  for f in select oid::regprocedure from pg_proc where pronamespace = 'public'::regnamespace and prosecdef loop
    execute format('revoke execute on function %s from public', f);
    execute format('grant execute on function %s to puntual_app', f);
  end loop;
end
$$;
