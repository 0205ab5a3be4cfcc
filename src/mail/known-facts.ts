import { type Day, daysBetween } from '../chase/day.ts'
import type { KnownFacts } from '../chase/guards/known.ts'
import { type Money, money, totalsPerCurrency } from '../chase/money.ts'
import { cleanLine, cleanLines, cleanLink } from './clean.ts'
import { knownLocale } from './format.ts'
import { greetedName } from './greeting.ts'
import type { Matter, MessageFacts, MessageInvoice, PlanFacts } from './message-facts.ts'

/**
 * All that a message may contain, taken from its facts alone. Nothing here looks at what was written: the lock would
 * otherwise agree with whatever composing got wrong.
 */
export function knownFacts(facts: MessageFacts): KnownFacts {
  const { language, locale, today, customer, business, invoices, excluded = [], matter = null } = facts
  const { sender } = business
  const open = [...invoices, ...excluded.map(({ invoice }) => invoice)]
  const spokenOf = spokenInvoices(facts)
  const counted = spokenOf.length
  const greeted = greetedName(facts)
  const phone = cleanLine(sender.phone ?? '', 40)
  const dueDays = invoices.map(({ dueOn }) => dueOn).sort()
  const names = [
    greeted ?? '',
    cleanLine(business.name),
    cleanLine(sender.name),
    cleanLine(sender.role ?? ''),
    matter?.kind === 'right-person' ? cleanLine(customer.name, 80) : '',
    matter?.kind === 'query-received' ? cleanLine(matter.handler, 80) : '',
  ].filter((name) => name !== '')
  const references = [...open, ...spokenOf]
    .map(({ number }) => number)
    .concat(matter?.kind === 'statement' ? matter.credits.map(({ number }) => number) : [])
    .map((number) => cleanLine(number ?? '', 40))
    .filter((number) => number !== '')
  return {
    language,
    locale: knownLocale(locale, language),
    today,
    amounts: amountsOf(facts),
    days: daysOf(facts),
    dueDays,
    daysAgo: matter === null ? dueDays.slice(0, 1).map(ago) : matter.kind === 'statement' ? dueDays.map(ago) : [],
    invoiceCounts: [counted],
    moreCounts: [counted - 1],
    ...planCounts(matter),
    issuedDays: [...open, ...spokenOf].flatMap(({ issuedOn }) => issuedOn ?? []),
    moments: matter && 'asOf' in matter ? [matter.asOf] : [],
    references,
    names,
    links: open.flatMap(({ payLink }) => (payLink === null ? [] : (cleanLink(payLink) ?? []))),
    passages: passagesOf(facts, phone),
    threadSubject: facts.threadSubject && cleanLine(facts.threadSubject, 160).replace(/^(re:\s*)+/i, ''),
    mustStand: [...names, ...(isAboutAPlan(matter) ? [] : references)],
    signature: [
      cleanLine(sender.name),
      cleanLine(sender.role ?? ''),
      cleanLine(business.name),
      phone && `Tel. ${phone}`,
    ].filter((line) => line !== ''),
  }

  function ago(due: Day): number {
    return daysBetween(due, today)
  }
}

const isAboutAPlan = (matter: Matter | null): boolean => matter !== null && 'plan' in matter

function spokenInvoices({ invoices, excluded = [], matter }: MessageFacts): readonly MessageInvoice[] {
  if (matter?.kind === 'query-received') return excluded.map(({ invoice }) => invoice)
  if (matter?.kind !== 'thank-you') return invoices
  return [...new Map(matter.payments.map(({ invoice }) => [invoice.id, invoice])).values()]
}

/** What the business or a person wrote, found again word for word. */
function passagesOf({ business, consequences = [], lateClaim, matter }: MessageFacts, phone: string): string[] {
  const charges = matter && 'plan' in matter ? matter.plan.charges : null
  return [
    ...cleanLines(business.paymentDetails ?? ''),
    cleanLine(business.lateCharges ?? '', 300),
    ...consequences.map(({ ground }) => cleanLine(ground)),
    cleanLine(lateClaim?.ground ?? ''),
    charges && charges.kind !== 'none-added' ? cleanLine(charges.ground) : '',
    matter?.kind === 'query-received' ? cleanLine(matter.understood ?? '', 300) : '',
    phone,
  ].filter((passage) => passage !== '')
}

