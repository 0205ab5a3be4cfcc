-- Up Migration

-- A standing looks for the holds on its open invoices, whichever customer they were put on.
create index holds_of_invoice on holds (invoice_id) where ended_at is null and invoice_id is not null;

-- A promise that is taken back takes its day out of the ledger again, through the same outbox: a row of its own.
alter table expected_days
  add column clears boolean not null default false,
  drop constraint expected_days_promise_id_invoice_id_key,
  add unique (promise_id, invoice_id, clears);
