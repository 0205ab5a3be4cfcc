import { unzipSync } from 'fflate'
import { beforeAll, describe, expect, it } from 'vitest'
import { day } from '../../src/chase/day.ts'
import { money } from '../../src/chase/money.ts'
import { createPapers } from '../../src/documents/create-papers.ts'
import { sealEvidence, type EvidenceFile } from '../../src/documents/evidence-seal.ts'
import { gatherEvidence } from '../../src/flow/evidence.ts'
import { verifyEvidence } from '../../src/documents/verify-evidence.mjs'
import { rawMessage, toMime } from '../../src/mail/mime.ts'
import { inBusiness } from '../../src/store/db.ts'
import { findCustomersByName, readEvidenceScope } from '../../src/store/evidence.ts'
import { setHold } from '../../src/store/holds.ts'
import { openWorld, type World } from '../support/world.ts'

/** Tuesday 3 March, 08:50 in Madrid: Acme owes two invoices, Globex one, and each gets its messages. */
async function chasedWorld() {
  const world = await openWorld({ start: '2026-03-03T07:50:00Z' })
  const acme = world.regular('Acme')
  const first = world.invoice(acme.id, '2026-03-02')
  const globex = world.regular('Globex')
  world.invoice(globex.id, '2026-03-02')
  await world.until('2026-03-09', '20:00')
  const second = world.invoice(acme.id, '2026-03-12')
  world.books.pay(first.id, day('2026-03-10'), money(10_000, 'EUR'))
  await world.until('2026-03-25', '20:00')
  return { world, acme, first, second }
}

async function gather(world: World, ledgerId: string, invoiceNumber: string | null = null): Promise<EvidenceFile[]> {
  const customerId = await world.customerId(ledgerId)
  const scope = await inBusiness(world.store.db, world.businessId, (db) =>
    readEvidenceScope(db, customerId, invoiceNumber),
  )
  if (!scope) throw new Error('no such invoice')
  const app = { ...world.app, papers: createPapers(), rawMessage }
  return await gatherEvidence(app, world.businessId, scope, world.clock.now())
}

const named = (files: readonly EvidenceFile[], path: string): string =>
  Buffer.from(files.find((file) => file.path === path)?.content ?? []).toString('utf8')

const records = (files: readonly EvidenceFile[], kind: string): Record<string, unknown>[] =>
  named(files, `records/${kind}.jsonl`)
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Record<string, unknown>)