function amountsOf(facts: MessageFacts): Money[] {
  const { invoices, otherOpen, excluded = [], received = [], lateClaim, discount, matter = null } = facts
  const balances = invoices.map(({ balance }) => balance)
  return [
    ...[...invoices, ...excluded.map(({ invoice }) => invoice)].flatMap(({ balance, total }) => [balance, total]),
    ...totalsPerCurrency(balances),
    ...totalsPerCurrency(excluded.map(({ invoice }) => invoice.balance)),
    ...totalsPerCurrency(otherOpen),
    ...totalsPerCurrency(received.map(({ amount }) => amount)),
    ...(lateClaim ? [...lateClaim.interest, ...lateClaim.compensation] : []),
    ...(discount ? [discount.payable, discount.saved] : []),
    ...(matter ? matterAmounts(matter, facts, balances) : []),
  ]
}

function matterAmounts(matter: Matter, { invoices, today }: MessageFacts, balances: readonly Money[]): Money[] {
  switch (matter.kind) {
    case 'thank-you': {
      const paid = matter.payments.map(({ amount }) => amount)
      return [...paid, ...totalsPerCurrency(paid), ...(matter.remaining ?? [])]
    }
    case 'promise-confirmed':
    case 'promise-reminder':
      return [matter.promise.amount]
    case 'promise-broken':
      return withShortfall(matter.promise.amount, matter.received)
    case 'plan-offer':
    case 'plan-confirmed':
      return [matter.plan.total, ...matter.plan.instalments.map(({ amount }) => amount)]
    case 'plan-instalment':
    case 'plan-missed': {
      const { instalments, total } = matter.plan
      const own = instalments[matter.number - 1]?.amount ?? total
      const after = instalments.slice(matter.number).reduce((sum, { amount }) => sum + amount.minor, 0)
      const received = matter.kind === 'plan-missed' ? matter.received : null
      return [...withShortfall(own, received), money(after, total.currency)]
    }
    case 'statement': {
      const late = invoices.filter(({ dueOn }) => dueOn < today).map(({ balance }) => balance)
      const credits = matter.credits.map(({ amount }) => amount)
      const taken = credits.map(({ minor, currency }) => money(-minor, currency))
      const net = totalsPerCurrency([...balances, ...taken]).map(({ minor, currency }) =>
        money(Math.abs(minor), currency),
      )
      return [...totalsPerCurrency(late), ...taken, ...totalsPerCurrency(taken), ...net]
    }
    default:
      return []
  }
}

const withShortfall = (amount: Money, received: Money | null): Money[] =>
  received ? [amount, received, money(amount.minor - received.minor, amount.currency)] : [amount]

function daysOf(facts: MessageFacts): Day[] {
  const { invoices, excluded = [], received = [], consequences = [], lateClaim, discount, matter = null } = facts
  const open = [...invoices, ...excluded.map(({ invoice }) => invoice)]
  const maybe: readonly (Day | null | undefined)[] = [
    ...open.flatMap(({ issuedOn, dueOn }) => [issuedOn, dueOn]),
    ...received.map(({ on }) => on),
    ...consequences.map(({ from }) => from),
    lateClaim?.asOf,
    lateClaim?.waivedIfPaidBy,
    discount?.lastDay,
    facts.deadline,
    ...facts.previousOn.slice(-6),
    ...(matter ? matterDays(matter) : []),
  ]
  return [...new Set(maybe.filter((day) => day !== null && day !== undefined))]
}

function matterDays(matter: Matter): (Day | null)[] {
  switch (matter.kind) {
    case 'thank-you':
      return matter.payments.flatMap(({ on, invoice }) => [on, invoice.issuedOn, invoice.dueOn])
    case 'promise-confirmed':
    case 'promise-reminder':
      return [matter.promise.payOn]
    case 'promise-broken':
      return [matter.promise.givenOn, matter.promise.payOn, matter.asOf.on, matter.answerBy]
    case 'plan-offer':
    case 'plan-confirmed':
      return instalmentDays(matter.plan)
    case 'plan-instalment':
      return instalmentDays(matter.plan).slice(matter.number - 1, matter.number)
    case 'plan-missed':
      return [...instalmentDays(matter.plan).slice(matter.number - 1, matter.number), matter.asOf.on, matter.cureBy]
    case 'query-received':
      return [matter.answerBy]
    case 'statement':
      return [matter.asOf.on, ...matter.credits.map(({ on }) => on)]
    default:
      return []
  }
}

const instalmentDays = (plan: PlanFacts): Day[] => plan.instalments.map(({ on }) => on)

function planCounts(matter: Matter | null): Pick<KnownFacts, 'businessDays' | 'instalmentCounts' | 'places'> {
  if (matter === null || !('plan' in matter)) return { businessDays: [], instalmentCounts: [], places: [] }
  const of = matter.plan.instalments.length
  const numbers = 'number' in matter ? [matter.number] : matter.plan.instalments.map((_, at) => at + 1)
  return {
    businessDays: [matter.plan.cureDays],
    instalmentCounts: [of],
    places: numbers.map((at) => [at, of] as const),
  }
}
