import { type Day, daysBetween } from '../chase/day.ts'
import { type Money, money, totalsPerCurrency } from '../chase/money.ts'
import { cleanLine } from './clean.ts'
import { balancesOf, type Draft } from './draft.ts'
import type { Matter, Moment, PaymentMethod, PlanFacts } from './message-facts.ts'
import type { Words } from './wordings.ts'

/** Every word a wording may use. Strict templates make this list the whitelist. */
export function wordsOf(draft: Draft): Words {
  const { facts, items, many, format } = draft
  const shared: Words = {
    many,
    invoice: items[0]?.name ?? '',
    count: format.number(items.length),
    refs: refsOf(draft),
  }
  return { ...shared, ...(facts.matter ? matterWords(facts.matter, draft) : ladderWords(draft)) }
}

function ladderWords(draft: Draft): Words {
  const { facts, format, phrase } = draft
  const dueDays = facts.invoices.map(({ dueOn }) => dueOn).sort()
  const first = dueDays[0] ?? facts.today
  const last = dueDays.at(-1) ?? first
  const late = Math.max(0, daysBetween(first, facts.today))
  const previous = format.dates(facts.previousOn.slice(-6))
  return {
    amount: format.list(balancesOf(facts.invoices).map(format.money)),
    due:
      first === last ? phrase('on day', { day: format.weekdayDate(first) }) : betweenOf('between', first, last, draft),
    dueDay: format.weekdayDate(first),
    dueToday: first === facts.today && last === facts.today,
    fell: fellOf(first, last, draft),
    ago: format.ago(daysBetween(first, facts.today)),
    lateDays: late === 0 ? phrase('less than a day') : format.days(late),
    ways: waysOf(draft),
    deadline: facts.deadline && format.weekdayDate(facts.deadline),
    previous: previous.length === 0 ? null : format.list(previous.map((day) => phrase('previous day', { day }))),
    previousDates: previous.length === 0 ? null : format.list(previous),
  }
}

/** "venció el lunes 2 de noviembre, hace tres días": the right tense for any day, and a range for several. */
function fellOf(first: Day, last: Day, draft: Draft): string {
  const { facts, format, phrase } = draft
  if (first !== last) return betweenOf('fell between', first, last, draft)
  const daysAgo = daysBetween(first, facts.today)
  const words = { day: format.weekdayDate(first), ago: format.ago(daysAgo) }
  if (daysAgo === 0) return phrase('fell today', words)
  if (daysAgo === 1) return phrase('fell yesterday', words)
  return phrase(daysAgo > 0 ? 'fell past' : 'fell ahead', words)
}

function betweenOf(name: string, first: Day, last: Day, { facts, format, phrase }: Draft): string {
  const [from, to] = format.weekdayRange(first, last)
  return phrase(name, { first: from, last: to, past: last < facts.today })
}

/** How a subject names the invoices: the number early, and never a list that grows. */
function refsOf({ items, phrase }: Draft): string {
  const [first, second] = items
  if (!first) return ''
  if (!second) return first.name.slice(0, 1).toLocaleUpperCase() + first.name.slice(1)
  if (!first.number) return phrase('refs unnumbered', { all: items.length })
  if (items.length === 2 && second.number) return phrase('refs two', { first: first.number, second: second.number })
  return phrase('refs several', { first: first.number, rest: items.length - 1 })
}

function waysOf({ items, phrase, details }: Draft): string {
  const linked = items.some(({ link }) => link !== null)
  if (linked) return phrase(details.length > 0 ? 'ways link and details' : 'ways link')
  return phrase(details.length > 0 ? 'ways details' : 'ways invoice')
}

