import { claimed, type Demand } from '../../documents/demand.ts'
import type { Day } from '../../chase/day.ts'
import type { Money } from '../../chase/money.ts'
import { findChase } from '../../store/chases.ts'
import { inBusiness, type BusinessDb } from '../../store/db.ts'
import {
  claimByLetter, countLetter, discardLetter as discard, findLetter, insertApproval, insertLetter, keepDebtorDetails, letterOfTask, readApprovedPdf,
  readDebtorDetails, recordLetterSent, updateLetter, type DebtorDetails, type SentBy,
} from '../../store/letters.ts' // prettier-ignore
import { take, type Act, type Outcome } from '../act.ts'
import { localTime } from '../local-time.ts'
import { refreshCustomer, type RefreshApp } from '../refresh-customer.ts'
import { readSurroundings } from '../standing.ts'
import { proposeDraft, settled, type LetterDraft } from './draft.ts'
import { readAbout, readLetter, referenceOf, viewLetter, type LetterApp, type LetterView } from './view.ts'

/** Approving a letter, and handing out an approved one, ask the ledger first. */
export type ApprovingApp = LetterApp & RefreshApp

/** A letter and the person who does something about it. */
type LetterAct = Act & { readonly letterId: string }

/**
 * Begins a formal demand with what is known: whom it is for, what is overdue, the kind and the deadline that fit. A
 * task that asked for a letter is named by its chase, and has one letter. Returns the letter's id, or `unknown`.
 */
export async function beginLetter(
  app: LetterApp,
  act: Act & { readonly customerId: string; readonly chaseId: string | null },
): Promise<{ readonly letterId: string } | 'unknown'> {
  const { businessId, userId, customerId, chaseId } = act
  let letterId = ''
  const outcome = await take(app, act, act, null, async (db) => {
    if (chaseId !== null && !(await isLetterTask(db, chaseId, customerId))) return 'unknown'
    const begun = chaseId === null ? null : await letterOfTask(db, chaseId)
    if (begun !== null) {
      letterId = begun
      return 'done'
    }
    const around = await readSurroundings(app, db, businessId)
    const about = await readAbout(app, db, around, customerId)
    if (!about) return 'unknown'
    const { business, candidates, debtor, today, calendar } = about.facts
    const claimableIds = candidates.filter(({ because }) => because === null).map(({ id }) => id)
    const draft = proposeDraft(business, about.customer, { debtor, claimableIds, today, calendar })
    letterId = await insertLetter(db, { businessId, customerId, chaseId, draft, userId, at: around.now })
    return { kind: 'letter-begun', chaseId, facts: { reference: referenceOf(letterId) } }
  })
  return outcome === 'done' ? { letterId } : 'unknown'
}

async function isLetterTask(db: BusinessDb, chaseId: string, customerId: string): Promise<boolean> {
  const chase = await findChase(db, chaseId)
  return chase?.customerId === customerId && chase.channel === 'letter' && chase.status === 'task'
}

/** A letter that was sent or put away is not written any more. */
export type LetterRefusal = 'closed'

/** Keeps what a person filled in. An approval was for another version, and ends; what is the same as before changes nothing. */
export async function editLetter(
  app: LetterApp,
  act: LetterAct & { readonly draft: LetterDraft; readonly debtor: DebtorDetails },
): Promise<Outcome | LetterRefusal> {
  const { businessId, userId, letterId, debtor } = act
  return await takeForLetter<LetterRefusal>(app, act, async (db, customerId) => {
    const letter = await findLetter<LetterDraft>(db, letterId)
    if (!letter) return 'unknown'
    const draft = settled(act.draft)
    const known = await readDebtorDetails(db, customerId)
    const by = { userId, at: app.now() }
    const isNewDraft = !sameValue(letter.draft, draft)
    if (!isNewDraft && known !== null && sameValue(known, debtor)) return 'done'
    if (!(await updateLetter(db, letterId, draft, by))) return 'closed'
    await keepDebtorDetails(db, { businessId, customerId }, debtor, by)
    return { kind: 'letter-edited', facts: { reference: referenceOf(letterId) } }
  })
}

