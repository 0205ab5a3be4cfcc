import { addDays, type Day } from '../chase/day.ts'
import { decide } from '../chase/decide.ts'
import { needsApproval, onlyPutsOff } from '../chase/gate.ts'
import { verdictsPerInvoice } from '../chase/per-invoice.ts'
import type { MessageKind } from '../chase/stage.ts'
import type { Standing } from '../chase/standing.ts'
import { isNoticeId } from '../chase/steps.ts'
import type { AskVerdict, SendVerdict, Verdict } from '../chase/verdict.ts'
import { cancelChase, closeTasks, endSpell, insertChase, lastMessageOf, startSpell } from '../store/chases.ts'
import { inBusiness, type BusinessDb } from '../store/db.ts'
import { recordEvents, type NewEvent } from '../store/events.ts'
import { recordInvoiceVerdicts, type JudgedCustomer } from '../store/invoice-verdicts.ts'
import { invoiceStates } from '../store/invoices.ts'
import type { CustomerFacts, LiveChase } from '../store/standings.ts'
import { recordNextLooks, recordVerdicts } from '../store/verdicts.ts'
import { readKnownCustomers } from './known-customers.ts'
import type { Dependencies } from './dependencies.ts'
import { itemsOf } from './items.ts'
import { nextOpening } from './local-time.ts'
import { queueStoppedNote } from './note.ts'
import { packStanding } from './past-verdict.ts'
import { keepPolicy } from './policy.ts'
import { nextPlanAt } from './rhythm.ts'
import { readSurroundings, standingOf, zoneOf, type Surroundings } from './standing.ts'

type PlanApp = Pick<Dependencies, 'db' | 'now' | 'enqueue' | 'holidays'>

export type PlanCounts = {
  readonly looked: number
  readonly planned: number
  readonly cancelled: number
  readonly asked: number
}

/**
 * Gives each of these customers its verdict for today and brings what is on its way into line with it: a message
 * the rules still want stays, approval and all; anything else is called off, with the reason.
 *
 * Customers that another worker is deciding for right now are left to it.
 */
export async function planCustomers(
  app: PlanApp,
  businessId: string,
  customerIds: readonly string[],
): Promise<PlanCounts> {
  return inBusiness(app.db, businessId, async (db) => {
    const around = await readSurroundings(app, db, businessId)
    await keepPolicy(db, around)
    const customers = await readKnownCustomers(around, db, customerIds, 'lock-or-skip')
    const plan = new Plan(app, db, around)
    for (const customer of customers) await plan.decideFor(customer)
    return plan.finish()
  })
}

/** One planning transaction: decides customer by customer and writes what can be written in one go at the end. */
class Plan {
  readonly #app: PlanApp
  readonly #db: BusinessDb
  readonly #around: Surroundings
  readonly #events: NewEvent[] = []
  readonly #verdicts: { customerId: string; onDay: Day; verdict: Verdict }[] = []
  readonly #judged: JudgedCustomer[] = []
  readonly #looks: { customerId: string; at: Temporal.Instant | null }[] = []
  readonly #counts = { looked: 0, planned: 0, cancelled: 0, asked: 0 }

  constructor(app: PlanApp, db: BusinessDb, around: Surroundings) {
    this.#app = app
    this.#db = db
    this.#around = around
  }

