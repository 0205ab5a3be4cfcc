import { z } from 'zod'
import { day, isDay } from '../../chase/day.ts'
import type { Enclosure } from '../../documents/demand.ts'
import {
  approvedPaper, approveLetter, beginLetter, discardLetter, draftPaper, editLetter, logLetterSent,
} from '../../flow/letters/acts.ts' // prettier-ignore
import type { LetterDraft } from '../../flow/letters/draft.ts'
import { readLetter } from '../../flow/letters/view.ts'
import { SENT_BY, type DebtorDetails } from '../../store/letters.ts'
import type { WebDependencies } from '../dependencies.ts'
import { Refused } from '../errors.ts'
import { sendFile } from '../file.ts'
import { isId, type Acting, type BusinessRoutes } from '../visit.ts'
import { letterPage } from './letter-view.ts'

const text = (most: number) => z.string().trim().max(most).default('')
const textOrNull = (most: number) => text(most).transform((typed) => (typed === '' ? null : typed))
const DAY = z.string().refine(isDay).transform(day)
const dayOrNull = z.union([z.literal('').transform(() => null), DAY]).default(null)
const ticked = z
  .literal('yes')
  .optional()
  .transform((said) => said === 'yes')
/** A form sends one box as text and several as a list. */
const listOf = <T extends z.ZodType<string>>(one: T) =>
  z.union([one.transform((only): z.output<T>[] => [only]), z.array(one)]).default([])

const ENCLOSURES = [
  'invoices', 'delivery-notes', 'statement', 'contract', 'information-sheet', 'reply-form', 'financial-statement',
] as const satisfies readonly Enclosure[] // prettier-ignore

const LETTER = z.object({
  kind: z.enum(['spain', 'uk-company', 'uk-individual', 'generic']),
  language: z.enum(['es', 'en']),
  on: DAY,
  deadline: DAY,
  legalName: text(200).pipe(z.string().min(1)),
  legalForm: z
    .union([z.literal('').transform(() => null), z.enum(['company', 'public-body', 'sole-trader', 'consumer'])])
    .default(null),
  taxId: textOrNull(60),
  registration: textOrNull(100),
  postalAddress: textOrNull(500).transform((typed) => typed?.replaceAll('\r\n', '\n') ?? null),
  answerName: textOrNull(100),
  answerRole: textOrNull(100),
  invoices: listOf(z.string().refine(isId)),
  contractForm: z.enum(['written', 'oral']),
  contractWhat: text(600),
  contractOn: dayOrNull,
  contractBetween: text(300),
  contractWhere: text(200),
  assignedFrom: text(200),
  assignedOn: dayOrNull,
  originalDebt: text(300),
  claimsInterest: ticked,
  claimsCompensation: ticked,
  lawCountry: text(2)
    .transform((typed) => typed.toUpperCase())
    .pipe(z.string().regex(/^([A-Z]{2})?$/))
    .transform((typed) => (typed === '' ? null : typed)),
  agreedRate: text(10)
    .transform((typed) => typed.replace(',', '.').replace(/\s*%$/, ''))
    .pipe(z.string().regex(/^(\d{1,3}(\.\d{1,4})?)?$/)),
  agreedClause: text(200),
  instalments: textOrNull(400),
  nextStep: z
    .union([z.literal('').transform(() => null), z.enum(['court-claim', 'order-for-payment', 'lawyer'])])
    .default(null),
  negotiate: ticked,
  enclosed: listOf(z.enum(ENCLOSURES)),
})

const APPROVAL = z.object({ shown: text(100), signedBy: text(100), reviewed: listOf(z.string().max(40)) })
const SENT = z.object({ on: DAY, means: z.enum(SENT_BY), by: textOrNull(100), note: textOrNull(300) })
const BEGIN = z.object({ task: z.union([z.literal('').transform(() => null), z.string().refine(isId)]).default(null) })