describe('The evidence about a customer', () => {
  let shared: Awaited<ReturnType<typeof chasedWorld>>
  beforeAll(async () => {
    shared = await chasedWorld()
  })

  it('has every message with the very bytes that went out, and nobody else’s', async () => {
    const { world, acme } = shared
    const files = await gather(world, acme.id)
    const raw = files
      .filter(({ kind }) => kind === 'message-raw')
      .map(({ content }) => Buffer.from(content).toString('latin1'))
    const mine = world.outbox.filter(({ to }) => to.some(({ address }) => address === 'pagos@acme.example'))
    expect(mine.length).toBeGreaterThanOrEqual(3)
    const sent = await Promise.all(mine.map(async (email) => (await toMime(email)).content.toString('latin1')))
    expect(raw).toEqual(sent)
    expect(files.map(({ content }) => Buffer.from(content).toString('utf8')).join()).not.toContain('globex')
  })

  it('has invoices with facts, payments and the PDFs that were attached', async () => {
    const { world, acme } = shared
    const files = await gather(world, acme.id)
    const facts = JSON.parse(named(files, 'invoices/F-0001/facts.json')) as Record<string, unknown>
    expect(facts).toMatchObject({ number: 'F-0001', due_on: '2026-03-02', balance_minor: 40_000, state: 'open' })
    expect(facts['payments']).toMatchObject([{ paid_on: '2026-03-10', amount_minor: 10_000 }])
    const pdfs = files.filter(({ kind }) => kind === 'invoice-pdf')
    expect(pdfs.map(({ content }) => Buffer.from(content.subarray(0, 5)).toString())).toEqual(pdfs.map(() => '%PDF-'))
    const attached = world.outbox.flatMap(({ attachments }) =>
      attachments.map(({ content }) => Buffer.from(content).toString('base64')),
    )
    const kept = new Set(pdfs.map(({ content }) => Buffer.from(content).toString('base64')))
    expect(attached.filter((content) => kept.has(content)).length).toBeGreaterThanOrEqual(3)
  })

  it('has what happened, what the rules said, what the ledger said at each send, holds and notes', async () => {
    const { world, acme, first } = shared
    const [customerId, invoiceId] = [await world.customerId(acme.id), await world.invoiceId(first.id)]
    await inBusiness(world.store.db, world.businessId, (db) =>
      setHold(db, {
        businessId: world.businessId, customerId, invoiceId, kind: 'dispute', until: null, why: 'says two are missing',
        createdBy: world.userId, at: world.clock.now(),
      }),
    ) // prettier-ignore
    const files = await gather(world, acme.id)
    expect(records(files, 'events').map(({ kind }) => kind)).toEqual(
      expect.arrayContaining(['mail-sent', 'note-written', 'invoice-part-paid']),
    )
    expect(records(files, 'holds')).toMatchObject([{ kind: 'dispute', why: 'says two are missing' }])
    expect(records(files, 'notes').length).toBeGreaterThanOrEqual(3)
    const reads = records(files, 'ledger-reads').map(
      ({ number, balance_minor }) => `${String(number)} ${String(balance_minor)}`,
    )
    expect(reads).toContain('F-0001 50000')
    expect(reads).toContain('F-0001 40000')
    expect(records(files, 'verdicts').length).toBeGreaterThanOrEqual(10)
    expect(JSON.parse(named(files, 'account/facts.json'))).toMatchObject({
      business: { name: 'Talleres Vega' },
      customers: [{ name: 'Acme' }],
      contacts: [{ email: 'pagos@acme.example' }],
      connections: [{ ledger: 'xero', organisation_id: 'org-1' }],
    })
    const message = JSON.parse(
      Buffer.from(files.find(({ kind }) => kind === 'message')?.content ?? []).toString(),
    ) as object
    expect(message).toMatchObject({ status: 'sent', serverAnswer: '250 2.0.0 queued', raw: 'rebuilt from the frozen message by the program that sent it' }) // prettier-ignore
  })

  it('narrows to one invoice: its messages, its file, and what concerns the customer as a whole', async () => {
    const { world, acme, second } = shared
    const all = await gather(world, acme.id)
    const one = await gather(world, acme.id, second.number)
    expect(one.filter(({ kind }) => kind === 'invoice').map(({ path }) => path)).toEqual(['invoices/F-0003/facts.json'])
    const messages = (files: readonly EvidenceFile[]): number => files.filter(({ kind }) => kind === 'message').length
    expect([messages(one) > 0, messages(one) < messages(all)]).toEqual([true, true])
    const chaseIds = new Set(records(one, 'chases').map(({ id }) => id))
    expect(records(one, 'ledger-reads').filter(({ chase_id }) => !chaseIds.has(chase_id))).toEqual([])
  })

  it('is the same pack for the same facts and moment, and passes its verifier', async () => {
    const { world, acme } = shared
    const about = { subject: 'Acme', madeAt: world.clock.now() }
    const { archive, head } = sealEvidence(await gather(world, acme.id), about)
    expect(Buffer.compare(archive, sealEvidence(await gather(world, acme.id), about).archive)).toBe(0)
    expect(verifyEvidence(archive, head).problems).toEqual([])
    expect(Object.keys(unzipSync(archive))).toContain('records/events.jsonl')
  })

  it('says so, and has the words, where an attached PDF is no longer kept', async () => {
    const { world, acme } = await chasedWorld()
    await world.rows('delete from pdfs')
    const files = await gather(world, acme.id)
    expect(files.filter(({ kind }) => kind === 'message-raw')).toEqual([])
    const message = files.find(({ kind }) => kind === 'message')
    expect(JSON.parse(Buffer.from(message?.content ?? []).toString())).toMatchObject({
      raw: 'not rebuilt: no longer kept here: Factura-F-0001.pdf',
    })
    expect(files.filter(({ kind }) => kind === 'message-body').length).toBe(
      files.filter(({ kind }) => kind === 'message').length,
    )
  })

  it('has the history of a customer that was merged into this one', async () => {
    const { world, acme } = await chasedWorld()
    const [globex] = await inBusiness(world.store.db, world.businessId, (db) => findCustomersByName(db, 'globex'))
    await world.rows(`update customers set state = 'merged', merged_into_ledger_id = $1 where id = $2`, [
      acme.id,
      globex?.id,
    ])
    const files = await gather(world, acme.id)
    expect(files.map(({ path }) => path)).toContain('invoices/F-0002/facts.json')
  })

  it('of another business is not to be had', async () => {
    const { world, acme } = shared
    const customerId = await world.customerId(acme.id)
    const other = '00000000-0000-4000-8000-000000000001'
    const scope = await inBusiness(world.store.db, other, (db) => readEvidenceScope(db, customerId, null))
    expect(scope?.chaseIds).toEqual([])
    const app = { ...world.app, papers: createPapers(), rawMessage }
    const files = await gatherEvidence(
      app,
      other,
      { customerIds: [customerId], invoiceId: null, chaseIds: [] },
      world.clock.now(),
    )
    expect(files.map(({ path }) => path)).toEqual(['account/facts.json'])
    expect(named(files, 'account/facts.json')).not.toContain('Acme')
  })
})
