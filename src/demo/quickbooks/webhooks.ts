import { createHmac, randomUUID } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import { repeatableRandom } from '../../chase/luck.ts'
import type { BookChange } from '../books.ts'
import { isShown, type SimulatedCompany } from './company.ts'

export type WebhookTarget = {
  readonly url: string
  /** The app's verifier token. */
  readonly key: string
  /** Since 2026-07-31 Intuit sends CloudEvents; before that `eventNotifications`. */
  readonly format?: 'cloudevents' | 'legacy'
  /**
   * Milliseconds to wait before each try again after a bad answer. Intuit's own waits are 10 s, 20 s, 30 s, 5 min,
   * 20 min, 2 h, 4 h and 6 h, and are too long to watch.
   */
  readonly retryAfterMs?: readonly number[]
}

/** Troubles of delivery, to be set at any time. */
export type WebhookFaults = {
  /** So many events from now on are never sent. */
  drop?: number
  /** Each delivery is made twice. */
  duplicate?: boolean
  /** Events arrive out of order. */
  shuffle?: boolean
}

type Event = {
  readonly realm: string
  readonly entity: string
  readonly id: string
  readonly operation: Operation
  readonly deletedId: string | null
  readonly at: Temporal.Instant
}

type Operation = 'Create' | 'Update' | 'Delete' | 'Void' | 'Merge'

const CLOUD_WORDS: Readonly<Record<Operation, string>> = {
  Create: 'created',
  Update: 'updated',
  Delete: 'deleted',
  Void: 'voided',
  Merge: 'merged',
}

/** How long to gather changes before they are sent in one body, and how many go into one. */
const GATHER_MS = 50
const MOST_EVENTS = 100
/** Intuit waits so long for an answer. */
const ANSWER_MS = 3000
const RETRY_AFTER_MS = [200, 1000, 3000]

/** Tells an app about changes as Intuit does: signed, gathered, tried again. The books never wait for it. */
export class WebhookSender {
  readonly faults: WebhookFaults = {}
  readonly #target: WebhookTarget
  readonly #isConnected: (realm: string) => boolean
  readonly #random = repeatableRandom(20_260_731)
  readonly #stop = new AbortController()
  #waiting: Event[] = []
  #sending: Promise<void> = Promise.resolve()
  #timer: NodeJS.Timeout | null = null

  /** `isConnected`: Intuit notifies only about companies with a living consent. */
  constructor(target: WebhookTarget, isConnected: (realm: string) => boolean) {
    this.#target = target
    this.#isConnected = isConnected
  }

  /** Follows the changes of a company. */
  follow(company: SimulatedCompany): void {
    company.books.onChange((change) => {
      const event = eventFor(company, change)
      if (!event) return
      this.#waiting.push(event)
      this.#timer ??= setTimeout(() => this.#flush(), GATHER_MS).unref()
    })
  }

  /** Resolves when every change so far has been delivered or given up. */
  async deliver(): Promise<void> {
    this.#flush()
    await this.#sending
  }

