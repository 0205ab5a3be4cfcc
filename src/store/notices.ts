import type { RequestedNotice } from '../chase/standing.ts'
import type { BusinessDb } from './db.ts'

export type NewRequest = RequestedNotice & {
  readonly businessId: string
  readonly customerId: string
  /** What only the person who asked knows. */
  readonly details?: Readonly<Record<string, unknown>>
  readonly requestedBy: string
  readonly at: Temporal.Instant
}

/** Asks for a message beside the ladder. Asking again for the same one changes nothing, and is false. */
export async function requestNotice(db: BusinessDb, request: NewRequest): Promise<boolean> {
  const { numInsertedOrUpdatedRows } = await db
    .insertInto('requested_notices')
    .values({
      business_id: request.businessId,
      id: request.id,
      customer_id: request.customerId,
      message: request.message,
      invoice_ids: [...request.invoiceIds],
      details: JSON.stringify(request.details ?? {}),
      requested_by: request.requestedBy,
      requested_at: request.at.toString(),
    })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst()
  return numInsertedOrUpdatedRows === 1n
}

/** Nobody wants these any more. Returns how many were still wanted. */
export async function cancelRequests(db: BusinessDb, ids: readonly string[], at: Temporal.Instant): Promise<number> {
  if (ids.length === 0) return 0
  const { numUpdatedRows } = await db
    .updateTable('requested_notices')
    .set({ cancelled_at: at.toString() })
    .where('id', 'in', [...ids])
    .where('cancelled_at', 'is', null)
    .executeTakeFirst()
  return Number(numUpdatedRows)
}
