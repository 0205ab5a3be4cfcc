import { addDays, day } from '../../src/chase/day.ts'
import { money, type Money } from '../../src/chase/money.ts'
import type { AccountStatement, StatementItem } from '../../src/documents/statement.ts'
import type { Demand, DemandInvoice, InterestLine, Party } from '../../src/documents/demand.ts'

const VEGA: Party = {
  name: 'Talleres Vega, S.L.',
  taxId: 'NIF B87654321',
  registration: null,
  address: ['Calle de la Peña, 12', '28012 Madrid', 'España'],
  email: 'cobros@vega.example',
  phone: '+34 910 000 012',
}

const HARROW: Party = {
  name: 'Harrow Lane Joinery Ltd',
  taxId: null,
  registration: 'Company no. 01234567',
  address: ['4 Harrow Lane', 'Leeds LS1 4AB', 'United Kingdom'],
  email: 'accounts@harrow.example',
  phone: '+44 113 496 0000',
}

const eur = (minor: number): Money => money(minor, 'EUR')
const gbp = (minor: number): Money => money(minor, 'GBP')

function invoice(number: string, due: string, total: Money, given: Partial<DemandInvoice> = {}): DemandInvoice {
  return {
    number,
    issuedOn: day('2026-01-15'),
    dueOn: day(due),
    order: 'PO-4471',
    total,
    settled: [],
    outstanding: total,
    ...given,
  }
}

function line(given: Partial<InterestLine> & Pick<InterestLine, 'invoice' | 'principal' | 'amount'>): InterestLine {
  return {
    from: day('2026-02-15'), to: day('2026-05-04'), days: 79, ratePercent: 10.15, provisional: false,
    source: 'Resolución de la Secretaría General del Tesoro, primer semestre de 2026', ...given,
  } // prettier-ignore
}

/** A Spanish company that owes two invoices, one paid in part. */
export function spanishDemand(given: Partial<Demand> = {}): Demand {
  return {
    kind: 'spain',
    language: 'es',
    locale: 'es-ES',
    on: day('2026-05-04'),
    reference: 'PT-7K2M',
    creditor: VEGA,
    debtor: {
      name: 'Cerámicas Peñagolosa & Hijos, S.A.',
      taxId: 'NIF A12345678',
      registration: null,
      address: ['Avinguda del Mar, 3', '12001 Castelló de la Plana', 'España'],
      email: null,
      phone: null,
      is: 'company',
    },
    contract: {
      form: 'written',
      what: 'suministro de rodamientos y montaje de la línea 2, según el pedido PO-4471',
      on: day('2025-12-10'),
      parties: 'Talleres Vega, S.L. y Cerámicas Peñagolosa & Hijos, S.A.',
    },
    assignment: null,
    invoices: [
      invoice('F-2026-0012', '2026-02-14', eur(500_000), {
        settled: [{ on: day('2026-02-12'), what: 'payment', amount: eur(123_456) }],
        outstanding: eur(376_544),
      }),
      invoice('F-2026-0019', '2026-03-01', eur(98_750)),
    ],
    leftOut: [],
    credits: [],
    charges: {
      basis: 'Se reclaman conforme a la Ley 3/2004, de 29 de diciembre.',
      upTo: day('2026-05-04'),
      interest: [
        line({ invoice: 'F-2026-0012', principal: eur(376_544), amount: eur(8_272) }),
        line({ invoice: 'F-2026-0019', from: day('2026-03-02'), days: 64, principal: eur(98_750), amount: eur(1_757) }),
      ],
      perDay: [eur(132)],
      compensation: [
        { invoice: 'F-2026-0012', amount: eur(4_000), source: 'Ley 3/2004, artículo 8' },
        { invoice: 'F-2026-0019', amount: eur(4_000), source: 'Ley 3/2004, artículo 8' },
      ],
    },
    instalments: null,
    deadline: day('2026-06-05'),
    nextStep: 'order-for-payment',
    invitesToNegotiate: true,
    creditFile: null,
    payTo: {
      lines: ['Transferencia a Talleres Vega, S.L.', 'IBAN ES22 9999 0042 1802 1100 4127'],
      reference: 'PT-7K2M',
    },
    answerTo: {
      name: 'Ana Vega',
      role: 'Administración',
      email: 'cobros@vega.example',
      phone: '+34 910 000 012',
      address: ['Calle de la Peña, 12', '28012 Madrid'],
    },
    enclosed: ['invoices', 'delivery-notes', 'statement'],
    approved: null,
    ...given,
  }
}

/** A company in Leeds owed by another, with interest and compensation. */
export function britishDemand(given: Partial<Demand> = {}): Demand {
  return {
    ...spanishDemand(),
    kind: 'uk-company',
    language: 'en',
    locale: 'en-GB',
    reference: 'PT-9QRS',
    creditor: HARROW,
    debtor: {
      name: 'Mill Street Cafés Ltd',
      taxId: null,
      registration: 'Company no. 07654321',
      address: ['18 Mill Street', 'York YO1 9ZZ', 'United Kingdom'],
      email: null,
      phone: null,
      is: 'company',
    },
    contract: {
      form: 'written',
      what: 'fitted counters for three cafés, order MS-118',
      on: day('2025-12-10'),
      parties: 'Harrow Lane Joinery Ltd and Mill Street Cafés Ltd',
    },
    invoices: [invoice('INV-0442', '2026-01-31', gbp(1_000_000), { order: 'MS-118' })],
    charges: {
      basis: 'Interest and compensation are claimed under the Late Payment of Commercial Debts (Interest) Act 1998.',
      upTo: day('2026-05-04'),
      interest: [
        line({
          invoice: 'INV-0442', from: day('2026-02-01'), days: 93, principal: gbp(1_000_000), ratePercent: 11.75,
          amount: gbp(29_938), source: 'Bank Rate of 3.75% on 31 December 2025 plus 8 points',
        }),
      ],
      perDay: [gbp(322)],
      compensation: [{ invoice: 'INV-0442', amount: gbp(10_000), source: 'Section 5A of the Act: debts of £10,000 or more' }],
    },
    deadline: day('2026-05-25'),
    nextStep: 'court-claim',
    invitesToNegotiate: false,
    payTo: { lines: ['Bank transfer to Harrow Lane Joinery Ltd', 'Sort code 00-00-00, account 12345678'], reference: 'INV-0442' },
    answerTo: {
      name: 'Tom Harrow',
      role: 'Director',
      email: 'accounts@harrow.example',
      phone: '+44 113 496 0000',
      address: ['4 Harrow Lane', 'Leeds LS1 4AB'],
    },
    enclosed: ['invoices', 'contract', 'statement'],
    ...given,
  } // prettier-ignore
}

