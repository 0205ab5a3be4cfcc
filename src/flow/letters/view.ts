import type { Day } from '../../chase/day.ts'
import { calendarOf } from '../../chase/window.ts'
import type { Papers } from '../../documents/papers.ts'
import { inBusiness, type BusinessDb } from '../../store/db.ts'
import { readAccount, readEvidenceScope, type AccountRows } from '../../store/evidence.ts'
import {
  findLetter, listLetters, readClaimableInvoices, readDebtorDetails, type DebtorDetails, type LetterRow,
} from '../../store/letters.ts' // prettier-ignore
import { readCustomers, type CustomerFacts } from '../../store/standings.ts'
import type { Dependencies } from '../dependencies.ts'
import { readSurroundings, standingOf, type Surroundings } from '../standing.ts'
import {
  creditsOf, lastDayToSend, makeLetter, type Candidate, type LetterFacts, type MadeLetter, type Unclaimable,
} from './demand.ts' // prettier-ignore
import { proposeDebtorDetails, type LetterDraft } from './draft.ts'

/** What looking at letters needs. */
export type LetterApp = Pick<Dependencies, 'db' | 'now' | 'holidays' | 'mailFrom'> & { readonly papers: Papers }

/**
 * How a letter stands. None of it is stored but what people did: an approval stands for as long as the letter, made
 * anew from the books, is the very one that was approved.
 */
export type LetterState = 'draft' | 'approved' | 'approval-void' | 'sent' | 'discarded'

export type LetterView = {
  readonly letter: LetterRow<LetterDraft>
  readonly reference: string
  readonly state: LetterState
  readonly customer: { readonly id: string; readonly name: string; readonly country: string | null }
  readonly facts: LetterFacts
  readonly made: MadeLetter
  /** The last day on which it may be sent as it is dated. */
  readonly sendBy: Day
  /** That day has passed: an approved letter has to be dated anew. */
  readonly isTooOld: boolean
}

/** A letter as it stands now; null when this business has none of that id. */
export const viewLetter = (app: LetterApp, businessId: string, letterId: string): Promise<LetterView | null> =>
  inBusiness(app.db, businessId, (db) => readLetter(app, db, businessId, letterId))

/** The same in a transaction that is under way. */
export async function readLetter(
  app: LetterApp,
  db: BusinessDb,
  businessId: string,
  letterId: string,
): Promise<LetterView | null> {
  const letter = await findLetter<LetterDraft>(db, letterId)
  if (!letter) return null
  const around = await readSurroundings(app, db, businessId)
  const about = await readAbout(app, db, around, letter.customerId)
  return about && viewOf(app, letter, about)
}

/** All letters to a customer that were not discarded, as they stand now, the newest first. */
export async function readLetters(
  app: LetterApp,
  db: BusinessDb,
  businessId: string,
  customerIds: readonly string[],
): Promise<LetterView[]> {
  const letters = await listLetters<LetterDraft>(db, customerIds)
  if (letters.length === 0) return []
  const around = await readSurroundings(app, db, businessId)
  const views: LetterView[] = []
  for (const letter of letters) {
    const about = await readAbout(app, db, around, letter.customerId)
    if (about) views.push(viewOf(app, letter, about))
  }
  return views
}

/** What every letter to one customer is made from. */
export type AboutCustomer = {
  readonly customer: CustomerFacts
  readonly facts: Omit<LetterFacts, 'reference'>
}

/** Reads what a letter to a customer is made from; null when this business has no such customer. */
export async function readAbout(
  app: LetterApp,
  db: BusinessDb,
  around: Surroundings,
  customerId: string,
): Promise<AboutCustomer | null> {
  const [customer] = await readCustomers(db, [customerId], around.today, 'look')
  if (!customer) return null
  const scope = await readEvidenceScope(db, customerId, null)
  const account = await readAccount(db, scope?.customerIds ?? [customerId], around.today)
  const { business, today } = around
  return {
    customer,
    facts: {
      business,
      mailbox: app.mailFrom.address,
      debtor: (await readDebtorDetails(db, customerId)) ?? proposedFor(customer),
      country: customer.country,
      candidates: await readCandidates(db, account, today),
      credits: creditsOf(account.credits),
      today,
      calendar: calendarOf(standingOf(around, customer)),
    },
  }
}

const proposedFor = ({ name }: CustomerFacts): DebtorDetails => proposeDebtorDetails(name)

async function readCandidates(db: BusinessDb, { items }: AccountRows, today: Day): Promise<Candidate[]> {
  const marks = new Map(items.map(({ id, mark }) => [id, mark]))
  const invoices = await readClaimableInvoices(db, [...marks.keys()])
  return invoices.map((invoice) => {
    const mark = marks.get(invoice.id) ?? null
    return { ...invoice, isPaused: mark === 'paused', because: mark !== null && mark !== 'paused' ? mark : inTheWay(invoice, today) }
  }) // prettier-ignore
}

function inTheWay(
  invoice: Parameters<typeof numbered>[0] & { dueOn: Day; issuedOn: Day | null },
  today: Day,
): Unclaimable | null {
  if (invoice.dueOn >= today) return 'not-due'
  if (!numbered(invoice)) return 'unnumbered'
  return invoice.issuedOn === null ? 'undated' : null
}

const numbered = ({ number }: { readonly number: string | null }): boolean => (number ?? '').trim() !== ''

/** Short enough to be quoted, and of this letter alone. */
export const referenceOf = (letterId: string): string => `RP-${letterId.slice(0, 8).toUpperCase()}`

function viewOf(app: LetterApp, letter: LetterRow<LetterDraft>, { customer, facts }: AboutCustomer): LetterView {
  const reference = referenceOf(letter.id)
  const whole = { ...facts, reference }
  const made = makeLetter(letter.draft, whole, app.papers)
  const sendBy = lastDayToSend(letter.draft.on, facts.calendar)
  return {
    letter,
    reference,
    state: stateOf(letter, made),
    customer: { id: customer.customerId, name: customer.name, country: customer.country },
    facts: whole,
    made,
    sendBy,
    isTooOld: facts.today > sendBy,
  }
}

function stateOf({ sent, isDiscarded, approval, editedAt }: LetterRow<LetterDraft>, made: MadeLetter): LetterState {
  if (sent) return 'sent'
  if (isDiscarded) return 'discarded'
  if (!approval) return 'draft'
  const isEdited = Temporal.Instant.compare(editedAt, approval.approvedAt) > 0
  return !isEdited && approval.fingerprint === made.version ? 'approved' : 'approval-void'
}
