import { collectedAfterSteps, type CollectedAfter } from '../chase/collected-after.ts'
import { addDays, type Day } from '../chase/day.ts'
import { compareVariants, DEFAULT_TRIAL_PLAN, type Comparison, type Trial } from '../chase/effectiveness.ts'
import { byGroup } from '../chase/metrics/grouping.ts'
import { money } from '../chase/money.ts'
import type { Policy } from '../chase/policy.ts'
import { isStage } from '../chase/stage.ts'
import type { BusinessDb } from '../store/db.ts'
import { readSentVariants, readStepsTaken, type SentVariant } from '../store/effects.ts'
import type { InvoiceHistory } from '../store/ledger-history.ts'
import { historySince, type History } from './history.ts'
import { creditedOn, paidWithMoneyOn, settlementsOf } from './settlements.ts'

/** What wordings do, and what came in after which step. Only the first says anything about causes. */
export type Effects = {
  /** By kind and language, as in "firm.es": texts of one kind in one language are compared with each other. */
  readonly wordings: readonly { readonly message: string; readonly comparisons: readonly Comparison[] }[]
  readonly collected: readonly CollectedAfter[]
}

/** Compares the wordings that went out, and counts what was collected after each step in the last year. */
export async function readEffects(db: BusinessDb, history: History, policy: Policy): Promise<Effects> {
  const { today } = history
  const invoices = new Map(history.invoices.map((invoice) => [invoice.id, invoice]))
  const sent = await readSentVariants(db, addDays(today, -TRIALS_FOR_DAYS))
  const trials = sent
    .filter(asksForMoney)
    .map((message) => ({ message: messageOf(message), trial: trialOf(message, invoices, today) }))
  const groups = byGroup(
    trials,
    ({ message }) => message,
    (own) => own.map(({ trial }) => trial),
  )
  return {
    wordings: groups.flatMap(({ group: message, result }) => {
      const comparisons = compareVariants(result, DEFAULT_TRIAL_PLAN, today)
      return comparisons.length > 0 ? [{ message, comparisons }] : []
    }),
    collected: await collected(db, invoices, today, policy),
  }
}

/** Long enough for a trial that is given up after its last day to still be seen. */
const TRIALS_FOR_DAYS = DEFAULT_TRIAL_PLAN.giveUpAfterDays + DEFAULT_TRIAL_PLAN.horizonDays

/** "firm.es" of "firm.es.2". */
const messageOf = ({ variant }: SentVariant): string => variant.split('.').slice(0, 2).join('.')

/** Thanks and confirmations ask for nothing, so days to payment say nothing about them. */
const asksForMoney = ({ variant }: SentVariant): boolean => isStage(variant.split('.')[0] ?? '')

function trialOf(sent: SentVariant, invoices: ReadonlyMap<string, InvoiceHistory>, today: Day): Trial {
  const { customerId, variant, among, sentOn } = sent
  const invoice = invoices.get(sent.invoiceId)
  const endedOn = invoice ? creditedOn(invoice, today) : sent.invoiceState === 'open' ? null : sent.invoiceChangedOn
  return { customerId, variant, among, sentOn, paidOn: invoice ? paidWithMoneyOn(invoice, today) : null, endedOn }
}

async function collected(
  db: BusinessDb,
  invoices: ReadonlyMap<string, InvoiceHistory>,
  today: Day,
  { sequences }: Policy,
): Promise<CollectedAfter[]> {
  const from = addDays(today, -365)
  const steps = Map.groupBy(await readStepsTaken(db, historySince(today)), ({ invoiceId }) => invoiceId)
  return collectedAfterSteps(
    [...invoices.values()].flatMap((invoice) => {
      const paidOn = paidWithMoneyOn(invoice, today)
      if (paidOn === null || paidOn <= from) return []
      const parts = settlementsOf(invoice, today).filter(({ by }) => by === 'money')
      const minor = parts.reduce((sum, part) => sum + part.minor, 0)
      return [{ paid: money(minor, invoice.currency), paidOn, steps: steps.get(invoice.id) ?? [] }]
    }),
    sequences,
  )
}
