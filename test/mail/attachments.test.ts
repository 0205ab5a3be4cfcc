import { describe, expect, it } from 'vitest'
import { pickAttachments } from '../../src/mail/attachments.ts'

const pdf = (invoiceId: string, number: string | null, bytes = 10) => ({
  invoiceId,
  number,
  content: new Uint8Array(bytes),
})
const namesOf = (numbers: readonly (string | null)[], language: 'es' | 'en' = 'es') =>
  pickAttachments(
    numbers.map((number, at) => pdf(String(at), number)),
    language,
    1000,
  ).attached.map(({ filename }) => filename)

describe('attachments', () => {
  it('are named after their invoices, in the reader’s language', () => {
    expect(namesOf(['F-2026-0012'])).toEqual(['Factura-F-2026-0012.pdf'])
    expect(namesOf(['INV-0012', null], 'en')).toEqual(['Invoice-INV-0012.pdf', 'Invoice.pdf'])
  })

  it.each([
    ['../../etc/passwd', 'Factura-etc-passwd.pdf'],
    ['F/2026\\0012', 'Factura-F-2026-0012.pdf'],
    ['F-1\r\nBcc: eve@evil.example', 'Factura-F-1-Bcc-eve-evil.example.pdf'],
    ['F-\u202efdp.exe', 'Factura-F-fdp.exe.pdf'],
    ['Nº 12 – año', 'Factura-N-12-ano.pdf'],
    ['"><script>', 'Factura-script.pdf'],
    ['...', 'Factura.pdf'],
    ['x'.repeat(300), `Factura-${'x'.repeat(59)}.pdf`],
    ['发票', 'Factura.pdf'],
  ])('turn %j into a harmless name', (number, expected) => {
    expect(namesOf([number])).toEqual([expected])
  })

  it('never carry one name twice, whatever the case', () => {
    expect(namesOf(['F-1', 'f-1', 'F/1', 'F-1-2'])).toEqual([
      'Factura-F-1.pdf', 'Factura-f-1-2.pdf', 'Factura-F-1-3.pdf', 'Factura-F-1-2-2.pdf',
    ]) // prettier-ignore
  })

  it('stop at the limit, oldest invoices first', () => {
    const picked = pickAttachments([pdf('a', '1', 600), pdf('b', '2', 400), pdf('c', '3', 1)], 'es', 1000)
    expect(picked.attached.map(({ invoiceId }) => invoiceId)).toEqual(['a', 'b'])
    expect(picked.leftOutIds).toEqual(['c'])
  })

  it('leave out the rest from the first that does not fit, so that the oldest are the attached ones', () => {
    const picked = pickAttachments([pdf('a', '1', 600), pdf('b', '2', 401), pdf('c', '3', 1)], 'es', 1000)
    expect([picked.attached.map(({ invoiceId }) => invoiceId), picked.leftOutIds]).toEqual([['a'], ['b', 'c']])
  })

  it('pass over one that could never fit', () => {
    const picked = pickAttachments([pdf('a', '1', 1001), pdf('b', '2', 500)], 'es', 1000)
    expect([picked.attached.map(({ invoiceId }) => invoiceId), picked.leftOutIds]).toEqual([['b'], ['a']])
  })
})
