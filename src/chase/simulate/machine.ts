import { addDays } from '../day.ts'
import type { Day } from '../day.ts'
import { decide } from '../decide.ts'
import { judgeSend, needsApproval, onlyPutsOff } from '../gate.ts'
import { money, totalsPerCurrency } from '../money.ts'
import { isNoticeId } from '../steps.ts'
import type { SentNotice, Standing } from '../standing.ts'
import type { AskVerdict, SendVerdict, Verdict } from '../verdict.ts'
import { PUSH_REASONS } from './simulation.ts'
import type {
  Known,
  OnItsWay,
  PushReason,
  RunningSpell,
  SimulatedCustomer,
  SimulatedItem,
  SimulatedMessage,
  SimulatedPush,
  SimulatedQuestion,
  SimulationQuestion,
  Turn,
} from './simulation.ts'

/** What all customers of a business share while the days pass: the daily cap, and inboxes that several of them have. */
export class SharedHistory {
  readonly #sentOn: Map<Day, number>
  readonly #addressedOn = new Map<string, Day[]>()

  constructor(sentOnDays: SimulationQuestion['sentOnDays']) {
    this.#sentOn = new Map(sentOnDays.map(({ on, count }) => [on, count]))
  }

  /** Messages of a day of the business's. */
  sentOn(businessDay: Day): number {
    return this.#sentOn.get(businessDay) ?? 0
  }

  addressedOn(address: string | undefined): readonly Day[] {
    return (address === undefined ? undefined : this.#addressedOn.get(address)) ?? []
  }

  add({ on, businessDay }: Turn, addresses: readonly string[]): void {
    this.#sentOn.set(businessDay, this.sentOn(businessDay) + 1)
    for (const address of addresses) {
      const days = this.#addressedOn.get(address)
      if (days) days.push(on)
      else this.#addressedOn.set(address, [on])
    }
  }
}

/**
 * One customer while the days pass: decides at each turn as the flow does, and goes on as if what was decided had
 * been done.
 */
export class CustomerMachine {
  readonly messages: SimulatedMessage[] = []
  readonly questions: SimulatedQuestion[] = []
  readonly pushes: SimulatedPush[] = []
  readonly #customer: SimulatedCustomer
  readonly #question: SimulationQuestion
  readonly #shared: SharedHistory
  readonly #contactedOn: Day[]
  readonly #callsOn: Day[]
  readonly #notices: SentNotice[]
  /** When a message first asked for an invoice: money that comes from that day on was chased. */
  readonly #askedFor = new Map<string, Day>()
  #spell: RunningSpell | null
  #touches: number
  #onItsWay: OnItsWay | null
  #isLookedAt: boolean
  #asking: { key: string; question: SimulatedQuestion } | null = null
  #pushed: { stepId: string; on: Day; because: PushReason[] } | null = null

  constructor(customer: SimulatedCustomer, question: SimulationQuestion, shared: SharedHistory) {
    const { begun } = customer
    this.#customer = customer
    this.#question = question
    this.#shared = shared
    this.#contactedOn = [...begun.contactedOn]
    this.#callsOn = [...begun.callsOn]
    this.#notices = [...begun.notices]
    this.#spell = begun.spell
    this.#touches = begun.touches
    this.#onItsWay = begun.onItsWay
    this.#isLookedAt = begun.isLookedAt
  }

  get place(): string {
    return this.#customer.place
  }

