import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { day } from '../../../src/chase/day.ts'
import { money } from '../../../src/chase/money.ts'
import type { BookInvoice } from '../../../src/demo/books.ts'
import type { FaultKind } from '../../../src/demo/faults.ts'
import type { LedgerNote } from '../../../src/ledgers/ledger.ts'
import { createXeroLedger } from '../../../src/ledgers/xero/ledger.ts'
import { simulatedXero, type SimulatedXero } from './simulated.ts'

let xero: SimulatedXero
let invoice: BookInvoice

beforeEach(async () => {
  xero = await simulatedXero({ deadlineMs: 400 })
  const customer = xero.books.addCustomer({ name: 'Acme' })
  invoice = xero.books.addInvoice({ customerId: customer.id, total: money(100, 'EUR'), dueOn: day('2026-01-01') })
})
afterEach(async () => await xero.simulator.close())

const aNote = (change: Partial<LedgerNote> = {}): LedgerNote => ({
  invoiceId: invoice.id,
  customerId: invoice.customerId,
  text: 'Reminder sent to pay@acme.example [7F3K]',
  token: '[7F3K]',
  key: 'note-1',
  retry: false,
  ...change,
})
const kept = (): string[] => xero.books.notesOn(invoice.id).map(({ text }) => text)
const historyCalls = (): string[] =>
  xero.simulator
    .calls()
    .filter(({ path }) => path.endsWith('/History'))
    .map(({ method }) => method)
const goingWrong = (kind: FaultKind, more: { times?: number; delayMs?: number; status?: number } = {}): void =>
  xero.simulator.faults.add({ match: { method: 'PUT', path: /History$/ }, times: 1, kind, ...more })

describe('A note in Xero', () => {
  it('costs one call when all is well', async () => {
    await xero.ledger.writeNote(aNote())
    expect([kept(), historyCalls()]).toEqual([['Reminder sent to pay@acme.example [7F3K]'], ['PUT']])
  })

  it.each<[FaultKind, string[]]>([
    // Written and unanswered: the history tells.
    ['commit-then-drop', ['PUT', 'GET']],
    ['commit-then-500', ['PUT', 'GET']],
    ['cut-off', ['PUT', 'GET']],
    // Never written: the history tells that too, and it is written then.
    ['reset', ['PUT', 'GET', 'PUT']],
    ['html', ['PUT', 'GET', 'PUT']],
    // Written, but the answer is nonsense.
    ['wrong-shape', ['PUT', 'GET']],
  ])('is there once after %s', async (kind, calls) => {
    goingWrong(kind)
    await xero.ledger.writeNote(aNote())
    expect(historyCalls()).toEqual(calls)
    await xero.ledger.writeNote(aNote({ retry: true }))
    expect(kept()).toEqual(['Reminder sent to pay@acme.example [7F3K]'])
  })

  it('is there once when the answer came after the deadline', async () => {
    goingWrong('slow', { delayMs: 600 })
    await xero.ledger.writeNote(aNote()).catch(() => null)
    await xero.ledger.writeNote(aNote({ retry: true }))
    await expect.poll(kept).toEqual(['Reminder sent to pay@acme.example [7F3K]'])
  })

  it('is there once when nothing at all could be asked, and a new process tries an hour later', async () => {
    goingWrong('commit-then-drop')
    xero.simulator.faults.add({ match: { method: 'GET', path: /History$/ }, times: 1, kind: 'status', status: 503 })
    await expect(xero.ledger.writeNote(aNote())).rejects.toMatchObject({ problem: 'unavailable' })
    xero.advance(3600)
    await createXeroLedger(xero.session).writeNote(aNote({ retry: true }))
    expect(kept()).toEqual(['Reminder sent to pay@acme.example [7F3K]'])
  })

  it('is there once when two workers write it at the same time', async () => {
    await Promise.all([xero.ledger.writeNote(aNote()), xero.ledger.writeNote(aNote())])
    expect(kept()).toEqual(['Reminder sent to pay@acme.example [7F3K]'])
  })

  it('is not written again with other words under its key', async () => {
    await xero.ledger.writeNote(aNote())
    const other = aNote({ text: 'Other words [7F3K]' })
    await expect(xero.ledger.writeNote(other)).rejects.toMatchObject({ problem: 'rejected' })
    expect(kept()).toEqual(['Reminder sent to pay@acme.example [7F3K]'])
  })

  it('is not tried again when Xero refuses it', async () => {
    goingWrong('status', { status: 403 })
    await expect(xero.ledger.writeNote(aNote())).rejects.toMatchObject({ problem: 'reconnect' })
    expect([kept(), historyCalls()]).toEqual([[], ['PUT']])
  })

  it('is cut to 2,500 characters with its token and no half of an emoji', async () => {
    await xero.ledger.writeNote(aNote({ text: `x${'😀'.repeat(1300)} [7F3K]` }))
    const [text = ''] = kept()
    expect([text.length <= 2500, text.length > 2480, text.endsWith('… [7F3K]'), text.isWellFormed()]).toEqual([true, true, true, true]) // prettier-ignore
  })

  it('cut or not, one that carries its token in front keeps it once', async () => {
    await xero.ledger.writeNote(aNote({ text: `[7F3K] ${'y'.repeat(3000)}` }))
    const [text = ''] = kept()
    expect([text.length, text.split('[7F3K]').length]).toEqual([2500, 2])
  })
})