  async decideFor(found: CustomerFacts): Promise<void> {
    const customer = await this.#endSpellIfSettled(found)
    const standing = standingOf(this.#around, customer)
    const verdict = decide(standing)
    this.#counts.looked += 1
    this.#verdicts.push({ customerId: customer.customerId, onDay: standing.today, verdict })
    this.#judged.push({
      customerId: customer.customerId,
      onDay: standing.today,
      verdicts: verdictsPerInvoice(standing),
      standing: () => packStanding(standing),
    })
    await this.#bringIntoLine(customer, standing, verdict)
    const idle = customer.invoices.length === 0 && customer.spell === null && !mayBeThanked(customer, standing)
    this.#looks.push({
      customerId: customer.customerId,
      // In the customer's own morning: at the business's, its window may have closed already.
      at: idle ? null : nextPlanAt(zoneOf(this.#around, customer), this.#around.now),
    })
  }

  async finish(): Promise<PlanCounts> {
    const { business, now, policyHash } = this.#around
    await recordVerdicts(this.#db, business.id, this.#verdicts, now, policyHash)
    await recordInvoiceVerdicts(this.#db, business.id, this.#judged, { at: now, policyHash })
    await recordNextLooks(this.#db, this.#looks)
    await recordEvents(this.#db, this.#events)
    return this.#counts
  }

  async #bringIntoLine(customer: CustomerFacts, standing: Standing, verdict: Verdict): Promise<void> {
    const { live } = customer
    const wanted = wantedMessage(verdict)
    // The day, the hour or August only postpones: what waits, approved or not, goes when its time comes and the gate agrees.
    if (live && onlyPutsOff(verdict.reason)) return
    if (live && live.status !== 'sending') {
      const status = wanted && needsApproval(verdict, this.#around.business.mode) ? 'awaiting-approval' : 'planned'
      // An approved message stays planned: its approval is checked against its contents at the gate.
      const standsAsIs =
        wanted && isSame(live, wanted, customer) && (live.status === status || live.status === 'planned')
      if (standsAsIs && this.#around.business.mode !== 'observe') return
      await this.#callOff(customer, live, wanted ? 'replanned' : verdict.reason)
    }
    if (live?.status === 'sending' || this.#around.business.mode === 'observe') return
    if (wanted) await this.#planMessage(customer, standing, wanted)
    else if (verdict.do === 'ask' && verdict.step && verdict.anchorInvoiceId)
      await this.#askPerson(customer, standing, verdict)
  }

  async #planMessage(customer: CustomerFacts, standing: Standing, verdict: MessageVerdict): Promise<void> {
    const { business, policy, policyHash, now } = this.#around
    const approval = needsApproval(verdict, business.mode)
    const id = await insertChase(this.#db, {
      businessId: business.id,
      customerId: customer.customerId,
      connectionId: customer.connectionId,
      // A message beside the ladder begins no conversation: it joins the one that runs, if any.
      spellId: isNoticeId(verdict.step.id)
        ? (customer.spell?.id ?? null)
        : await this.#spellFor(customer, verdict.anchorInvoiceId),
      stepId: verdict.step.id,
      channel: 'email',
      stage: verdict.message,
      segment: verdict.segment,
      status: approval ? 'awaiting-approval' : 'planned',
      plannedOn: standing.today,
      plannedAt: now,
      sendAfter: nextOpening(zoneOf(this.#around, customer), standing, now),
      facts: verdict.facts,
      approvalNeeded: approval,
      mostPer7Days: policy.mostPer7Days,
      policyHash,
      invoices: itemsOf(customer, verdict.invoiceIds),
    })
    if (id === null) return
    this.#counts.planned += approval ? 0 : 1
    this.#counts.asked += approval ? 1 : 0
    this.#tell(customer, approval ? 'approval-asked' : 'chase-planned', id, {
      stage: verdict.message,
      stepId: verdict.step.id,
      segment: verdict.segment,
    })
  }

  async #askPerson(customer: CustomerFacts, standing: Standing, verdict: AskVerdict): Promise<void> {
    const { business, policy, policyHash, now } = this.#around
    const { step, anchorInvoiceId } = verdict
    if (!step || step.channel === 'email' || !anchorInvoiceId) return
    const id = await insertChase(this.#db, {
      businessId: business.id,
      customerId: customer.customerId,
      connectionId: customer.connectionId,
      spellId: await this.#spellFor(customer, anchorInvoiceId),
      stepId: step.id,
      channel: step.channel,
      stage: null,
      segment: verdict.segment,
      status: 'task',
      plannedOn: standing.today,
      plannedAt: now,
      sendAfter: now,
      facts: verdict.facts,
      approvalNeeded: false,
      mostPer7Days: policy.mostPer7Days,
      policyHash,
      invoices: itemsOf(customer, verdict.invoiceIds),
    })
    if (id === null) return
    this.#counts.asked += 1
    this.#tell(customer, ASKED[step.channel], id, { stepId: step.id })
  }

  /** A spell hangs on one invoice. When that is settled, the spell is over and the ledger is told that we fell silent. */
  async #endSpellIfSettled(customer: CustomerFacts): Promise<CustomerFacts> {
    const { spell } = customer
    if (!spell || customer.invoices.some((invoice) => invoice.id === spell.anchorInvoiceId)) return customer
    const [anchor] = await invoiceStates(this.#db, [spell.anchorInvoiceId])
    const because =
      anchor?.customerId === customer.customerId ? (anchor.state === 'open' ? 'settled' : anchor.state) : 'moved'
    await endSpell(this.#db, spell.id, this.#around.today, because)
    await this.#closeTasks(customer, because)
    if (customer.live && customer.live.status !== 'sending') await this.#callOff(customer, customer.live, because)
    const last = await lastMessageOf(this.#db, spell.id)
    if (last) {
      this.#tell(
        customer,
        'fell-silent',
        last.chaseId,
        { because, number: anchor?.number ?? null },
        spell.anchorInvoiceId,
      )
      if (because === 'paid') {
        await queueStoppedNote(this.#app, this.#db, this.#around, {
          chaseId: last.chaseId,
          invoiceId: spell.anchorInvoiceId,
        })
      }
    }
    return { ...customer, spell: null, touches: 0, live: customer.live?.status === 'sending' ? customer.live : null }
  }

  async #spellFor(customer: CustomerFacts, anchorInvoiceId: string): Promise<string> {
    const { business, today } = this.#around
    if (customer.spell?.anchorInvoiceId === anchorInvoiceId) return customer.spell.id
    // The rules moved on to another invoice, so the old spell's steps no longer count and its tasks are nobody's.
    if (customer.spell) {
      await endSpell(this.#db, customer.spell.id, today, 'other-anchor')
      await this.#closeTasks(customer, 'other-anchor')
    }
    return startSpell(this.#db, {
      businessId: business.id,
      customerId: customer.customerId,
      anchorInvoiceId,
      startedOn: today,
    })
  }

  async #closeTasks(customer: CustomerFacts, because: string): Promise<void> {
    for (const chaseId of await closeTasks(this.#db, customer.customerId, because)) {
      this.#tell(customer, 'chase-cancelled', chaseId, { reason: because })
    }
  }

  async #callOff(customer: CustomerFacts, live: LiveChase, reason: string): Promise<void> {
    if (!(await cancelChase(this.#db, live.id, reason))) return
    this.#counts.cancelled += 1
    this.#tell(customer, 'chase-cancelled', live.id, { reason, stage: live.stage, stepId: live.stepId })
  }

  #tell(
    customer: CustomerFacts,
    kind: NewEvent['kind'],
    chaseId: string,
    facts: Readonly<Record<string, unknown>>,
    invoiceId: string | null = null,
  ): void {
    const { business, now } = this.#around
    this.#events.push({
      businessId: business.id,
      at: now,
      kind,
      customerId: customer.customerId,
      invoiceId,
      chaseId,
      facts,
    })
  }
}

