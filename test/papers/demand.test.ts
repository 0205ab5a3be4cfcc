import { describe, expect, it } from 'vitest'
import { day } from '../../src/chase/day.ts'
import { money } from '../../src/chase/money.ts'
import { claimed, demandFingerprint, type Charges, type Demand, type DemandKind } from '../../src/documents/demand.ts'
import { checkDemand, demandLetter, reviewPoints } from '../../src/documents/demand-letter.ts'
import { pageCount, pdfWords } from './pdf-words.ts'
import { britishDemand, genericDemand, personDemand, spanishDemand } from './samples.ts'

const APPROVED = { by: 'Ana Vega', on: day('2026-05-04'), withProvisionalRates: false }

const SAMPLES: Readonly<Record<DemandKind, (given?: Partial<Demand>) => Demand>> = {
  spain: spanishDemand,
  'uk-company': britishDemand,
  'uk-individual': personDemand,
  generic: genericDemand,
}
const KINDS = Object.keys(SAMPLES) as DemandKind[]

/** What a reader selects from the letter, on one line. */
const read = async (demand: Demand): Promise<string> => pdfWords(await demandLetter(demand)).replaceAll(/\s+/g, ' ')

const problems = (demand: Demand): string[] =>
  checkDemand(demand).map(({ problem, detail }) => (detail ? `${problem} ${detail}` : problem))

const chargesOf = (demand: Demand): Charges => {
  if (!demand.charges) throw new Error('this demand claims no charges')
  return demand.charges
}

/** By kind, each thing that the law or the protocol wants in the letter, and the words that show it. */
const REQUIRED: Readonly<Record<DemandKind, Readonly<Record<string, readonly string[]>>>> = {
  spain: {
    'who claims, with tax number and address': ['Talleres Vega, S.L.', 'NIF B87654321', 'Calle de la Peña, 12'],
    'who owes, with tax number and address': [
      'Cerámicas Peñagolosa & Hijos, S.A.',
      'NIF A12345678',
      'Avinguda del Mar, 3',
    ],
    'the contract': ['10 de diciembre de 2025', 'pedido PO-4471'],
    'each invoice with dates and amounts': [
      'F-2026-0012 15 ene 2026 14 feb 2026 PO-4471 5.000,00 € 1.234,56 € 3.765,44 €',
      'F-2026-0019 15 ene 2026 1 mar 2026 PO-4471 987,50 € – 987,50 €',
    ],
    'interest line by line': [
      'F-2026-0012 15 feb 2026 4 may 2026 79 3.765,44 € 10,15 % 82,72 €',
      'Ley 3/2004',
      'Tipo 10,15 %: Resolución de la Secretaría General del Tesoro',
      'se añaden 1,32 € por cada día',
    ],
    'compensation by invoice, apart from interest': ['F-2026-0019 Ley 3/2004, artículo 8 40,00 €'],
    'the total': ['Total reclamado 4.933,23 €'],
    'that payment is claimed': ['Les requerimos el pago de 4.933,23 €'],
    'that limitation is interrupted': ['interrumpe su prescripción conforme al artículo 1973 del Código Civil'],
    'a deadline as a date': ['a más tardar el viernes, 5 de junio de 2026'],
    'where to pay': ['IBAN ES22 9999 0042 1802 1100 4127', 'PT-7K2M'],
    'whom to answer': ['Ana Vega, Administración: cobros@vega.example · +34 910 000 012'],
    'a plan': ['acordar un pago a plazos'],
    'the invitation to negotiate': ['Ley Orgánica 1/2025', 'treinta días siguientes a la recepción', 'confidencial'],
    'what is intended': ['proceso monitorio'],
    'what is enclosed': ['Copia de las facturas', 'Albaranes de entrega', 'Extracto de la cuenta'],
  },
  'uk-company': {
    'the basis of the claim': ['written agreement of 10 December 2025', 'fitted counters for three cafés'],
    'the practice it follows': ['Practice Direction on Pre-Action Conduct'],
    'what is owed and how it was worked out': [
      'INV-0442 15 Jan 2026 31 Jan 2026 MS-118 £10,000.00 – £10,000.00',
      'INV-0442 1 Feb 2026 4 May 2026 93 £10,000.00 11.75% £299.38',
      'Total claimed £10,399.38',
    ],
    'the daily rate': ['grows by £3.22 a day until payment'],
    compensation: ['INV-0442 Section 5A of the Act: debts of £10,000 or more £100.00'],
    'a deadline as a date': ['by Monday, 25 May 2026'],
    'another way than a court': ['alternative dispute resolution (ADR)'],
    'the key documents': ['Copies of the invoices', 'Copy of the agreement or order'],
    'what is intended': ['intends to start a court claim'],
  },
  'uk-individual': {
    'the date at its top': ['accounts@harrow.example 4 May 2026 Our reference'],
    'the protocol': ['Letter of Claim under the Pre-Action Protocol for Debt Claims'],
    'the amount': ['Total claimed £2,000.00'],
    'whether interest goes on': ['No interest or other charges are being added'],
    'an oral agreement: who, what, when and where': [
      'oral agreement made on 14 November 2025 at the workshop at 4 Harrow Lane, Leeds between Siân Jones and Tom Harrow',
      '“two oak worktops, fitted by Christmas, £2,000 all in, thirty days to pay”',
    ],
    'why instalments are not enough': ['the £20 a month that was offered on 2 April would take more than eight years'],
    'how to pay': ['Sort code 00-00-00, account 12345678'],
    'how to discuss options': [
      'willing to discuss payment by instalments',
      'Your contact for this letter is Tom Harrow',
    ],
    'where the Reply Form goes': ['return it by Friday, 5 June 2026', 'to: Tom Harrow, 4 Harrow Lane, Leeds LS1 4AB'],
    'thirty days, and what makes them longer': [
      'at least 30 days from the date of this letter',
      'at least 14 days’ notice',
    ],
    'the annexes': [
      'Statement of account at the date',
      'Information Sheet (Annex 1 of the Protocol)',
      'Reply Form (Annex 1 of the Protocol)',
      'Financial Statement (Annex 2 of the Protocol)',
    ],
  },
  generic: {
    'amount and invoices, each currency by itself': [
      'INV-0460 Jan 15, 2026 Feb 14, 2026 PO-4471 USD 7,300.00',
      'Total claimed USD 7,300.00',
      'Total claimed EUR 1,200.00',
    ],
    'the contract': ['written agreement of December 10, 2025'],
    'a deadline as a date': ['by Monday, May 18, 2026'],
    'what is intended': ['intends to instruct a lawyer'],
  },
}