/** Equal whatever the order in which the database gives the fields back. */
const sameValue = (one: object, other: object): boolean => inOrder(one) === inOrder(other)

const inOrder = (value: unknown): string =>
  JSON.stringify(value, (_key, part: unknown) =>
    part !== null && typeof part === 'object' && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([one], [other]) => (one < other ? -1 : 1)))
      : part,
  )

export type ApprovalRefusal =
  | LetterRefusal
  /** The letter is not the one that was on the screen. */
  | 'changed'
  | 'has-problems'
  /** Something that whoever approves has to have looked at was not ticked. */
  | 'not-reviewed'
  | 'dated-wrong'
  | 'unsigned'
  /** The ledger could not be asked whether all this is still owed. */
  | 'ledger-away'

/**
 * A named person says yes to exactly the letter that was shown (`shown` is its version), after the ledger was asked
 * again what is owed. The letter is kept as it was approved; it is sent by nobody but a person.
 */
export async function approveLetter(
  app: ApprovingApp,
  act: LetterAct & { readonly shown: string; readonly signedBy: string; readonly reviewed: readonly string[] },
): Promise<Outcome | ApprovalRefusal> {
  const { businessId, userId, letterId, shown, reviewed } = act
  const signedBy = act.signedBy.trim()
  const before = await viewLetter(app, businessId, letterId)
  if (!before) return 'unknown'
  if (isClosed(before)) return 'closed'
  if (signedBy === '') return 'unsigned'
  if ((await refreshCustomer(app, { businessId, customerId: before.customer.id })) === 'unread') return 'ledger-away'
  return await takeForLetter<ApprovalRefusal>(app, act, async (db) => {
    const view = await readLetter(app, db, businessId, letterId)
    if (!view || isClosed(view)) return 'closed'
    const { demand, problems, version, isDatedWrong } = view.made
    if (version !== shown) return 'changed'
    if (demand === null || problems.length > 0) return 'has-problems'
    if (isDatedWrong) return 'dated-wrong'
    if (app.papers.reviewPoints(demand).some((point) => !reviewed.includes(point))) return 'not-reviewed'
    const approved: Demand = {
      ...demand,
      approved: { by: signedBy, on: view.facts.today, withProvisionalRates: reviewed.includes('provisional') },
    }
    const pdf = await app.papers.drawDemand(approved)
    await insertApproval(db, {
      businessId, letterId, userId, signedBy, at: app.now(), fingerprint: version, demand: approved, pdf,
    }) // prettier-ignore
    return { kind: 'letter-approved', facts: { reference: view.reference, signedBy, ...onlyTotal(demand) } }
  })
}

const isClosed = ({ state }: LetterView): boolean => state === 'sent' || state === 'discarded'

/** The amount, where it is one. */
function onlyTotal(demand: Demand): Partial<Money> {
  const [one, another] = claimed(demand)
  return one && !another ? one.total : {}
}

/** The paper that a person may have now, or why there is none. */
export type LetterPaper =
  | { readonly kind: 'draft' | 'approved' | 'sent'; readonly pdf: Uint8Array; readonly reference: string }
  | { readonly kind: 'unknown' | 'has-problems' | 'approval-void' | 'too-old' | 'ledger-away' }

/** The letter as a draft: marked as one on every page, whatever was approved. */
export async function draftPaper(app: LetterApp, businessId: string, letterId: string): Promise<LetterPaper> {
  const view = await viewLetter(app, businessId, letterId)
  if (!view) return { kind: 'unknown' }
  const { demand, problems } = view.made
  if (demand === null || problems.some(({ kind }) => kind === 'letter')) return { kind: 'has-problems' }
  return { kind: 'draft', pdf: await app.papers.drawDemand(demand), reference: view.reference }
}

/**
 * The letter as it was approved, to be printed and sent. Only while the approval stands, asked of the ledger at this
 * moment; after it was sent, as it went.
 */
