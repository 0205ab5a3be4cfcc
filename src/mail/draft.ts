import { type Money, totalsPerCurrency } from '../chase/money.ts'
import { cleanLine, cleanLines, cleanLink } from './clean.ts'
import type { Format, Reader } from './format.ts'
import type { Link } from './layout.ts'
import type { Matter, MessageFacts, MessageInvoice } from './message-facts.ts'
import type { Wordings, Words } from './wordings.ts'

/** What every part of a message is made from. */
export type Draft = {
  readonly facts: MessageFacts
  /** The invoices its sentences speak of. */
  readonly items: readonly Item[]
  readonly many: boolean
  readonly format: Format
  /** A shared phrase in the reader's language and treatment, which knows whether there are several invoices. */
  readonly phrase: (name: string, words?: Words) => string
  readonly itemOf: (invoice: MessageInvoice) => Item
  /** How to pay, as the business set it. */
  readonly details: readonly string[]
}

/** An invoice ready to be shown. */
export type Item = {
  readonly invoice: MessageInvoice
  readonly number: string | null
  /** As a sentence names it: "factura F-1", "our invoice of 3 March". */
  readonly name: string
  /** As a list names it after the word "invoices": its number, or "the one of 3 March". */
  readonly short: string
  readonly link: Link | null
}

export function draftOf(facts: MessageFacts, wordings: Wordings, format: Format): Draft {
  const invoices = invoicesSpokenOf(facts)
  const many = invoices.length > 1
  const treatment = facts.treatment ?? 'usted'
  const phrase: Draft['phrase'] = (name, words = {}) =>
    wordings.phrase(facts.language, treatment, name, { many, ...words })
  const itemOf = (invoice: MessageInvoice): Item => nameInvoice(invoice, format, phrase)
  const details = cleanLines(facts.business.paymentDetails ?? '')
  return { facts, items: invoices.map(itemOf), many, format, phrase, itemOf, details }
}

export const readerOf = (facts: MessageFacts): Reader => ({
  language: facts.language,
  locale: facts.locale,
  today: facts.today,
  country: facts.customer.country,
  homeCurrency: facts.business.baseCurrency,
  currencies: amountsShown(facts).map(({ currency }) => currency),
})

/** Every amount that the facts of a message carry: what its reader may find in it. */
export function amountsShown(facts: MessageFacts): Money[] {
  const { invoices, otherOpen, excluded = [], received = [], lateClaim, discount, matter } = facts
  const open = [...invoices, ...excluded.map(({ invoice }) => invoice)]
  return [
    ...open.flatMap(({ balance, total }) => [balance, total]),
    ...otherOpen,
    ...received.map(({ amount }) => amount),
    ...(lateClaim ? [...lateClaim.interest, ...lateClaim.compensation] : []),
    ...(discount ? [discount.payable, discount.saved] : []),
    ...(matter ? matterAmounts(matter) : []),
  ]
}

function matterAmounts(matter: Matter): readonly Money[] {
  switch (matter.kind) {
    case 'thank-you':
      return [...matter.payments.map(({ amount }) => amount), ...(matter.remaining ?? [])]
    case 'promise-confirmed':
    case 'promise-reminder':
      return [matter.promise.amount]
    case 'promise-broken':
      return [matter.promise.amount, ...(matter.received ? [matter.received] : [])]
    case 'plan-offer':
    case 'plan-confirmed':
    case 'plan-instalment':
      return [matter.plan.total, ...matter.plan.instalments.map(({ amount }) => amount)]
    case 'plan-missed':
      return [
        matter.plan.total,
        ...matter.plan.instalments.map(({ amount }) => amount),
        ...(matter.received ? [matter.received] : []),
      ]
    case 'statement':
      return matter.credits.map(({ amount }) => amount)
    default:
      return []
  }
}

function invoicesSpokenOf({ invoices, excluded = [], matter }: MessageFacts): readonly MessageInvoice[] {
  if (matter?.kind === 'thank-you') return distinct(matter.payments.map(({ invoice }) => invoice))
  if (matter?.kind === 'query-received') return excluded.map(({ invoice }) => invoice)
  return invoices
}

const distinct = (invoices: readonly MessageInvoice[]): MessageInvoice[] => [
  ...new Map(invoices.map((invoice) => [invoice.id, invoice])).values(),
]

function nameInvoice(invoice: MessageInvoice, format: Format, phrase: Draft['phrase']): Item {
  const number = cleanLine(invoice.number ?? '', 40) || null
  const date = format.longDate(invoice.issuedOn ?? invoice.dueOn)
  const unnumbered = invoice.issuedOn ? 'invoice issued' : 'invoice due'
  const name = number ? phrase('invoice', { number }) : phrase(unnumbered, { date })
  const url = invoice.payLink === null ? null : cleanLink(invoice.payLink)
  const link = url === null ? null : { url, label: phrase('label pay', { invoice: name }) }
  return { invoice, number, name, short: number ?? phrase('unnumbered', { date }), link }
}

export const isPartPaid = ({ total, balance }: MessageInvoice): boolean => total.minor !== balance.minor

/** What invoices come to, one total per currency. */
export const balancesOf = (invoices: readonly MessageInvoice[]): Money[] =>
  totalsPerCurrency(invoices.map(({ balance }) => balance))