  /** Plans where a look is due at this turn. */
  look(turn: Turn): void {
    if (this.#isDue(turn)) this.#plan(turn)
  }

  /** Sends what is on its way where the window is open. */
  send(turn: Turn): void {
    if (this.#onItsWay !== null && turn.minute >= this.#question.policy.sendFromMinute) this.#send(turn)
  }

  #isDue(turn: Turn): boolean {
    if (turn.kind === 'now') return this.#customer.begun.isDueNow
    if (turn.kind !== 'plan') return false
    // A new invoice wakes the customer up.
    return this.#isLookedAt || this.#customer.known(turn, this.#spell).invoices.length > 0
  }

  /** What is left open when the days are over. */
  finish(): void {
    this.#closePush(null)
    this.#closeQuestion()
  }

  #plan(turn: Turn): void {
    let known = this.#customer.known(turn, this.#spell)
    if (this.#spell !== null && !known.invoices.some(({ id }) => id === this.#spell?.anchorInvoiceId)) {
      ;[this.#spell, this.#touches, this.#onItsWay] = [null, 0, null]
      known = this.#customer.known(turn, null)
    }
    const standing = this.#standing(turn, known)
    const verdict = decide(standing)
    this.#note(turn.on, verdict, standing)
    this.#bringIntoLine(turn.on, verdict, standing)
    this.#isLookedAt = known.invoices.length > 0 || this.#spell !== null || mayBeThanked(known, turn.on)
  }

  /** What is on its way stays while the rules still want it, approval and all; anything else is called off. */
  #bringIntoLine(today: Day, verdict: Verdict, standing: Standing): void {
    if (this.#onItsWay && onlyPutsOff(verdict.reason)) return
    const wanted = wantsMessage(verdict) ? verdict : null
    if (this.#onItsWay && wanted && isSame(this.#onItsWay, onItsWayOf(wanted, standing))) return
    this.#onItsWay = null
    if (wanted) {
      if (!isNoticeId(wanted.step.id)) this.#spellOf(wanted.anchorInvoiceId, today)
      this.#onItsWay = onItsWayOf(wanted, standing)
      return
    }
    if (verdict.do !== 'ask' || verdict.step === null || verdict.anchorInvoiceId === null) return
    const { step, anchorInvoiceId } = verdict
    if (step.channel === 'email') return
    const spell = this.#spellOf(anchorInvoiceId, today)
    if (spell.taken.some(({ stepId }) => stepId === step.id)) return
    this.#takeStep(spell, { stepId: step.id, channel: step.channel, stage: null, on: today })
    if (step.channel !== 'decision') this.#touches += 1
    if (step.channel === 'call') this.#callsOn.push(today)
    this.#closePush(today, step.id)
  }

  /** The gate judges what is on its way; what it refuses is planned anew and, where that may leave at once, leaves. */
  #send(turn: Turn): void {
    for (let tries = 0; tries < 2 && this.#onItsWay !== null; tries += 1) {
      const planned = this.#onItsWay
      const known = this.#customer.known(turn, this.#spell)
      const standing = this.#standing(turn, known)
      const invoices = planned.invoices.map((item) => ({ ...item, dueOn: item.dueOn ?? turn.on }))
      const answer = judgeSend(
        { ...planned, invoices, approved: true, addresses: addressesOf(standing, planned.copied) },
        standing,
      )
      if (answer.go && wantsMessage(answer.verdict)) return this.#sent(turn, answer.verdict, planned, standing)
      if (answer.go || onlyPutsOff(answer.reason)) return
      this.#onItsWay = null
      this.#plan(turn)
    }
  }

  #sent(turn: Turn, verdict: MessageVerdict, planned: OnItsWay, standing: Standing): void {
    const { on } = turn
    const { step, message, segment, reason, facts, anchorInvoiceId } = verdict
    this.#onItsWay = null
    if (isNoticeId(step.id)) {
      this.#notices.push({ id: step.id, on })
      if (this.#spell !== null && message !== 'thank-you') this.#touches += 1
    } else {
      this.#takeStep(this.#spellOf(anchorInvoiceId, on), { stepId: step.id, channel: 'email', stage: step.stage, on })
      this.#touches += 1
      for (const { id } of planned.invoices) if (!this.#askedFor.has(id)) this.#askedFor.set(id, on)
    }
    this.#contactedOn.push(on)
    this.#shared.add(turn, addressesOf(standing, step.copyEscalation))
    this.#closePush(on, step.id)
    this.messages.push({
      on,
      customerId: this.#customer.id,
      stepId: step.id,
      message,
      segment,
      reason,
      facts,
      invoices: planned.invoices,
      totals: totalsPerCurrency(planned.invoices.map(({ balance }) => balance)),
      approved: needsApproval(verdict, this.#mode()),
    })
  }

  #takeStep(spell: RunningSpell, step: RunningSpell['taken'][number]): void {
    this.#spell = { ...spell, taken: [...spell.taken, step] }
  }

  #spellOf(anchorInvoiceId: string, today: Day): RunningSpell {
    if (this.#spell?.anchorInvoiceId !== anchorInvoiceId) {
      this.#spell = { anchorInvoiceId, startedOn: today, taken: [] }
      this.#touches = 0
    }
    return this.#spell
  }

  /** Observing, nothing would ever leave; what would is the point of the question. */
  #mode(): Standing['mode'] {
    return this.#question.mode === 'observe' ? 'approve' : this.#question.mode
  }

