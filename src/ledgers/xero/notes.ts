import { LedgerError, type LedgerNote } from '../ledger.ts'
import { readHistory } from './bodies.ts'
import type { XeroCall, XeroClient } from './client.ts'

/**
 * Leaves a note in an invoice's history, once.
 *
 * Xero's PUT adds a line every time; it cannot be changed or deleted. The Idempotency-Key holds for six minutes only,
 * and perhaps only for one access token, so it covers a quick repetition and nothing else. What covers the rest is the
 * token in the text: a note said to be a `retry`, or whose answer was lost, is looked for before it is written again.
 * A first note whose answer comes costs one call.
 */
export async function writeNoteOnce(client: XeroClient, note: LedgerNote): Promise<void> {
  if (note.retry && (await isThere(client, note))) return
  try {
    await put(client, note)
  } catch (error) {
    if (!(error instanceof LedgerError) || !isAmbiguous(error)) throw error
    // The answer was lost, not necessarily the note. One look, one more try; then the caller's outbox goes on.
    if (await isThere(client, note)) return
    await put(client, note)
  }
}

async function isThere(client: XeroClient, note: LedgerNote): Promise<boolean> {
  const call: XeroCall = (api, id, options) => api.getInvoiceHistory(id, note.invoiceId, options)
  return readHistory(await client.json(call)).some((text) => text.includes(note.token))
}

async function put(client: XeroClient, note: LedgerNote): Promise<void> {
  const records = { historyRecords: [{ details: cutNote(note) }] }
  const call: XeroCall = (api, id, options) => api.createInvoiceHistory(id, note.invoiceId, records, note.key, options)
  // Only the record given back says that it was written; a proxy's page under 200 says nothing.
  readHistory(await client.json(call))
}

/** No answer, or one that does not tell: a refusal does, anything else may have been written. */
const isAmbiguous = ({ problem, status }: LedgerError): boolean =>
  problem === 'unavailable' || (problem === 'rejected' && (status === null || status < 400))

/** Xero takes 2,500 characters; whether it counts code points or halves of pairs is not said, so count the greater. */
const MOST_CHARACTERS = 2500

/** The text within the limit, with its token still in it and no character cut in two. */
function cutNote({ text, token }: LedgerNote): string {
  if (text.length <= MOST_CHARACTERS) return text
  const cut = (length: number): string =>
    text
      .slice(0, length)
      .toWellFormed()
      .replace(/\uFFFD$/, '')
  const short = `${cut(MOST_CHARACTERS - 1)}…`
  return short.includes(token) ? short : `${cut(MOST_CHARACTERS - token.length - 2)}… ${token}`
}
