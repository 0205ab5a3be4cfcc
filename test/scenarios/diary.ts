import type { World } from '../support/world.ts'

type Line = {
  at: Temporal.Instant
  kind: string
  customer: string
  stage: string | null
  facts: Record<string, unknown>
}

/**
 * What happened, as a credit controller would write it down: "03-04 09:00 Ábaco: first-overdue sent". What concerns
 * nobody in particular, plans and notes are left out.
 */
export async function diaryOf(world: World, zone = 'Europe/Madrid'): Promise<string[]> {
  const lines = await world.rows<Line>(
    `select e.at, e.kind, c.name as customer, x.stage, e.facts from events e
       join customers c on c.id = e.customer_id left join chases x on x.id = e.chase_id order by e.at, c.name, e.id`,
  )
  return lines.flatMap(({ at, kind, customer, stage, facts }) => {
    const what = told(kind, stage, facts)
    const when = instantOf(at).toZonedDateTimeISO(zone)
    const date = when.toPlainDate().toString().slice(5)
    const time = when.toPlainTime().toString({ smallestUnit: 'minute' })
    return what === null ? [] : [`${date} ${time} ${customer}: ${what}`]
  })
}

/**
 * What went out, to whom, about what and for how much: "03-04 09:00 Ábaco: firm → pagos@abaco.example: F-0001 500.00 EUR".
 * Amounts are what the message asks for on each invoice, as it was frozen.
 */
export async function messagesOf(world: World, zone = 'Europe/Madrid'): Promise<string[]> {
  const rows = await world.rows<{ line: string }>(
    `select to_char(x.sent_at at time zone $1, 'MM-DD HH24:MI') || ' ' || c.name || ': ' || x.stage || ' → ' ||
            (select string_agg(p->>'address', ', ') from jsonb_array_elements(m.recipients || m.copies) p) || ': ' ||
            coalesce((select string_agg(i.number || ' ' || to_char(ci.balance_minor / 100.0, 'FM999990.00') || ' ' || ci.currency, ', ' order by i.number)
                        from chase_invoices ci join invoices i on i.id = ci.invoice_id where ci.chase_id = x.id), 'nothing') as line
       from chases x join customers c on c.id = x.customer_id join messages m on m.chase_id = x.id
      where x.status = 'sent' order by x.sent_at, c.name`,
    [zone],
  )
  return rows.map(({ line }) => line)
}

/** Today's reasons, by customer: "Ábaco: too-soon". */
export async function reasonsOf(world: World): Promise<string[]> {
  const rows = await world.rows<{ line: string }>(
    `select distinct on (c.name) c.name || ': ' || v.reason as line from verdicts v join customers c on c.id = v.customer_id
      order by c.name, v.on_day desc`,
  )
  return rows.map(({ line }) => line)
}

function told(kind: string, stage: string | null, facts: Record<string, unknown>): string | null {
  switch (kind) {
    case 'mail-sent':
      return `${stage} sent`
    case 'approval-asked':
      return `${stage} waits for a yes`
    case 'chase-cancelled':
      return `${stage ?? 'task'} taken back (${String(facts['reason'])})`
    case 'invoice-part-paid':
      return `paid in part, ${Number(facts['afterMinor']) / 100} left`
    case 'hold-set':
    case 'hold-ended':
      return `${kind} ${String(facts['kind'])}`
    case 'chase-planned':
    case 'note-written':
      return null
    default:
      return kind
  }
}

/** The owner's connection gives dates as JavaScript has them. */
const instantOf = (at: unknown): Temporal.Instant =>
  at instanceof Date ? Temporal.Instant.fromEpochMilliseconds(at.getTime()) : Temporal.Instant.from(String(at))