function matterWords(matter: Matter, draft: Draft): Words {
  const { facts, format, phrase } = draft
  switch (matter.kind) {
    case 'thank-you':
      return {
        amount: format.list(totalsPerCurrency(matter.payments.map(({ amount }) => amount)).map(format.money)),
        closed: matter.payments.every(({ invoice }) => invoice.balance.minor === 0),
      }
    case 'promise-confirmed':
    case 'promise-reminder':
      return promiseWords(matter.promise, draft)
    case 'promise-broken':
      return {
        ...promiseWords(matter.promise, draft),
        ...shortfallWords(matter.promise.amount, matter.received, draft),
        asOf: asOfText(matter.asOf, draft),
        answerBy: format.weekdayDate(matter.answerBy),
      }
    case 'plan-offer':
    case 'plan-confirmed':
      return {
        ...planWords(matter.plan, draft),
        ifMissed: ifMissedText(matter.plan, draft),
        answerBy: facts.deadline && format.weekdayDate(facts.deadline),
      }
    case 'plan-instalment':
      return { ...planWords(matter.plan, draft), ...instalmentWords(matter.plan, matter.number, draft) }
    case 'plan-missed': {
      const missed = matter.plan.instalments[matter.number - 1]
      return {
        ...planWords(matter.plan, draft),
        ...instalmentWords(matter.plan, matter.number, draft),
        ...shortfallWords(missed?.amount ?? matter.plan.total, matter.received, draft),
        ifMissed: phrase(`missed ${matter.plan.ifMissed}`),
        asOf: asOfText(matter.asOf, draft),
        cureBy: format.weekdayDate(matter.cureBy),
      }
    }
    case 'query-received':
      return {
        understood: understoodText(matter.reason, cleanLine(matter.understood ?? '', 300), phrase),
        handler: cleanLine(matter.handler, 80),
        answerBy: format.weekdayDate(matter.answerBy),
      }
    case 'statement':
      return { asOf: asOfText(matter.asOf, draft), asOfDate: format.longDate(matter.asOf.on) }
    default:
      return { because: phrase(`right ${matter.because}`), customer: cleanLine(facts.customer.name, 80) }
  }
}

function promiseWords(
  promise: {
    readonly givenOn: Day
    readonly payOn: Day
    readonly amount: Money
    readonly method: PaymentMethod | null
  },
  draft: Draft,
): Words {
  const { format } = draft
  return {
    amount: format.money(promise.amount),
    method: promise.method && methodText(promise.method, draft),
    givenDay: format.date(promise.givenOn),
    ...payDayWords(promise.payOn, draft),
  }
}

/** The day of a payment as a subject says it, and with "tomorrow" where it is, with and without its preposition. */
function payDayWords(on: Day, { facts, format, phrase }: Draft): Words {
  const ahead = daysBetween(facts.today, on)
  const words = { day: format.weekdayDate(on) }
  const near = ahead === 0 ? 'when today' : ahead === 1 ? 'when tomorrow' : null
  return {
    payDay: words.day,
    payWhen: phrase(near ?? 'when later', words),
    payWhenOn: phrase(near ?? 'when later on', words),
    payFor: phrase(near ?? 'when later', words),
  }
}

function shortfallWords(amount: Money, received: Money | null, { format }: Draft): Words {
  const arrived = received !== null && received.minor > 0 ? received : null
  return {
    received: arrived && format.money(arrived),
    missing: arrived && format.money(money(amount.minor - arrived.minor, amount.currency)),
  }
}

function planWords(plan: PlanFacts, draft: Draft): Words {
  const { format, phrase } = draft
  const [first] = plan.instalments
  const last = plan.instalments.at(-1)
  const { charges } = plan
  const ground = charges.kind === 'none-added' ? '' : cleanLine(charges.ground)
  return {
    total: format.money(plan.total),
    count: format.number(plan.instalments.length),
    firstDay: first ? format.weekdayDate(first.on) : null,
    lastDay: last ? format.weekdayDate(last.on) : null,
    method: methodText(plan.method, draft),
    charges: phrase(`charges ${charges.kind}`, { ground }),
  }
}

function ifMissedText(plan: PlanFacts, { format, phrase }: Draft): string {
  const days = phrase('business days', { number: format.number(plan.cureDays), daysCount: plan.cureDays })
  return phrase(`if missed ${plan.ifMissed}`, { days })
}

function instalmentWords(plan: PlanFacts, number: number, draft: Draft): Words {
  const { format } = draft
  const instalment = plan.instalments[number - 1]
  if (!instalment) throw new Error(`the plan has no instalment ${number}`)
  const after = plan.instalments.slice(number).reduce((sum, { amount }) => sum + amount.minor, 0)
  return {
    number,
    of: plan.instalments.length,
    amount: format.money(instalment.amount),
    remaining: after > 0 ? format.money(money(after, plan.total.currency)) : null,
    ...payDayWords(instalment.on, draft),
  }
}

function understoodText(reason: string, words: string, phrase: Draft['phrase']): string {
  if (reason === 'other') return phrase('understood other', { words })
  const said = phrase(`understood ${reason}`)
  return words === '' ? said : phrase('understood words', { reason: said, words })
}

const asOfText = ({ on, at }: Moment, { format, phrase }: Draft): string => {
  const time = format.time(at)
  return phrase('as of', { day: format.longDate(on), time, one: time.startsWith('1:') })
}

export const methodText = (method: PaymentMethod | null, { phrase }: Draft): string =>
  phrase(method === null ? 'method none' : `method ${method}`)
