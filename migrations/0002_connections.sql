-- Up Migration

-- The link to a ledger: consent, tokens, and what we may still ask of the vendor today.

-- One data key per business, wrapped by the installation's key (APP_KEYS) named key_id.
create table business_keys (
  business_id uuid primary key references businesses (id) on delete cascade,
  key_id text not null,
  wrapped bytea not null
);

-- A consent under way: one use, ten minutes, bound to the browser session and the business.
-- After the callback it holds the encrypted tokens until the person confirms the organisation by name.
create table consents (
  id uuid primary key default gen_random_uuid(),
  business_id uuid not null references businesses (id) on delete cascade,
  user_id uuid not null references users (id) on delete cascade,
  session_hash bytea not null,
  ledger text not null check (ledger in ('xero', 'quickbooks')),
  state_hash bytea not null unique,
  -- PKCE, encrypted; null where the vendor takes none.
  code_verifier text,
  created_at timestamptz not null default now(),
  called_back_at timestamptz,
  -- Encrypted token set and the organisations it reaches, between callback and confirmation.
  tokens text,
  organisations jsonb
);

-- One set of tokens per vendor subject. A Xero set belongs to a person and may serve connections of several
-- businesses; refreshing a second copy would kill the first, so there is only ever one row.
create table token_sets (
  id uuid primary key default gen_random_uuid(),
  business_id uuid not null references businesses (id) on delete cascade,
  ledger text not null check (ledger in ('xero', 'quickbooks')),
  subject text not null,
  access_token text not null,
  refresh_token text not null,
  -- Kept until the newer one has worked: the answer that carried the new one may have been lost.
  previous_refresh_token text,
  access_expires_at timestamptz not null,
  refresh_expires_at timestamptz,
  scopes text[] not null default '{}',
  version integer not null default 1,
  refreshed_at timestamptz not null,
  -- When the newest pair first worked.
  worked_at timestamptz,
  unique (ledger, subject),
  unique (business_id, id)
);

create table connections (
  id uuid primary key default gen_random_uuid(),
  business_id uuid not null references businesses (id) on delete cascade,
  ledger text not null check (ledger in ('xero', 'quickbooks')),
  organisation_id text not null,
  organisation_name text not null,
  -- What Xero calls the connection; null at QuickBooks.
  vendor_connection_id text,
  token_set_id uuid,
  -- Whose row the token set is: this business's, or that of the first business the same Xero user connected.
  token_business_id uuid,
  country text,
  base_currency text,
  time_zone text,
  is_demo boolean not null default false,
  status text not null default 'connected' check (status in ('connected', 'reconnect-needed', 'disconnected')),
  status_why text,
  -- The ledger's own reminders are on, so customers would be chased twice; null when it cannot be known.
  own_reminders boolean,
  -- How QuickBooks notes are written.
  notes_as text not null default 'attachable' check (notes_as in ('attachable', 'customer-notes')),
  connected_at timestamptz not null,
  disconnected_at timestamptz,
  -- Sync: the first load's end, where changes are read from, the last good sync, the last full comparison.
  first_loaded_at timestamptz,
  changes_from timestamptz,
  last_synced_at timestamptz,
  last_compared_at timestamptz,
  next_sync_at timestamptz,
  sync_failures integer not null default 0,
  sync_problem text,
  -- How far an interrupted full pass got: {"phase", "from", "startedAt"}. A pass that is told to slow down goes on there.
  sync_progress jsonb,
  unique (business_id, id),
  foreign key (token_business_id, token_set_id) references token_sets (business_id, id) on delete set null
);
-- One organisation belongs to one business, and a business has one ledger, as long as the connection stands.
create unique index connections_organisation on connections (ledger, organisation_id) where status <> 'disconnected';
create unique index connections_business on connections (business_id) where status <> 'disconnected';
create index connections_to_sync on connections (next_sync_at) where status = 'connected';

