import { decide } from './decide.ts'
import type { Day } from './day.ts'
import type { Money } from './money.ts'
import type { Step } from './policy.ts'
import type { MessageKind, Stage } from './stage.ts'
import type { Mode, OpenInvoice, Standing } from './standing.ts'
import type { AskVerdict, Reason, SendReason, SendVerdict, Verdict } from './verdict.ts'
import { closedToday, mayLeaveNow } from './window.ts'

/** What was decided (and, where needed, approved) earlier, as it was put into the message. */
export type PlannedSend = {
  readonly stepId: string
  /** The stage the message was written in; checked when given. */
  readonly stage?: Stage
  /** What the message was written as, for messages beside the ladder too; checked when given. */
  readonly message?: MessageKind
  /** A person approved exactly this. */
  readonly approved: boolean
  readonly invoices: readonly PlannedInvoice[]
  /** The customer's addresses that the message goes to, the main one first. */
  readonly addresses: readonly string[]
  /** Whose name is under it; checked when given. */
  readonly sender?: Step['sender']
}

export type PlannedInvoice = { readonly id: string; readonly balance: Money; readonly dueOn: Day }

/** Why a planned message may not leave: what has changed since, or the fresh verdict's own reason. */
export type Refusal =
  | Exclude<Reason, SendReason | 'approval-needed'>
  | 'paid'
  | 'balance-changed'
  | 'due-day-changed'
  | 'other-items'
  | 'other-step'
  | 'address-changed'
  | 'mode-observe'
  | 'approval-missing'

/** The gate's answer. Either way it carries the fresh verdict, to be stored and shown. */
export type GateAnswer =
  | { readonly go: true; readonly verdict: SendVerdict | AskVerdict }
  | { readonly go: false; readonly reason: Refusal; readonly verdict: Verdict }

/**
 * Judges a planned message against facts read seconds ago: the same rules decide again, and only the same answer
 * lets it go.
 *
 * It goes when the fresh verdict wants the same step, about the same invoices with the same balances and due days,
 * to the same main address and to no address that is gone, with the approval that the mode or the step asks for,
 * inside the window. Anything else is a no. The reasons are checked in the order that tells a person most: what
 * happened to the invoices comes before the verdict that follows from it.
 *
 * A message that asks for no money (thanks, the question for the right person, the answer to a query) may go although a balance
 * has changed since; what it is about must still be the same.
 */
export function judgeSend(planned: PlannedSend, fresh: Standing): GateAnswer {
  const verdict = decide(fresh)
  const no = (reason: Refusal): GateAnswer => ({ go: false, reason, verdict })

  if (fresh.mode === 'observe') return no('mode-observe')
  const change = asksForMoney(planned) ? changeOf(planned.invoices, fresh.invoices) : null
  if (change) return no(change)

  if (!wantsMessage(verdict)) return no(verdict.reason === 'approval-needed' ? 'approval-missing' : verdict.reason)
  if (planned.message !== undefined && verdict.message !== planned.message) return no('other-step')
  if (verdict.step.id !== planned.stepId) return no('other-step')
  if (planned.stage !== undefined && verdict.step.stage !== planned.stage) return no('other-step')
  if (!sameItems(planned.invoices, verdict.invoiceIds)) return no('other-items')
  if (planned.sender !== undefined && verdict.step.sender !== planned.sender) return no('other-step')
  if (!sameAddresses(planned.addresses, fresh.customer, verdict.step)) return no('address-changed')
  if (needsApproval(verdict, fresh.mode) && !planned.approved) return no('approval-missing')
  if (!mayLeaveNow(fresh)) return no(closedToday(fresh) ?? 'outside-hours')
  return { go: true, verdict }
}

/**
 * Whether a person must approve the verdict's message before it leaves: every message unless the business is on
 * automatic, and always where the rules ask for it. False where there is no message. In observe mode nothing leaves
 * at all; should a message be planned then, it waits for approval like any other.
 */
export function needsApproval(verdict: Verdict, mode: Mode): boolean {
  if (!wantsMessage(verdict)) return false
  return mode !== 'automatic' || verdict.do === 'ask'
}

/**
 * Whether a reason only puts off a message that is already on its way, which then waits with its approval, and the rules
 * judge it anew when the time has come. Every other reason is about what it says or to whom, and calls it off.
 */
export const onlyPutsOff = (reason: Reason | Refusal): reason is (typeof PUTTING_OFF)[number] =>
  PUTTING_OFF.some((one) => one === reason)

const PUTTING_OFF = ['outside-hours', 'not-a-sending-day', 'august'] as const

const ASKING_FOR_NO_MONEY: readonly string[] = ['thank-you', 'right-person', 'query-received']

const asksForMoney = ({ message }: PlannedSend): boolean =>
  message === undefined || !ASKING_FOR_NO_MONEY.includes(message)

/** A verdict that a message should go out, now or once a person approves it. */
type MessageVerdict = SendVerdict | (AskVerdict & Pick<SendVerdict, 'step' | 'message'>)

const wantsMessage = (verdict: Verdict): verdict is MessageVerdict =>
  verdict.do === 'send' || (verdict.do === 'ask' && verdict.message !== null && verdict.step !== null)

function changeOf(planned: readonly PlannedInvoice[], fresh: readonly OpenInvoice[]): Refusal | null {
  const pairs = planned.map((before) => ({ before, now: fresh.find((invoice) => invoice.id === before.id) }))
  if (pairs.some(({ now }) => now === undefined || now.balance.minor <= 0)) return 'paid'
  if (pairs.some(({ before, now }) => !sameMoney(before.balance, now?.balance))) return 'balance-changed'
  if (pairs.some(({ before, now }) => before.dueOn !== now?.dueOn)) return 'due-day-changed'
  return null
}

const sameMoney = (one: Money, other: Money | undefined): boolean =>
  one.minor === other?.minor && one.currency === other.currency

const sameItems = (planned: readonly PlannedInvoice[], wanted: readonly string[]): boolean =>
  planned.length === wanted.length && wanted.every((id) => planned.some((invoice) => invoice.id === id))

/** Every address is still the customer's, the main one is the same, and whoever is to get a copy gets it. */
function sameAddresses(
  planned: readonly string[],
  { addresses, escalation }: Standing['customer'],
  step: Step,
): boolean {
  const copy = step.copyEscalation && escalation !== null ? escalation.address : null
  const isKnown = (address: string): boolean => address === copy || addresses.includes(address)
  if (copy !== null && !planned.includes(copy)) return false
  return planned[0] !== undefined && planned[0] === addresses[0] && planned.every(isKnown)
}
