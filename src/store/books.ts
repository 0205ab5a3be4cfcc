import { sql } from 'kysely'
import type { Day } from '../chase/day.ts'
import type { LedgerCredit, LedgerCustomer, LedgerInvoice, LedgerPayment } from '../ledgers/ledger.ts'
import { instant } from './columns.ts'
import type { BusinessDb, Db } from './db.ts'
import { digestOf, notAsBefore, type Digested } from './digests.ts'

/** Which business and connection a page of records belongs to. */
export type Into = { readonly businessId: string; readonly connectionId: string }

/** An invoice that is not what it was: before (null when it is new) and after. */
export type InvoiceChange = {
  readonly invoiceId: string
  readonly customerId: string
  readonly number: string | null
  readonly currency: string
  readonly before: { state: string; balanceMinor: number; dueOn: Day; customerId: string; currency: string } | null
  readonly after: { state: string; balanceMinor: number; dueOn: Day }
}

/** An invoice ready for our copy: the ledger's, with a due day that is never missing. */
export type InvoiceRow = LedgerInvoice & { readonly dueOn: Day; readonly dueAssumed: boolean }

/**
 * Writes those of a page of invoices that are not as they were, and returns what changed; on a first load, where
 * everything is new and nobody asks, nothing (`quiet`).
 *
 * A customer named here that we do not have yet gets a stub, which the customers' own page fills in.
 */
