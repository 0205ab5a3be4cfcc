import { inflateSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { day } from '../../src/chase/day.ts'
import { money } from '../../src/chase/money.ts'
import { Books, repeatableUuids, type NewInvoice } from '../../src/demo/books.ts'
import { SPANISH_COMPANY } from '../../src/demo/company-spanish.ts'
import { invoicePdf } from '../../src/demo/invoice-pdf.ts'

function someBooks(country = 'ES', given: Partial<NewInvoice> = {}, name = 'Cerámicas Peñagolosa & Hijos, S.A.') {
  const books = new Books(SPANISH_COMPANY, repeatableUuids(3), () => Temporal.Instant.from('2026-02-10T09:00:00Z'))
  const customer = books.addCustomer({ name, country, city: 'Onda' })
  const invoice = books.addInvoice({
    customerId: customer.id,
    number: 'F-2026-0012',
    total: money(123_456_78, 'EUR'),
    issuedOn: day('2026-01-15'),
    dueOn: day('2026-02-14'),
    lines: [{ description: 'Rodamientos', amount: money(123_456_78, 'EUR') }],
    ...given,
  })
  return { books, invoice }
}

/** The words on the page: the strings that the PDF shows, in WinAnsi, out of its compressed streams. */
function wordsIn(pdf: Uint8Array): string {
  const bytes = Buffer.from(pdf)
  const words: string[] = []
  for (let at = bytes.indexOf('stream\n'); at !== -1; at = bytes.indexOf('stream\n', at + 1)) {
    const end = bytes.indexOf('\nendstream', at)
    if (end === -1 || bytes.subarray(at - 3, at).toString('latin1') === 'end') continue
    const content = inflateSync(bytes.subarray(at + 7, end)).toString('latin1')
    for (const [shown] of content.matchAll(/\[[^\]]*\] TJ/g)) {
      const hex = [...shown.matchAll(/<([\da-f]*)>/g)].map(([, digits]) => digits ?? '').join('')
      words.push(new TextDecoder('windows-1252').decode(Buffer.from(hex, 'hex')))
    }
  }
  return words.join('\n').replaceAll('\u00a0', ' ')
}

describe('The invoice as a PDF', () => {
  it('gives the same bytes for the same version, and others once something was paid', async () => {
    const { books, invoice } = someBooks()
    const first = await invoicePdf(books, invoice.id)
    expect(Buffer.compare(first, await invoicePdf(books, invoice.id))).toBe(0)
    books.pay(invoice.id, day('2026-02-01'), money(23_456_78, 'EUR'))
    expect(Buffer.compare(first, await invoicePdf(books, invoice.id))).not.toBe(0)
  })

  it('speaks Spanish to a Spanish customer, with points for thousands and months in words', async () => {
    const { books, invoice } = someBooks()
    books.pay(invoice.id, day('2026-02-01'), money(23_456_78, 'EUR'))
    const words = wordsIn(await invoicePdf(books, invoice.id))
    for (const expected of [
      'Cerámicas Peñagolosa & Hijos, S.A.', 'F-2026-0012', '15 de enero de 2026', '14 de febrero de 2026',
      '123.456,78 €', 'Pagado el 1 de febrero de 2026', '100.000,00 €', 'Pendiente de pago', 'IVA 21 %',
      'Suministros Industriales Turia, S.L.', 'IBAN: ES22 9999 0042 1802 1100 4127',
    ]) expect(words).toContain(expected) // prettier-ignore
  })

  it('speaks English to everybody else, and charges them no Spanish tax', async () => {
    const { books, invoice } = someBooks('GB', { total: money(9_876_50, 'GBP') }, 'Harrow Lane Joinery Ltd')
    const words = wordsIn(await invoicePdf(books, invoice.id))
    for (const expected of ['Invoice', 'Harrow Lane Joinery Ltd', '15 January 2026', '£9,876.50', 'How to pay']) {
      expect(words).toContain(expected)
    }
    expect(words).not.toContain('VAT 21')
  })

  it('draws an invoice with nothing but a total, a name full of traps and a due day at the end of time', async () => {
    const name = `"<&>'\r\n‮ 株式会社 ${'ñ'.repeat(290)}`
    const { books, invoice } = someBooks(
      'ZZ',
      { number: null, dueOn: day('9999-12-31'), issuedOn: null, lines: [] },
      name,
    )
    const pdf = await invoicePdf(books, invoice.id)
    expect(Buffer.from(pdf.subarray(0, 5)).toString('latin1')).toBe('%PDF-')
    expect(wordsIn(pdf)).toContain('31 December 9999')
  })

  it('marks a void invoice as void', async () => {
    const { books, invoice } = someBooks()
    books.updateInvoice(invoice.id, { status: 'void' })
    expect(wordsIn(await invoicePdf(books, invoice.id))).toContain('ANULADA')
  })

  it('runs on to a second page when there are many lines', async () => {
    const lines = Array.from({ length: 40 }, (_, n) => ({ description: `Pieza ${n + 1}`, amount: money(100, 'EUR') }))
    const { books, invoice } = someBooks('ES', { lines })
    const pdf = Buffer.from(await invoicePdf(books, invoice.id)).toString('latin1')
    expect(/\/Count (\d+)/.exec(pdf)?.[1]).toBe('2')
  })

  it('refuses an invoice that the books do not have', async () => {
    await expect(invoicePdf(someBooks().books, 'none')).rejects.toThrow('no invoice none')
  })
})
