import type { Day } from '../chase/day.ts'
import type { HoldKind } from '../chase/standing.ts'
import { readBusiness } from '../store/businesses.ts'
import { inBusiness } from '../store/db.ts'
import { endHolds, recordReview, setHold } from '../store/holds.ts'
import { requestNotice } from '../store/notices.ts'
import * as store from '../store/settings.ts'
import { take, type Act, type ControlDependencies, type Outcome } from './act.ts'
import { localTime } from './local-time.ts'

/** The holds that a person may set. The others stand for what happened, and end when that is settled. */
export const SET_BY_PEOPLE = ['pause', 'do-not-chase', 'dispute', 'snooze'] as const satisfies readonly HoldKind[]
export type SettableHold = (typeof SET_BY_PEOPLE)[number]

export type WantedHold = {
  readonly kind: SettableHold
  readonly customerId: string
  /** Null for the whole customer. */
  readonly invoiceId: string | null
  /** The first day; null for today. */
  readonly startsOn: Day | null
  /** The last day; null until someone ends it. */
  readonly until: Day | null
  /** The day on which a person is asked whether it should go on. */
  readonly reviewOn: Day | null
  readonly why: string | null
  /** Who looks after it; null for whoever sets it. */
  readonly ownerId: string | null
}

/**
 * A day that cannot be: past, or an end or review before the beginning. `end-missing`: a snooze without its day would
 * be a pause. `owner-unknown`: nobody of the business.
 */
export type HoldRefusal = 'day-past' | 'end-missing' | 'owner-unknown'

/** Keeps silent about a customer or an invoice, for a reason; the rest of the account goes on. */
export async function putHold(app: ControlDependencies, act: Act & WantedHold): Promise<Outcome | HoldRefusal> {
  const { businessId, userId, kind, customerId, invoiceId, startsOn, until, reviewOn, why, ownerId } = act
  return take<HoldRefusal>(app, act, act, kind, async (db) => {
    if (invoiceId !== null && (await store.customerOfInvoice(db, invoiceId)) !== customerId) return 'unknown'
    const at = app.now()
    const { today } = localTime((await readBusiness(db, businessId)).timeZone, at)
    const from = startsOn ?? today
    if (from < today || (until !== null && until < from) || (reviewOn !== null && reviewOn < from)) return 'day-past'
    if (kind === 'snooze' && until === null) return 'end-missing'
    if (ownerId !== null && !(await store.isMember(db, businessId, ownerId))) return 'owner-unknown'
    await setHold(db, {
      businessId, customerId, invoiceId, kind, startsOn: from, until, reviewOn, why, ownerId: ownerId ?? userId,
      createdBy: userId, at,
    }) // prettier-ignore
    return {
      kind: 'hold-set',
      invoiceId,
      facts: {
        kind,
        until,
        ...(startsOn !== null && { startsOn }),
        ...(reviewOn && { reviewOn }),
        ...(why && { why }),
      },
    }
  })
}

/** Keeps silent towards a customer, until a day or until someone ends it. */
export async function pauseCustomer(
  app: ControlDependencies,
  act: Act & { customerId: string; until: Day | null; why: string | null },
): Promise<Outcome | HoldRefusal> {
  return putHold(app, { kind: 'pause', invoiceId: null, startsOn: null, reviewOn: null, ownerId: null, ...act })
}

/** What a customer questions about an invoice. */
export const QUERY_REASONS = [
  'amount',
  'goods-or-work',
  'not-received',
  'missing-document',
  'duplicate',
  'already-paid',
  'other',
] as const
export type QueryReason = (typeof QUERY_REASONS)[number]

/** Leaves one invoice out because the customer disputes it; asked for, the customer is told that the query arrived. */
export async function disputeInvoice(
  app: ControlDependencies,
  act: Act & {
    invoiceId: string
    why: string | null
    reviewOn?: Day | null
    query?: { readonly reason: QueryReason; readonly understood: string | null } | null
  },
): Promise<Outcome | HoldRefusal> {
  const { businessId, userId, invoiceId, why } = act
  const customerId = await inBusiness(app.db, businessId, (db) => store.customerOfInvoice(db, invoiceId))
  if (!customerId) return 'unknown'
  return take<HoldRefusal>(app, act, { customerId }, 'dispute', async (db) => {
    const at = app.now()
    const { timeZone, senderName } = await readBusiness(db, businessId)
    const { today } = localTime(timeZone, at)
    const reviewOn = act.reviewOn ?? null
    if (reviewOn !== null && reviewOn < today) return 'day-past'
    const holdId = await setHold(db, {
      businessId, customerId, invoiceId, kind: 'dispute', until: null, reviewOn, why, ownerId: userId, createdBy: userId, at,
    }) // prettier-ignore
    if (act.query) {
      await requestNotice(db, {
        businessId, customerId, id: `query-received:${holdId}`, message: 'query-received', invoiceIds: [invoiceId],
        details: { ...act.query, handler: senderName }, requestedBy: userId, at,
      }) // prettier-ignore
    }
    return {
      kind: 'hold-set',
      invoiceId,
      facts: { kind: 'dispute', until: null, ...(reviewOn && { reviewOn }), ...(why && { why }) },
    }
  })
}

/** A person has looked at a hold again and it goes on: until a day, and with another day to look at it, or without. */
export async function reviewHold(
  app: ControlDependencies,
  act: Act & { holdId: string; until: Day | null; reviewOn: Day | null },
): Promise<Outcome | 'day-past'> {
  const customerId = await inBusiness(app.db, act.businessId, (db) => store.customerOfHold(db, act.holdId))
  if (!customerId) return 'unknown'
  return take<'day-past'>(app, act, { customerId }, null, async (db) => {
    const { today } = localTime((await readBusiness(db, act.businessId)).timeZone, app.now())
    if ((act.until !== null && act.until < today) || (act.reviewOn !== null && act.reviewOn <= today)) return 'day-past'
    const reviewed = await recordReview(db, act.holdId, { until: act.until, reviewOn: act.reviewOn })
    if (!reviewed) return 'unknown'
    const { invoiceId, kind } = reviewed
    return { kind: 'hold-reviewed', invoiceId, facts: { kind, until: act.until, reviewOn: act.reviewOn } }
  })
}

/** Ends every pause of the whole customer. */
export async function resumeCustomer(app: ControlDependencies, act: Act & { customerId: string }): Promise<Outcome> {
  return take(app, act, act, null, async (db) => {
    const pauses = { customerId: act.customerId, invoiceId: null, kind: 'pause' } as const
    const ended = await endHolds(db, pauses, act.userId, app.now())
    return ended > 0 ? { kind: 'hold-ended', facts: { kind: 'pause' } } : 'done'
  })
}

/** Ends one hold, whoever or whatever put it there. */
export async function endHold(app: ControlDependencies, act: Act & { holdId: string }): Promise<Outcome> {
  const customerId = await inBusiness(app.db, act.businessId, (db) => store.customerOfHold(db, act.holdId))
  if (!customerId) return 'unknown'
  return take(app, act, { customerId }, null, async (db) => {
    const ended = await store.endHold(db, act.holdId, { at: app.now(), by: act.userId })
    return ended ? { kind: 'hold-ended', invoiceId: ended.invoiceId, facts: { kind: ended.kind } } : 'done'
  })
}
