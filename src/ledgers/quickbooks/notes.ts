import { z } from 'zod'
import { LedgerError, type LedgerNote } from '../ledger.ts'
import { recordOf, recordsOf, shaped } from './bodies.ts'
import type { QuickBooksClient } from './client.ts'
import { isStale } from './errors.ts'
import { everyPage, PAGE_SIZE } from './pages.ts'

/**
 * Where notes go. `attachable`: a note of its own, linked to the invoice. `customer-notes`: a marked block in the
 * customer's own notes. Never the invoice's memo, which customers see on statements.
 */
export type NotePlace = 'attachable' | 'customer-notes'

type Notes = {
  write(note: LedgerNote): Promise<void>
  read(invoiceId: string): Promise<readonly string[]>
}

export function createNotes(client: QuickBooksClient, place: NotePlace): Notes {
  return place === 'attachable' ? attachableNotes(client) : customerNotes(client)
}

/** Intuit's most for a note, on an attachable as on a customer. */
const MOST_CHARACTERS = 2000

/** The text as QuickBooks can keep it: plain punctuation, as its US editions speak ISO-8859-1, and cut so that the token stays. */
export function noteText(note: Pick<LedgerNote, 'text' | 'token'>, most = MOST_CHARACTERS): string {
  const text = plainPunctuation(note.text)
  if (text.length <= most) return text
  const end = text.slice(0, most).includes(note.token) ? '...' : `... ${note.token}`
  return text.slice(0, most - end.length).trimEnd() + end
}

const PLAIN: Readonly<Record<string, string>> = {
  '–': '-', '—': '-', '−': '-', '‐': '-', '‑': '-', '‘': "'", '’': "'", '‚': "'", '“': '"', '”': '"', '„': '"', '…': '...',
  '•': '*', '→': '->', '←': '<-', '™': '(TM)', '\u2009': ' ', '\u202F': ' ', '\u2007': ' ', '\u00A0': ' ',
} // prettier-ignore

const plainPunctuation = (text: string): string =>
  text.replaceAll(/[–—−‐‑‘’‚“”„…•→←™\u2009\u202F\u2007\u00A0]/g, (typographic) => PLAIN[typographic] ?? '')

const attachableSchema = z.object({
  Id: z.string(),
  Note: z.string().optional(),
  MetaData: z.object({ CreateTime: z.string() }).optional(),
})

function attachableNotes(client: QuickBooksClient): Notes {
  const find = async (where: string, start: number): Promise<readonly unknown[]> => {
    const criteria = `${where} orderby Id startposition ${start} maxresults ${PAGE_SIZE}`
    return recordsOf(await client.good((sdk, done) => sdk.findAttachables(criteria, done)), 'Attachable')
  }
  const isWritten = async (note: LedgerNote): Promise<boolean> =>
    (await find(`where Tag = '${quoted(tagOf(note))}'`, 1)).length > 0

  return {
    async write(note) {
      if (note.retry && (await isWritten(note))) return
      try {
        const answer = await client.good((sdk, done) =>
          sdk.createAttachable(
            {
              Note: noteText(note),
              Tag: tagOf(note),
              AttachableRef: [{ IncludeOnSend: false, EntityRef: { type: 'Invoice', value: note.invoiceId } }],
              // Intuit answers a repeated requestid with the first answer and writes nothing.
              requestId: note.key,
            },
            done,
          ),
        )
        recordOf(answer, 'Attachable')
      } catch (error) {
        // The note may have been written though no good answer came: look, and leave writing again to the next try.
        const ambiguous = error instanceof LedgerError && error.problem === 'unavailable'
        if (ambiguous && (await isWritten(note).catch(() => false))) return
        throw error
      }
    },

    async read(invoiceId) {
      if (!/^\d+$/.test(invoiceId)) return []
      const where = `where AttachableRef.EntityRef.Type = 'Invoice' and AttachableRef.EntityRef.Value = '${invoiceId}'`
      const found: z.infer<typeof attachableSchema>[] = []
      for await (const records of everyPage((start) => find(where, start))) {
        for (const record of records) {
          const read = attachableSchema.safeParse(record)
          if (read.success) found.push(read.data)
        }
      }
      return found.sort((a, b) => writtenAt(a) - writtenAt(b)).flatMap(({ Note }) => (Note ? [Note] : []))
    },
  }
}