  #standing(turn: Turn, known: Known): Standing {
    const { policy, ledgerRemindersOn } = this.#question
    const address = known.customer.addresses[0]
    const notices = this.#notices
    return {
      today: turn.on,
      minute: turn.minute,
      policy,
      holidays: this.#customer.holidays(turn.on),
      mode: this.#mode(),
      stopped: false,
      books: { connection: 'connected', hoursSinceSync: 0, unconfirmed: false },
      seniorSender: this.#question.seniorSender,
      ledgerRemindersOn,
      sentTodayByBusiness: this.#shared.sentOn(turn.businessDay),
      ...known,
      customer: this.#withEscalation(known.customer),
      payments: this.#askedFor.size === 0 ? known.payments : known.payments.map((one) => this.#withChased(one)),
      requested:
        known.requested.length === 0
          ? known.requested
          : known.requested.filter(({ id }) => notices.every((sent) => sent.id !== id)),
      spell: this.#spell,
      touches: this.#touches,
      notices,
      contactedOn: this.#contactedOn,
      addressContactedOn: [...this.#customer.begun.addressContactedOn, ...this.#shared.addressedOn(address)],
      callsOn: this.#callsOn,
    }
  }

  /** What went to the contact for escalations since the simulation began counts too, whichever customer it was about. */
  #withEscalation(customer: Known['customer']): Known['customer'] {
    const { escalation } = customer
    if (escalation === null) return customer
    const contactedOn = [...escalation.contactedOn, ...this.#shared.addressedOn(escalation.address)]
    return { ...customer, escalation: { ...escalation, contactedOn } }
  }

  #withChased(payment: Known['payments'][number]): Known['payments'][number] {
    const asked = this.#askedFor.get(payment.invoiceId)
    return asked !== undefined && asked <= payment.on ? { ...payment, chased: true } : payment
  }

  /** Writes down what a day's plan asks of people and what it puts off. */
  #note(on: Day, verdict: Verdict, standing: Standing): void {
    const stepId = verdict.facts['stepId']
    if (isPush(verdict.reason) && typeof stepId === 'string') this.#push(on, stepId, verdict.reason)
    else if (this.#pushed && !(typeof stepId === 'string' && stepId === this.#pushed.stepId)) this.#closePush(null)

    const needsYes = wantsMessage(verdict) && needsApproval(verdict, this.#mode())
    if (verdict.do !== 'ask' && !needsYes) return this.#closeQuestion()
    // A decision is asked for by its step once, and from then on without it, until somebody decides.
    const about = verdict.reason === 'decision-due' ? verdict.anchorInvoiceId : verdict.step?.id
    const key = `${verdict.reason} ${about ?? ''}`
    if (this.#asking?.key === key) {
      this.#asking.question = { ...this.#asking.question, until: on }
      return
    }
    this.#closeQuestion()
    const invoices = itemsOf(verdict.invoiceIds, standing)
    this.#asking = {
      key,
      question: {
        on,
        until: on,
        customerId: this.#customer.id,
        reason: needsYes ? 'approval-needed' : (verdict as AskVerdict).reason,
        stepId: verdict.step?.id ?? null,
        channel: verdict.step?.channel ?? null,
        message: verdict.message,
        facts: verdict.facts,
        invoices,
        totals: totalsPerCurrency(invoices.map(({ balance }) => balance)),
      },
    }
  }