/** A sole trader in York: a person, for whom the Protocol is meant. */
export function personDemand(given: Partial<Demand> = {}): Demand {
  const company = britishDemand()
  return {
    ...company,
    kind: 'uk-individual',
    reference: 'PT-4WXY',
    debtor: { ...company.debtor, name: 'Siân Jones, trading as Jones Kitchens', registration: null, is: 'sole-trader' },
    contract: {
      form: 'oral',
      what: '“two oak worktops, fitted by Christmas, £2,000 all in, thirty days to pay”',
      on: day('2025-11-14'),
      where: 'the workshop at 4 Harrow Lane, Leeds',
      between: 'Siân Jones and Tom Harrow',
    },
    invoices: [invoice('INV-0451', '2026-02-14', gbp(200_000), { order: null })],
    charges: null,
    instalments: { whyNotAcceptable: 'the £20 a month that was offered on 2 April would take more than eight years.' },
    deadline: day('2026-06-05'),
    enclosed: ['statement', 'information-sheet', 'reply-form', 'financial-statement'],
    ...given,
  }
}

/** A demand that follows no country's particular rules, in dollars. */
export function genericDemand(given: Partial<Demand> = {}): Demand {
  const company = britishDemand()
  return {
    ...company,
    kind: 'generic',
    locale: 'en-US',
    debtor: {
      ...company.debtor,
      name: 'Blue Ridge Diners, Inc.',
      registration: null,
      address: ['90 Main Street', 'Asheville, NC 28801', 'USA'],
    },
    contract: {
      ...company.contract,
      parties: 'Harrow Lane Joinery Ltd and Blue Ridge Diners, Inc.',
    } as Demand['contract'],
    invoices: [
      invoice('INV-0460', '2026-02-14', money(730_000, 'USD')),
      invoice('INV-0461', '2026-03-14', eur(120_000)),
    ],
    charges: null,
    deadline: day('2026-05-18'),
    nextStep: 'lawyer',
    enclosed: ['invoices'],
    ...given,
  }
}

function item(number: string, due: string, balance: Money, given: Partial<StatementItem> = {}): StatementItem {
  return {
    number,
    issuedOn: day('2026-01-15'),
    dueOn: day(due),
    dueAssumed: false,
    total: balance,
    balance,
    mark: null,
    ...given,
  }
}

/** A Spanish account with everything on it: two currencies, a dispute, a promise, credits and payments. */
export function someStatement(given: Partial<AccountStatement> = {}): AccountStatement {
  return {
    language: 'es',
    locale: 'es-ES',
    timeZone: 'Europe/Madrid',
    asOf: Temporal.Instant.from('2026-05-04T16:05:00Z'),
    booksReadAt: Temporal.Instant.from('2026-05-04T15:50:00Z'),
    business: { name: 'Talleres Vega, S.L.', details: ['NIF B87654321', 'cobros@vega.example'] },
    customer: { name: 'Cerámicas Peñagolosa & Hijos, S.A.', details: ['NIF A12345678', 'España'] },
    items: [
      item('F-2026-0012', '2026-02-14', eur(376_544), { total: eur(500_000) }),
      item('F-2026-0019', '2026-03-31', eur(98_750), { mark: 'disputed' }),
      item('F-2026-0024', '2026-04-30', eur(210_000), { mark: 'promised' }),
      item('F-2026-0031', '2026-05-20', eur(45_000), { dueAssumed: true }),
      item('F-2026-0033', '2026-01-20', gbp(120_000)),
    ],
    credits: [
      { kind: 'credit-note', reference: 'A-0003', remaining: eur(12_000) },
      { kind: 'unapplied-payment', reference: null, remaining: eur(50_000) },
    ],
    payments: [{ on: day('2026-02-12'), invoice: 'F-2026-0012', amount: eur(123_456) }],
    payTo: ['Transferencia a Talleres Vega, S.L.', 'IBAN ES22 9999 0042 1802 1100 4127'],
    ...given,
  }
}

/** An account in English with so many open invoices. */
export function longStatement(count: number): AccountStatement {
  const items = Array.from({ length: count }, (_, at) =>
    item(`INV-${String(at + 1).padStart(4, '0')}`, addDays(day('2026-01-01'), at * 3), gbp(10_000 + at * 137)),
  )
  return someStatement({
    language: 'en', locale: 'en-GB', timeZone: 'Europe/London', items, credits: [], payments: [],
    business: { name: 'Harrow Lane Joinery Ltd', details: ['Company no. 01234567', 'accounts@harrow.example'] },
    customer: { name: 'Mill Street Cafés Ltd', details: ['York YO1 9ZZ'] },
    payTo: ['Bank transfer to Harrow Lane Joinery Ltd', 'Sort code 00-00-00, account 12345678'],
  }) // prettier-ignore
}
