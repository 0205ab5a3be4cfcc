import { nextContactDay } from './calendar.ts'
import { addDays } from './day.ts'
import type { Day } from './day.ts'
import { judge, SILENCE } from './decide.ts'
import { flipsOf } from './flips.ts'
import { byDueDay, openInvoices } from './holds.ts'
import type { Excluded } from './holds.ts'
import { isNoticeId } from './steps.ts'
import type { OpenInvoice, Standing } from './standing.ts'
import type { Facts, Flip, Reason, Verdict } from './verdict.ts'
import { calendarOf } from './window.ts'

/** What the rules say about one invoice today: part of the customer's verdict, or a silence of its own. */
export type InvoiceVerdict = {
  readonly invoiceId: string
  readonly do: Verdict['do']
  readonly reason: Reason
  readonly until: Day | null
  /** The inputs. They stay the same while nothing changes, so that a verdict is stored only when it does. */
  readonly facts: Facts
  readonly flips: readonly Flip[]
}

/**
 * Exactly one verdict for every open invoice, silence included, oldest due day first.
 *
 * They agree with the customer's verdict: what it sends or asks about has its answer, and so has everything when the
 * customer as a whole decides. The others have what keeps them out: a hold, an agreement, their size, credit, or a due
 * day still to come.
 */
export function verdictsPerInvoice(standing: Standing): InvoiceVerdict[] {
  const { verdict, chaseable } = judge(standing)
  const left = new Map(chaseable?.excluded.map((excluded) => [excluded.invoice.id, excluded]))
  return openInvoices(standing)
    .sort(byDueDay)
    .map((invoice) => {
      const { what, reason, until, facts } = verdictOn(invoice, left.get(invoice.id), verdict, standing)
      return {
        invoiceId: invoice.id,
        do: what,
        reason,
        until,
        facts: { ...facts, dueOn: invoice.dueOn, [`due${invoice.balance.currency}`]: invoice.balance.minor },
        flips: flipsOf(reason, until),
      }
    })
}

type OnInvoice = {
  readonly what: Verdict['do']
  readonly reason: Reason
  readonly until: Day | null
  readonly facts: Facts
}

function verdictOn(
  invoice: OpenInvoice,
  excluded: Excluded | undefined,
  verdict: Verdict,
  standing: Standing,
): OnInvoice {
  const { today } = standing
  const covered = 'invoiceIds' in verdict ? verdict.invoiceIds : []
  if (covered.includes(invoice.id)) return asTheCustomer(verdict)
  if (excluded) {
    const [what, reason] = SILENCE[excluded.because]
    return { what, reason, until: excluded.backOn, facts: {} }
  }
  if (isCreditedAway(invoice, verdict)) return { what: 'ask', reason: 'credit-covers-balance', until: null, facts: {} }
  if (isBesideTheLadder(verdict)) {
    // One message at a time: this one is about something else.
    return { what: 'wait', reason: 'too-soon', until: nextContactDay(today, calendarOf(standing)), facts: {} }
  }
  const waitsForDueDay = invoice.dueOn >= today && covered.length > 0
  if (waitsForDueDay) return { what: 'wait', reason: 'nothing-due-yet', until: addDays(invoice.dueOn, 1), facts: {} }
  return asTheCustomer(verdict)
}

function asTheCustomer(verdict: Verdict): OnInvoice {
  const { today: _today, daysOverdue: _days, hoursSinceSync: _hours, ...facts } = verdict.facts
  return { what: verdict.do, reason: verdict.reason, until: 'until' in verdict ? verdict.until : null, facts }
}

/** Whether the verdict left this invoice's currency out because credit covers what is due in it. */
function isCreditedAway({ balance }: OpenInvoice, { facts }: Verdict): boolean {
  const covered = facts['coveredCurrencies']
  return typeof covered === 'string' && covered.split(', ').includes(balance.currency)
}

const isBesideTheLadder = (verdict: Verdict): boolean =>
  (verdict.do === 'send' || verdict.do === 'ask') && verdict.step !== null && isNoticeId(verdict.step.id)
