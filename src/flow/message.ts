import { addBusinessDays } from '../chase/calendar.ts'
import { addDays, type Day } from '../chase/day.ts'
import { judge } from '../chase/decide.ts'
import { discountOffers } from '../chase/discount.ts'
import type { Exclusion } from '../chase/holds.ts'
import type { QuotedClaim } from '../chase/law/claim.ts'
import { money, totalsPerCurrency } from '../chase/money.ts'
import { receivedFor } from '../chase/received.ts'
import { isStage, type MessageKind } from '../chase/stage.ts'
import type { Standing } from '../chase/standing.ts'
import { calendarOf } from '../chase/window.ts'
import type { Consequence, EarlyDiscount, ExcludedInvoice, MessageFacts, MessageInvoice } from '../mail/mailer.ts'
import type { CustomerFacts, InvoiceFacts } from '../store/standings.ts'
import { localeOf } from './language.ts'
import { matterOf } from './notice-facts.ts'
import { languageFor, treatmentFor } from './recipients.ts'
import type { Signer } from './signer.ts'
import type { Surroundings } from './standing.ts'

/** How many business days a customer gets to answer a message that names a deadline. */
const DEADLINE_DAYS: Readonly<Partial<Record<MessageKind, number>>> = { serious: 5, urgent: 5, final: 7 }

/** Whether the original invoices travel with it: they do with what asks for payment, not with answers and thanks. */
export const attachesInvoices = (kind: MessageKind): boolean => isStage(kind)

export type MessageParts = {
  readonly seed: string
  readonly kind: MessageKind
  /** For a message beside the ladder: its id, which names what it answers. */
  readonly noticeId: string
  /** What it is about, oldest first, with the links that were found for them. */
  readonly items: readonly InvoiceFacts[]
  readonly attachedIds: readonly string[]
  readonly threadSubject: string | null
  /** Interest and compensation, worked out from the same reading: see claimFor. */
  readonly claim: QuotedClaim | null
}

/** Gathers the facts of a message from what the gate has just read. Null when what it would answer is gone. */
export function messageFacts(
  around: Surroundings,
  customer: CustomerFacts,
  standing: Standing,
  sender: Signer,
  parts: MessageParts,
): MessageFacts | null {
  const { business } = around
  const { today } = standing
  const { kind } = parts
  const language = languageFor(customer, business)
  const items = parts.items.map(messageInvoice)
  const told = whatItCounts(customer, standing, kind, items)
  const matter = isStage(kind) ? null : matterOf(around, customer, standing, { kind, id: parts.noticeId, items })
  if (!isStage(kind) && matter === null) return null
  const named = new Set(
    [...items, ...told.invoices, ...told.excluded.map(({ invoice }) => invoice)].map(({ id }) => id),
  )
  const others = customer.invoices.filter((invoice) => !named.has(invoice.id))
  const deadline = deadlineOf(customer, standing, parts)
  return {
    language,
    locale: localeOf(language, customer.country ?? business.country),
    treatment: treatmentFor(customer, around.policy),
    stage: kind,
    today,
    customer: { name: customer.name, firstName: customer.firstName, country: customer.country },
    business: {
      name: business.name,
      country: business.country,
      baseCurrency: business.baseCurrency ?? parts.items[0]?.currency ?? 'EUR',
      sender: { name: sender.name, role: sender.role, phone: sender.phone },
      paymentDetails: business.paymentDetails,
      lateCharges: business.lateCharges,
    },
    invoices: told.invoices,
    excluded: told.excluded,
    otherOpen: totalsPerCurrency(others.map((invoice) => money(invoice.balanceMinor, invoice.currency))).filter(
      ({ minor }) => minor > 0,
    ),
    received: isStage(kind) ? receivedFor(standing, items).map(({ on, amount }) => ({ on, amount })) : [],
    deadline,
    consequences: deadline === null ? [] : consequencesOf(standing, deadline),
    lateClaim: parts.claim && { ...parts.claim, waivedIfPaidBy: null },
    discount: discountOf(standing, items),
    previousOn: (customer.spell?.taken ?? []).filter((step) => step.channel === 'email').map((step) => step.on),
    attachedIds: parts.attachedIds,
    threadSubject: parts.threadSubject,
    allowedOpenings: around.policy.wordings[kind] ?? null,
    usedWordings: customer.usedWordings,
    seed: parts.seed,
    matter,
  }
}