-- What we have used of the vendor's allowance, across all processes: one small row, changed only by the two
-- functions below. Nothing here is worth a flush to disk: see `synchronous_commit` in them.
create table allowances (
  connection_id uuid primary key,
  business_id uuid not null,
  -- Calls under way, as leases: a killed process cannot give its place back.
  under_way uuid[] not null default '{}',
  under_way_until timestamptz[] not null default '{}',
  -- How many calls ended in each quarter of a second of the last minute; the last element is for `newest_quarter`.
  ended smallint[] not null default array_fill(0::smallint, array[241]),
  newest_quarter bigint not null default 0,
  -- The most calls a day that the vendor was ever seen to allow, what is left of them, and when all are there again.
  day_limit integer,
  day_left integer,
  day_full_at timestamptz,
  -- Nobody calls before this instant: the vendor said so.
  blocked_until timestamptz,
  blocked_why text,
  foreign key (business_id, connection_id) references connections (business_id, id) on delete cascade
) with (fillfactor = 50);

-- The row as it stands at an instant: leases that ran out are gone, the minute and the day have moved on.
create function allowance_at(a allowances, in_at timestamptz, in_per_day integer) returns allowances
  language plpgsql immutable as $$
declare
  quarter bigint := floor(extract(epoch from in_at) * 4);
  passed bigint := quarter - a.newest_quarter;
begin
  -- A clock set back by more than a minute (a test clock, a repaired one): what was counted says nothing any more.
  if passed < -240 then
    a.under_way := '{}';
    a.under_way_until := '{}';
    a.ended := array_fill(0::smallint, array[241]);
    a.blocked_until := null;
    a.day_full_at := in_at;
    a.newest_quarter := quarter;
  -- Another process's clock may be a little ahead: then its time is the time.
  elsif passed > 240 then
    a.ended := array_fill(0::smallint, array[241]);
    a.newest_quarter := quarter;
  elsif passed > 0 then
    a.ended := a.ended[passed + 1 : 241] || array_fill(0::smallint, array[passed::integer]);
    a.newest_quarter := quarter;
  end if;

  -- A lease lasts longer than a call may take and the minute after it, so its call no longer counts anywhere.
  if a.under_way_until[1] <= in_at then
    select coalesce(array_agg(u.id order by u.until), '{}'), coalesce(array_agg(u.until order by u.until), '{}')
      into a.under_way, a.under_way_until
      from unnest(a.under_way, a.under_way_until) u (id, until) where u.until > in_at;
  end if;

  -- A new day. How many calls it allows is learnt anew, because the vendor may have changed its mind.
  if a.day_full_at <= in_at then
    a.day_limit := in_per_day;
    a.day_left := in_per_day;
    a.day_full_at := in_at + interval '24 hours';
  end if;
  return a;
end
$$;

-- Takes a place for one call, or says how long to wait and for what. Names the business itself, so that it is one
-- round trip outside any transaction; the setting ends with the statement.
--
-- A call counts against the minute and the second from its start until so long after its END, because nobody knows
-- when in between the vendor counted it, nor when the vendor's minute begins. So no span of 60 s at the vendor ever
-- holds more than the limit, whatever its offset and however slow the network was.
create function take_call(
  in_business uuid, in_connection uuid, in_lease uuid, in_at timestamptz, in_lease_until timestamptz,
  in_per_minute integer, in_per_second integer, in_at_once integer, in_per_day integer, in_keep_percent numeric,
  out wait_seconds integer, out wait_for text
) language plpgsql as $$
declare
  a allowances;
  busy integer;
begin
  perform set_config('app.business_id', in_business::text, true), set_config('synchronous_commit', 'off', true);
  select * into a from allowances where connection_id = in_connection for update;
  if not found then
    insert into allowances (connection_id, business_id, day_limit, day_left, day_full_at)
    values (in_connection, in_business, in_per_day, in_per_day, in_at + interval '24 hours') on conflict do nothing;
    select * into a from allowances where connection_id = in_connection for update;
    if not found then
      raise exception 'no such connection in this business' using errcode = 'foreign_key_violation';
    end if;
  end if;
  a := allowance_at(a, in_at, in_per_day);
  busy := cardinality(a.under_way);

  if a.blocked_until > in_at then
    wait_for := a.blocked_why;
    wait_seconds := ceil(extract(epoch from a.blocked_until - in_at));
  elsif a.day_left <= a.day_limit * in_keep_percent / 100 then
    wait_for := 'day';
    wait_seconds := ceil(extract(epoch from a.day_full_at - in_at));
  elsif busy + (select sum(e) from unnest(a.ended) e) >= in_per_minute then
    wait_for := 'minute';
    -- Until enough of what has ended is a minute old; a second when it is calls under way that fill the minute.
    select coalesce(ceil(min(s.i) / 4.0), 1) into wait_seconds
      from (select i, sum(e) over (order by i desc) - e as later from unnest(a.ended) with ordinality t (e, i)) s
     where busy + s.later < in_per_minute;
  elsif busy + (select sum(e) from unnest(a.ended[237:]) e) >= in_per_second then
    wait_for := 'second';
    wait_seconds := 1;
  elsif busy >= in_at_once then
    wait_for := 'concurrent';
    wait_seconds := 1;
  else
    a.under_way := a.under_way || in_lease;
    a.under_way_until := a.under_way_until || in_lease_until;
    a.day_left := a.day_left - 1;
  end if;

  update allowances
     set under_way = a.under_way, under_way_until = a.under_way_until, ended = a.ended,
         newest_quarter = a.newest_quarter, day_limit = a.day_limit, day_left = a.day_left,
         day_full_at = a.day_full_at, blocked_until = a.blocked_until
   where connection_id = in_connection;
