import { randomUUID } from 'node:crypto'
import { sql } from 'kysely'
import { expect, it } from 'vitest'
import { day } from '../../src/chase/day.ts'
import { inBusiness } from '../../src/store/db.ts'
import { standingsOf } from '../../src/store/standings.ts'
import { asOwner, freshDatabase } from '../support/database.ts'

/** A node of a plan as Postgres explains it. */
type Node = { 'Node Type': string; 'Relation Name'?: string; Plans?: Node[] }

const CUSTOMERS = 20_000

/** The tables that grow with the customers of a business and with time. */
const BIG = ['customers', 'contacts', 'invoices', 'payments', 'credits', 'holds', 'spells', 'chases', 'chase_invoices', 'messages', 'addressees', 'promises', 'payment_plans', 'contact_log', 'requested_notices'] // prettier-ignore

it('The standings of 200 customers are found by indexes alone, in books of 20,000', async () => {
  const store = await freshDatabase()
  const [businessId, connectionId] = [randomUUID(), randomUUID()]
  await inBusiness(store.db, businessId, (db) =>
    db.insertInto('businesses').values({ id: businessId, name: 'Large' }).execute(),
  )
  await asOwner(store.ownerUrl, `
    set session_replication_role = replica;
    insert into connections (id, business_id, ledger, organisation_id, organisation_name, connected_at)
      values ('${connectionId}', '${businessId}', 'xero', 'org', 'Large', now());
    create temp table made as select gen_random_uuid() as id, n, gen_random_uuid() as spell, gen_random_uuid() as chase from generate_series(1, ${CUSTOMERS}) n;
    insert into customers (id, business_id, connection_id, ledger_id, name) select id, '${businessId}', '${connectionId}', 'c' || n, 'C' || n from made;
    insert into contacts (business_id, customer_id, email, role) select '${businessId}', id, 'c' || n || '@x.example', 'main' from made;
    insert into invoices (business_id, connection_id, ledger_id, customer_id, number, issued_on, due_on, currency, total_minor, balance_minor, state, paid_on, version, changed_at, seen_at)
      select '${businessId}', '${connectionId}', 'i' || n || '-' || k, id, 'i' || n || '-' || k, date '2026-01-01' - k * 20, date '2026-02-01' - k * 20, 'EUR', 100,
             case when k = 0 then 100 else 0 end, case when k = 0 then 'open' else 'paid' end, case when k > 0 then date '2026-02-03' - k * 20 end, '1', now(), now()
        from made, generate_series(0, 5) k;
    insert into payments (business_id, connection_id, ledger_id, invoice_ledger_id, customer_id, paid_on, currency, amount_minor)
      select '${businessId}', '${connectionId}', 'p' || n || '-' || k, 'i' || n || '-' || k, id, date '2026-02-03' - k * 20, 'EUR', 100 from made, generate_series(1, 5) k;
    insert into credits (business_id, connection_id, ledger_id, customer_id, kind, currency, remaining_minor, seen_at)
      select '${businessId}', '${connectionId}', 'k' || n, id, 'credit-note', 'EUR', 5, now() from made where n % 3 = 0;
    insert into holds (business_id, customer_id, kind, created_by, created_at) select '${businessId}', id, 'pause', 'x', now() from made where n % 3 = 1;
    insert into spells (id, business_id, customer_id, anchor_invoice_id, started_on)
      select spell, '${businessId}', m.id, i.id, date '2026-02-02' from made m join invoices i on i.customer_id = m.id and i.state = 'open';
    insert into chases (id, business_id, customer_id, connection_id, spell_id, step_id, channel, stage, segment, status, planned_on, planned_at, send_after, approval_needed, most_per_7_days, sent_on, sent_at, quiet)
      select chase, '${businessId}', id, '${connectionId}', spell, 'day-1', 'email', 'first-overdue', 'regular', 'sent', '2026-02-02', now(), now(), false, 2, '2026-02-02', now(), '[2026-02-02,2026-02-04)' from made;
    insert into chase_invoices (business_id, chase_id, invoice_id, currency, balance_minor, due_on, version)
      select '${businessId}', chase, i.id, 'EUR', 100, i.due_on, '1' from made m join invoices i on i.customer_id = m.id and i.state = 'open';
    insert into addressees (business_id, address, chase_id) select '${businessId}', 'c' || n || '@x.example', chase from made;
    insert into messages (chase_id, business_id, message_id, wording, subject, html, body_text, sender, recipients, copies, attachments, composed_at, unattended)
      select chase, '${businessId}', 'm' || n, 'firm.es.1', 's', 'h', 't', '{}', '[]', '[]', '[]', now(), false from made;
    insert into promises (business_id, customer_id, invoice_ids, currency, amount_minor, pay_on, given_on, via, created_by, created_at)
      select '${businessId}', m.id, array[i.id], 'EUR', 100, '2026-02-20', '2026-02-05', 'call', 'x', now() from made m join invoices i on i.customer_id = m.id and i.state = 'open' where n % 3 = 2;
    insert into payment_plans (business_id, customer_id, invoice_ids, currency, instalments, answer_by, offered_on, created_by, created_at)
      select '${businessId}', m.id, array[i.id], 'EUR', '[{"on":"2026-03-01","minor":50}]', '2026-02-20', '2026-02-05', 'x', now() from made m join invoices i on i.customer_id = m.id and i.state = 'open' where n % 5 = 0;
    insert into contact_log (business_id, customer_id, on_day, kind, outcome, created_by, created_at) select '${businessId}', id, '2026-02-05', 'call', 'other', 'x', now() from made;
    insert into requested_notices (id, business_id, customer_id, message, invoice_ids, requested_by, requested_at) select 'statement:' || n, '${businessId}', id, 'statement', '{}', 'x', now() from made;
    analyze`) // prettier-ignore
  const ids = (await asOwner<{ id: string }>(store.ownerUrl, 'select id from customers order by ledger_id limit 200')).map(({ id }) => id) // prettier-ignore

  const [plan] = await inBusiness(store.db, businessId, async (db) => {
    const { rows } = await sql<{ 'QUERY PLAN': [{ Plan: Node }] }>`explain (format json) ${standingsOf(ids, day('2026-02-10'))}`.execute(db) // prettier-ignore
    return rows[0]?.['QUERY PLAN'] ?? []
  })
  const read = nodesOf(plan?.Plan).filter((node) => node['Relation Name'] !== undefined)
  const scanned = read.filter((node) => node['Node Type'] === 'Seq Scan').map((node) => node['Relation Name'] ?? '')
  expect(scanned.filter((table) => BIG.includes(table))).toEqual([])
  // The statement did read them: a plan that names no table proves nothing.
  expect(BIG.filter((table) => !read.some((node) => node['Relation Name'] === table))).toEqual([])
})

const nodesOf = (node: Node | undefined): Node[] =>
  node === undefined ? [] : [node, ...(node.Plans ?? []).flatMap(nodesOf)]
