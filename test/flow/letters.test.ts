import { unzipSync } from 'fflate'
import { beforeEach, describe, expect, it } from 'vitest'
import { DEFAULT_POLICY } from '../../src/chase/default-policy.ts'
import { day, type Day } from '../../src/chase/day.ts'
import { money } from '../../src/chase/money.ts'
import type { BookInvoice } from '../../src/demo/books.ts'
import { createPapers } from '../../src/documents/create-papers.ts'
import { verifyEvidence } from '../../src/documents/verify-evidence.mjs'
import { changeSettings, setSegment } from '../../src/flow/control.ts'
import { makeEvidence } from '../../src/flow/evidence.ts'
import { disputeInvoice, putHold } from '../../src/flow/hold.ts'
import {
  approvedPaper, approveLetter, beginLetter, discardLetter, draftPaper, editLetter, logLetterSent,
} from '../../src/flow/letters/acts.ts' // prettier-ignore
import type { LetterDraft } from '../../src/flow/letters/draft.ts'
import { readLetters, viewLetter, type LetterView } from '../../src/flow/letters/view.ts'
import { recordPromise } from '../../src/flow/promise.ts'
import { rawMessage } from '../../src/mail/mime.ts'
import { LedgerError } from '../../src/ledgers/ledger.ts'
import { readBusiness } from '../../src/store/businesses.ts'
import { inBusiness } from '../../src/store/db.ts'
import type { DebtorDetails } from '../../src/store/letters.ts'
import { readCustomers } from '../../src/store/standings.ts'
import { pdfWords } from '../papers/pdf-words.ts'
import { everyOpening } from '../support/openings.ts'
import { openWorld, type World } from '../support/world.ts'

const DEBTOR: DebtorDetails = {
  legalName: 'Acme Rodamientos, S.L.',
  legalForm: 'company',
  taxId: 'NIF B12345678',
  registration: null,
  postalAddress: 'Calle Mayor, 3\n46001 Valencia\nEspaña',
}

type Story = Awaited<ReturnType<typeof beginStory>>

/** Tuesday 3 March 2026: Acme owes two invoices that are overdue and one that is not, and the business has filled in its settings. */
async function beginStory() {
  const world = await openWorld({ start: '2026-03-03T07:50:00Z', mode: 'observe' })
  const app = { ...world.app, papers: createPapers(), rawMessage, openings: everyOpening }
  const acme = world.regular('Acme Rodamientos SL', { country: 'ES' })
  const first = world.invoice(acme.id, '2026-01-30', 50_000)
  const second = world.invoice(acme.id, '2026-02-14', 30_000)
  const later = world.invoice(acme.id, '2026-04-15', 20_000)
  await world.until('2026-03-03', '09:30')
  const business = await inBusiness(world.store.db, world.businessId, (db) => readBusiness(db, world.businessId))
  await changeSettings(app, {
    ...world.act,
    settings: {
      ...business,
      legalName: 'Talleres Vega, S.L.', taxId: 'NIF B87654321', postalAddress: 'Calle de la Peña, 12\n28012 Madrid',
      senderName: 'Ana Vega', senderEmail: 'cobros@vega.example', senderPhone: '+34 910 000 012',
      paymentDetails: 'IBAN ES22 9999 0042 1802 1100 4127',
    },
    policy: { strategicGroups: [], defaultTermDays: 30 },
  }) // prettier-ignore
  const customerId = await world.customerId(acme.id)
  return { world, app, acme, first, second, later, customerId }
}

async function begin({ world, app, customerId }: Story): Promise<string> {
  const begun = await beginLetter(app, { ...world.act, customerId, chaseId: null })
  if (begun === 'unknown') throw new Error('the customer is not there')
  return begun.letterId
}

async function view({ world, app }: Story, letterId: string): Promise<LetterView> {
  const found = await viewLetter(app, world.businessId, letterId)
  if (!found) throw new Error('the letter is not there')
  return found
}

async function edit(story: Story, letterId: string, change: Partial<LetterDraft>, debtor = DEBTOR) {
  const { letter } = await view(story, letterId)
  return editLetter(story.app, { ...story.world.act, letterId, draft: { ...letter.draft, ...change }, debtor })
}