export async function upsertInvoices(
  db: BusinessDb,
  into: Into,
  invoices: readonly InvoiceRow[],
  seenAt: Temporal.Instant,
  quiet = false,
): Promise<InvoiceChange[]> {
  const stated = newest(invoices).map((record): Digested<InvoiceRow> => ({ record, digest: invoiceDigest(record) }))
  const rows = quiet ? stated : await notAsBefore(db, 'invoices', into.connectionId, stated)
  if (rows.length === 0) return []
  const column = <T>(read: (invoice: InvoiceRow) => T): T[] => rows.map(({ record }) => read(record))
  const names = new Map(rows.map(({ record }) => [record.customerId, record.customerName]))
  const { rows: changed } = await sql<{
    id: string
    customer_id: string
    number: string | null
    currency: string
    state: string
    balance_minor: number
    due_on: Day
    old_state: string | null
    old_balance_minor: number
    old_due_on: Day
    old_customer_id: string
    old_currency: string
  }>`
    with named as (
      select n.ledger_id, n.name, c.id
        from unnest(${[...names.keys()]}::text[], ${[...names.values()]}::text[]) as n(ledger_id, name)
        -- The limits say it to a planner that knows nothing of a table just filled: one look in an index for each.
        left join lateral (select c.id from customers c
                            where c.connection_id = ${into.connectionId} and c.ledger_id = n.ledger_id limit 1) c on true
    ), stubs as (
      insert into customers as c (business_id, connection_id, ledger_id, name, stub)
      select ${into.businessId}::uuid, ${into.connectionId}::uuid, ledger_id, name, true from named where id is null
      -- Somebody else may have just added it: then theirs is the one, and must be returned.
      on conflict (connection_id, ledger_id) do update set ledger_id = excluded.ledger_id
      returning c.id, c.ledger_id
    ), theirs as (
      select id, ledger_id from named where id is not null union all select id, ledger_id from stubs
    ), incoming as (
      select r.*, t.id as customer_id,
             coalesce(r.paid_on, case when r.state = 'paid' then b.paid_on end) as settled_on, b.id as old_id
        from (select ledger_id, customer_ledger_id, number, reference, issued_on, due_on, due_assumed, currency,
                     total_minor, balance_minor, state, paid_on, expected_on, string_to_array(emails, ' ') as emails,
                     version, to_timestamp(changed_ms / 1000.0::float8) as changed_at, digest
                from unnest(
                  ${column(({ id }) => id)}::text[], ${column(({ customerId }) => customerId)}::text[],
                  ${column(({ number }) => number)}::text[], ${column(({ reference }) => reference)}::text[],
                  ${column(({ issuedOn }) => issuedOn)}::date[], ${column(({ dueOn }) => dueOn)}::date[],
                  ${column(({ dueAssumed }) => dueAssumed)}::boolean[], ${column(({ total }) => total.currency)}::text[],
                  ${column(({ total }) => total.minor)}::bigint[], ${column(({ balance }) => balance.minor)}::bigint[],
                  ${column(({ state }) => state)}::text[], ${column(({ paidOn }) => paidOn)}::date[],
                  ${column(({ expectedOn }) => expectedOn)}::date[], ${column(({ emails }) => emails.join(' '))}::text[],
                  ${column(({ version }) => version)}::text[], ${column(({ changedAt }) => changedAt.epochMilliseconds)}::bigint[],
                  ${rows.map(({ digest }) => digest)}::text[]
                ) as u (ledger_id, customer_ledger_id, number, reference, issued_on, due_on, due_assumed, currency,
                        total_minor, balance_minor, state, paid_on, expected_on, emails, version, changed_ms, digest)) r
        join theirs t on t.ledger_id = r.customer_ledger_id
        left join lateral (select i.id, i.paid_on, i.digest from invoices i
                            -- A first load has nothing to look for.
                            where not ${quiet}::boolean and i.connection_id = ${into.connectionId} and i.ledger_id = r.ledger_id
                            limit 1) b on true
       -- Somebody else may have written the same meanwhile.
       where b.digest is distinct from r.digest
    ), held as materialized (
      -- What changes is held, in one order, and looked at once more: of two readings at the same time one tells the change.
      select h.* from (select old_id from incoming where old_id is not null order by old_id) o
       cross join lateral (select * from invoices where business_id = ${into.businessId}::uuid and id = o.old_id
                            limit 1 for no key update) h
    ), written as (
      insert into invoices as i (business_id, connection_id, ledger_id, customer_id, number, reference, issued_on, due_on,
          due_assumed, currency, total_minor, balance_minor, state, paid_on, expected_on, emails, version, changed_at, digest, seen_at)
      select ${into.businessId}::uuid, ${into.connectionId}::uuid, ledger_id, customer_id, number, reference, issued_on, due_on,
          due_assumed, currency, total_minor, balance_minor, state, settled_on, expected_on, emails, version,
          changed_at, digest, ${seenAt.toString()}::timestamptz
        from incoming where (select count(*) from held) >= 0
      on conflict (connection_id, ledger_id) do update set
          customer_id = excluded.customer_id, number = excluded.number, reference = excluded.reference,
          issued_on = excluded.issued_on, due_on = excluded.due_on, due_assumed = excluded.due_assumed,
          currency = excluded.currency, total_minor = excluded.total_minor, balance_minor = excluded.balance_minor,
          state = excluded.state, paid_on = coalesce(excluded.paid_on, case when excluded.state = 'paid' then i.paid_on end),
          expected_on = excluded.expected_on, emails = excluded.emails, version = excluded.version,
          changed_at = excluded.changed_at, digest = excluded.digest, seen_at = excluded.seen_at
        -- An older answer that arrives late must not undo a newer one.
        where excluded.changed_at >= i.changed_at
      returning i.id, i.ledger_id
    )
    select w.id, n.customer_id, n.number, n.currency, n.state, n.balance_minor, n.due_on,
           b.state as old_state, b.balance_minor as old_balance_minor, b.due_on as old_due_on,
           b.customer_id as old_customer_id, b.currency as old_currency
      from written w join incoming n using (ledger_id) left join held b on b.id = n.old_id
     where not ${quiet}::boolean and (b.id is null
        or (b.state, b.balance_minor, b.due_on, b.customer_id, b.currency, b.expected_on, b.emails, b.total_minor)
           is distinct from (n.state, n.balance_minor, n.due_on, n.customer_id, n.currency, n.expected_on, n.emails, n.total_minor))`.execute(
    db,
  )
  return changed.map((row) => ({
    invoiceId: row.id,
    customerId: row.customer_id,
    number: row.number,
    currency: row.currency,
    before:
      row.old_state === null
        ? null
        : {
            state: row.old_state,
            balanceMinor: row.old_balance_minor,
            dueOn: row.old_due_on,
            customerId: row.old_customer_id,
            currency: row.old_currency,
          },
    after: { state: row.state, balanceMinor: row.balance_minor, dueOn: row.due_on },
  }))
}

