import { addBusinessDays } from '../chase/calendar.ts'
import { money, totalsPerCurrency } from '../chase/money.ts'
import type { Stage, Standing } from '../chase/standing.ts'
import type { Address, MessageFacts } from '../mail/mailer.ts'
import type { CustomerFacts, InvoiceFacts } from '../store/standings.ts'
import { customerLanguage, localeOf } from './language.ts'
import type { Surroundings } from './standing.ts'

/** How many business days a customer gets to answer a message that names a deadline. */
const DEADLINE_DAYS: Readonly<Partial<Record<Stage, number>>> = { serious: 5, final: 7 }

export type MessageParts = {
  readonly seed: string
  readonly stage: Stage
  /** The due items, oldest first, with the links that were found for them. */
  readonly items: readonly InvoiceFacts[]
  readonly attachedIds: readonly string[]
  readonly threadSubject: string | null
}

/** Gathers the facts of a message from what the gate has just read. */
export function messageFacts(
  around: Surroundings,
  customer: CustomerFacts,
  standing: Standing,
  sender: Address,
  parts: MessageParts,
): MessageFacts {
  const { business, today } = around
  const language = customerLanguage(customer, business)
  const deadlineDays = DEADLINE_DAYS[parts.stage]
  const others = customer.invoices.filter((invoice) => !parts.items.some((item) => item.id === invoice.id))
  return {
    language,
    locale: localeOf(language, customer.country ?? business.country),
    stage: parts.stage,
    today,
    customer: { name: customer.name, firstName: customer.firstName, country: customer.country },
    business: {
      name: business.name,
      country: business.country,
      baseCurrency: business.baseCurrency ?? parts.items[0]?.currency ?? 'EUR',
      sender: { name: sender.name ?? business.name, role: business.senderRole, phone: business.senderPhone },
      paymentDetails: business.paymentDetails,
      lateCharges: business.lateCharges,
    },
    invoices: parts.items.map((invoice) => ({
      id: invoice.id,
      number: invoice.number,
      issuedOn: invoice.issuedOn,
      dueOn: invoice.dueOn,
      dueAssumed: invoice.dueAssumed,
      total: money(invoice.totalMinor, invoice.currency),
      balance: money(invoice.balanceMinor, invoice.currency),
      payLink: invoice.payLink === '' ? null : invoice.payLink,
    })),
    otherOpen: totalsPerCurrency(others.map((invoice) => money(invoice.balanceMinor, invoice.currency))).filter(
      ({ minor }) => minor > 0,
    ),
    deadline: deadlineDays === undefined ? null : addBusinessDays(today, deadlineDays, standing),
    previousOn: (customer.spell?.taken ?? []).filter((step) => step.channel === 'email').map((step) => step.on),
    attachedIds: parts.attachedIds,
    threadSubject: parts.threadSubject,
    usedWordings: customer.usedWordings,
    seed: parts.seed,
  }
}

/** Who the message comes from: the person the business named, at the mailbox we send with. */
export function senderOf(around: Pick<Surroundings, 'business'>, mailFrom: Address): Address {
  return { name: around.business.senderName ?? mailFrom.name ?? around.business.name, address: mailFrom.address }
}
