import { daysBetween, day } from '../chase/day.ts'
import type { Books } from '../demo/books.ts'
import type { SentMessage } from '../store/diary.ts'

/** What the whole story must have kept. Returns what was broken, in words; empty means that it held. */
export function brokenPromises(books: Books, sent: readonly SentMessage[], owedAt: OwedAt): string[] {
  const broken: string[] = []
  const byCustomer = Map.groupBy(sent, (message) => message.customerLedgerId)
  for (const message of sent) {
    for (const invoice of message.invoices) {
      const record = books.invoices.get(invoice.ledgerId)
      if (!record) broken.push(`${message.customer} was written to about an invoice that the books do not have`)
      else if (record.kind === 'bill') broken.push(`${message.customer} was written to about a bill`)
      else if (message.stage === 'thank-you') {
        if ((owedAt(invoice.ledgerId, message.sentAt) ?? books.balance(invoice.ledgerId).minor) > 0)
          broken.push(`${message.customer} was thanked for ${record.number}, which was not paid`)
      } else if (!wasOwed(books, message, invoice, owedAt)) {
        broken.push(
          `${message.customer} was asked for ${record.number} on ${message.sentOn}, which was not owed like that`,
        )
      }
      const tokens = message.noteTokens.filter((token) =>
        books.notesOn(invoice.ledgerId).some((note) => note.text.includes(token)),
      )
      if (tokens.length !== 1)
        broken.push(
          `${record?.number ?? invoice.ledgerId}: ${tokens.length} notes for the message of ${message.sentOn}, not 1`,
        )
    }
    const oldest = message.invoices.map((invoice) => invoice.dueOn).sort()[0]
    if (message.segment === 'strategic' && message.stage !== 'thank-you' && oldest && message.sentOn < oldest) {
      broken.push(`${message.customer} is strategic and was written to before ${oldest}`)
    }
  }
  for (const [, messages] of byCustomer) {
    for (const [index, message] of messages.entries()) {
      const before = messages[index - 1]
      if (before && daysBetween(day(before.sentOn), day(message.sentOn)) < 2)
        broken.push(`${message.customer} was written to on ${before.sentOn} and ${message.sentOn}`)
      if (messages.some((other) => other !== message && other.wording === message.wording))
        broken.push(`${message.customer} got the same text twice (${message.wording})`)
    }
  }
  const notes = books.notes.flatMap((note) => /\[(PT-[0-9A-Z]+)\]/.exec(note.text)?.[1] ?? [])
  for (const [token, same] of Map.groupBy(notes, (each) => each))
    if (same.length > 1) broken.push(`note ${token} was written ${same.length} times`)
  return [...new Set(broken)]
}

/**
 * Whether the books owed exactly this when the message left. An invoice touched since cannot be judged by its present
 * state; whoever plays the story keeps what was owed each morning for those (`owedAt`).
 */
function wasOwed(
  books: Books,
  message: SentMessage,
  invoice: SentMessage['invoices'][number],
  owedAt: OwedAt,
): boolean {
  const owed = owedAt(invoice.ledgerId, message.sentAt) ?? books.balance(invoice.ledgerId).minor
  return invoice.balanceMinor > 0 && invoice.balanceMinor === owed
}

/** What was owed on an invoice at an instant, in minor units; undefined where it has not changed since the beginning. */
export type OwedAt = (invoiceId: string, at: Temporal.Instant) => number | undefined

/** Watches books from now on and remembers every balance an invoice ever had. */
export function watchBalances(books: Books): OwedAt {
  const history = new Map<string, { at: Temporal.Instant; minor: number }[]>()
  const start = books.now()
  for (const id of books.invoices.keys()) history.set(id, [{ at: start, minor: books.balance(id).minor }])
  books.onChange(({ entity, id, at }) => {
    if (entity !== 'invoice') return
    const balances = history.get(id) ?? []
    balances.push({ at, minor: books.balance(id).minor })
    history.set(id, balances)
  })
  return (invoiceId, at) =>
    history.get(invoiceId)?.findLast((balance) => Temporal.Instant.compare(balance.at, at) <= 0)?.minor
}