/** Everything of an invoice that its row keeps. */
const invoiceDigest = (invoice: InvoiceRow): string =>
  digestOf([
    invoice.customerId, invoice.number, invoice.reference, invoice.issuedOn, invoice.dueOn, invoice.dueAssumed,
    invoice.total.currency, invoice.total.minor, invoice.balance.minor, invoice.state, invoice.paidOn, invoice.expectedOn,
    invoice.emails, invoice.version, invoice.changedAt.epochMilliseconds,
  ]) // prettier-ignore

/** One record per invoice: the newest, should a page name one twice. */
function newest(invoices: readonly InvoiceRow[]): readonly InvoiceRow[] {
  const byId = new Map<string, InvoiceRow>()
  for (const invoice of invoices) {
    const other = byId.get(invoice.id)
    if (!other || Temporal.Instant.compare(invoice.changedAt, other.changedAt) >= 0) byId.set(invoice.id, invoice)
  }
  return [...byId.values()]
}

/**
 * Moves the due days that we had to assume to another term, counted from the issue as on landing; where the issue is not
 * known either, by as much as the term differs. Returns what changed.
 */
export async function moveAssumedDueDays(
  db: BusinessDb,
  { from, to }: { readonly from: number; readonly to: number },
): Promise<InvoiceChange[]> {
  const { rows } = await sql<
    Omit<InvoiceChange, 'before' | 'after'> & { state: string; balanceMinor: number; before: Day; after: Day }
  >`
    with these as (
      select id, due_on as before, coalesce(issued_on + ${to}::int, due_on + ${to}::int - ${from}::int) as after
        from invoices where business_id = current_business() and due_assumed and state = 'open' order by id for no key update
    )
    -- Without its digest the next reading compares every field.
    update invoices i set due_on = t.after, digest = '' from these t where i.id = t.id and t.after <> t.before
    returning i.id as "invoiceId", i.customer_id as "customerId", i.number, i.currency, i.state,
              i.balance_minor as "balanceMinor", t.before, t.after`.execute(db)
  return rows.map(({ before, after, state, balanceMinor, ...invoice }) => ({
    ...invoice,
    before: { state, balanceMinor, dueOn: before, customerId: invoice.customerId, currency: invoice.currency },
    after: { state, balanceMinor, dueOn: after },
  }))
}

/** Marks invoices as gone from the ledger and returns what changed. */
export async function markInvoicesDeleted(
  db: BusinessDb,
  into: Into,
  ledgerIds: readonly string[],
): Promise<InvoiceChange[]> {
  if (ledgerIds.length === 0) return []
  const { rows } = await sql<{
    id: string
    customer_id: string
    number: string | null
    currency: string
    balance_minor: number
    due_on: Day
    old_state: string
    old_balance: number
  }>`
    with before as (
      select id, state, balance_minor from invoices
       where connection_id = ${into.connectionId} and ledger_id = any (${[...ledgerIds]}::text[]) and state <> 'deleted'
    )
    update invoices i set state = 'deleted', balance_minor = 0, digest = ''
      from before b where b.id = i.id
    returning i.id, i.customer_id, i.number, i.currency, i.balance_minor, i.due_on, b.state as old_state, b.balance_minor as old_balance`.execute(
    db,
  )
  return rows.map((row) => ({
    invoiceId: row.id,
    customerId: row.customer_id,
    number: row.number,
    currency: row.currency,
    before: {
      state: row.old_state,
      balanceMinor: row.old_balance,
      dueOn: row.due_on,
      customerId: row.customer_id,
      currency: row.currency,
    },
    after: { state: 'deleted', balanceMinor: 0, dueOn: row.due_on },
  }))
}

/**
 * Notes which invoices a full pass begun at `pass` has seen on a page. Those that are as they were are not touched, and
 * this one row for a page is what tells them from those that are gone.
 */
export async function recordSeen(
  db: BusinessDb,
  into: Into,
  pass: Temporal.Instant,
  ledgerIds: readonly string[],
): Promise<void> {
  if (ledgerIds.length === 0) return
  await db
    .insertInto('pages_seen')
    .values({
      business_id: into.businessId,
      connection_id: into.connectionId,
      pass: pass.toString(),
      ledger_ids: [...ledgerIds],
    })
    .execute()
}

