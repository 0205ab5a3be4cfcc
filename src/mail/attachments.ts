import { cleanLine } from './clean.ts'
import type { PickAttachments } from './mailer.ts'

/**
 * Names the PDFs and keeps the oldest ones that fit into `limitBytes` of content together.
 *
 * `pdfs` come oldest invoice first. The first that does not fit ends the list, so that what is attached is always
 * "the oldest ones": a customer can follow that, where a gap in the middle would look like a mistake. Only a
 * PDF that is too big on its own is passed over.
 */
export const pickAttachments: PickAttachments = (pdfs, language, limitBytes) => {
  const attached: ReturnType<PickAttachments>['attached'][number][] = []
  const leftOutIds: string[] = []
  const taken = new Set<string>()
  let bytes = 0
  let full = false
  for (const { invoiceId, number, content } of pdfs) {
    const tooBigAlone = content.byteLength > limitBytes
    full ||= !tooBigAlone && bytes + content.byteLength > limitBytes
    if (full || tooBigAlone) {
      leftOutIds.push(invoiceId)
      continue
    }
    bytes += content.byteLength
    attached.push({ invoiceId, filename: fileName(number, language, taken), type: 'application/pdf', content })
  }
  return { attached, leftOutIds }
}

/** "Factura-F-2026-0012.pdf": letters, digits, dots, dashes and underscores, never two alike in one message. */
function fileName(number: string | null, language: 'es' | 'en', taken: Set<string>): string {
  const kind = language === 'es' ? 'Factura' : 'Invoice'
  const safe = cleanLine(number ?? '', 60)
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .replace(/[^A-Za-z0-9._-]+/g, '-')
    .replace(/\.{2,}/g, '.')
    .replace(/-{2,}/g, '-')
    .replace(/^[.\-_]+|[.\-_]+$/g, '')
  const base = safe === '' ? kind : `${kind}-${safe}`
  for (let copy = 1; ; copy++) {
    const name = copy === 1 ? `${base}.pdf` : `${base}-${copy}.pdf`
    if (taken.has(name.toLowerCase())) continue
    taken.add(name.toLowerCase())
    return name
  }
}
