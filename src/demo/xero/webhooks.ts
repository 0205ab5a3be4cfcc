import { createHmac, randomBytes } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'

export type XeroWebhookSettings = {
  readonly url: string
  /** The app's webhook signing key. */
  readonly key: string
  /** How long to wait before each further try; when they are used up the batch is given up. */
  readonly retryDelaysMs?: readonly number[]
  /** How long changes are gathered before they are sent together. */
  readonly gatherMs?: number
}

/** What can go wrong on the way; change it at any time. */
export type XeroWebhookFaults = {
  /** So many batches are lost without a try. */
  drop?: number
  /** Every batch is sent twice. */
  duplicate?: boolean
  /** The events of a batch come in the wrong order. */
  shuffle?: boolean
}

export type XeroEvent = {
  readonly resourceUrl: string
  readonly resourceId: string
  readonly eventDateUtc: string
  readonly eventType: 'CREATE' | 'UPDATE'
  readonly eventCategory: 'CONTACT' | 'INVOICE' | 'CREDITNOTE'
  readonly tenantId: string
  readonly tenantType: 'ORGANISATION'
  readonly data?: Readonly<Record<string, string>>
}

/** `x-xero-signature`: HMAC-SHA256 of the raw body with the app's webhook key, in base64. */
export const xeroSignature = (key: string, body: string): string =>
  createHmac('sha256', key).update(body).digest('base64')

/** Sends events as Xero does: signed, several in one body, again when the answer is not 200, and in order. */
export class XeroWebhooks {
  readonly faults: XeroWebhookFaults = {}
  readonly #settings: Required<XeroWebhookSettings>
  readonly #closing = new AbortController()
  #waiting: XeroEvent[] = []
  #sequence = 0
  #sending: Promise<void> | null = null
  #gathering: NodeJS.Timeout | null = null

  constructor(settings: XeroWebhookSettings) {
    this.#settings = { retryDelaysMs: [500, 2000, 10_000, 60_000], gatherMs: 100, ...settings }
  }

  /** Takes an event; it goes out by itself in a moment. One more of the same kind about the same record says nothing new. */
  add(event: XeroEvent): void {
    const same = (other: XeroEvent): boolean =>
      other.resourceId === event.resourceId && other.eventCategory === event.eventCategory && other.eventType === event.eventType // prettier-ignore
    if (this.#waiting.slice(-MOST_EVENTS).some(same)) return
    this.#waiting.push(event)
    this.#gathering ??= setTimeout(() => void this.deliver(), this.#settings.gatherMs).unref()
  }

  /** Sends what waits now. Resolves when every event so far was delivered or given up. */
  async deliver(): Promise<void> {
    if (this.#gathering) clearTimeout(this.#gathering)
    this.#gathering = null
    this.#sending ??= this.#drain().finally(() => (this.#sending = null))
    await this.#sending
    if (this.#waiting.length > 0 && !this.#closing.signal.aborted) await this.deliver()
  }

  /**
   * What Xero does before it sends anything: empty bodies, some wrongly signed. True when every right one was
   * answered with 200 and every wrong one with 401.
   */
  async intentToReceive(): Promise<boolean> {
    const signed = [false, true, false, true]
    const answers = await Promise.all(
      signed.map(async (right) => {
        const body = this.#body([], 0, 0)
        const status = await this.#post(body, xeroSignature(right ? this.#settings.key : 'not the key', body))
        return status === (right ? 200 : 401)
      }),
    )
    return answers.every((right) => right)
  }

  async close(): Promise<void> {
    this.#closing.abort()
    if (this.#gathering) clearTimeout(this.#gathering)
    this.#waiting = []
    await this.#sending?.catch(() => null)
  }

  async #drain(): Promise<void> {
    while (this.#waiting.length > 0 && !this.#closing.signal.aborted) {
      const events = this.#waiting.splice(0, MOST_EVENTS)
      const first = this.#sequence + 1
      this.#sequence += events.length
      const lost = (this.faults.drop ?? 0) > 0
      if (lost) {
        this.faults.drop = (this.faults.drop ?? 0) - 1
        continue
      }
      const body = this.#body(this.faults.shuffle ? events.reverse() : events, first, this.#sequence)
      await this.#sendUntilTaken(body)
      if (this.faults.duplicate) await this.#sendUntilTaken(body)
    }
  }

  async #sendUntilTaken(body: string): Promise<void> {
    const signature = xeroSignature(this.#settings.key, body)
    for (const delayMs of [0, ...this.#settings.retryDelaysMs]) {
      if (delayMs > 0) await pause(delayMs, null, { signal: this.#closing.signal, ref: false }).catch(() => null)
      if (this.#closing.signal.aborted) return
      if ((await this.#post(body, signature)) === 200) return
    }
  }

  /** The status answered, or 0 for no answer within Xero's five seconds. */
  async #post(body: string, signature: string): Promise<number> {
    try {
      const answer = await fetch(this.#settings.url, {
        method: 'POST',
        headers: { 'content-type': 'application/json; charset=utf-8', 'x-xero-signature': signature },
        body,
        signal: AbortSignal.any([AbortSignal.timeout(5000), this.#closing.signal]),
      })
      await answer.arrayBuffer()
      return answer.status
    } catch {
      return 0
    }
  }

  #body(events: readonly XeroEvent[], firstEventSequence: number, lastEventSequence: number): string {
    const entropy = randomBytes(10).toString('hex').toUpperCase()
    return JSON.stringify({ events, firstEventSequence, lastEventSequence, entropy })
  }
}

const MOST_EVENTS = 100
