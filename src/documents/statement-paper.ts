import { day, daysBetween, type Day } from '../chase/day.ts'
import { createFormats, type Format } from '../mail/format.ts'
import type { Block, Column } from './blocks.ts'
import { drawPaper } from './paper.ts'
import {
  statementSums,
  type AccountStatement,
  type StatementCredit,
  type StatementItem,
  type StatementSums,
} from './statement.ts'

/** The statement of account as a PDF. Equal statements give equal bytes. */
export async function statementPaper(statement: AccountStatement): Promise<Uint8Array> {
  const { language, business, customer, asOf } = statement
  const words = WORDS[language]
  const moment = momentIn(statement, asOf)
  return await drawPaper(
    {
      language,
      title: `${words.title} · ${customer.name} · ${moment}`,
      from: business,
      footer: `${business.name} · ${words.title} · ${moment}`,
      madeAt: asOf,
      draftMark: null,
    },
    statementBlocks(statement),
  )
}

/** The statement's words in their order, without its head. */
export function statementBlocks(statement: AccountStatement): Block[] {
  const { language, customer, asOf, booksReadAt, payTo } = statement
  const words = WORDS[language]
  const today = todayOf(statement)
  const sums = statementSums(statement, today)
  const format = formatFor(statement, today, sums)
  const read = booksReadAt === null ? words.neverRead : words.readAt(momentIn(statement, booksReadAt))
  return [
    { is: 'title', text: words.title },
    {
      is: 'sides',
      sides: [
        { label: words.customer, lines: [customer.name, ...customer.details] },
        { label: words.asOf, lines: [momentIn(statement, asOf), read] },
      ],
    },
    ...sums.flatMap((of) => currencyBlocks(statement, of, { words, format, today, several: sums.length > 1 })),
    ...(sums.length === 0 ? [{ is: 'paragraph' as const, text: words.nothing }] : []),
    ...(payTo.length === 0
      ? []
      : [
          { is: 'heading' as const, text: words.pay },
          { is: 'list' as const, items: payTo },
        ]),
    { is: 'paragraph', text: words.disclaimer, weight: 'small' },
  ]
}

type Writing = { readonly words: Words; readonly format: Format; readonly today: Day; readonly several: boolean }

const formats = createFormats()

function formatFor({ language, locale }: AccountStatement, today: Day, sums: readonly StatementSums[]): Format {
  const currencies = sums.map(({ currency }) => currency)
  const country = locale.split('-')[1] ?? null
  return formats({ language, locale, today, country, homeCurrency: currencies[0] ?? 'EUR', currencies })
}

const todayOf = ({ asOf, timeZone }: AccountStatement): Day =>
  day(asOf.toZonedDateTimeISO(timeZone).toPlainDate().toString())

/** "4 de mayo de 2026, 18:05 (Europe/Madrid)": a balance is true at a moment, not on a day. */
function momentIn({ locale, timeZone }: AccountStatement, at: Temporal.Instant): string {
  const when = at.toZonedDateTimeISO(timeZone)
  const date = when.toPlainDate().toLocaleString(locale, { dateStyle: 'long' })
  return `${date}, ${String(when.hour).padStart(2, '0')}:${String(when.minute).padStart(2, '0')} (${timeZone})`
}