/** A letter with nothing missing. */
async function wholeLetter(story: Story, change: Partial<LetterDraft> = {}): Promise<string> {
  const letterId = await begin(story)
  const contract = {
    form: 'written' as const,
    what: 'suministro de rodamientos',
    on: day('2025-12-10'),
    between: 'Talleres Vega, S.L. y Acme Rodamientos, S.L.',
    where: '',
  }
  expect(await edit(story, letterId, { contract, ...change })).toBe('done')
  return letterId
}

async function approve(story: Story, letterId: string, given: { reviewed?: readonly string[]; shown?: string } = {}) {
  const { made } = await view(story, letterId)
  const points = made.demand ? story.app.papers.reviewPoints(made.demand) : []
  return approveLetter(story.app, {
    ...story.world.act, letterId, shown: given.shown ?? made.version ?? '', signedBy: 'Ana Vega', reviewed: given.reviewed ?? points,
  }) // prettier-ignore
}

const paper = async ({ world, app }: Story, letterId: string): Promise<string> => {
  const found = await approvedPaper(app, world.businessId, letterId)
  return 'pdf' in found ? `${found.kind}: ${pdfWords(found.pdf).replaceAll(/\s+/g, ' ')}` : found.kind
}

const claims = ({ world }: Story) =>
  world.rows<{ kind: string; on_day: string; invoices: string[] }>(
    `select kind, on_day::text, (select array_agg(number order by due_on) from invoices where id = any (invoice_ids)) as invoices from debt_events`,
  )

const kinds = ({ made }: LetterView): string[] =>
  made.problems.map((problem) => (problem.kind === 'letter' ? problem.en : problem.kind))