/** What earlier passes have seen is of no more use. */
export async function forgetSeen(db: BusinessDb, connectionId: string): Promise<void> {
  await db.deleteFrom('pages_seen').where('connection_id', '=', connectionId).execute()
}

/** Ledger ids of invoices we hold open that a full pass begun at `pass` has neither seen nor written. */
export async function openInvoicesNotSeen(
  db: BusinessDb,
  connectionId: string,
  pass: Temporal.Instant,
): Promise<string[]> {
  const { rows } = await sql<{ ledger_id: string }>`
    select ledger_id from invoices where connection_id = ${connectionId} and state = 'open' and seen_at < ${instant(pass)}
    -- Not "not exists": a planner without statistics would compare everything with everything.
    except
    select unnest(ledger_ids) from pages_seen where connection_id = ${connectionId} and pass = ${instant(pass)}`.execute(
    db,
  )
  return rows.map((row) => row.ledger_id)
}

/**
 * Writes a page of customers with their people and groups; returns the ids of those that changed.
 *
 * People the ledger no longer names are dropped, unless a person added them here.
 */
export async function upsertCustomers(
  db: BusinessDb,
  into: Into,
  customers: readonly LedgerCustomer[],
  quiet = false,
): Promise<{ customerId: string; merged: boolean }[]> {
  const distinct = [...new Map(customers.map((customer) => [customer.id, customer])).values()]
  const stated = distinct.map((record): Digested<LedgerCustomer> => ({ record, digest: customerDigest(record) }))
  const changing = quiet ? stated : await notAsBefore(db, 'customers', into.connectionId, stated)
  if (changing.length === 0) return []
  const rows = JSON.stringify(
    changing.map(({ record: customer, digest }) => ({
      ledger_id: customer.id,
      name: customer.name,
      first_name: customer.firstName,
      phone: customer.phone,
      country: customer.country,
      region: customer.region,
      groups: customer.groups,
      state: customer.state,
      merged_into_ledger_id: customer.mergedIntoId,
      billed_to_ledger_id: customer.billedToId,
      digest,
    })),
  )
  const people = JSON.stringify(
    changing.flatMap(({ record: customer }) =>
      customer.people.map((person) => ({
        customer_ledger_id: customer.id,
        email: person.email.toLowerCase(),
        name: person.name,
        role: person.role,
      })),
    ),
  )
  const { rows: written } = await sql<{ id: string; merged: boolean }>`
    insert into customers as c (business_id, connection_id, ledger_id, name, first_name, phone, country, region, groups, state,
        merged_into_ledger_id, billed_to_ledger_id, digest, stub)
    select ${into.businessId}::uuid, ${into.connectionId}::uuid, r.ledger_id, r.name, r.first_name, r.phone,
        r.country, r.region, r.groups, r.state, r.merged_into_ledger_id, r.billed_to_ledger_id, r.digest, false
      from json_to_recordset(${rows}::json) as r(ledger_id text, name text, first_name text, phone text, country text,
           region text, groups text[], state text, merged_into_ledger_id text, billed_to_ledger_id text, digest text)
    on conflict (connection_id, ledger_id) do update set name = excluded.name, first_name = excluded.first_name,
        phone = excluded.phone, country = excluded.country, region = excluded.region, groups = excluded.groups,
        state = excluded.state, merged_into_ledger_id = excluded.merged_into_ledger_id,
        billed_to_ledger_id = excluded.billed_to_ledger_id, digest = excluded.digest, stub = false
    returning c.id, c.state = 'merged' as merged`.execute(db)
  const { rows: contacts } = await sql<{ customer_id: string }>`
    with these as (
      select c.id, c.ledger_id from unnest(${changing.map(({ record }) => record.id)}::text[]) as r(ledger_id)
        cross join lateral (select id, ledger_id from customers c
                             where c.connection_id = ${into.connectionId} and c.ledger_id = r.ledger_id limit 1) c
    ), named as (
      select distinct on (t.id, p.email) t.id as customer_id, p.email, p.name, p.role
        from json_to_recordset(${people}::json) as p(customer_ledger_id text, email text, name text, role text)
        join these t on t.ledger_id = p.customer_ledger_id
       order by t.id, p.email, case p.role when 'main' then 0 when 'copied' then 1 else 2 end
    ), known as (
      select k.* from these t
        cross join lateral (select * from contacts k where k.customer_id = t.id offset 0) k
    ), unnamed as (
      -- What a person said of an address is ours to remember, and so is that it does not work: the ledger may name it
      -- again, or an invoice.
      select o.id, o.role, o.bounced_at is not null or o.escalation or o.treatment is not null or o.language is not null as kept
        from known o left join named n on n.customer_id = o.customer_id and n.email = o.email
       where o.source = 'ledger' and n.email is null
    ), left_over as (
      delete from contacts k where k.id = any (array(select id from unnamed where not kept))
      returning k.customer_id
    ), remembered as (
      update contacts k set role = 'other'
       where k.id = any (array(select id from unnamed where kept and role <> 'other'))
      returning k.customer_id
    ), written as (
      insert into contacts as k (business_id, customer_id, email, name, role)
      select ${into.businessId}::uuid, n.customer_id, n.email, n.name, n.role
        from named n left join known o on o.customer_id = n.customer_id and o.email = n.email
       where o.id is null or o.source = 'ledger' and (o.name, o.role) is distinct from (n.name, n.role)
      on conflict (customer_id, email) do update set name = excluded.name, role = excluded.role
        where k.source = 'ledger' and (k.name, k.role) is distinct from (excluded.name, excluded.role)
      returning k.customer_id
    )
    select customer_id from left_over union select customer_id from remembered union select customer_id from written`.execute(
    db,
  )
  const changed = new Map(written.map((row) => [row.id, row.merged]))
  for (const { customer_id: id } of contacts) if (!changed.has(id)) changed.set(id, false)
  return [...changed].map(([customerId, merged]) => ({ customerId, merged }))
}

