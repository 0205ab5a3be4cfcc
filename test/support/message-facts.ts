import { addDays, type Day, day } from '../../src/chase/day.ts'
import { money } from '../../src/chase/money.ts'
import { firmness, type Stage } from '../../src/chase/stage.ts'
import type { MessageFacts, MessageInvoice } from '../../src/mail/mailer.ts'

/** How many days after the due day of the oldest invoice each stage is usually written. */
export const USUAL_LATENESS: Readonly<Record<Stage, number>> = {
  'before-due': -4,
  'due-day': 0,
  'first-overdue': 1,
  firm: 8,
  serious: 16,
  urgent: 26,
  final: 31,
}

/** An invoice of a sensible size, due on the given day. */
export const anInvoice = (dueOn: Day, with_: Partial<MessageInvoice> = {}): MessageInvoice => ({
  id: with_.number ?? 'F-2026-0147',
  number: 'F-2026-0147',
  issuedOn: addDays(dueOn, -30),
  dueOn,
  dueAssumed: false,
  total: money(123_450, 'EUR'),
  balance: money(123_450, 'EUR'),
  payLink: 'https://pay.example.com/F-2026-0147',
  ...with_,
})

/** A sensible message of a stage and language about one invoice; a test states only what matters to it. */
export function messageFacts(stage: Stage, language: 'es' | 'en', with_: Partial<MessageFacts> = {}): MessageFacts {
  const today = with_.today ?? day('2026-11-17')
  const invoices = with_.invoices ?? [
    anInvoice(addDays(today, -USUAL_LATENESS[stage]), language === 'en' ? ENGLISH_INVOICE : {}),
  ]
  const later = firmness(stage) >= firmness('firm')
  return {
    language,
    locale: language === 'es' ? 'es-ES' : 'en-GB',
    stage,
    today,
    customer:
      language === 'es'
        ? { name: 'Construcciones Vega, S.L.', firstName: 'Ana', country: 'ES' }
        : { name: 'Harbour & Finch Ltd', firstName: 'Priya', country: 'GB' },
    business: language === 'es' ? SPANISH_BUSINESS : ENGLISH_BUSINESS,
    invoices,
    otherOpen: [],
    deadline: firmness(stage) >= firmness('serious') ? addDays(today, 9) : null,
    previousOn: later ? [addDays(today, -14), addDays(today, -7)] : [],
    attachedIds: invoices.map(({ id }) => id),
    threadSubject: null,
    usedWordings: [],
    seed: 'chase-1',
    ...with_,
  }
}

/** Three due invoices: one part-paid, one without a number and with an assumed due day, one plain. */
export function severalInvoices(stage: Stage, language: 'es' | 'en', today: Day = day('2026-11-17')): MessageInvoice[] {
  const currency = language === 'es' ? 'EUR' : 'GBP'
  const prefix = language === 'es' ? 'F-2026-' : 'INV-'
  const first = addDays(today, -USUAL_LATENESS[stage])
  const second = stage === 'before-due' || stage === 'due-day' ? first : addDays(first, 1)
  return [
    anInvoice(first, {
      id: 'one',
      number: `${prefix}0147`,
      payLink: link(`${prefix}0147`),
      total: money(1_248_000, currency),
      balance: money(748_000, currency),
    }),
    anInvoice(first, {
      id: 'two',
      number: null,
      payLink: null,
      dueAssumed: true,
      total: money(36_300, currency),
      balance: money(36_300, currency),
    }),
    anInvoice(second, {
      id: 'three',
      number: `${prefix}0151`,
      payLink: link(`${prefix}0151`),
      total: money(99_05, currency),
      balance: money(99_05, currency),
    }),
  ]
}

const ENGLISH_INVOICE: Partial<MessageInvoice> = {
  id: 'INV-0147',
  number: 'INV-0147',
  total: money(123_450, 'GBP'),
  balance: money(123_450, 'GBP'),
  payLink: 'https://pay.example.com/INV-0147',
}

const SPANISH_BUSINESS: MessageFacts['business'] = {
  name: 'Ferrer Iluminación, S.L.',
  country: 'ES',
  baseCurrency: 'EUR',
  sender: { name: 'Marta Ferrer', role: 'Administración', phone: '+34 976 000 111' },
  paymentDetails:
    'Transferencia a Ferrer Iluminación, S.L.\nIBAN ES91 2100 0418 4502 0005 1332\nConcepto: el número de factura',
  lateCharges: 'Nuestras condiciones prevén el interés legal de demora a partir del día siguiente al vencimiento.',
}

const ENGLISH_BUSINESS: MessageFacts['business'] = {
  name: 'Northgate Lighting Ltd',
  country: 'GB',
  baseCurrency: 'GBP',
  sender: { name: 'Daniel Reeves', role: 'Accounts', phone: '+44 113 496 0000' },
  paymentDetails:
    'Bank transfer to Northgate Lighting Ltd\nSort code 00-00-00, account 12345678\nReference: the invoice number',
  lateCharges: 'Our terms provide for statutory interest from the day after the due date.',
}

const link = (number: string): string => `https://pay.example.com/${number}`