function currencyBlocks(statement: AccountStatement, sums: StatementSums, writing: Writing): Block[] {
  const { words, format, several } = writing
  const { currency } = sums
  const items = statement.items.filter(({ balance }) => balance.currency === currency).toSorted(byDueDay)
  const credits = statement.credits.filter(({ remaining }) => remaining.currency === currency)
  const payments = statement.payments.filter(({ amount }) => amount.currency === currency)
  const inCurrency = (text: string): string => (several ? `${text} (${currency})` : text)
  return [
    ...(items.length === 0 ? [] : [heading(inCurrency(words.open)), itemsTable(items, sums, writing)]),
    ...(items.length === 0 ? [] : [heading(inCurrency(words.ageing)), ageingTable(sums, writing)]),
    ...(credits.length === 0 ? [] : [heading(inCurrency(words.credits)), creditsTable(credits, sums, writing)]),
    ...(payments.length === 0
      ? []
      : [
          heading(inCurrency(words.payments)),
          {
            is: 'table' as const,
            columns: [
              { title: words.paidOn, share: 22, align: 'left' as const },
              { title: words.invoice, share: 56, align: 'left' as const },
              { title: words.amount, share: 22, align: 'right' as const },
            ],
            rows: payments.map(({ on, invoice, amount }) => [
              format.shortDate(on),
              invoice ?? words.noInvoice,
              format.money(amount),
            ]),
          },
        ]),
    heading(inCurrency(words.summary)),
    { is: 'facts', rows: summaryOf(sums, writing), strongLast: true },
    ...(sums.setAside.minor === 0 ? [] : [{ is: 'paragraph' as const, text: words.aside, weight: 'small' as const }]),
  ]
}

const heading = (text: string): Block => ({ is: 'heading', text })

/** Oldest due day first, then by number: the same account always reads the same. */
const byDueDay = (one: StatementItem, other: StatementItem): number =>
  one.dueOn === other.dueOn ? ((one.number ?? '') < (other.number ?? '') ? -1 : 1) : one.dueOn < other.dueOn ? -1 : 1

function itemsTable(items: readonly StatementItem[], sums: StatementSums, { words, format, today }: Writing): Block {
  const marked = items.some(({ mark }) => mark !== null)
  const withNote = <T>(cells: readonly T[], note: T): readonly T[] => (marked ? [...cells, note] : cells)
  return {
    is: 'table',
    columns: withNote<Column>(
      [
        { title: words.invoice, share: 19, align: 'left' },
        { title: words.issued, share: 14, align: 'left' },
        { title: words.due, share: 14, align: 'left' },
        { title: words.overdue, share: 12, align: 'right' },
        { title: words.total, share: 15, align: 'right' },
        { title: words.pending, share: 15, align: 'right' },
      ],
      { title: words.note, share: 17, align: 'left' },
    ),
    rows: items.map(({ number, issuedOn, dueOn, dueAssumed, total, balance, mark }) =>
      withNote(
        [
          number ?? '–',
          issuedOn === null ? '–' : format.shortDate(issuedOn),
          `${format.shortDate(dueOn)}${dueAssumed ? '\u00a0†' : ''}`,
          dueOn < today ? String(daysBetween(dueOn, today)) : words.notDue,
          format.money(total),
          format.money(balance),
        ],
        mark === null ? '' : words.marks[mark],
      ),
    ),
    foot: [withNote([words.sum, '', '', '', '', format.money(sums.open)], '')],
    ...(items.some(({ dueAssumed }) => dueAssumed) ? { notes: [words.assumed] } : {}),
  }
}

function ageingTable({ ageing }: StatementSums, { words, format }: Writing): Block {
  return {
    is: 'table',
    columns: words.ages.map((title) => ({ title, share: 20, align: 'right' as const })),
    rows: [ageing.map((amount) => format.money(amount))],
  }
}

function creditsTable(credits: readonly StatementCredit[], sums: StatementSums, { words, format }: Writing): Block {
  return {
    is: 'table',
    columns: [
      { title: words.credit, share: 40, align: 'left' },
      { title: words.reference, share: 38, align: 'left' },
      { title: words.left, share: 22, align: 'right' },
    ],
    rows: credits.map(({ kind, reference, remaining }) => [
      words.kinds[kind],
      reference ?? '–',
      format.money(remaining),
    ]),
    foot: [[words.sum, '', format.money(sums.credits)]],
  }
}

function summaryOf(
  { open, setAside, credits, balance }: StatementSums,
  { words, format }: Writing,
): [string, string][] {
  const rows: [string, string][] = [[words.openSum, format.money(open)]]
  if (setAside.minor !== 0) rows.push([words.asideSum, format.money(setAside)])
  if (credits.minor !== 0)
    rows.push([words.creditSum, format.money({ minor: -credits.minor, currency: credits.currency })])
  return [...rows, [balance.minor < 0 ? words.inFavour : words.balance, format.money(balance)]]
}