/** Everything of a customer that its row and its contacts keep. */
const customerDigest = (customer: LedgerCustomer): string =>
  digestOf([
    customer.name, customer.firstName, customer.phone, customer.country, customer.region, customer.groups, customer.state,
    customer.mergedIntoId, customer.billedToId, customer.people.map(({ email, name, role }) => [email, name, role]),
  ]) // prettier-ignore

/** Marks customers as gone from the ledger. */
export async function markCustomersDeleted(
  db: BusinessDb,
  into: Into,
  ledgerIds: readonly string[],
): Promise<string[]> {
  if (ledgerIds.length === 0) return []
  const rows = await db
    .updateTable('customers')
    .set({ state: 'deleted', digest: '' })
    .where('connection_id', '=', into.connectionId)
    .where('ledger_id', 'in', [...ledgerIds])
    .where('state', '<>', 'deleted')
    .returning('id')
    .execute()
  return rows.map((row) => row.id)
}

/** Writes a page of credits; one with nothing left is dropped. Returns the customers whose credit changed. */
export async function upsertCredits(
  db: BusinessDb,
  into: Into,
  credits: readonly LedgerCredit[],
  seenAt: Temporal.Instant,
): Promise<string[]> {
  if (credits.length === 0) return []
  const rows = JSON.stringify(
    credits.map((credit) => ({
      ledger_id: credit.id,
      customer_ledger_id: credit.customerId,
      kind: credit.kind,
      currency: credit.remaining.currency,
      remaining_minor: credit.remaining.minor,
    })),
  )
  const { rows: changed } = await sql<{ customer_id: string }>`
    with incoming as (
      select distinct on (r.ledger_id) r.*, c.id as customer_id
        from jsonb_to_recordset(${rows}::jsonb) as r(ledger_id text, customer_ledger_id text, kind text, currency text, remaining_minor bigint)
        join customers c on c.connection_id = ${into.connectionId} and c.ledger_id = r.customer_ledger_id
    ), before as (
      select c.ledger_id, c.remaining_minor, c.customer_id from credits c join incoming using (ledger_id)
       where c.connection_id = ${into.connectionId}
    ), used_up as (
      delete from credits c using incoming i
       where c.connection_id = ${into.connectionId} and c.ledger_id = i.ledger_id and i.remaining_minor <= 0
      returning c.customer_id
    ), written as (
      insert into credits as c (business_id, connection_id, ledger_id, customer_id, kind, currency, remaining_minor, seen_at)
      select ${into.businessId}::uuid, ${into.connectionId}::uuid, ledger_id, customer_id, kind, currency, remaining_minor,
             ${seenAt.toString()}::timestamptz
        from incoming where remaining_minor > 0
      on conflict (connection_id, ledger_id) do update set customer_id = excluded.customer_id, kind = excluded.kind,
        currency = excluded.currency, remaining_minor = excluded.remaining_minor, seen_at = excluded.seen_at
      returning c.ledger_id, c.customer_id, c.remaining_minor
    )
    select customer_id from used_up
    union
    select w.customer_id from written w left join before b using (ledger_id)
     where b.remaining_minor is distinct from w.remaining_minor`.execute(db)
  return changed.map((row) => row.customer_id)
}

