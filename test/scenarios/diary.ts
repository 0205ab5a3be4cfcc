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
