import { LedgerError } from '../ledger.ts'
import type { Answer } from './errors.ts'

/** A PDF beyond this is no invoice that one would attach. */
const MOST_PDF_BYTES = 20 * 1024 * 1024

/** The PDF in an answer. QuickBooks may send a web page or nothing with a good status. */
export function pdfIn(answer: Answer): Uint8Array {
  const { body } = answer
  const details = { status: answer.status, correlationId: answer.correlationId }
  if (!(body instanceof Uint8Array)) throw new LedgerError('unavailable', 'QuickBooks sent no PDF', details)
  if (body.byteLength === 0) throw new LedgerError('unavailable', 'QuickBooks sent an empty PDF', details)
  if (Buffer.from(body.buffer, body.byteOffset, 5).toString('latin1') !== '%PDF-') {
    throw new LedgerError('unavailable', 'QuickBooks sent something else than a PDF', details)
  }
  if (body.byteLength > MOST_PDF_BYTES) {
    throw new LedgerError('rejected', 'QuickBooks sent a PDF that is too large', details)
  }
  return body
}
