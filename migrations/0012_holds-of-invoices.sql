-- Up Migration

-- A standing looks for the holds on its open invoices, whichever customer they were put on.
create index holds_of_invoice on holds (invoice_id) where ended_at is null and invoice_id is not null;
