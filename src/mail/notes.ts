import { daysBetween } from '../chase/day.ts'
import { CLAIM_MESSAGES } from '../chase/law/claim.ts'
import { totalsPerCurrency } from '../chase/money.ts'
import { cleanLine } from './clean.ts'
import { balancesOf, type Draft, isPartPaid, type Item } from './draft.ts'
import type { MessageFacts } from './message-facts.ts'
import { isSome } from './tables.ts'
import type { Wording } from './wordings.ts'

/** Stages in which the business's late charges may be mentioned. */
const MENTIONS_CHARGES: ReadonlySet<string> = new Set(['firm', 'serious', 'urgent', 'final'])
/** Which consequence each stage may announce, where the policy declares it. */
const ANNOUNCES: Readonly<Record<string, readonly string[]>> = {
  serious: ['pause-of-work'],
  urgent: ['pause-of-work'],
  final: ['pause-of-work', 'formal-demand'],
}
/** Stages before or on the due day, in which paying early is still worth offering. */
const OFFERS_DISCOUNT: ReadonlySet<string> = new Set(['before-due', 'due-day'])

/** What belongs right under the tables: how the amounts came about, then consequence and help, then charges. */
export function middleOf(draft: Draft, wording: Wording): string[] {
  const { facts, phrase, format } = draft
  const claim = claimOf(facts)
  const charges =
    MENTIONS_CHARGES.has(facts.stage) && !claim ? sentence(cleanLine(facts.business.lateCharges ?? '', 300)) : ''
  const waived = claim?.claim.waivedIfPaidBy
    ? phrase('note claim waived', { day: format.weekdayDate(claim.claim.waivedIfPaidBy) })
    : ''
  return [waived, amountNotesOf(draft), discountNoteOf(draft), ...wording.after, consequencesOf(draft), charges].filter(
    (paragraph) => paragraph !== '',
  )
}

function amountNotesOf(draft: Draft): string {
  const { facts, many, format, phrase } = draft
  const { invoices, received = [], excluded = [] } = facts
  const [oldest] = invoices
  const notes: string[] = []
  if (received.length > 0) {
    const amount = format.list(totalsPerCurrency(received.map((part) => part.amount)).map(format.money))
    const days = format.list(format.dates(received.map(({ on }) => on)).map((day) => phrase('previous day', { day })))
    notes.push(phrase('note received', { amount, days: facts.language === 'en' ? `on ${days}` : days }))
  }
  if (oldest && !many && isPartPaid(oldest)) {
    notes.push(phrase('note part paid', { total: format.money(oldest.total), balance: format.money(oldest.balance) }))
  }
  if (invoices.some(({ dueAssumed }) => dueAssumed)) notes.push(phrase('note assumed'))
  if (excluded.length > 0) notes.push(phrase('note excluded', { excludedCount: excluded.length }))
  return notes.join(' ')
}

function discountNoteOf({ facts, format, phrase, itemOf }: Draft): string {
  const { discount, stage, today } = facts
  if (!discount || !OFFERS_DISCOUNT.has(stage) || daysBetween(today, discount.lastDay) < 0) return ''
  const invoice = facts.invoices.find(({ id }) => id === discount.invoiceId)
  if (!invoice) return ''
  return phrase('note discount', {
    invoice: itemOf(invoice).name,
    day: format.weekdayDate(discount.lastDay),
    payable: format.money(discount.payable),
    saved: format.money(discount.saved),
  })
}

function consequencesOf({ facts, format, phrase }: Draft): string {
  const announced = (facts.consequences ?? []).filter(({ kind }) => ANNOUNCES[facts.stage]?.includes(kind))
  return announced
    .map(({ kind, ground, from }) =>
      phrase(`consequence ${kind}`, { from: format.weekdayDate(from), ground: cleanLine(ground) || null }),
    )
    .join(' ')
}

/** What may be claimed on top, and by which rule; null without a rule, or where this stage does not speak of it. */
export function claimOf(facts: MessageFacts): { claim: NonNullable<MessageFacts['lateClaim']>; ground: string } | null {
  const { lateClaim, stage } = facts
  if (!lateClaim || !CLAIM_MESSAGES.has(stage)) return null
  const ground = cleanLine(lateClaim.ground)
  const some = [...lateClaim.interest, ...lateClaim.compensation].some(isSome)
  return ground === '' || !some ? null : { claim: lateClaim, ground }
}

export function noticeNotesOf({ facts, format, phrase }: Draft): string[] {
  const { matter, invoices } = facts
  const remaining = matter?.kind === 'thank-you' ? (matter.remaining ?? []).filter(isSome) : []
  const undisputed = matter?.kind === 'query-received' ? balancesOf(invoices).filter(isSome) : []
  return [
    ...(remaining.length > 0 ? [phrase('note remaining', { amount: format.list(remaining.map(format.money)) })] : []),
    ...(undisputed.length > 0
      ? [phrase('note undisputed', { amount: format.list(undisputed.map(format.money)) })]
      : []),
  ]
}

/** What is attached, where to find the payment details, and what else is open: one paragraph before the close. */
export function lastNotesOf(draft: Draft): string {
  const { facts, format, phrase, details } = draft
  const notes = [attachedNote(draft)]
  // A firm message has said how to pay already.
  if (details.length === 0 && facts.stage !== 'firm') notes.push(phrase('note details on invoice'))
  const otherOpen = totalsPerCurrency(facts.otherOpen).filter(isSome)
  if (otherOpen.length > 0) notes.push(phrase('note other open', { amount: format.list(otherOpen.map(format.money)) }))
  return notes.join(' ')
}

function attachedNote({ facts, items, format, phrase }: Draft): string {
  const attachedIds = new Set(facts.attachedIds)
  const attached = items.filter(({ invoice }) => attachedIds.has(invoice.id))
  const left = items.filter(({ invoice }) => !attachedIds.has(invoice.id))
  const leftLinked = left.every(({ link }) => link !== null)
  if (left.length === 0) return phrase('note attached all')
  if (attached.length === 0) return phrase(leftLinked ? 'note attached none, linked' : 'note attached none')
  const shorts = (some: readonly Item[]): string => format.list(some.map(({ short }) => short))
  return phrase(attached.length <= left.length ? 'note attached some' : 'note attached most', {
    attached: shorts(attached),
    attachedCount: attached.length,
    left: shorts(left),
    leftCount: left.length,
    leftLinked,
  })
}

const sentence = (text: string): string => (text === '' || /[.…?]$/.test(text) ? text : `${text}.`)
