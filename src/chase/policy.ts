import type { Segment, Stage } from './standing.ts'

/**
 * One step of a sequence: when it falls due, how it is taken and in what tone.
 *
 * `from` and `to` are calendar days counted from the due day of the oldest due invoice: negative before it,
 * 0 on it. A step may be taken on the first sending day from `from` on; a step before the due day is void
 * once `to` has passed, so that a reminder "before it falls due" never arrives after. From the due day on, `to`
 * has no effect. For a habitually late customer the whole sequence moves so that its first step falls on the habit.
 */
export type Step = {
  /** Unique in its sequence and kept when days change, because "each step once per spell" counts by it. */
  readonly id: string
  readonly from: number
  readonly to: number
  readonly channel: 'email' | 'call' | 'decision'
  /** The tone of an e-mail; null for a call or a decision, which are tasks for a person. */
  readonly stage: Stage | null
  /** A person must approve this step, whatever the business's mode. */
  readonly approval: boolean
}

/** Steps in the order of their days. */
export type Sequence = readonly Step[]

/** Everything a business can change about how it chases. Stored with the business, passed to the rules as data. */
export type Policy = {
  readonly sequences: Readonly<Record<Segment, Sequence>>
  /** Ledger groups (Xero contact groups, QuickBooks customer types) whose members are strategic; compared without case or accents. */
  readonly strategicGroups: readonly string[]
  /** A customer is new until its first invoice is this many days old. */
  readonly newForDays: number
  readonly habituallyLate: {
    /** How many settled invoices a record needs before it says anything about habit. */
    readonly atLeastSettled: number
    /** The share of settled invoices, in percent, that were paid late. */
    readonly atLeastLatePercent: number
    /** Which percentile of past lateness the first message waits for. */
    readonly percentile: number
    /** The longest wait that a habit can earn, in days after the due day. */
    readonly atMostDays: number
  }
  /** At least this many business days from one message to the next. */
  readonly gapBusinessDays: number
  /** At most this many messages to a customer in any 7 days. */
  readonly mostPer7Days: number
  /** At most this many messages to a customer in any 30 days. */
  readonly mostPer30Days: number
  /** When messages may leave, in minutes after local midnight: [from, until). */
  readonly sendFromMinute: number
  readonly sendUntilMinute: number
  /** Which days of the week are business days, 1 for Monday to 7 for Sunday. */
  readonly weekdays: readonly number[]
  /** The due day of an invoice that has none: this many days after its issue. */
  readonly defaultTermDays: number
  /** Nothing goes out when the last good sync is older than this. */
  readonly staleAfterHours: number
}