describe.each(KINDS)('The formal demand of the kind %s', (kind) => {
  const approved = read(SAMPLES[kind]({ approved: APPROVED }))

  it.each(Object.entries(REQUIRED[kind]))('says %s', async (_what, expected) => {
    const words = await approved
    expect(expected.filter((each) => !words.includes(each))).toEqual([])
  })

  it('never looks like a court’s paper, threatens, or says what belongs to another kind', async () => {
    const words = await approved
    const forbidden = [
      /juzgado|c[ée]dula|providencia|autos n/i,
      /county court|claim form|case number|summons|\bwrit\b|plaintiff|defendant|by order/i,
      /police|polic[íi]a|criminal|delito|prison|bailiff|embargo/i,
      /statutory demand|winding|bankruptcy/i,
      /asnef|badexcug|experian|credit (?:file|record)|fichero/i,
      /attempt to collect a debt|debt collector/i,
      ...(kind === 'spain' ? [] : [/1973|Ley 3\/2004|1\/2025|monitorio/]),
      ...(kind === 'uk-individual' ? [] : [/Pre-Action Protocol|Reply Form|Financial Statement/]),
      ...(kind === 'uk-company' ? [] : [/Practice Direction/]),
    ]
    expect(forbidden.filter((each) => each.test(words))).toEqual([])
    expect(words).toMatch(/no procede de ningún tribunal|does not come from any court/i)
  })

  it.each([
    ['CÉDULA DE CITACIÓN'],
    ['del Juzgado de lo Mercantil n.º 2'],
    ['in the County Court at York'],
    ['Case number 12'],
    ['or we will call the police'],
    ['this is a statutory demand'],
    ['an attempt to collect a debt'],
    ['será incluido en ASNEF'],
    ['your credit record will suffer'],
    ['a sum\u200bmons'],
    ['this is a statutory\u00a0demand'],
    ['goods\nFor the reviewer\nstatutory\ndemand'],
  ])('is refused when what was filled in would say “%s”', (words) => {
    const demand = SAMPLES[kind]()
    expect(problems({ ...demand, contract: { ...demand.contract, what: words } })).toContainEqual(
      expect.stringContaining('forbidden-words'),
    )
  })

  it('is a draft on every page, with a sheet for the reviewer, until a person has approved it', async () => {
    const draft = await demandLetter(SAMPLES[kind]())
    const final = await demandLetter(SAMPLES[kind]({ approved: APPROVED }))
    const mark = kind === 'spain' ? 'BORRADOR' : 'DRAFT'
    const pages = pdfWords(draft).split('\f')
    expect(pages.filter((page) => !page.includes(`${mark} ·`))).toEqual([])
    expect(pages.at(-1)).toMatch(/Para quien revisa|For the reviewer/)
    expect(pdfWords(final)).not.toMatch(/BORRADOR|DRAFT|Para quien revisa|For the reviewer/)
    expect(pageCount(final)).toBe(pageCount(draft) - 1)
    expect(pdfWords(final)).toContain('Ana Vega')
  })

  it('gives the same bytes for the same facts, and carries its language and title', async () => {
    const first = await demandLetter(SAMPLES[kind]())
    expect(Buffer.compare(first, await demandLetter(SAMPLES[kind]()))).toBe(0)
    const source = Buffer.from(first).toString('latin1')
    expect(source).toContain(kind === 'spain' ? '/Lang (es)' : '/Lang (en)')
    expect(source).toContain('/DisplayDocTitle true')
    expect(source).toContain('(D:20260504000000Z)')
  })

  it('needs what its kind needs', () => {
    expect(problems(SAMPLES[kind]())).toEqual([])
    const days = { spain: 30, 'uk-company': 14, 'uk-individual': 30, generic: 7 }[kind]
    expect(problems(SAMPLES[kind]({ deadline: day('2026-05-10') }))).toEqual([`deadline ${days}`])
    for (const one of SAMPLES[kind]().enclosed) {
      const without = problems(SAMPLES[kind]({ enclosed: SAMPLES[kind]().enclosed.filter((each) => each !== one) }))
      const needed = !['delivery-notes', 'contract'].includes(one) && !(kind === 'uk-company' && one === 'statement')
      expect(without).toEqual(needed ? [`enclosure ${one}`] : [])
    }
    const demand = SAMPLES[kind]()
    expect(problems({ ...demand, debtor: { ...demand.debtor, address: [] } })).toContain('address debtor')
    expect(problems({ ...demand, payTo: { lines: [], reference: '' } })).toEqual(['bank'])
    expect(problems({ ...demand, answerTo: { ...demand.answerTo, email: null, phone: null } })).toEqual(['contact'])
  })
})