const messageInvoice = (invoice: InvoiceFacts): MessageInvoice => ({
  id: invoice.id,
  number: invoice.number,
  issuedOn: invoice.issuedOn,
  dueOn: invoice.dueOn,
  dueAssumed: invoice.dueAssumed,
  total: money(invoice.totalMinor, invoice.currency),
  balance: money(invoice.balanceMinor, invoice.currency),
  payLink: invoice.payLink === '' ? null : invoice.payLink,
})

/** Which of its items a message counts, and what it names as left out. */
function whatItCounts(
  customer: CustomerFacts,
  standing: Standing,
  kind: MessageKind,
  items: readonly MessageInvoice[],
): { invoices: readonly MessageInvoice[]; excluded: readonly ExcludedInvoice[] } {
  if (kind === 'thank-you' || kind === 'right-person') return { invoices: [], excluded: [] }
  if (kind === 'query-received') {
    const leftOut = leftOutOf(customer, standing)
    const isOut = new Set([...items, ...leftOut.map(({ invoice }) => invoice)].map(({ id }) => id))
    const rest = customer.invoices.filter(({ id, dueOn }) => !isOut.has(id) && dueOn < standing.today)
    return {
      invoices: rest.map(messageInvoice),
      excluded: items.map((invoice): ExcludedInvoice => ({ invoice, because: 'disputed' })),
    }
  }
  if (kind === 'statement') {
    // What is promised or in a plan is owed all the same; what is in question is not counted.
    const excluded = leftOutOf(customer, standing).filter(
      ({ because }) => because === 'disputed' || because === 'on-hold',
    )
    const isOut = new Set(excluded.map(({ invoice }) => invoice.id))
    return { invoices: items.filter(({ id }) => !isOut.has(id)), excluded }
  }
  if (!isStage(kind)) return { invoices: items, excluded: [] }
  const covered = new Set(items.map(({ id }) => id))
  return { invoices: items, excluded: leftOutOf(customer, standing).filter(({ invoice }) => !covered.has(invoice.id)) }
}

/** The open invoices that the rules leave out today and a message names as such. */
function leftOutOf(customer: CustomerFacts, standing: Standing): ExcludedInvoice[] {
  return (judge(standing).chaseable?.excluded ?? []).flatMap(({ invoice: { id }, because }): ExcludedInvoice[] => {
    const as = NAMED_AS[because]
    const invoice = customer.invoices.find((each) => each.id === id)
    return as && invoice ? [{ invoice: messageInvoice(invoice), because: as }] : []
  })
}

/** What is too small to speak of is not spoken of; nor is what a person does not want chased. */
const NAMED_AS: Readonly<Record<Exclusion, ExcludedInvoice['because'] | null>> = {
  disputed: 'disputed',
  promised: 'promised',
  'on-plan': 'in-plan',
  excluded: 'on-hold',
  paused: 'on-hold',
  snoozed: 'on-hold',
  'do-not-chase': null,
  'left-alone': null,
}

function deadlineOf(customer: CustomerFacts, standing: Standing, { kind, noticeId }: MessageParts): Day | null {
  if (kind === 'plan-offer') return customer.plans.find(({ id }) => noticeId === `plan-offer:${id}`)?.answerBy ?? null
  const days = DEADLINE_DAYS[kind]
  return days === undefined ? null : addBusinessDays(standing.today, days, calendarOf(standing))
}

/** What the business has declared with its ground, from the day after the deadline. */
function consequencesOf({ policy }: Standing, deadline: Day): Consequence[] {
  const kinds = { 'suspension-of-service': 'pause-of-work', 'legal-action': 'formal-demand' } as const
  return (['suspension-of-service', 'legal-action'] as const).flatMap((declared): Consequence[] => {
    const ground = policy.grounds[declared]
    return ground ? [{ kind: kinds[declared], ground: ground.reference, from: addDays(deadline, 1) }] : []
  })
}

/** The offer for paying early, where the policy has one and the customers have agreed to be offered it. */
function discountOf({ policy, today, invoices }: Standing, items: readonly MessageInvoice[]): EarlyDiscount | null {
  const covered = invoices.filter(({ id }) => items.some((item) => item.id === id))
  const [offer] = discountOffers(covered, policy, today)
  return offer ? { invoiceId: offer.invoiceId, payable: offer.toPay, saved: offer.off, lastDay: offer.lastDay } : null
}
