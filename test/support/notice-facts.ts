import { addDays, type Day, day } from '../../src/chase/day.ts'
import { money } from '../../src/chase/money.ts'
import { isStage, type MessageKind, type Notice } from '../../src/chase/stage.ts'
import type {
  CreditFacts,
  ExcludedInvoice,
  Matter,
  MessageFacts,
  MessageInvoice,
  PlanFacts,
} from '../../src/mail/mailer.ts'
import { anInvoice, messageFacts, severalInvoices } from './message-facts.ts'

/** A sensible message of any kind, about one invoice or several; a test states only what matters to it. */
export function anyFacts(
  kind: MessageKind,
  language: 'es' | 'en',
  several: boolean,
  with_: Partial<MessageFacts> = {},
): MessageFacts {
  if (!isStage(kind)) return noticeFacts(kind, language, several, with_)
  return messageFacts(kind, language, { ...(several ? { invoices: severalInvoices(kind, language) } : {}), ...with_ })
}

/** A sensible notice about one invoice or several. */
export function noticeFacts(
  notice: Notice,
  language: 'es' | 'en',
  several = false,
  with_: Partial<MessageFacts> = {},
): MessageFacts {
  const today = with_.today ?? day('2026-11-17')
  const open = several ? severalInvoices('firm', language, today) : [one(language, addDays(today, -8))]
  const base = messageFacts('firm', language, { today, previousOn: [], attachedIds: [] })
  const shared = { ...base, stage: notice, invoices: open }
  return { ...shared, ...ofMatter(notice, language, several, today, open), ...with_ }
}

/** A plan of three instalments that add up, the first some days from today. */
export function aPlan(language: 'es' | 'en', today: Day, with_: Partial<PlanFacts> = {}): PlanFacts {
  const currency = language === 'es' ? 'EUR' : 'GBP'
  return {
    total: money(123_450, currency),
    instalments: [
      { on: addDays(today, 3), amount: money(41_150, currency) },
      { on: addDays(today, 33), amount: money(45_275, currency) },
      { on: addDays(today, 64), amount: money(37_025, currency) },
    ],
    method: 'transfer',
    cureDays: 5,
    ifMissed: 'reminders-resume',
    charges: { kind: 'none-added' },
    ...with_,
  }
}

function ofMatter(
  notice: Notice,
  language: 'es' | 'en',
  several: boolean,
  today: Day,
  open: readonly MessageInvoice[],
): Partial<MessageFacts> {
  const currency = language === 'es' ? 'EUR' : 'GBP'
  const matter = (value: Matter): Partial<MessageFacts> => ({ matter: value })
  const promise = {
    givenOn: addDays(today, notice === 'promise-broken' ? -12 : -1),
    payOn: addDays(today, notice === 'promise-broken' ? -2 : notice === 'promise-reminder' ? 1 : 9),
    amount: money(several ? 794_205 : 123_450, currency),
    method: 'transfer',
  } as const
  const asOf = { on: today, at: '09:30' }
  switch (notice) {
    case 'thank-you': {
      const paid = open.map((invoice) => ({ ...invoice, balance: money(0, currency), payLink: null }))
      const payments = paid.map((invoice, at) => ({
        on: addDays(today, -1 - at),
        amount: invoice.total,
        invoice,
      }))
      return { invoices: [], ...matter({ kind: notice, payments, remaining: null }) }
    }
    case 'promise-confirmed':
    case 'promise-reminder':
      return matter({ kind: notice, promise })
    case 'promise-broken':
      return matter({
        kind: notice,
        promise,
        received: several ? money(300_000, currency) : null,
        asOf,
        answerBy: addDays(today, 3),
      })
    case 'plan-offer':
      return {
        deadline: addDays(today, 9),
        ...matter({
          kind: notice,
          plan: aPlan(language, today, several ? { ifMissed: 'whole-balance-due', charges: KEPT[language] } : {}),
        }),
      }
    case 'plan-confirmed':
      return matter({ kind: notice, plan: aPlan(language, today) })
    case 'plan-instalment':
      return matter({ kind: notice, plan: aPlan(language, today), number: several ? 3 : 1 })
    case 'plan-missed':
      return matter({
        kind: notice,
        plan: aPlan(language, addDays(today, -5)),
        number: 1,
        received: several ? money(20_000, currency) : null,
        asOf,
        cureBy: addDays(today, 7),
      })
    case 'query-received':
      return {
        invoices: several ? open.slice(2) : [],
        excluded: (several ? open.slice(0, 2) : open).map(disputed),
        ...matter({
          kind: notice,
          reason: 'amount',
          understood: several ? UNDERSTOOD[language] : null,
          handler: language === 'es' ? 'Lucía Robles' : 'Tom Hale',
          answerBy: addDays(today, 2),
        }),
      }
    case 'statement':
      return {
        invoices: [...open, one(language, addDays(today, 12), '0163', 88_000)],
        excluded: several ? [disputed(one(language, addDays(today, -40), '0099', 15_055))] : [],
        ...matter({ kind: notice, credits: several ? someCredits(language, today) : [], asOf }),
      }
    default:
      return { invoices: [], ...matter({ kind: notice, because: several ? 'bounced' : 'no-answer' }) }
  }
}

function one(language: 'es' | 'en', dueOn: Day, digits = '0147', minor = 123_450): MessageInvoice {
  const currency = language === 'es' ? 'EUR' : 'GBP'
  const number = `${language === 'es' ? 'F-2026-' : 'INV-'}${digits}`
  const payLink = `https://pay.example.com/${number}`
  return anInvoice(dueOn, {
    id: number,
    number,
    payLink,
    total: money(minor, currency),
    balance: money(minor, currency),
  })
}

const disputed = (invoice: MessageInvoice): ExcludedInvoice => ({ invoice, because: 'disputed' })

function someCredits(language: 'es' | 'en', today: Day): CreditFacts[] {
  const currency = language === 'es' ? 'EUR' : 'GBP'
  return [
    { kind: 'credit-note', number: language === 'es' ? 'AB-2026-031' : 'CN-0031', on: addDays(today, -20), amount: money(24_200, currency) },
    { kind: 'payment', number: null, on: addDays(today, -6), amount: money(50_000, currency) },
  ] // prettier-ignore
}

const KEPT = {
  es: { kind: 'waived-if-kept', ground: 'Ley 3/2004, artículo 7' },
  en: { kind: 'waived-if-kept', ground: 'Late Payment of Commercial Debts (Interest) Act 1998' },
} as const

const UNDERSTOOD = {
  es: 'en el pedido 4500123 el precio por unidad era de 12,40 €',
  en: 'on order 4500123 the price per unit was £12.40',
} as const