export async function approvedPaper(app: ApprovingApp, businessId: string, letterId: string): Promise<LetterPaper> {
  const before = await viewLetter(app, businessId, letterId)
  if (!before?.letter.approval) return { kind: 'unknown' }
  if (before.state !== 'sent') {
    const refreshed = await refreshCustomer(app, { businessId, customerId: before.customer.id })
    if (refreshed === 'unread') return { kind: 'ledger-away' }
  }
  return await inBusiness(app.db, businessId, async (db): Promise<LetterPaper> => {
    const view = await readLetter(app, db, businessId, letterId)
    if (!view?.letter.approval) return { kind: 'unknown' }
    const { state, reference } = view
    if (state !== 'approved' && state !== 'sent') return { kind: 'approval-void' }
    if (state === 'approved' && view.isTooOld) return { kind: 'too-old' }
    return { kind: state, pdf: await readApprovedPdf(db, view.letter.approval.id), reference }
  })
}

export type SendingRefusal = LetterRefusal | 'never-approved' | 'day-wrong'

/**
 * Writes down that a person has sent the letter: when, how and by whom. It counts as a contact of the running spell,
 * and a task that asked for it is done. What was sent is what was approved last; that an approval had ended by the time
 * this is written down is no reason to hide that the letter went.
 */
export async function logLetterSent(
  app: LetterApp,
  act: LetterAct & {
    readonly on: Day
    readonly means: SentBy
    readonly by: string | null
    readonly note: string | null
  },
): Promise<Outcome | SendingRefusal> {
  const { userId, businessId, letterId, on, means, by, note } = act
  return await takeForLetter<SendingRefusal>(app, act, async (db, customerId) => {
    const view = await readLetter(app, db, businessId, letterId)
    if (!view || isClosed(view)) return 'closed'
    const { approval, chaseId } = view.letter
    if (!approval) return 'never-approved'
    const approvedOn = localTime(view.facts.business.timeZone, approval.approvedAt).today
    if (on < approvedOn || on > view.facts.today) return 'day-wrong'
    const at = app.now()
    if (!(await recordLetterSent(db, letterId, { on, means, by, note, userId, at }))) return 'closed'
    const kind = PROVES[means]
    if (kind)
      await claimByLetter(db, { approvalId: approval.id, customerId, kind, on, note: view.reference, userId, at })
    const counted = await countLetter(db, { letterId, customerId, chaseId, on, means, at })
    return {
      kind: 'letter-sent',
      chaseId: counted,
      facts: {
        reference: view.reference, on, means, approvalStood: view.state === 'approved', fingerprint: approval.fingerprint,
        ...(by !== null && { who: by }), ...(note !== null && { note }),
      },
    } // prettier-ignore
  })
}

/** What a letter is before the law when it went in a way that proves what it said and that it arrived. */
const PROVES: Readonly<Partial<Record<SentBy, 'extrajudicial-claim' | 'notarial-claim'>>> = {
  burofax: 'extrajudicial-claim',
  'certified-email': 'extrajudicial-claim',
  notary: 'notarial-claim',
}

/** Puts a letter away that will not be sent. */
export async function discardLetter(app: LetterApp, act: LetterAct): Promise<Outcome | LetterRefusal> {
  const { userId, letterId } = act
  return await takeForLetter<LetterRefusal>(app, act, async (db) => {
    if (!(await discard(db, letterId, { userId, at: app.now() }))) return 'closed'
    return { kind: 'letter-discarded', facts: { reference: referenceOf(letterId) } }
  })
}

/** One act about a letter: its customer is locked, and looked at again afterwards. */
async function takeForLetter<Refusal extends string>(
  app: LetterApp,
  act: LetterAct,
  change: (db: BusinessDb, customerId: string) => ReturnType<Parameters<typeof take<Refusal>>[4]>,
): Promise<Outcome | Refusal> {
  const letter = await inBusiness(app.db, act.businessId, (db) => findLetter<LetterDraft>(db, act.letterId))
  if (!letter) return 'unknown'
  const { customerId } = letter
  return await take<Refusal>(app, act, { customerId }, null, (db) => change(db, customerId))
}