/** Whoever has just paid everything is looked at for some days more: thanks go the business day after. */
const mayBeThanked = (customer: CustomerFacts, { today }: Standing): boolean =>
  customer.payments.some(({ on }) => on > addDays(today, -THANKED_WITHIN_DAYS)) || customer.requested.length > 0

/** Longer than the rules thank for a payment, holidays included. */
const THANKED_WITHIN_DAYS = 14

const ASKED = { call: 'call-asked', decision: 'decision-asked', letter: 'letter-asked' } as const

/** A verdict that wants a message to go out, with or without a person's approval. */
export type MessageVerdict = (SendVerdict | AskVerdict) & {
  readonly step: SendVerdict['step']
  readonly message: MessageKind
  readonly anchorInvoiceId: string
}

export function wantedMessage(verdict: Verdict): MessageVerdict | null {
  if (verdict.do !== 'send' && !(verdict.do === 'ask' && verdict.reason === 'approval-needed')) return null
  if (verdict.step?.channel !== 'email' || verdict.message === null || verdict.anchorInvoiceId === null) return null
  return verdict as MessageVerdict
}

function isSame(live: LiveChase, wanted: MessageVerdict, customer: CustomerFacts): boolean {
  const items = itemsOf(customer, wanted.invoiceIds)
  return (
    live.stepId === wanted.step.id &&
    live.stage === wanted.message &&
    live.invoices.length === items.length &&
    items.every((item) =>
      live.invoices.some(
        (invoice) =>
          invoice.id === item.invoiceId &&
          invoice.balanceMinor === item.balanceMinor &&
          invoice.currency === item.currency &&
          invoice.dueOn === item.dueOn,
      ),
    )
  )
}
