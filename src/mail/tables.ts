import { daysBetween } from '../chase/day.ts'
import type { Money } from '../chase/money.ts'
import type { Draft } from './draft.ts'
import { balancesOf, isPartPaid } from './draft.ts'
import type { Cell, Pair, Row, Table } from './layout.ts'
import type {
  CreditFacts,
  ExcludedInvoice,
  LateClaim,
  MessageInvoice,
  PlanFacts,
  ReceivedPayment,
} from './message-facts.ts'

type InvoiceTableOptions = {
  readonly caption?: string
  /** A link of its own on each row, where the invoice has one. */
  readonly linked: boolean
  readonly totals: boolean
}

/** Number, due day and balance of each invoice, with the total in each currency. */
export function invoiceTable(draft: Draft, invoices: readonly MessageInvoice[], options: InvoiceTableOptions): Table {
  const { format, phrase } = draft
  const totals = options.totals && invoices.length > 1 ? balancesOf(invoices) : []
  return {
    caption: options.caption ?? null,
    heads: [phrase('label invoice'), phrase('label due'), phrase('label balance')],
    rows: invoices.map((invoice) => ({
      cells: [
        numberCell(draft, invoice),
        { text: format.shortDate(invoice.dueOn), note: invoice.dueAssumed ? phrase('label assumed') : null },
        balanceCell(draft, invoice),
      ],
      link: options.linked ? draft.itemOf(invoice).link : null,
    })),
    totals: labelled(draft, 'label total', totals),
  }
}

/** The open items of a statement, each with its age, seen from today. */
export function ageingTable(draft: Draft, invoices: readonly MessageInvoice[]): Table {
  const { facts, format, phrase } = draft
  const table = invoiceTable(draft, invoices, { linked: true, totals: false })
  const rows = invoices.map((invoice, at): Row => {
    const [number, , balance] = table.rows[at]?.cells ?? [EMPTY, EMPTY, EMPTY]
    const late = daysBetween(invoice.dueOn, facts.today)
    const age = late === 0 ? 'age today' : late > 0 ? 'age past' : 'age ahead'
    const note = phrase(age, { days: format.days(Math.abs(late)) })
    const assumed = invoice.dueAssumed ? `; ${phrase('label assumed')}` : ''
    const due = { text: format.shortDate(invoice.dueOn), note: `${note}${assumed}` }
    return { cells: [number, due, balance], link: table.rows[at]?.link ?? null }
  })
  return { ...table, rows }
}

/** Items that are open and not counted, each with why. */
export function excludedTable(draft: Draft, excluded: readonly ExcludedInvoice[], caption: string): Table {
  const { phrase } = draft
  const invoices = excluded.map(({ invoice }) => invoice)
  const table = invoiceTable(draft, invoices, { caption, linked: false, totals: false })
  const rows = excluded.map(({ invoice, because }, at): Row => {
    const [, due, balance] = table.rows[at]?.cells ?? [EMPTY, EMPTY, EMPTY]
    const name = { ...numberCell(draft, invoice), note: phrase(`because ${because}`) }
    return { cells: [name, due, balance], link: null }
  })
  return { ...table, rows }
}

export function receivedTable(draft: Draft, payments: readonly ReceivedPayment[], totals: readonly Money[]): Table {
  const { format, phrase } = draft
  return {
    caption: null,
    heads: [phrase('label invoice'), phrase('label received'), phrase('label amount')],
    rows: payments.map(({ on, amount, invoice }) => ({
      cells: [
        {
          ...numberCell(draft, invoice),
          note: phrase(invoice.balance.minor === 0 ? 'label closes' : 'label part'),
        },
        { text: format.shortDate(on), note: null },
        { text: format.money(amount), note: null },
      ],
      link: null,
    })),
    totals: payments.length > 1 ? labelled(draft, 'label total received', totals) : [],
  }
}

export function planTable({ format, phrase }: Draft, plan: PlanFacts): Table {
  const of = plan.instalments.length
  return {
    caption: null,
    heads: [phrase('label instalment'), phrase('label pay date'), phrase('label amount')],
    rows: plan.instalments.map(({ on, amount }, at) => ({
      cells: [
        { text: phrase('label of total', { number: at + 1, of }), note: null },
        { text: format.shortDate(on), note: null },
        { text: format.money(amount), note: null },
      ],
      link: null,
    })),
    totals: [{ label: phrase('label total plan'), value: format.money(plan.total) }],
  }
}

export function creditTable({ format, phrase }: Draft, credits: readonly CreditFacts[], clean: CleanName): Table {
  return {
    caption: phrase('label credits'),
    heads: [phrase('label credit'), phrase('label date'), phrase('label amount')],
    rows: credits.map(({ kind, number, on, amount }) => {
      const name = phrase(`label credit ${kind}`)
      const own = clean(number)
      return {
        cells: [
          own === null ? { text: name, note: null } : { text: own, note: name },
          { text: on === null ? '–' : format.shortDate(on), note: null },
          { text: format.money({ ...amount, minor: -amount.minor }), note: null },
        ],
        link: null,
      }
    }),
    totals: [],
  }
}

type CleanName = (number: string | null) => string | null

/** Interest and compensation, apart from the balance and under the rule they come from. */
export function claimTable({ format, phrase }: Draft, claim: LateClaim, ground: string): Table {
  const row = (name: string, amount: Money): Row => ({
    cells: [
      { text: phrase(name), note: null },
      { text: format.shortDate(claim.asOf), note: null },
      { text: format.money(amount), note: null },
    ],
    link: null,
  })
  return {
    caption: phrase('label claims', { ground }),
    heads: [phrase('label claim'), phrase('label claim until'), phrase('label amount')],
    rows: [
      ...claim.interest.filter(isSome).map((amount) => row('label interest', amount)),
      ...claim.compensation.filter(isSome).map((amount) => row('label compensation', amount)),
    ],
    totals: [],
  }
}

export const labelled = ({ format, phrase }: Draft, name: string, amounts: readonly Money[]): Pair[] =>
  amounts.map((amount) => ({ label: phrase(name), value: format.money(amount) }))

function numberCell(draft: Draft, invoice: MessageInvoice): Cell {
  const { format, phrase } = draft
  return {
    text: draft.itemOf(invoice).number ?? phrase('label unnumbered'),
    note: invoice.issuedOn && phrase('label issued', { date: format.shortDate(invoice.issuedOn) }),
  }
}

const balanceCell = ({ format, phrase }: Draft, invoice: MessageInvoice): Cell => ({
  text: format.money(invoice.balance),
  note: isPartPaid(invoice) ? phrase('label original', { money: format.money(invoice.total) }) : null,
})

const EMPTY: Cell = { text: '', note: null }

export const isSome = ({ minor }: Money): boolean => minor > 0