const tagOf = (note: LedgerNote): string => `puntual:${note.key}`

const quoted = (text: string): string => text.replaceAll("'", String.raw`\'`)

const writtenAt = (record: z.infer<typeof attachableSchema>): number => {
  const at = Date.parse(record.MetaData?.CreateTime ?? '')
  return Number.isNaN(at) ? 0 : at
}

const customerSchema = z.object({ Id: z.string(), SyncToken: z.string(), Notes: z.string().optional() })

const MOST_TRIES = 3

function customerNotes(client: QuickBooksClient): Notes {
  const read = async (customerId: string): Promise<z.infer<typeof customerSchema>> => {
    const answer = await client.good((sdk, done) => sdk.getCustomer(customerId, done))
    return shaped(answer, z.object({ Customer: customerSchema })).Customer
  }

  return {
    async write(note) {
      if (!/^\d+$/.test(note.customerId)) throw new LedgerError('not-found', 'QuickBooks has no customer of this id')
      for (let tries = 1; ; tries += 1) {
        const customer = await read(note.customerId)
        const before = customer.Notes ?? ''
        const block = blockIn(before)
        if (block.lines.some((line) => line.includes(note.token))) return
        const after = withLine(block, lineFor(note))
        if (after === null) throw new LedgerError('rejected', "There is no room left in the customer's notes")
        const { answer, error } = await client.outcome((sdk, done) =>
          sdk.updateCustomer({ Id: customer.Id, SyncToken: customer.SyncToken, sparse: true, Notes: after }, done),
        )
        if (isStale(answer) && tries < MOST_TRIES) continue
        if (error) throw error
        return
      }
    },

    async read(invoiceId) {
      if (!/^\d+$/.test(invoiceId)) return []
      const answer = await client.good((sdk, done) => sdk.getInvoice(invoiceId, done))
      const schema = z.object({ Invoice: z.object({ CustomerRef: z.object({ value: z.string() }) }) })
      const customer = await read(shaped(answer, schema).Invoice.CustomerRef.value)
      const mark = markOf(invoiceId)
      return blockIn(customer.Notes ?? '').lines.flatMap((line) =>
        line.endsWith(mark) ? [line.slice(0, -mark.length)] : [],
      )
    },
  }
}

const FIRST_LINE = '--- Puntual ---'
const LAST_LINE = '--- end of Puntual ---'

type Block = { readonly before: string; readonly lines: readonly string[]; readonly after: string }

/** Our marked block in a text that is otherwise the bookkeeper's; without one it would go to the end. */
function blockIn(notes: string): Block {
  const lines = notes.split('\n')
  const bare = lines.map((line) => line.trimEnd())
  const first = bare.indexOf(FIRST_LINE)
  const last = bare.indexOf(LAST_LINE, first)
  if (first === -1 || last === -1) return { before: notes === '' ? '' : `${notes}\n`, lines: [], after: '' }
  return {
    before: lines
      .slice(0, first)
      .map((line) => `${line}\n`)
      .join(''),
    lines: bare.slice(first + 1, last).filter((line) => line !== ''),
    after: lines
      .slice(last + 1)
      .map((line) => `\n${line}`)
      .join(''),
  }
}

/** The notes with one more line in the block; the oldest lines make room. Null when not even this one fits. */
function withLine(block: Block, line: string): string | null {
  for (let kept = block.lines; ; kept = kept.slice(1)) {
    const text = [FIRST_LINE, ...kept, line, LAST_LINE].join('\n')
    const whole = block.before + text + block.after
    if (whole.length <= MOST_CHARACTERS) return whole
    if (kept.length === 0) return null
  }
}

const MOST_IN_A_LINE = 600

/** One line: what is a line break in the note would end the line in the block. */
const lineFor = (note: LedgerNote): string =>
  noteText({ text: note.text.replaceAll(/\s*[\r\n]+\s*/g, ' / '), token: note.token }, MOST_IN_A_LINE) +
  markOf(note.invoiceId)

/** The customer's notes cover many invoices: each line ends with the id of its own. */
const markOf = (invoiceId: string): string => ` [#${invoiceId}]`
