import { localTime } from './local-time.ts'
import { readBusiness } from '../store/businesses.ts'
import { findChase, recordTaskDone } from '../store/chases.ts'
import { logContact as log } from '../store/contact-log.ts'
import { addContact } from '../store/contacts.ts'
import { inBusiness, type BusinessDb } from '../store/db.ts'
import { setHold } from '../store/holds.ts'
import { addDays } from '../chase/day.ts'
import * as store from '../store/settings.ts'
import { take, type Act, type Outcome } from './act.ts'
import { writePromise, type AgreementApp, type Promised, type PromiseRefusal } from './promise.ts'

/** What was said, and what follows from it. */
export type Said =
  | { readonly outcome: 'promise'; readonly promise: Omit<Promised, 'customerId'> }
  /** The customer questions these invoices: each is left out until someone ends it. */
  | { readonly outcome: 'dispute'; readonly invoiceIds: readonly string[]; readonly why: string | null }
  /** It says it has paid: silent for some days, in which the ledger can show it. */
  | { readonly outcome: 'paid' }
  | { readonly outcome: 'no-answer' | 'voicemail' | 'wrong-person' | 'refuses' | 'other' }

export type Contact = {
  readonly customerId: string
  readonly kind: 'call' | 'reply'
  readonly said: Said
  readonly who: string | null
  /** Where a reply came from: evidence of who reads our messages. Not known unless given. */
  readonly address?: string | null
  readonly note: string | null
  /** The task that asked for the call, which is done by this. */
  readonly chaseId: string | null
}

/** How long "we have paid" is believed before the ledger shows it, in calendar days. */
const PAID_BELIEVED_DAYS = 5

export type ContactRefusal = PromiseRefusal | 'task-gone'

/**
 * Writes down a conversation and what follows from it, in one act: a promise, a dispute of invoices, a few days of
 * silence for money on its way. A task that asked for the call is done. The rules look at the customer at once.
 */
export async function logContact(app: AgreementApp, act: Act & Contact): Promise<Outcome | ContactRefusal> {
  const { businessId, userId, customerId, kind, said, who, note, chaseId } = act
  const address = kind === 'reply' ? (act.address?.toLowerCase() ?? null) : null
  return take<ContactRefusal>(app, act, act, FOLLOWED[said.outcome], async (db) => {
    if (chaseId !== null && !(await isTaskOf(db, chaseId, customerId))) return 'task-gone'
    // Before the promise closes what tasks there are.
    if (chaseId !== null && !(await recordTaskDone(db, chaseId, said.outcome))) return 'task-gone'
    const refusal = await follow(app, db, act)
    if (refusal) throw new Refusing(refusal)
    const at = app.now()
    const { today } = localTime((await readBusiness(db, businessId)).timeZone, at)
    await log(db, {
      businessId, customerId, on: today, kind, outcome: said.outcome, who, address, note, chaseId, createdBy: userId, at,
    }) // prettier-ignore
    // Whoever writes to us is somebody there; whether they are written to stays as the ledger has it.
    if (address !== null) await addContact(db, { businessId, customerId, email: address, name: who, role: 'other' })
    return {
      kind: 'contact-logged',
      chaseId,
      facts: {
        way: kind,
        outcome: said.outcome,
        ...(who !== null && { who }),
        ...(address !== null && { address }),
        ...(note !== null && { note }),
      },
    }
  }).catch((error: unknown) => {
    if (error instanceof Refusing) return error.refusal
    throw error
  })
}

/** Undoes what the act has written so far: a refusal that comes after a write must leave nothing behind. */
class Refusing extends Error {
  readonly refusal: Outcome | ContactRefusal

  constructor(refusal: Outcome | ContactRefusal) {
    super(refusal)
    this.refusal = refusal
  }
}

/** Why messages on their way are taken back: only where the conversation changes what is to be said. */
const FOLLOWED: Readonly<Record<Said['outcome'], string | null>> = {
  promise: 'promise',
  dispute: 'dispute',
  paid: 'said-paid',
  'wrong-person': 'wrong-person',
  refuses: null,
  'no-answer': null,
  voicemail: null,
  other: null,
}

async function follow(app: AgreementApp, db: BusinessDb, act: Act & Contact): Promise<Outcome | PromiseRefusal | null> {
  const { businessId, userId, customerId, said, who } = act
  const at = app.now()
  if (said.outcome === 'promise') {
    const promised = { ...said.promise, customerId, saidBy: said.promise.saidBy ?? who }
    const written = await writePromise(app, db, act, promised)
    return typeof written === 'string' ? written : null
  }
  if (said.outcome === 'dispute') {
    if (said.invoiceIds.length === 0) return 'unknown'
    for (const invoiceId of said.invoiceIds) {
      if ((await store.customerOfInvoice(db, invoiceId)) !== customerId) return 'unknown'
      const dispute = { businessId, customerId, invoiceId, kind: 'dispute' as const, until: null, why: said.why }
      await setHold(db, { ...dispute, ownerId: userId, createdBy: userId, at })
    }
  }
  if (said.outcome === 'paid') {
    const { today } = localTime((await readBusiness(db, businessId)).timeZone, at)
    const snooze = { businessId, customerId, invoiceId: null, kind: 'snooze' as const, why: 'said to be paid' }
    await setHold(db, { ...snooze, until: addDays(today, PAID_BELIEVED_DAYS), ownerId: userId, createdBy: userId, at })
  }
  return null
}

async function isTaskOf(db: BusinessDb, chaseId: string, customerId: string): Promise<boolean> {
  const chase = await findChase(db, chaseId)
  return chase?.customerId === customerId && chase.status === 'task'
}

/** Whose task it is; null when this business has no such task. */
export const customerOfTask = (app: AgreementApp, businessId: string, chaseId: string): Promise<string | null> =>
  inBusiness(app.db, businessId, async (db) => (await findChase(db, chaseId))?.customerId ?? null)
