-- Up Migration

-- What people say about the customers' contacts, who signs late messages, and from where replies came.

alter table contacts
  -- How Spanish speaks to them; null where the policy's treatment counts.
  add column treatment text check (treatment in ('usted', 'tu')),
  -- What they read; null where the customer's language counts.
  add column language text check (language in ('es', 'en')),
  -- They get a copy of the steps that the policy marks so.
  add column escalation boolean not null default false;
create unique index contacts_one_escalation on contacts (customer_id) where escalation;

-- The address that a reply came from: evidence of who reads our messages.
alter table contact_log add column address text check (address = lower(address));

-- Whose name is under the steps that the policy has a senior sign. Messages leave from the same mailbox all the same.
alter table businesses
  add column senior_name text,
  add column senior_role text,
  add column senior_phone text,
  -- Where replies to the senior go; the usual address for replies when null.
  add column senior_email text;
