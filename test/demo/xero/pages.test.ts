import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { day } from '../../../src/chase/day.ts'
import { money } from '../../../src/chase/money.ts'
import type { BookInvoice } from '../../../src/demo/books.ts'
import { ORGANISATION_ID, simulatedXero, type SimulatedXero } from '../../ledgers/xero/simulated.ts'

let xero: SimulatedXero
let invoice: BookInvoice
beforeEach(async () => {
  xero = await simulatedXero()
  const customer = xero.books.addCustomer({ name: 'Acme <b>& Sons</b>' })
  invoice = xero.books.addInvoice({ customerId: customer.id, number: 'F-7', total: money(12_550, 'EUR'), issuedOn: day('2025-12-01'), dueOn: day('2026-01-01') }) // prettier-ignore
  xero.books.addNote(invoice.id, 'Reminder sent to <pay@acme.example>')
})
afterEach(async () => await xero.simulator.close())

const get = async (path: string): Promise<string> => await (await fetch(`${xero.simulator.url}${path}`)).text()
const post = async (path: string, fields: Record<string, string>): Promise<string> =>
  await (await fetch(`${xero.simulator.url}${path}`, { method: 'POST', body: new URLSearchParams(fields) })).text()
const here = (): string => `/company/${ORGANISATION_ID}/invoices/${invoice.id}`

describe('The pages of the simulated Xero', () => {
  it('lead from the company over the list to the invoice and its notes', async () => {
    expect(await get('/')).toContain(`<a href="/company/${ORGANISATION_ID}/invoices">Imprenta Robledo</a>`)
    const list = await get(`/company/${ORGANISATION_ID}/invoices?q=f-7`)
    expect([list.includes(here()), list.includes('€125.50'), list.includes('Overdue'), list.includes('<b>')]).toEqual([true, true, true, false]) // prettier-ignore
    expect(await get(`/company/${ORGANISATION_ID}/invoices?q=nothing`)).toContain('0 invoices')
    expect(await get(here())).toContain('Reminder sent to &#60;pay@acme.example&#62;')
  })

  it('let a visitor pay a part, then all of it, and no more', async () => {
    expect(await post(`${here()}/pay`, { amount: '25,50', on: '2026-01-15' })).toContain(
      'A payment of €25.50 is recorded.',
    )
    expect([xero.books.balance(invoice.id).minor, xero.books.appliedTo(invoice.id).map((from) => 'on' in from && from.on)]).toEqual([10_000, ['2026-01-15']]) // prettier-ignore
    expect(await post(`${here()}/pay`, { amount: '100.01' })).toContain('more than is due')
    expect(await post(`${here()}/pay`, { amount: 'all' })).toContain('not an amount')
    expect(await post(`${here()}/pay`, { amount: '100' })).toContain('Paid')
    expect(xero.books.balance(invoice.id).minor).toBe(0)
  })

  it('let a visitor change the due date and void the invoice', async () => {
    expect(await post(`${here()}/due`, { dueOn: '2026-02-30' })).toContain('not a day')
    await post(`${here()}/due`, { dueOn: '2026-03-01' })
    expect(xero.books.invoice(invoice.id).dueOn).toBe('2026-03-01')
    await post(`${here()}/void`, {})
    expect(xero.books.invoice(invoice.id).status).toBe('void')
  })

  it('show the PDF, and 404 for what is not there', async () => {
    expect((await get(`${here()}/pdf`)).startsWith('%PDF-')).toBe(true)
    expect((await fetch(`${xero.simulator.url}/company/x/invoices`)).status).toBe(404)
  })
})