describe('A formal demand', () => {
  let story: Story
  beforeEach(async () => {
    story = await beginStory()
  })

  it('begins with what the books tell, claims what is overdue, and threatens and adds nothing by itself', async () => {
    const letterId = await begin(story)
    const begun = await view(story, letterId)
    const { draft } = begun.letter
    expect(draft).toMatchObject({
      kind: 'spain', language: 'es', on: '2026-03-03', nextStep: null, claimsInterest: false, claimsCompensation: false,
      // Eighteen days on is a Saturday, and Saint Joseph's day has passed.
      deadline: '2026-03-23',
    }) // prettier-ignore
    expect(begun.facts.debtor).toMatchObject({ legalName: 'Acme Rodamientos SL', legalForm: 'company' })
    expect(begun.facts.candidates.map(({ number, because }) => [number, because])).toEqual([
      [story.first.number, null],
      [story.second.number, null],
      [story.later.number, 'not-due'],
    ])
    expect(draft.invoiceIds).toHaveLength(2)
    expect(kinds(begun)).toEqual(['contract-day'])
    expect((await draftPaper(story.app, story.world.businessId, letterId)).kind).toBe('has-problems')
  })

  it('leaves out and names what is disputed, promised or taken out by a person; a pause keeps nothing out', async () => {
    const { world, app, customerId } = story
    const disputed = await world.invoiceId(story.first.id)
    await disputeInvoice(app, {
      ...world.act,
      invoiceId: disputed,
      why: 'two are missing',
      reviewOn: null,
      query: null,
    })
    const pause = { invoiceId: null, kind: 'pause' as const, startsOn: null, until: null, reviewOn: null, why: null }
    await putHold(app, { ...world.act, customerId, ownerId: null, ...pause })
    // Named by the form all the same, as by one that was open before the dispute came.
    const everything = [disputed, await world.invoiceId(story.second.id), await world.invoiceId(story.later.id)]
    const letterId = await wholeLetter(story, { invoiceIds: everything })
    const { facts, made } = await view(story, letterId)
    expect(facts.candidates.map(({ because, isPaused }) => [because, isPaused])).toEqual([
      ['disputed', false],
      [null, true],
      ['not-due', true],
    ])
    expect(made.demand?.invoices.map(({ number }) => number)).toEqual([story.second.number])
    expect(made.demand?.leftOut).toEqual([{ number: story.first.number, because: 'disputed' }])
  })

  it('remembers whom it is for, so that the next letter need not ask again', async () => {
    const letterId = await wholeLetter(story)
    expect(kinds(await view(story, letterId))).toEqual([])
    expect((await view(story, await begin(story))).facts.debtor).toEqual(DEBTOR)
  })

  it('is approved by name for exactly what was shown, and can then be had without the draft’s mark', async () => {
    const letterId = await wholeLetter(story)
    const { made, reference } = await view(story, letterId)
    expect(await paper(story, letterId)).toBe('unknown')
    expect(await approve(story, letterId, { shown: 'another version' })).toBe('changed')
    expect(await approve(story, letterId, { reviewed: ['facts'] })).toBe('not-reviewed')
    expect((await view(story, letterId)).state).toBe('draft')

    expect(await approve(story, letterId)).toBe('done')
    expect((await view(story, letterId)).letter.approval).toMatchObject({
      signedBy: 'Ana Vega',
      fingerprint: made.version,
    })
    const words = await paper(story, letterId)
    expect(words).toMatch(/^approved: /)
    expect(words).toContain('Acme Rodamientos, S.L.')
    expect(words).toContain(reference)
    expect(words).toContain('Total reclamado 800,00 €')
    expect(words).not.toContain('BORRADOR')
    // Never sent by itself, on this day or a later one.
    await story.world.until('2026-03-06')
    expect(story.world.outbox).toEqual([])
  })

  it('is not approved where something is missing, or dated as of another day', async () => {
    const letterId = await begin(story)
    expect(await approve(story, letterId)).toBe('changed')
    const undated = await wholeLetter(story, { on: day('2026-03-02'), deadline: day('2026-03-23') })
    expect(await approve(story, undated)).toBe('dated-wrong')
    const short = await wholeLetter(story, { deadline: day('2026-03-06') })
    expect(kinds(await view(story, short))).toEqual(['The deadline must be at least 7 days away.'])
    expect(await approve(story, short)).toBe('has-problems')
    const sunday = await wholeLetter(story, { deadline: day('2026-03-22') })
    expect((await view(story, sunday)).made.problems).toEqual([{ kind: 'no-business-day', instead: '2026-03-23' }])
    expect(await approve(story, sunday)).toBe('has-problems')
  })

  const ENDINGS: readonly (readonly [string, (story: Story, letterId: string) => Promise<unknown>])[] = [
    ['a payment comes', async ({ world, first }) => world.books.pay(first.id, day('2026-03-03'), money(10_000, 'EUR'))],
    ['an invoice is settled', async ({ world, second }) => world.books.pay(second.id, day('2026-03-03'))],
    [
      'a credit note comes',
      async ({ world, acme }) => world.books.addCredit('credit-note', acme.id, day('2026-03-03'), money(5_000, 'EUR')),
    ],
    [
      'an invoice is disputed',
      async ({ world, app, first }) =>
        disputeInvoice(app, { ...world.act, invoiceId: await world.invoiceId(first.id), why: null, reviewOn: null, query: null }),
    ],
    [
      'payment is promised',
      async ({ world, app, customerId, first }) =>
        recordPromise(app, {
          ...world.act, customerId, invoiceIds: [await world.invoiceId(first.id)], amount: null, on: day('2026-03-20'), method: null,
          saidBy: null, via: 'call', note: null, confirm: false,
        }),
    ],
    ['another person is named to answer', async (story, letterId) => edit(story, letterId, { answerTo: { name: 'Luis', role: null } })],
    [
      'an edit is made and taken back',
      async (story, letterId) => {
        await edit(story, letterId, { nextStep: 'lawyer' })
        await edit(story, letterId, { nextStep: null })
      },
    ],
    ['the address is corrected', async (story, letterId) => edit(story, letterId, {}, { ...DEBTOR, postalAddress: 'Calle Menor, 4' })],
  ] // prettier-ignore

  it.each(ENDINGS)('has no approval any more once %s, and is not handed out', async (_what, happens) => {
    const letterId = await wholeLetter(story)
    expect(await approve(story, letterId)).toBe('done')
    expect((await view(story, letterId)).state).toBe('approved')
    await story.world.until('2026-03-03', '09:31')
    await happens(story, letterId)
    // The ledger is asked at this moment; no sync has come by.
    expect(await paper(story, letterId)).toBe('approval-void')
    expect((await view(story, letterId)).state).toBe('approval-void')
  })

  it('is approved and handed out only when the ledger can be asked', async () => {
    const letterId = await wholeLetter(story)
    const { faults } = story.world
    const away = { before: async () => Promise.reject(new LedgerError('unavailable', 'the ledger is away')) }
    faults.current = away
    expect(await approve(story, letterId)).toBe('ledger-away')
    faults.current = {}
    expect(await approve(story, letterId)).toBe('done')
    faults.current = away
    expect(await paper(story, letterId)).toBe('ledger-away')
  })

  it('that went to the ledger with an old copy of it is not the one that was shown', async () => {
    const letterId = await wholeLetter(story)
    const shown = (await view(story, letterId)).made.version ?? ''
    story.world.books.pay(story.first.id, day('2026-03-03'))
    expect(await approve(story, letterId, { shown })).toBe('changed')
    expect((await view(story, letterId)).letter.approval).toBe(null)
  })

  it('has to be dated anew when it was not sent in time', async () => {
    const letterId = await wholeLetter(story)
    await approve(story, letterId)
    await story.world.until('2026-03-04')
    expect(await paper(story, letterId)).toMatch(/^approved/)
    await story.world.until('2026-03-05')
    expect(await paper(story, letterId)).toBe('too-old')
  })

  it('claims interest as the law says, needs a yes for a rate that is provisional, and says what the law refuses', async () => {
    const letterId = await wholeLetter(story, { claimsInterest: true, claimsCompensation: true })
    const { made } = await view(story, letterId)
    // 500 at 10.15 % for 32 days, 300 for 17 days.
    expect(made.demand?.charges?.interest.map(({ amount, days }) => [days, amount.minor])).toEqual([
      [32, 445],
      [17, 142],
    ])
    expect(made.demand?.charges?.compensation.map(({ amount }) => amount.minor)).toEqual([4000, 4000])
    expect(kinds(await view(story, letterId))).toEqual([])
    await edit(story, letterId, { lawCountry: 'JP' })
    expect((await view(story, letterId)).made.problems).toMatchObject([
      { kind: 'charges-refused', what: 'interest', because: 'unknown-country', invoices: [story.first.number, story.second.number] },
      { kind: 'charges-refused', what: 'compensation', because: 'unknown-country' },
    ])
    await edit(story, letterId, { lawCountry: 'ES' }, { ...DEBTOR, legalForm: 'consumer' })
    expect((await view(story, letterId)).made.problems).toMatchObject([
      { kind: 'charges-refused', because: 'debtor-not-a-business' },
      { kind: 'charges-refused', because: 'debtor-not-a-business' },
    ])
    expect(await approve(story, letterId)).toBe('has-problems')
  }) // prettier-ignore

  it('tells a deduction that no payment explains as one without a day', async () => {
    const { world } = story
    const credited = creditOn(world, story.first, 12_000)
    world.books.pay(story.second.id, day('2026-03-02'), money(10_000, 'EUR'))
    await world.until('2026-03-03', '12:00')
    const { made } = await view(story, await wholeLetter(story))
    expect(credited).toBe(12_000)
    expect(made.demand?.invoices.map(({ settled, outstanding }) => [settled, outstanding.minor])).toEqual([
      [[{ on: null, what: 'credit', amount: money(12_000, 'EUR') }], 38_000],
      [[{ on: '2026-03-02', what: 'payment', amount: money(10_000, 'EUR') }], 20_000],
    ])
    expect(made.problems).toEqual([])
  })

  it('is written down as sent with day and means, and then stays as it went', async () => {
    const letterId = await wholeLetter(story)
    const sent = (on: Day) =>
      logLetterSent(story.app, { ...story.world.act, letterId, on, means: 'burofax', by: 'Luis', note: 'NB0012' })
    expect(await sent(day('2026-03-03'))).toBe('never-approved')
    await approve(story, letterId)
    expect([await sent(day('2026-03-02')), await sent(day('2026-03-04'))]).toEqual(['day-wrong', 'day-wrong'])
    expect(await sent(day('2026-03-03'))).toBe('done')
    expect(await sent(day('2026-03-03'))).toBe('closed')
    expect([await edit(story, letterId, { language: 'en' }), await approve(story, letterId)]).toEqual([
      'closed',
      'closed',
    ])
    expect(await discardLetter(story.app, { ...story.world.act, letterId })).toBe('closed')
    story.world.books.pay(story.first.id, day('2026-03-03'))
    await story.world.until('2026-03-05')
    expect((await view(story, letterId)).state).toBe('sent')
    expect(await paper(story, letterId)).toMatch(/^sent: .*Total reclamado 800,00 €/)
    const [event] = await story.world.rows<{ facts: object }>(`select facts from events where kind = 'letter-sent'`)
    expect(event?.facts).toMatchObject({
      on: '2026-03-03',
      means: 'burofax',
      who: 'Luis',
      note: 'NB0012',
      approvalStood: true,
    })
    // It went with proof, so the limitation of what it claims begins anew.
    expect(await claims(story)).toEqual([
      { kind: 'extrajudicial-claim', on_day: '2026-03-03', invoices: [story.first.number, story.second.number] },
    ])
  })

  it('that had gone when it was paid can still be written down, with the truth about it', async () => {
    const letterId = await wholeLetter(story)
    await approve(story, letterId)
    story.world.books.pay(story.first.id, day('2026-03-04'))
    await story.world.until('2026-03-04')
    expect((await view(story, letterId)).state).toBe('approval-void')
    const sent = { letterId, on: day('2026-03-03'), means: 'post' as const, by: null, note: null }
    expect(await logLetterSent(story.app, { ...story.world.act, ...sent })).toBe('done')
    const [event] = await story.world.rows<{ facts: object }>(`select facts from events where kind = 'letter-sent'`)
    expect(event?.facts).toMatchObject({ approvalStood: false })
    expect(await claims(story)).toEqual([])
    expect(await paper(story, letterId)).toMatch(/^sent: .*Total reclamado 800,00 €/)
  })

  it('that is put away is shown nowhere, and not sent', async () => {
    const letterId = await wholeLetter(story)
    await approve(story, letterId)
    expect(await discardLetter(story.app, { ...story.world.act, letterId })).toBe('done')
    expect(await paper(story, letterId)).toBe('approval-void')
    const listed = await inBusiness(story.world.store.db, story.world.businessId, (db) =>
      readLetters(story.app, db, story.world.businessId, [story.customerId]),
    )
    expect(listed).toEqual([])
  })

  it('is in the evidence pack as it was approved, and as a draft until then; the pack verifies', async () => {
    const about = { businessId: story.world.businessId, customer: { id: story.customerId, name: 'Acme' }, invoice: null, actor: story.world.userId }
    const draft = await wholeLetter(story)
    const other = await wholeLetter(story)
    await approve(story, other)
    const approved = await approvedPaper(story.app, story.world.businessId, other)
    const sealed = await makeEvidence(story.app, about)
    if (!sealed) throw new Error('there is no pack')
    expect(verifyEvidence(sealed.archive, sealed.head).problems).toEqual([])
    const files = unzipSync(sealed.archive)
    const letters = Object.keys(files).filter((path) => path.startsWith('letters/')).sort()
    const [draftName, otherName] = [draft, other].map((id) => `letters/RP-${id.slice(0, 8).toUpperCase()}`)
    expect(letters.map((path) => path.replace(/-\d{17}\.pdf$/, '.pdf')).sort()).toEqual([`${draftName}-draft.pdf`, `${otherName}-approved.pdf`].sort())
    const kept = letters.find((path) => path.includes('approved')) ?? ''
    expect('pdf' in approved && Buffer.compare(Buffer.from(files[kept] ?? []), Buffer.from(approved.pdf))).toBe(0)
    expect(Buffer.from(files['records/letters.jsonl'] ?? []).toString()).toContain('Ana Vega')
    expect(await story.world.rows(`select facts->>'head' as head from events where kind = 'evidence-made'`)).toEqual([{ head: sealed.head }])
  }) // prettier-ignore

  it('of another business does not exist, nor does its customer', async () => {
    const { app, world, customerId } = story
    const letterId = await wholeLetter(story)
    const businessId = '00000000-0000-4000-8000-000000000001'
    await world.rows(`insert into businesses (id, name) values ($1, 'Theirs')`, [businessId])
    const act = { businessId, userId: world.userId }
    expect(await viewLetter(app, businessId, letterId)).toBe(null)
    expect(await beginLetter(app, { ...act, customerId, chaseId: null })).toBe('unknown')
    expect(await discardLetter(app, { ...act, letterId })).toBe('unknown')
    expect(await approvedPaper(app, businessId, letterId)).toEqual({ kind: 'unknown' })
    for (const table of ['demand_letters', 'debtor_details', 'demand_approvals'] as const) {
      const seen = await inBusiness(world.store.db, businessId, (db) => db.selectFrom(table).select('business_id').execute())
      expect(seen).toEqual([])
    }
  }) // prettier-ignore
})