  #closeQuestion(): void {
    if (this.#asking) this.questions.push(this.#asking.question)
    this.#asking = null
  }

  #push(on: Day, stepId: string, reason: PushReason): void {
    if (this.#pushed?.stepId !== stepId) {
      this.#closePush(null)
      this.#pushed = { stepId, on, because: [reason] }
    } else if (!this.#pushed.because.includes(reason)) this.#pushed.because.push(reason)
  }

  #closePush(takenOn: Day | null, stepId: string | null = null): void {
    if (this.#pushed === null) return
    const { on, because, stepId: pushed } = this.#pushed
    const isTaken = takenOn !== null && stepId === pushed
    this.pushes.push({ on, customerId: this.#customer.id, stepId: pushed, because, takenOn: isTaken ? takenOn : null })
    this.#pushed = null
  }
}

/** With nothing open a customer is still looked at while it may be thanked, or something was asked for. */
const mayBeThanked = ({ payments, futurePayments, requested }: Known, today: Day): boolean =>
  requested.length > 0 ||
  futurePayments.length > 0 ||
  payments.some(({ on }) => on > addDays(today, -THANKED_WITHIN_DAYS))

/** As the daily plan has it. */
const THANKED_WITHIN_DAYS = 14

type MessageVerdict = (SendVerdict | AskVerdict) & Pick<SendVerdict, 'step' | 'message' | 'anchorInvoiceId'>

/** A verdict that wants a message to go out, with or without a person's approval. */
function wantsMessage(verdict: Verdict): verdict is MessageVerdict {
  if (verdict.do === 'send') return true
  return verdict.do === 'ask' && verdict.message !== null && verdict.step !== null && verdict.anchorInvoiceId !== null
}

const isPush = (reason: Verdict['reason']): reason is PushReason => PUSH_REASONS.some((one) => one === reason)

const onItsWayOf = ({ step, message, invoiceIds }: MessageVerdict, standing: Standing): OnItsWay => ({
  stepId: step.id,
  message,
  invoices: itemsOf(invoiceIds, standing),
  copied: step.copyEscalation,
})

/** Where a message goes, a copy to the contact for escalations included. */
function addressesOf({ customer: { addresses, escalation } }: Standing, copied: boolean): readonly string[] {
  if (!copied || escalation === null || addresses.includes(escalation.address)) return addresses
  return [...addresses, escalation.address]
}

/** The invoices as they stand; of one that is settled only its payments tell, and nothing is due on it. */
function itemsOf(ids: readonly string[], { invoices, payments }: Standing): SimulatedItem[] {
  return ids.flatMap((id): SimulatedItem[] => {
    const open = invoices.find((invoice) => invoice.id === id)
    if (open) return [{ id, balance: open.balance, dueOn: open.dueOn }]
    const paid = payments.find(({ invoiceId }) => invoiceId === id)
    return paid ? [{ id, balance: money(0, paid.amount.currency), dueOn: null }] : []
  })
}

const isSame = (one: OnItsWay, other: OnItsWay): boolean =>
  one.stepId === other.stepId &&
  one.message === other.message &&
  one.invoices.length === other.invoices.length &&
  one.invoices.every((item) =>
    other.invoices.some(
      ({ id, balance, dueOn }) =>
        id === item.id &&
        balance.minor === item.balance.minor &&
        balance.currency === item.balance.currency &&
        dueOn === item.dueOn,
    ),
  )
