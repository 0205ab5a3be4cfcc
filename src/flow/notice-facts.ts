import { addBusinessDays } from '../chase/calendar.ts'
import type { Day } from '../chase/day.ts'
import { money, type Money } from '../chase/money.ts'
import { otherAddressBounced } from '../chase/notices.ts'
import { judgePlan } from '../chase/plans.ts'
import { judgePromise } from '../chase/promises.ts'
import type { Notice } from '../chase/stage.ts'
import type { Standing } from '../chase/standing.ts'
import { calendarOf } from '../chase/window.ts'
import type {
  CreditFacts, Matter, MessageInvoice, Moment, PaymentMethod, PlanFacts, QueryReason,
} from '../mail/mailer.ts' // prettier-ignore
import type { CreditKind, CustomerFacts } from '../store/standings.ts'
import { localTime } from './local-time.ts'
import type { Surroundings } from './standing.ts'

/** Business days for an answer to a question, and to catch up after a missed instalment. */
const ANSWER_DAYS = 3
const CURE_DAYS = 5

/**
 * What a message beside the ladder is about, from the agreement or request that its id names. Null when that has been taken back, or answered by the ledger, meanwhile.
 */
export function matterOf(
  around: Surroundings,
  customer: CustomerFacts,
  standing: Standing,
  notice: { readonly kind: Notice; readonly id: string; readonly items: readonly MessageInvoice[] },
): Matter | null {
  const { kind, items } = notice
  switch (kind) {
    case 'thank-you':
      return { kind, payments: paymentsOn(items, standing), remaining: null }
    case 'promise-confirmed':
    case 'promise-reminder':
    case 'promise-broken':
      return promiseMatter(around, standing, kind, notice.id)
    case 'plan-offer':
    case 'plan-confirmed':
    case 'plan-instalment':
    case 'plan-missed':
      return planMatter(around, customer, standing, kind, notice.id)
    case 'query-received':
      return queryMatter(around, customer, standing, notice.id)
    case 'statement':
      return { kind, credits: creditsOf(customer), asOf: asOf(around) }
    default:
      return { kind, because: otherAddressBounced(standing) ? 'bounced' : 'no-answer' }
  }
}

/** The id after the name of the notice: 'promise-broken:…', or 'plan-instalment:…:2026-03-31'. */
const subjectId = (noticeId: string): string => noticeId.split(':')[1] ?? ''

const paymentsOn = (items: readonly MessageInvoice[], standing: Standing) =>
  items.flatMap((invoice) =>
    standing.payments
      .filter(({ invoiceId }) => invoiceId === invoice.id)
      .map(({ on, amount }) => ({ on, amount, invoice })),
  )

function promiseMatter(
  around: Surroundings,
  standing: Standing,
  kind: 'promise-confirmed' | 'promise-reminder' | 'promise-broken',
  noticeId: string,
): Matter | null {
  const promise = standing.promises.find(({ id }) => id === subjectId(noticeId))
  if (!promise?.amount) return null
  const { givenOn, on: payOn, amount } = promise
  const facts = { givenOn, payOn, amount, method: promise.method as PaymentMethod | null }
  if (kind !== 'promise-broken') return { kind, promise: facts }
  const { today, invoices, payments } = standing
  const { paid } = judgePromise(promise, { today, calendar: calendarOf(standing), invoices, payments })
  const received = paid.find(({ currency, minor }) => currency === amount.currency && minor > 0) ?? null
  return { kind, promise: facts, received, asOf: asOf(around), answerBy: businessDaysOn(standing, ANSWER_DAYS) }
}

function planMatter(
  around: Surroundings,
  customer: CustomerFacts,
  standing: Standing,
  kind: 'plan-offer' | 'plan-confirmed' | 'plan-instalment' | 'plan-missed',
  noticeId: string,
): Matter | null {
  const found = customer.plans.find(({ id }) => id === subjectId(noticeId))
  const currency = found?.instalments[0]?.amount.currency
  if (!found || currency === undefined) return null
  const { instalments, agreedOn } = found
  const plan: PlanFacts = {
    total: money(
      instalments.reduce((sum, { amount }) => sum + amount.minor, 0),
      currency,
    ),
    instalments,
    method: found.method as PaymentMethod | null,
    cureDays: CURE_DAYS,
    ifMissed: 'reminders-resume',
    charges: { kind: 'none-added' },
  }
  if (kind === 'plan-offer' || kind === 'plan-confirmed' || agreedOn === null) {
    return { kind: kind === 'plan-offer' ? kind : 'plan-confirmed', plan }
  }
  const { today, invoices, payments } = standing
  const agreed = { ...found, agreedOn }
  const judged = judgePlan(agreed, { today, calendar: calendarOf(standing), invoices, payments })
  const number = 1 + instalments.findIndex(({ on }) => on === judged.next?.on)
  if (number === 0) return null
  if (kind === 'plan-instalment') return { kind, plan, number }
  const received = receivedOf(instalments.slice(0, number), judged.missing)
  return { kind, plan, number, received, asOf: asOf(around), cureBy: businessDaysOn(standing, CURE_DAYS) }
}

/** What arrived of the last of these instalments, when so much is missing of all of them; null for nothing. */
function receivedOf(instalments: readonly { readonly amount: Money }[], missing: Money): Money | null {
  const last = instalments.at(-1)?.amount
  const minor = (last?.minor ?? 0) - missing.minor
  return minor > 0 ? money(minor, missing.currency) : null
}

function queryMatter(
  around: Surroundings,
  customer: CustomerFacts,
  standing: Standing,
  noticeId: string,
): Matter | null {
  const request = customer.requested.find(({ id }) => id === noticeId)
  if (!request) return null
  const { reason, understood, handler } = request.details as {
    reason?: QueryReason
    understood?: string | null
    handler?: string | null
  }
  return {
    kind: 'query-received',
    // Without a person's words for it, "other" would say nothing.
    reason: reason === undefined || (reason === 'other' && !understood) ? 'amount' : reason,
    understood: understood ?? null,
    handler: handler ?? around.business.senderName ?? around.business.name,
    answerBy: businessDaysOn(standing, ANSWER_DAYS),
  }
}

const creditsOf = (customer: CustomerFacts): CreditFacts[] =>
  customer.credits
    .filter(({ minor }) => minor > 0)
    .map(({ kind, minor, currency }) => ({
      kind: CREDIT_KINDS[kind],
      number: null,
      on: null,
      amount: money(minor, currency),
    }))

const CREDIT_KINDS: Readonly<Record<CreditKind, CreditFacts['kind']>> = {
  'credit-note': 'credit-note',
  prepayment: 'deposit',
  overpayment: 'payment',
  'unapplied-payment': 'payment',
}

/** The books as they were last read: what a message says arrived, arrived by then. */
function asOf({ books, business, now }: Surroundings): Moment {
  const { today, minute } = localTime(business.timeZone, books?.lastSyncedAt ?? now)
  const two = (number: number): string => String(number).padStart(2, '0')
  return { on: today, at: `${two(Math.floor(minute / 60))}:${two(minute % 60)}` }
}

const businessDaysOn = (standing: Standing, days: number): Day =>
  addBusinessDays(standing.today, days, calendarOf(standing))