/** Puts one customer's credits as the ledger has just stated them in place of what we had. */
export async function replaceCreditsOf(
  db: BusinessDb,
  into: Into,
  customerId: string,
  credits: readonly LedgerCredit[],
  seenAt: Temporal.Instant,
): Promise<void> {
  await upsertCredits(db, into, credits, seenAt)
  await sql`
    delete from credits where customer_id = ${customerId} and ledger_id <> all (${credits.map(({ id }) => id)}::text[])`.execute(
    db,
  )
}

/** A customer's id in the ledger, when the books were last read to the end, and from when on the next reading asks for changes. */
export type CreditsKnown = {
  readonly customerLedgerId: string
  readonly syncedAt: Temporal.Instant | null
  readonly changesFrom: Temporal.Instant | null
}

/** What is known of the credits of a chase's customer. Null when there is no such chase. */
export async function creditsStandSince(db: BusinessDb, chaseId: string): Promise<CreditsKnown | null> {
  const row = await db
    .selectFrom('chases')
    .innerJoin('customers', 'customers.id', 'chases.customer_id')
    .innerJoin('connections', 'connections.id', 'customers.connection_id')
    .select(['customers.ledger_id', 'connections.last_synced_at', 'connections.changes_from'])
    .where('chases.id', '=', chaseId)
    .executeTakeFirst()
  return row ? { customerLedgerId: row.ledger_id, syncedAt: row.last_synced_at, changesFrom: row.changes_from } : null
}

/** Drops credits that are gone: named ones, or all that a full pass begun at `since` has not seen. */
export async function dropCredits(
  db: BusinessDb,
  into: Into,
  which: { ledgerIds: readonly string[] } | { notSeenSince: Temporal.Instant },
): Promise<string[]> {
  if ('ledgerIds' in which && which.ledgerIds.length === 0) return []
  const rows = await db
    .deleteFrom('credits')
    .where('connection_id', '=', into.connectionId)
    .where((e) =>
      'notSeenSince' in which
        ? e('seen_at', '<', instant(which.notSeenSince))
        : e('ledger_id', '=', e.fn.any(e.val([...which.ledgerIds]))),
    )
    .returning('customer_id')
    .execute()
  return rows.map((row) => row.customer_id)
}