/** A credit note of so many cents, applied to an invoice as the ledger applies it: the balance falls and no payment says why. */
function creditOn(world: World, invoice: BookInvoice, minor: number): number {
  const amount = money(minor, 'EUR')
  world.books.addCredit('credit-note', invoice.customerId, day('2026-03-02'), amount, [
    { invoiceId: invoice.id, amount },
  ])
  return world.books.credited(invoice.id)
}

describe('A letter that the sequence asks for', () => {
  it('has its draft from the task, counts as a contact when it went, and the task is done', async () => {
    const world = await openWorld({ start: '2026-03-03T07:50:00Z', mode: 'automatic' })
    const app = { ...world.app, papers: createPapers(), openings: everyOpening }
    const step = { approval: false as const }
    await world.policy({
      sequences: {
        regular: [
          { ...step, id: 'day-1', from: 1, to: 1, channel: 'email', stage: 'first-overdue' },
          { ...step, id: 'letter-5', from: 5, to: 5, channel: 'letter', stage: null },
        ],
      },
    })
    const acme = world.regular('Acme SL')
    world.invoice(acme.id, '2026-03-02')
    await world.until('2026-03-09')
    const customerId = await world.customerId(acme.id)
    await setSegment(app, { ...world.act, customerId, segment: 'regular' })
    const tasks = await world.rows<{ id: string }>(`select id from chases where channel = 'letter' and status = 'task'`)
    const [task] = tasks
    expect(tasks).toHaveLength(1)

    const chaseId = task?.id ?? ''
    const begun = await beginLetter(app, { ...world.act, customerId, chaseId })
    expect(await beginLetter(app, { ...world.act, customerId, chaseId })).toEqual(begun)
    const letterId = begun === 'unknown' ? '' : begun.letterId
    const facts = async () => inBusiness(world.store.db, world.businessId, async (db) => (await readCustomers(db, [customerId], day('2026-03-09'), 'look'))[0])
    expect((await facts())?.contactedOn).not.toContain('2026-03-09')

    const story = { world, app, customerId } as unknown as Story
    const contract = { form: 'written' as const, what: 'rodamientos', on: day('2025-12-10'), between: 'Vega y Acme', where: '' }
    const business = await inBusiness(world.store.db, world.businessId, (db) => readBusiness(db, world.businessId))
    const settings = { ...business, taxId: 'NIF B1', postalAddress: 'Calle 1', paymentDetails: 'IBAN ES22', senderEmail: 'ana@vega.example' }
    await changeSettings(app, { ...world.act, settings, policy: DEFAULT_POLICY })
    await edit(story, letterId, { contract })
    expect(await approve(story, letterId)).toBe('done')
    const sent = { letterId, on: day('2026-03-09'), means: 'burofax' as const, by: 'Ana', note: null }
    expect(await logLetterSent(app, { ...world.act, ...sent })).toBe('done')

    expect(await world.rows(`select status, closed_because, sent_on::text from chases where channel = 'letter'`)).toEqual([
      { status: 'done', closed_because: 'burofax', sent_on: '2026-03-09' },
    ])
    const counted = await facts()
    expect([counted?.touches, counted?.contactedOn.includes(day('2026-03-09'))]).toEqual([2, true])
  }) // prettier-ignore

  it('that nobody’s task asked for counts in the running spell all the same', async () => {
    const story = await beginStory()
    await story.world.rows(
      `insert into spells (business_id, customer_id, anchor_invoice_id, started_on) values ($1, $2, $3, '2026-03-03')`,
      [story.world.businessId, story.customerId, await story.world.invoiceId(story.first.id)],
    )
    const letterId = await wholeLetter(story)
    await approve(story, letterId)
    const sent = { letterId, on: day('2026-03-03'), means: 'post' as const, by: null, note: null }
    expect(await logLetterSent(story.app, { ...story.world.act, ...sent })).toBe('done')
    const [counted] = await inBusiness(story.world.store.db, story.world.businessId, (db) =>
      readCustomers(db, [story.customerId], day('2026-03-03'), 'look'),
    )
    expect([counted?.touches, counted?.contactedOn, counted?.spell?.taken]).toEqual([1, ['2026-03-03'], []])
  })
})