end
$$;

-- Gives a place back, and learns from what the answer said about the vendor's own count. `in_minute_limit` is the
-- vendor's limit per minute, whatever share of it a purpose may use.
create function end_call(
  in_business uuid, in_connection uuid, in_lease uuid, in_at timestamptz, in_minute_limit integer, in_per_day integer,
  in_left_this_minute integer, in_left_today integer, in_blocked_until timestamptz, in_blocked_why text
) returns void language plpgsql as $$
declare
  a allowances;
  place integer;
  busy integer;
begin
  perform set_config('app.business_id', in_business::text, true), set_config('synchronous_commit', 'off', true);
  select * into a from allowances where connection_id = in_connection for update;
  if not found then
    return;
  end if;
  a := allowance_at(a, in_at, in_per_day);
  place := array_position(a.under_way, in_lease);
  if place is not null then
    a.under_way := a.under_way[: place - 1] || a.under_way[place + 1 :];
    a.under_way_until := a.under_way_until[: place - 1] || a.under_way_until[place + 1 :];
  end if;
  a.ended[241] := a.ended[241] + 1;
  busy := cardinality(a.under_way);

  -- Fewer left than by our count: somebody else called, or we forgot. Their calls count as if they ended now.
  if in_left_this_minute is not null then
    a.ended[241] := a.ended[241] + greatest(0,
      in_minute_limit - busy - (select sum(e) from unnest(a.ended) e) - in_left_this_minute);
  end if;
  if in_left_today is not null then
    -- Many more left than by our count: the vendor's day began between two answers, so by this time tomorrow it is
    -- sure to have begun again. A few more are answers that overtook each other.
    if in_left_today - busy > a.day_left + 5 then
      a.day_full_at := in_at + interval '24 hours';
    end if;
    a.day_limit := greatest(a.day_limit, in_left_today + 1);
    a.day_left := greatest(0, in_left_today - busy);
  end if;
  if in_blocked_until > coalesce(a.blocked_until, '-infinity') then
    a.blocked_until := in_blocked_until;
    a.blocked_why := in_blocked_why;
    if in_blocked_why = 'day' then
      a.day_left := 0;
      a.day_full_at := in_blocked_until;
    end if;
  end if;

  update allowances
     set under_way = a.under_way, under_way_until = a.under_way_until, ended = a.ended,
         newest_quarter = a.newest_quarter, day_limit = a.day_limit, day_left = a.day_left,
         day_full_at = a.day_full_at, blocked_until = a.blocked_until, blocked_why = a.blocked_why
   where connection_id = in_connection;
end
$$;

-- Webhooks as received: a hint each, stored with its job before the vendor gets its 200.
create table inbox (
  id uuid primary key default gen_random_uuid(),
  business_id uuid not null,
  connection_id uuid not null,
  -- The vendor's event id, or what makes the event itself: seen twice, stored once.
  event_key text not null,
  entity text not null,
  entity_id text not null,
  change text not null,
  happened_at timestamptz,
  received_at timestamptz not null,
  handled_at timestamptz,
  unique (connection_id, event_key),
  foreign key (business_id, connection_id) references connections (business_id, id) on delete cascade
);
create index inbox_waiting on inbox (received_at) where handled_at is null;
create index inbox_of_connection on inbox (connection_id, received_at);