/** Writes a page of payments, and the day of payment on the invoices they settled where the ledger did not say it. */
export async function upsertPayments(db: BusinessDb, into: Into, payments: readonly LedgerPayment[]): Promise<void> {
  if (payments.length === 0) return
  const rows = JSON.stringify(
    payments.flatMap((payment) => {
      const base = {
        ledger_id: payment.id,
        customer_ledger_id: payment.customerId,
        paid_on: payment.on,
        deleted: payment.deleted,
      }
      const applied = payment.applied.map(({ invoiceId, amount }) => ({ invoice_ledger_id: invoiceId, ...amount }))
      const unapplied = [{ invoice_ledger_id: '', currency: null, minor: 0 }]
      return (applied.length > 0 ? applied : unapplied).map(({ minor, ...to }) => ({
        ...base,
        ...to,
        amount_minor: minor,
      }))
    }),
  )
  await sql`
    with incoming as (
      select r.ledger_id, r.invoice_ledger_id, r.customer_ledger_id, r.paid_on, r.deleted, r.currency,
             sum(r.amount_minor)::bigint as amount_minor
        from jsonb_to_recordset(${rows}::jsonb) as r(ledger_id text, customer_ledger_id text, paid_on date, deleted boolean,
             invoice_ledger_id text, currency text, amount_minor bigint)
       group by 1, 2, 3, 4, 5, 6
    ), moved_away as (
      delete from payments p using incoming i
       where p.connection_id = ${into.connectionId} and p.ledger_id = i.ledger_id
         and not exists (select from incoming j where j.ledger_id = p.ledger_id and j.invoice_ledger_id = p.invoice_ledger_id)
    )
    insert into payments as p (business_id, connection_id, ledger_id, invoice_ledger_id, customer_id, paid_on, currency, amount_minor, deleted)
    select ${into.businessId}::uuid, ${into.connectionId}::uuid, i.ledger_id, i.invoice_ledger_id, c.id, i.paid_on, i.currency, i.amount_minor, i.deleted
      from incoming i left join customers c on c.connection_id = ${into.connectionId} and c.ledger_id = i.customer_ledger_id
    on conflict (connection_id, ledger_id, invoice_ledger_id) do update set customer_id = excluded.customer_id,
      paid_on = excluded.paid_on, currency = excluded.currency, amount_minor = excluded.amount_minor, deleted = excluded.deleted`.execute(
    db,
  )
  await sql`
    update invoices i set paid_on = paid.last_on
      from (select p.invoice_ledger_id, max(p.paid_on) as last_on from payments p
             where p.connection_id = ${into.connectionId} and not p.deleted
               and p.invoice_ledger_id in (select r.invoice_ledger_id from jsonb_to_recordset(${rows}::jsonb) as r(invoice_ledger_id text))
             group by 1) paid
     where i.connection_id = ${into.connectionId} and i.ledger_id = paid.invoice_ledger_id and i.state = 'paid'
       and i.paid_on is distinct from paid.last_on`.execute(db)
}

/** Marks payments as gone from the ledger, as when a bank returns one. */
export async function markPaymentsDeleted(db: BusinessDb, into: Into, ledgerIds: readonly string[]): Promise<void> {
  if (ledgerIds.length === 0) return
  await db
    .updateTable('payments')
    .set({ deleted: true })
    .where('connection_id', '=', into.connectionId)
    .where('ledger_id', 'in', [...ledgerIds])
    .execute()
}

/** Asks the plan to look at these customers at an instant, unless it is going to look sooner anyway. */
export async function lookAt(db: BusinessDb, customerIds: readonly string[], at: Temporal.Instant): Promise<void> {
  if (customerIds.length === 0) return
  // In the order in which plans and claims take them, so that nobody waits in a circle.
  await sql`
    with these as (select id from customers where id = any (${[...new Set(customerIds)]}::uuid[]) order by id for no key update)
    update customers c set next_look_at = least(c.next_look_at, ${at.toString()}::timestamptz) where c.id = any (array(select id from these))`.execute(
    db,
  )
}

/** Asks the plan to look at every customer that owes something or is being chased. */
export async function lookAtEveryone(db: BusinessDb, at: Temporal.Instant): Promise<void> {
  await sql`
    with these as (select c.id from customers c
     where c.business_id = current_business()
       and (exists (select from invoices i where i.customer_id = c.id and i.state = 'open')
         or exists (select from spells s where s.customer_id = c.id and s.ended_on is null)) order by c.id for no key update)
    update customers c set next_look_at = least(c.next_look_at, ${at.toString()}::timestamptz) where c.id = any (array(select id from these))`.execute(
    db,
  )
}

/** The tables that a ledger's records land in. */
export type Book = 'customers' | 'contacts' | 'invoices' | 'credits' | 'payments'

/** Lets the query planner know how large some of the books have become: while a first load fills them. */
export async function countTheBooks(db: Db, books: readonly Book[]): Promise<void> {
  await sql`select count_the_books(${[...books]}::text[])`.execute(db)
}
