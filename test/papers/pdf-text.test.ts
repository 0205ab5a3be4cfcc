import { deflateSync } from 'node:zlib'
import Pdf from 'pdfkit'
import { afterAll, describe, expect, it } from 'vitest'
import { validIbans } from '../../src/chase/guards/iban.ts'
import { createPdfReader } from '../../src/documents/pdf-text.ts'

const OURS = 'ES91 2100 0418 4502 0005 1332'

function paper(lines: readonly string[], options: PDFKit.PDFDocumentOptions = {}): Promise<Uint8Array> {
  const pdf = new Pdf(options)
  const chunks: Uint8Array[] = []
  const made = new Promise<Uint8Array>((resolve) => pdf.on('end', () => resolve(Buffer.concat(chunks))))
  pdf.on('data', (chunk: Uint8Array) => chunks.push(chunk))
  for (const line of lines) pdf.text(line)
  pdf.end()
  return made
}

/** A document of one page whose content is given as it stands in the file. */
function handMade(content: Uint8Array, filter = ''): Uint8Array {
  const head =
    '%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n' +
    '3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Contents 4 0 R>>endobj\n' +
    `4 0 obj<</Length ${content.length}${filter}>>stream\n`
  return Buffer.concat([Buffer.from(head), content, Buffer.from('\nendstream endobj\ntrailer<</Root 1 0 R>>')])
}

describe('The text of an invoice’s PDF', () => {
  const reader = createPdfReader()
  afterAll(() => reader.close())

  it('has the account that the invoice names, on whichever page', async () => {
    const long = Array.from({ length: 900 }, (_, at) => `Concepto ${at}`)
    const text = await reader.textOf(await paper([...long, 'Transferencia', `IBAN: ${OURS}`]))
    expect(validIbans(text ?? '')).toEqual(['ES9121000418450200051332'])
  })

  it('leaves the caller’s bytes as they were: they are attached', async () => {
    const content = await paper([OURS])
    const before = Buffer.from(content)
    await reader.textOf(content)
    expect(before.equals(content)).toBe(true)
  })

  it('is none for what nobody can read: a scan, a torn, an encrypted, an endless or a false document', async () => {
    const endless = Buffer.from(handMade(Buffer.from('BT ET')))
      .toString('latin1')
      .replace('Kids[3 0 R]', 'Kids[2 0 R]')
    const whole = await paper([OURS])
    const unreadable = [
      await paper([]),
      whole.subarray(0, 60),
      await paper([OURS], { userPassword: 'secret' }),
      Buffer.from(endless, 'latin1'),
      Buffer.from('%PDF-1.7 and nothing else'),
      new Uint8Array(),
    ]
    const read: (string | null)[] = []
    for (const content of unreadable) read.push(await reader.textOf(content))
    expect(read).toEqual([null, null, null, null, null, null])
    expect(validIbans((await reader.textOf(whole)) ?? '')).toEqual(['ES9121000418450200051332'])
  })

  it('is none for a document that unfolds without end, and the next one is read all the same', async () => {
    const bomb = handMade(deflateSync(Buffer.alloc(300 * 1024 * 1024, 0x20)), '/Filter/FlateDecode')
    const small = createPdfReader({ mostMegabytes: 48, mostMs: 30_000 })
    const before = process.memoryUsage.rss()
    expect(await small.textOf(bomb)).toBe(null)
    expect(process.memoryUsage.rss() - before).toBeLessThan(250 * 1024 * 1024)
    expect(await small.textOf(await paper(['Factura F-1']))).toContain('Factura F-1')
    await small.close()
  })

  it('is none for a document that takes too long or is too large, and the caller’s thread goes on meanwhile', async () => {
    const hurried = createPdfReader({ mostMs: 1 })
    let turns = 0
    const turning = setInterval(() => (turns += 1), 1)
    const slow = await paper(Array.from({ length: 3000 }, (_, at) => `Concepto ${at}`))
    expect(await hurried.textOf(slow)).toBe(null)
    expect(await createPdfReader({ mostBytes: 100 }).textOf(slow)).toBe(null)
    await reader.textOf(slow)
    clearInterval(turning)
    expect(turns).toBeGreaterThan(5)
    await hurried.close()
  })
})
