import { z } from 'zod'
import type { Hint } from '../../flow/receive.ts'
import type { HintsRead, WebhookKind } from './webhook-route.ts'

/** Xero's webhooks: one address per app for all organisations; `events: []` is the intent-to-receive check. */
export const xeroWebhook = (key: string | null): WebhookKind => ({
  ledger: 'xero',
  signatureHeader: 'x-xero-signature',
  key,
  limitBytes: 1024 * 1024,
  readHints: readXeroHints,
})

// Invoices and contacts have been there for long; credit notes since March 2026, prepayments since August and
// overpayments since September 2026 (Xero's webhooks specification). There is none for payments so far.
const ENTITIES: Readonly<Record<string, Hint['entity']>> = {
  INVOICE: 'invoice',
  CONTACT: 'customer',
  CREDITNOTE: 'credit',
  PREPAYMENT: 'credit',
  OVERPAYMENT: 'credit',
  PAYMENT: 'payment',
}

const BODY = z.object({ events: z.array(z.unknown()) })
const EVENT = z.object({
  tenantId: z.string().min(1).max(100),
  resourceId: z.string().min(1).max(100),
  eventCategory: z.string().max(100),
  // Documented in capitals and in mixed case.
  eventType: z.string().max(100),
  eventDateUtc: z.string().max(60).optional(),
})

/** Reads a genuine body, event by event: one that makes no sense does not take the others with it. */
export function readXeroHints(body: string): HintsRead {
  const events = parseEvents(body)
  if (!events) return { hints: [], ignored: 0, unreadable: 1 }
  const hints: Hint[] = []
  let [ignored, unreadable] = [0, 0]
  for (const given of events) {
    const { data: event } = EVENT.safeParse(given)
    const category = event?.eventCategory.toUpperCase() ?? ''
    const entity = ENTITIES[category]
    if (!event) unreadable += 1
    else if (!entity) ignored += 1
    else {
      const change = event.eventType.toUpperCase()
      hints.push({
        organisationId: event.tenantId.toLowerCase(),
        entity,
        entityId: event.resourceId,
        change: CHANGES[change] ?? change.toLowerCase(),
        happenedAt: instantInUtc(event.eventDateUtc),
        eventKey: [event.tenantId, category, event.resourceId, event.eventDateUtc ?? '', change].join('|'),
      })
    }
  }
  return { hints, ignored, unreadable }
}

const CHANGES: Readonly<Record<string, string>> = { CREATE: 'created', UPDATE: 'updated' }

function parseEvents(body: string): unknown[] | null {
  try {
    return BODY.parse(JSON.parse(body)).events
  } catch {
    return null
  }
}

/** The name says UTC, and the value often leaves the zone out. */
function instantInUtc(text: string | undefined): Temporal.Instant | null {
  if (text === undefined) return null
  try {
    return Temporal.Instant.from(/(z|[+-]\d\d:?\d\d)$/i.test(text) ? text : `${text}Z`)
  } catch {
    return null
  }
}