  async close(): Promise<void> {
    if (this.#timer) clearTimeout(this.#timer)
    this.#waiting = []
    this.#stop.abort()
    await this.#sending
  }

  #flush(): void {
    if (this.#timer) clearTimeout(this.#timer)
    this.#timer = null
    const events = this.#take()
    for (let at = 0; at < events.length; at += MOST_EVENTS) {
      const body = this.#body(events.slice(at, at + MOST_EVENTS))
      const times = this.faults.duplicate === true ? 2 : 1
      for (let time = 0; time < times; time += 1) this.#sending = this.#sending.then(() => this.#send(body))
    }
  }

  /** The waiting events, each once, minus those that get lost. */
  #take(): Event[] {
    const once = new Map<string, Event>()
    for (const event of this.#waiting) {
      if (!this.#isConnected(event.realm)) continue
      once.set([event.realm, event.entity, event.id, event.operation].join(' '), event)
    }
    this.#waiting = []
    const events = [...once.values()]
    const lost = Math.min(this.faults.drop ?? 0, events.length)
    if (lost > 0) {
      events.splice(0, lost)
      this.faults.drop = (this.faults.drop ?? 0) - lost
    }
    if (this.faults.shuffle === true) {
      const order = new Map(events.map((event) => [event, this.#random()]))
      events.sort((a, b) => (order.get(a) ?? 0) - (order.get(b) ?? 0))
    }
    return events
  }

  #body(events: readonly Event[]): string {
    return JSON.stringify(this.#target.format === 'legacy' ? legacyBody(events) : events.map(cloudEvent))
  }

  async #send(body: string): Promise<void> {
    for (const wait of [0, ...(this.#target.retryAfterMs ?? RETRY_AFTER_MS)]) {
      if (wait > 0) await pause(wait, null, { signal: this.#stop.signal, ref: false }).catch(() => null)
      if (this.#stop.signal.aborted) return
      if (await this.#post(body)) return
    }
  }

  async #post(body: string): Promise<boolean> {
    const legacy = this.#target.format === 'legacy'
    try {
      const response = await fetch(this.#target.url, {
        method: 'POST',
        redirect: 'manual',
        headers: {
          'content-type': legacy ? 'application/json; charset=utf-8' : 'application/cloudevents+json',
          'intuit-signature': createHmac('sha256', this.#target.key).update(body).digest('base64'),
          'intuit-t-id': randomUUID(),
          ...(legacy ? { 'intuit-notification-schema-version': '0.1' } : {}),
          'user-agent': 'intuit_notification_server/0.1',
          accept: 'application/json',
        },
        body,
        signal: AbortSignal.any([this.#stop.signal, AbortSignal.timeout(ANSWER_MS)]),
      })
      await response.arrayBuffer()
      return response.status === 200
    } catch {
      return false
    }
  }
}

function eventFor(company: SimulatedCompany, change: BookChange): Event | null {
  const entity = entityOf(company, change)
  if (entity === null) return null
  const merged = change.change === 'merged' ? (company.books.customer(change.id).mergedIntoId ?? change.id) : null
  return {
    realm: company.organisationId,
    entity,
    id: merged ?? change.id,
    operation: OPERATIONS[change.change],
    deletedId: merged === null ? null : change.id,
    at: change.at,
  }
}

const OPERATIONS: Readonly<Record<BookChange['change'], Operation>> = {
  created: 'Create',
  updated: 'Update',
  deleted: 'Delete',
  void: 'Void',
  merged: 'Merge',
}

/** Notes are attachables, for which Intuit sends nothing. */
function entityOf(company: SimulatedCompany, { entity, id }: BookChange): string | null {
  if (entity === 'note') return null
  if (entity === 'customer') return 'Customer'
  if (entity === 'payment') return 'Payment'
  if (entity === 'credit') return company.books.credits.get(id)?.kind === 'credit-note' ? 'CreditMemo' : 'Payment'
  const invoice = company.books.invoices.get(id)
  return invoice && isShown(invoice) ? 'Invoice' : null
}

const cloudEvent = (event: Event): Readonly<Record<string, unknown>> => ({
  specversion: '1.0',
  id: randomUUID(),
  source: 'intuit.simulated',
  type: `qbo.${event.entity.toLowerCase()}.${CLOUD_WORDS[event.operation]}.v1`,
  datacontenttype: 'application/json',
  time: event.at.toString({ fractionalSecondDigits: 9 }),
  intuitentityid: event.id,
  intuitaccountid: event.realm,
  data: event.deletedId === null ? {} : { deletedid: event.deletedId },
})

function legacyBody(events: readonly Event[]): Readonly<Record<string, unknown>> {
  const byRealm = Map.groupBy(events, ({ realm }) => realm)
  return {
    eventNotifications: [...byRealm].map(([realmId, of]) => ({
      realmId,
      dataChangeEvent: {
        entities: of.map(({ entity, id, operation, deletedId, at }) => ({
          name: entity,
          id,
          operation,
          lastUpdated: at.toString({ fractionalSecondDigits: 3 }),
          ...(deletedId === null ? {} : { deletedId }),
        })),
      },
    })),
  }
}
