import { inBusiness } from '../store/db.ts'
import { findChase } from '../store/chases.ts'
import { readThread } from '../store/messages.ts'
import { readCustomers } from '../store/standings.ts'
import type { Dependencies } from './dependencies.ts'
import { messageFacts, senderOf } from './message.ts'
import { readSurroundings, recipientsOf, standingOf } from './standing.ts'

export type Preview = {
  readonly to: readonly string[]
  readonly cc: readonly string[]
  readonly subject: string
  readonly html: string
  readonly text: string
}

/** The message a planned chase would send if it left now: what a person approves. Null when there is no such chase. */
export async function previewChase(
  app: Pick<Dependencies, 'db' | 'now' | 'holidays' | 'compose' | 'mailFrom'>,
  businessId: string,
  chaseId: string,
): Promise<Preview | null> {
  return inBusiness(app.db, businessId, async (db) => {
    const chase = await findChase(db, chaseId)
    if (!chase?.stage) return null
    const around = await readSurroundings(app, db, businessId)
    const [customer] = await readCustomers(db, [chase.customerId], around.today, 'look')
    if (!customer) return null
    const items = chase.invoices.flatMap(
      ({ invoiceId }) => customer.invoices.find((invoice) => invoice.id === invoiceId) ?? [],
    )
    if (items.length === 0) return null
    const thread = await readThread(db, chase.spellId)
    const composed = app.compose(
      messageFacts(around, customer, standingOf(around, customer), senderOf(around, app.mailFrom), {
        seed: chase.id,
        stage: chase.stage,
        items,
        // The PDFs are fetched when it is sent; a PDF that cannot be had holds the message.
        attachedIds: items.map(({ id }) => id),
        threadSubject: thread.subject,
      }),
    )
    const recipients = recipientsOf(customer)
    return {
      to: recipients.filter(({ copied }) => !copied).map(({ address }) => address),
      cc: recipients.filter(({ copied }) => copied).map(({ address }) => address),
      subject: composed.subject,
      html: composed.html,
      text: composed.text,
    }
  })
}
