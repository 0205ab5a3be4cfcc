import { createHash } from 'node:crypto'
import { z } from 'zod'
import type { Hint } from '../../flow/receive.ts'
import type { HintsRead, WebhookKind } from './webhook-route.ts'

/** QuickBooks' webhooks, in the CloudEvents format and in the older `eventNotifications` one: same address, same signature. */
export const quickbooksWebhook = (verifier: string | null): WebhookKind => ({
  ledger: 'quickbooks',
  signatureHeader: 'intuit-signature',
  key: verifier,
  // Intuit promises no limit of its own; real batches stay around 1 MB.
  limitBytes: 5 * 1024 * 1024,
  readHints: readQuickbooksHints,
})

const ENTITIES: Readonly<Record<string, Hint['entity']>> = {
  invoice: 'invoice',
  customer: 'customer',
  payment: 'payment',
  creditmemo: 'credit',
}

// Both formats' words, and both spellings of a void, which Intuit's own samples disagree on.
const CHANGES: Readonly<Record<string, string>> = {
  create: 'created', created: 'created', update: 'updated', updated: 'updated', delete: 'deleted', deleted: 'deleted',
  merge: 'merged', merged: 'merged', void: 'voided', voided: 'voided', emailed: 'emailed',
} // prettier-ignore

const ID = z.union([z.string().min(1).max(100), z.number().transform(String)])

const CLOUD_EVENT = z.object({
  id: z.string().min(1).max(200),
  // Such as 'qbo.invoice.updated.v1'.
  type: z.string().max(200),
  intuitaccountid: ID,
  intuitentityid: ID,
  time: z.string().max(60).optional(),
  data: z.object({ deletedid: ID.optional() }).nullish().catch(null),
})

const OLDER_BODY = z.object({ eventNotifications: z.array(z.unknown()) })
const OLDER_COMPANY = z.object({
  realmId: ID,
  dataChangeEvent: z.object({ entities: z.array(z.unknown()) }),
})
const OLDER_ENTITY = z.object({
  id: ID,
  name: z.string().max(200),
  operation: z.string().max(200),
  lastUpdated: z.string().max(60).optional(),
  deletedId: ID.optional().catch(undefined),
})

/** One event of either format; null where it could not be read. */
type Read = {
  readonly realmId: string
  readonly entity: string
  readonly change: string
  readonly id: string
  readonly deletedId: string | undefined
  readonly time: string | undefined
  readonly eventKey: string
} | null

/** Reads a genuine body, event by event: one that makes no sense does not take the others with it. */
export function readQuickbooksHints(body: string): HintsRead {
  const hints: Hint[] = []
  let [ignored, unreadable] = [0, 0]
  for (const event of readEvents(body)) {
    const entity = event ? ENTITIES[event.entity] : undefined
    if (!event) unreadable += 1
    else if (!entity) ignored += 1
    else {
      const hint: Hint = {
        organisationId: event.realmId,
        entity,
        entityId: event.id,
        change: event.change,
        happenedAt: instant(event.time),
        eventKey: event.eventKey,
      }
      hints.push(hint)
      // Two customers became one: the one that is gone has to be read as well.
      if (event.deletedId !== undefined) {
        hints.push({ ...hint, entityId: event.deletedId, eventKey: `${event.eventKey}/${event.deletedId}` })
      }
    }
  }
  return { hints, ignored, unreadable }
}

function readEvents(body: string): Read[] {
  let parsed: unknown
  try {
    parsed = JSON.parse(body)
  } catch {
    return [null]
  }
  if (Array.isArray(parsed)) return parsed.map(readCloudEvent)
  const { data: older } = OLDER_BODY.safeParse(parsed)
  // A single CloudEvent outside an array is what the specification calls structured mode.
  return older ? older.eventNotifications.flatMap(readOlderCompany) : [readCloudEvent(parsed)]
}

function readCloudEvent(given: unknown): Read {
  const { data: event } = CLOUD_EVENT.safeParse(given)
  const [, entity, change] = event?.type.toLowerCase().split('.') ?? []
  if (!event || entity === undefined || change === undefined) return null
  return {
    realmId: event.intuitaccountid,
    entity,
    change: CHANGES[change] ?? change,
    id: event.intuitentityid,
    deletedId: event.data?.deletedid,
    time: event.time,
    eventKey: event.id,
  }
}

function readOlderCompany(given: unknown): Read[] {
  const { data: company } = OLDER_COMPANY.safeParse(given)
  if (!company) return [null]
  return company.dataChangeEvent.entities.map((item) => {
    const { data: entity } = OLDER_ENTITY.safeParse(item)
    if (!entity) return null
    const operation = entity.operation.toLowerCase()
    const name = entity.name.toLowerCase()
    const parts = [company.realmId, name, entity.id, operation, entity.lastUpdated ?? '']
    return {
      realmId: company.realmId,
      entity: name,
      change: CHANGES[operation] ?? operation,
      id: entity.id,
      deletedId: entity.deletedId,
      time: entity.lastUpdated,
      eventKey: createHash('sha256').update(JSON.stringify(parts)).digest('hex'),
    }
  })
}

function instant(text: string | undefined): Temporal.Instant | null {
  if (text === undefined) return null
  try {
    return Temporal.Instant.from(text)
  } catch {
    return null
  }
}