describe('A formal demand', () => {
  it('is written in English too when the debtor in Spain reads that better', async () => {
    const words = await read(spanishDemand({ language: 'en', locale: 'en-GB' }))
    expect(words).toContain('article 1973 of the Spanish Civil Code')
    expect(words).toContain('Organic Law 1/2025')
    expect(problems(britishDemand({ language: 'es' }))).toContain('language')
  })

  it('is addressed as one person to one person', async () => {
    const debtor = { ...spanishDemand().debtor, is: 'sole-trader' as const }
    expect(await read(spanishDemand({ debtor }))).toContain('Le requerimos el pago')
  })

  it('treats a sole trader in the United Kingdom as a person, and a company as a company', () => {
    const trader = personDemand().debtor
    expect(problems(britishDemand({ debtor: trader }))).toContain('debtor-kind sole-trader')
    expect(problems(personDemand({ debtor: { ...trader, is: 'company' } }))).toContain('debtor-kind company')
    expect(problems(genericDemand({ debtor: { ...trader, is: 'consumer' } }))).toContain('debtor-kind consumer')
  })

  it('asks no consumer for what businesses owe each other', () => {
    const debtor = { ...spanishDemand().debtor, is: 'consumer' as const }
    expect(problems(spanishDemand({ debtor }))).toEqual(['charges-consumer'])
    expect(problems(spanishDemand({ debtor, charges: null }))).toEqual([])
  })

  it('needs tax numbers in Spain', () => {
    expect(problems(spanishDemand({ debtor: { ...spanishDemand().debtor, taxId: null } }))).toEqual(['tax-id debtor'])
    expect(problems(spanishDemand({ creditor: { ...spanishDemand().creditor, taxId: null } }))).toEqual([
      'tax-id creditor',
    ])
  })

  it('threatens nothing in Spain unless something was decided, and says so elsewhere', async () => {
    expect(await read(spanishDemand({ nextStep: null, approved: APPROVED }))).not.toMatch(/monitorio|tiene intención/)
    for (const other of [britishDemand, personDemand, genericDemand]) {
      expect(problems(other({ nextStep: null }))).toEqual(['next-step'])
      expect(problems(other({ nextStep: 'order-for-payment' }))).toEqual(['monitorio-elsewhere'])
      expect(problems(other({ invitesToNegotiate: true }))).toContain('negotiation-elsewhere')
    }
  })

  it('mentions a credit file only where it was declared, announced and worth it', async () => {
    const creditFile = { name: 'ASNEF', clause: '9.2' }
    expect(await read(spanishDemand({ creditFile }))).toContain('cláusula 9.2 del contrato')
    expect(problems(spanishDemand({ creditFile: { name: 'ASNEF', clause: ' ' } }))).toEqual(['credit-file'])
    const [first] = spanishDemand().invoices
    if (!first) throw new Error('the sample has no invoice')
    const small = { ...first, settled: [], total: money(4_999, 'EUR'), outstanding: money(4_999, 'EUR') }
    expect(problems(spanishDemand({ creditFile, invoices: [small], charges: null }))).toEqual(['credit-file'])
    expect(problems(britishDemand({ creditFile }))).toContain('credit-file')
  })

  it('is refused when its figures do not add up', () => {
    const [first, second] = spanishDemand().invoices
    if (!first || !second) throw new Error('the sample has two invoices')
    expect(problems(spanishDemand({ invoices: [{ ...first, outstanding: money(1, 'EUR') }, second] }))).toEqual([
      'sum F-2026-0012',
    ])
    expect(problems(spanishDemand({ invoices: [{ ...first, dueOn: day('2026-05-04') }, second] }))).toEqual([
      'not-due F-2026-0012',
    ])
    expect(problems(spanishDemand({ invoices: [second] }))).toEqual([
      'charge-without-invoice F-2026-0012',
      'charge-without-invoice F-2026-0012',
    ])
    expect(problems(spanishDemand({ invoices: [first, second, second] }))).toEqual(['invoice-twice'])
    const charges = chargesOf(spanishDemand())
    const interest = charges.interest.map((line) => ({ ...line, days: line.days + 1 }))
    expect(problems(spanishDemand({ charges: { ...charges, interest } }))).toEqual([
      'days F-2026-0012',
      'days F-2026-0019',
    ])
    expect(problems(spanishDemand({ charges: { ...charges, perDay: [] } }))).toEqual(['daily-rate'])
    expect(problems(spanishDemand({ invoices: [], charges: null }))).toEqual(['no-invoice'])
  })

  it('quotes a provisional rate only with a mark, and approves one only by name', async () => {
    const charges = chargesOf(spanishDemand())
    const provisional = { ...charges, interest: charges.interest.map((line) => ({ ...line, provisional: true })) }
    expect(await read(spanishDemand({ charges: provisional }))).toContain('10,15 % *')
    expect(reviewPoints(spanishDemand({ charges: provisional }))).toContain('provisional')
    expect(problems(spanishDemand({ charges: provisional, approved: APPROVED }))).toEqual(['provisional'])
    expect(
      problems(spanishDemand({ charges: provisional, approved: { ...APPROVED, withProvisionalRates: true } })),
    ).toEqual([])
  })

  it('claims each currency by itself', () => {
    expect(claimed(genericDemand()).map(({ total }) => total)).toEqual([money(730_000, 'USD'), money(120_000, 'EUR')])
    expect(claimed(spanishDemand())).toEqual([
      {
        principal: money(475_294, 'EUR'),
        interest: money(10_029, 'EUR'),
        compensation: money(8_000, 'EUR'),
        total: money(493_323, 'EUR'),
      },
    ])
  })

  it('refuses a name that cannot be printed, rather than print another', () => {
    const debtor = { ...spanishDemand().debtor, name: '株式会社ペニャ' }
    expect(problems(spanishDemand({ debtor }))).toContain('undrawable 株')
  })

  it('draws accents, the euro, and names from all over Europe', async () => {
    const name = 'Łódź Ąćęłńóśźż, Çağlar & Søn · Ñandú “€”'
    expect(await read(spanishDemand({ debtor: { ...spanishDemand().debtor, name } }))).toContain(name)
  })

  it('is approved for exactly what was read', () => {
    const fingerprint = demandFingerprint(spanishDemand())
    expect(demandFingerprint(spanishDemand({ approved: APPROVED }))).toBe(fingerprint)
    expect(demandFingerprint(spanishDemand({ deadline: day('2026-06-06') }))).not.toBe(fingerprint)
    const { payTo } = spanishDemand()
    expect(demandFingerprint(spanishDemand({ payTo: { ...payTo, lines: ['IBAN ES00'] } }))).not.toBe(fingerprint)
  })

  it('names what is open and not claimed, and deductions that nobody dated', async () => {
    const leftOut = [
      { number: 'F-9', because: 'disputed' },
      { number: 'F-10', because: 'promised' },
    ] as const
    const [first] = spanishDemand().invoices
    if (!first) throw new Error('the sample has invoices')
    const settled = [{ on: null, what: 'credit', amount: money(123_456, 'EUR') }] as const
    const demand = spanishDemand({ leftOut, charges: null, invoices: [{ ...first, settled }] })
    const words = await read(demand)
    expect(words).toContain(
      'No se reclaman en esta carta, aunque siguen abiertas: F-9 (en revisión) y F-10 (con pago prometido).',
    )
    expect(words).toContain('Descontado de F-2026-0012: abonos y otros descuentos, 1.234,56 €.')
    expect(demandFingerprint(demand)).not.toBe(demandFingerprint({ ...demand, leftOut: [] }))
  })

  it('asks the reviewer about money of the customer that is on no invoice', () => {
    const credits = [money(5_000, 'EUR')]
    expect(reviewPoints(spanishDemand())).not.toContain('credits')
    expect(reviewPoints(spanishDemand({ credits }))).toContain('credits')
    expect(demandFingerprint(spanishDemand({ credits }))).not.toBe(demandFingerprint(spanishDemand()))
  })

  it('needs to say what the debt is for', () => {
    const { contract } = spanishDemand()
    expect(problems(spanishDemand({ contract: { ...contract, what: ' ' } }))).toEqual(['contract'])
    const oral = {
      form: 'oral',
      what: 'two worktops',
      on: day('2025-11-14'),
      where: '',
      between: 'Ana and Luis',
    } as const
    expect(problems(personDemand({ contract: oral }))).toEqual(['contract'])
  })

  it('asks the reviewer about a negotiation that must come first, and about the official forms', () => {
    expect(reviewPoints(spanishDemand({ invitesToNegotiate: false }))).toContain('negotiation-first')
    expect(reviewPoints(spanishDemand())).toContain('lawyer-for-offer')
    expect(reviewPoints(personDemand())).toContain('forms')
    expect(reviewPoints(genericDemand())).toContain('local-law')
  })

  it('says whose debt it was before', async () => {
    const assignment = {
      from: 'Oakley Supplies Ltd',
      to: 'Harrow Lane Joinery Ltd',
      on: day('2026-03-01'),
      originalDebt: 'invoice 88 of £2,000',
    }
    expect(await read(personDemand({ assignment }))).toContain('the original creditor was Oakley Supplies Ltd')
  })

  it('runs on to more pages when there are many invoices', async () => {
    const [, model] = spanishDemand().invoices
    if (!model) throw new Error('the sample has two invoices')
    const invoices = Array.from({ length: 70 }, (_, at) => ({ ...model, number: `F-${at + 1}` }))
    const pdf = await demandLetter(spanishDemand({ invoices, charges: null, approved: APPROVED }))
    const pages = pdfWords(pdf).split('\f')
    expect(pages.filter((page) => page.includes('Vencimiento\n')).length).toBe(3)
    expect(invoices.filter(({ number }) => !pages.join().includes(`\n${number}\n`))).toEqual([])
  })
})
