import { sql } from 'kysely'
import type { Day } from '../chase/day.ts'
import type { Segment } from '../chase/standing.ts'
import type { Facts, Reason } from '../chase/verdict.ts'
import type { BusinessDb } from './db.ts'
import { NEWEST_VERDICTS } from './shell.ts'

/** What the table can be narrowed to: what the newest verdict says to do. */
export type ReceivablesFilter = 'all' | 'send' | 'ask' | 'wait' | 'nothing'
export type ReceivablesSort = 'overdue' | 'balance' | 'name'

export type ReceivablesRequest = {
  readonly today: Day
  readonly filter: ReceivablesFilter
  readonly search: string
  readonly sort: ReceivablesSort
  /** Balances in different currencies cannot be compared; sorting by balance goes by this one. */
  readonly mainCurrency: string | null
  readonly offset: number
  readonly limit: number
}

/** A verdict as it was kept. */
export type KeptVerdict = {
  readonly decision: 'send' | 'wait' | 'ask' | 'nothing'
  readonly reason: Reason
  readonly segment: Segment
  readonly facts: Facts
  readonly until: Day | null
  readonly onDay: Day
}

export type ReceivablesRow = {
  readonly customerId: string
  readonly name: string
  readonly setSegment: Segment | null
  readonly openInvoices: number
  readonly oldestDueOn: Day
  /** One per currency, the largest first. */
  readonly balances: readonly { readonly currency: string; readonly minor: number; readonly overdueMinor: number }[]
  readonly verdict: KeptVerdict | null
}

export type Receivables = {
  readonly rows: readonly ReceivablesRow[]
  readonly total: number
  /** How many customers each filter would show, whatever the page. */
  readonly counts: Readonly<Record<ReceivablesFilter, number>>
}

/** Customers with something open, each with the newest verdict, one page of them. */
export async function listReceivables(db: BusinessDb, request: ReceivablesRequest): Promise<Receivables> {
  const narrowed = request.filter === 'all' ? sql`true` : sql`decision = ${request.filter}`
  const order = { overdue: sql`oldest, name`, balance: sql`main desc, name`, name: sql`lower(name)` }[request.sort]
  const { rows } = await sql<{ counted: { decision: string | null; n: number }[]; page: ReceivablesRow[] }>`
    with newest as materialized (${NEWEST_VERDICTS}),
    owing as materialized (
      select i.customer_id, i.currency, sum(i.balance_minor)::bigint as minor, count(*) as invoices, min(i.due_on) as oldest,
             coalesce(sum(i.balance_minor) filter (where i.due_on < ${request.today}::date), 0)::bigint as overdue
        from invoices i where i.state = 'open' and i.balance_minor > 0 group by 1, 2),
    found as materialized (
      select c.id, c.name, c.set_segment, o.invoices, o.oldest, o.main, n.decision
        from (select customer_id, sum(invoices)::bigint as invoices, min(oldest) as oldest,
                     coalesce(sum(minor) filter (where currency = ${request.mainCurrency}), 0) as main
                from owing group by 1) o
        join customers c on c.id = o.customer_id
        left join newest n on n.customer_id = o.customer_id
       where ${request.search} = '' or c.name ilike ${`%${escapeLike(request.search)}%`}
          or exists (select from invoices i where i.customer_id = c.id and i.state = 'open'
                                              and i.number ilike ${`${escapeLike(request.search)}%`})),
    page as materialized (
      select *, row_number() over (order by ${order}, id) as place from found
       where ${narrowed} order by ${order}, id offset ${request.offset} limit ${request.limit})
    select (select coalesce(jsonb_agg(d), '[]') from (select decision, count(*) as n from found group by 1) d) as counted,
           coalesce((select jsonb_agg(jsonb_build_object(
             'customerId', p.id, 'name', p.name, 'setSegment', p.set_segment, 'openInvoices', p.invoices, 'oldestDueOn', p.oldest,
             'balances', (select jsonb_agg(jsonb_build_object('currency', o.currency, 'minor', o.minor, 'overdueMinor', o.overdue)
                                           order by o.minor desc, o.currency) from owing o where o.customer_id = p.id),
             'verdict', (select ${KEPT_VERDICT} from verdicts v where v.customer_id = p.id order by v.on_day desc limit 1)
           ) order by p.place) from page p), '[]') as page`.execute(db)

  const { counted, page } = rows[0] ?? { counted: [], page: [] }
  const counts = { all: 0, send: 0, ask: 0, wait: 0, nothing: 0 }
  for (const { decision, n } of counted) {
    counts.all += n
    if (decision === 'send' || decision === 'ask' || decision === 'wait' || decision === 'nothing')
      counts[decision] += n
  }
  return { rows: page, total: counts[request.filter], counts }
}

/** A verdict as one JSON value; `v` is the row of `verdicts`. */
export const KEPT_VERDICT = sql`
  jsonb_build_object('decision', v.decision, 'reason', v.reason, 'segment', v.segment, 'facts', v.facts,
                     'until', v.until_day, 'onDay', v.on_day)`

const escapeLike = (text: string): string => text.replaceAll(/[\\%_]/g, (sign) => `\\${sign}`)

/** What is open in one currency, by how many days it is overdue. */
export type Ageing = {
  readonly currency: string
  readonly total: number
  readonly overdue: number
  /** Not due, 1–30, 31–60, 61–90 and more than 90 days overdue. */
  readonly buckets: readonly [number, number, number, number, number]
  readonly credits: number
}

/** Open balances by age, one line per currency, the largest first. */
export async function readAgeing(db: BusinessDb, today: Day): Promise<Ageing[]> {
  const { rows } = await sql<{
    currency: string; b0: number; b1: number; b2: number; b3: number; b4: number; total: number; credits: number
  }>`
    select i.currency, sum(balance_minor)::bigint as total,
           coalesce(sum(balance_minor) filter (where due_on >= d), 0)::bigint as b0,
           coalesce(sum(balance_minor) filter (where due_on < d and due_on >= d - 30), 0)::bigint as b1,
           coalesce(sum(balance_minor) filter (where due_on < d - 30 and due_on >= d - 60), 0)::bigint as b2,
           coalesce(sum(balance_minor) filter (where due_on < d - 60 and due_on >= d - 90), 0)::bigint as b3,
           coalesce(sum(balance_minor) filter (where due_on < d - 90), 0)::bigint as b4,
           coalesce((select sum(c.remaining_minor) from credits c where c.currency = i.currency), 0)::bigint as credits
      from invoices i, (select ${today}::date as d) t
     where i.state = 'open' and i.balance_minor > 0
     group by i.currency order by total desc`.execute(db) // prettier-ignore
  return rows.map(({ currency, total, credits, b0, b1, b2, b3, b4 }) => {
    return { currency, total, credits, overdue: total - b0, buckets: [b0, b1, b2, b3, b4] }
  })
}