type Words = (typeof WORDS)['es' | 'en']

const WORDS = {
  es: {
    title: 'Estado de cuenta',
    customer: 'Cliente',
    asOf: 'Situación a',
    readAt: (moment: string) => `Contabilidad leída el ${moment}`,
    neverRead: 'La contabilidad no se ha leído todavía',
    open: 'Facturas abiertas',
    invoice: 'Factura',
    issued: 'Fecha',
    due: 'Vencimiento',
    overdue: 'Días de retraso',
    notDue: 'no vencida',
    total: 'Importe',
    pending: 'Pendiente',
    note: 'Nota',
    marks: { disputed: 'en revisión', promised: 'pago prometido', excluded: 'no se reclama' },
    sum: 'Total',
    assumed: '† La contabilidad no indica vencimiento: se ha tomado el plazo habitual.',
    ageing: 'Antigüedad de lo pendiente',
    ages: ['Sin vencer', '1–30 días', '31–60 días', '61–90 días', 'Más de 90 días'],
    credits: 'Abonos y pagos sin asignar',
    credit: 'Concepto',
    reference: 'Referencia',
    left: 'Disponible',
    kinds: {
      'credit-note': 'Abono',
      prepayment: 'Anticipo',
      overpayment: 'Pago de más',
      'unapplied-payment': 'Pago sin factura asignada',
    },
    payments: 'Últimos pagos recibidos',
    paidOn: 'Fecha',
    noInvoice: 'sin factura asignada',
    amount: 'Importe',
    summary: 'Resumen',
    openSum: 'Facturas abiertas',
    asideSum: 'de ellas, no se reclaman ahora',
    creditSum: 'Abonos y pagos sin asignar',
    balance: 'Saldo pendiente',
    inFavour: 'Saldo a favor del cliente',
    aside: 'Las facturas en revisión, con pago prometido o apartadas siguen abiertas, pero no se reclaman ahora.',
    nothing: 'No hay facturas abiertas ni abonos.',
    pay: 'Cómo pagar',
    disclaimer:
      'Refleja lo anotado en la contabilidad en el momento indicado. Un pago en camino puede no figurar todavía. Si algo no coincide, díganoslo.',
  },
  en: {
    title: 'Statement of account',
    customer: 'Customer',
    asOf: 'As of',
    readAt: (moment: string) => `Books read on ${moment}`,
    neverRead: 'The books have not been read yet',
    open: 'Open invoices',
    invoice: 'Invoice',
    issued: 'Date',
    due: 'Due',
    overdue: 'Days overdue',
    notDue: 'not due',
    total: 'Amount',
    pending: 'Outstanding',
    note: 'Note',
    marks: { disputed: 'under review', promised: 'payment promised', excluded: 'not asked for' },
    sum: 'Total',
    assumed: '† The books state no due day: the usual term was taken.',
    ageing: 'Age of what is outstanding',
    ages: ['Not due', '1–30 days', '31–60 days', '61–90 days', 'Over 90 days'],
    credits: 'Credits and unallocated payments',
    credit: 'What',
    reference: 'Reference',
    left: 'Available',
    kinds: {
      'credit-note': 'Credit note',
      prepayment: 'Prepayment',
      overpayment: 'Overpayment',
      'unapplied-payment': 'Payment not allocated to an invoice',
    },
    payments: 'Latest payments received',
    paidOn: 'Date',
    noInvoice: 'not allocated',
    amount: 'Amount',
    summary: 'Summary',
    openSum: 'Open invoices',
    asideSum: 'of which not asked for now',
    creditSum: 'Credits and unallocated payments',
    balance: 'Balance due',
    inFavour: 'Balance in the customer’s favour',
    aside: 'Invoices under review, promised or set aside stay open but are not asked for now.',
    nothing: 'There are no open invoices and no credits.',
    pay: 'How to pay',
    disclaimer:
      'This is what the books said at the time above. A payment on its way may not show yet. If something does not match, please tell us.',
  },
} as const