/** Formal demands: filled in, read as the PDF that they will be, approved, and written down as sent. */
export function letterPages(routes: BusinessRoutes, app: WebDependencies): void {
  routes.act('/customers/:customerId/letters', 'bookkeeper', async (acting) => {
    const { customerId } = acting.request.params as { customerId: string }
    const { task: chaseId } = parsed(BEGIN, acting)
    const begun = await beginLetter(app, { ...who(acting), customerId, chaseId })
    if (begun === 'unknown') throw new Refused('notFound')
    return `/letters/${begun.letterId}`
  })

  routes.page('/letters/:letterId', 'viewer', async (visit) => {
    const view = await readLetter(app, visit.db, visit.businessId, letterOf(visit))
    if (!view) throw new Refused('notFound')
    return { title: visit.words.letters.title, tab: 'receivables', body: letterPage(visit, app, view) }
  })

  routes.act('/letters/:letterId', 'bookkeeper', async (acting) => {
    const given = parsed(LETTER, acting)
    const outcome = await editLetter(app, {
      ...who(acting), letterId: letterOf(acting), draft: draftIn(given), debtor: debtorIn(given),
    }) // prettier-ignore
    return back(acting, outcome, 'letterSaved')
  })

  routes.act('/letters/:letterId/approve', 'owner', async (acting) => {
    const outcome = await approveLetter(app, {
      ...who(acting),
      letterId: letterOf(acting),
      ...parsed(APPROVAL, acting),
    })
    return back(acting, outcome, 'letterApproved')
  })

  routes.act('/letters/:letterId/sent', 'bookkeeper', async (acting) => {
    const outcome = await logLetterSent(app, { ...who(acting), letterId: letterOf(acting), ...parsed(SENT, acting) })
    return back(acting, outcome, 'letterSent')
  })

  routes.act('/letters/:letterId/discard', 'bookkeeper', async (acting) => {
    const letterId = letterOf(acting)
    const outcome = await discardLetter(app, { ...who(acting), letterId })
    return back(acting, outcome, 'letterDiscarded')
  })

  routes.view('/letters/:letterId/draft.pdf', 'viewer', async (acting) => {
    const paper = await draftPaper(app, acting.businessId, letterOf(acting))
    if (!('pdf' in paper)) return acting.reply.redirect(back(acting, paper.kind, ''), 302)
    return sendFile(acting.reply, { name: `${paper.reference}-draft.pdf`, type: 'application/pdf', content: paper.pdf })
  })

  routes.view('/letters/:letterId/letter.pdf', 'viewer', async (acting) => {
    const paper = await approvedPaper(app, acting.businessId, letterOf(acting))
    if (!('pdf' in paper)) return acting.reply.redirect(back(acting, paper.kind, ''), 302)
    return sendFile(acting.reply, { name: `${paper.reference}.pdf`, type: 'application/pdf', content: paper.pdf })
  })
}

const who = ({ businessId, userId }: Acting) => ({ businessId, userId })

const letterOf = ({ request }: Acting): string => (request.params as { letterId: string }).letterId

function parsed<Schema extends z.ZodType>(schema: Schema, { request }: Acting): z.output<Schema> {
  const { data, success } = schema.safeParse(request.body ?? {})
  if (!success) throw new Refused('invalid')
  return data
}

/** Where an act leads: to the letter, with what came of it. */
function back(acting: Acting, outcome: string, done: string): string {
  if (outcome === 'unknown') throw new Refused('notFound')
  return `/letters/${letterOf(acting)}?done=${outcome === 'done' ? done : (SAID[outcome] ?? 'letterProblems')}`
}

const SAID: Readonly<Record<string, string>> = {
  closed: 'letterClosed',
  changed: 'letterChanged',
  'has-problems': 'letterProblems',
  'not-reviewed': 'letterNotReviewed',
  'dated-wrong': 'letterDatedWrong',
  unsigned: 'letterUnsigned',
  'ledger-away': 'letterLedgerAway',
  'approval-void': 'letterVoid',
  'too-old': 'letterTooOld',
  'never-approved': 'letterNeverApproved',
  'day-wrong': 'letterDayWrong',
}

function draftIn(given: z.output<typeof LETTER>): LetterDraft {
  const { kind, language, on, deadline, nextStep, claimsInterest, claimsCompensation, lawCountry, enclosed } = given
  const isAssigned = given.assignedFrom !== ''
  return {
    kind, language, on, deadline, nextStep, claimsInterest, claimsCompensation, lawCountry, enclosed,
    contract: {
      form: given.contractForm,
      what: given.contractWhat,
      on: given.contractOn,
      between: given.contractBetween,
      where: given.contractWhere,
    },
    assignment: isAssigned ? { from: given.assignedFrom, on: given.assignedOn, originalDebt: given.originalDebt } : null,
    invoiceIds: given.invoices,
    agreedRate: given.agreedRate === '' ? null : { ratePercent: Number(given.agreedRate), clause: given.agreedClause },
    instalmentsNotAcceptable: given.instalments,
    invitesToNegotiate: given.negotiate,
    answerTo: { name: given.answerName, role: given.answerRole },
  } // prettier-ignore
}

const debtorIn = ({
  legalName,
  legalForm,
  taxId,
  registration,
  postalAddress,
}: z.output<typeof LETTER>): DebtorDetails => ({
  legalName,
  legalForm,
  taxId,
  registration,
  postalAddress,
})
