import { LedgerError } from '../ledger.ts'
import { correlationId, type XeroAnswer } from './errors.ts'

/**
 * The bytes of a PDF that is one. Xero has answered with JSON, HTML and nothing at all under 200.
 *
 * Throws LedgerError('unavailable') for what may be right next time, 'rejected' for what is too big to post.
 */
export function checkedPdf(answer: XeroAnswer): Uint8Array {
  const { body, status } = answer
  const type = (answer.header('content-type') ?? '').split(';')[0]?.trim().toLowerCase() ?? ''
  const details = { status, correlationId: correlationId(answer) }
  const refuse = (because: string): never => {
    throw new LedgerError('unavailable', `Xero's PDF is ${because}`, details)
  }
  if (status !== 200) refuse(`an answer ${status}`)
  if (type !== 'application/pdf') refuse(`of another type (${type.slice(0, 60) || 'none'})`)
  if (body.byteLength < FEWEST_BYTES) refuse(`too short (${body.byteLength} bytes)`)
  if (body.subarray(0, 5).toString('latin1') !== '%PDF-') refuse('no PDF')
  if (body.byteLength > MOST_BYTES) throw new LedgerError('rejected', "Xero's PDF is over 20 MB", details)
  return body
}

/** An invoice on one page has some tens of thousands; a blank or broken one a few hundred. */
const FEWEST_BYTES = 1000
const MOST_BYTES = 20 * 1024 * 1024
