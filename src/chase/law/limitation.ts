import { addDays } from '../day.ts'
import type { Day } from '../day.ts'
import { refuse } from './answer.ts'
import type { Proviso, Refusal } from './answer.ts'
import { LAWYER_NEEDED, LIMITATION_RULES } from './limitation-rules.ts'
import type { DebtKind, InterruptionKind, LimitationRule } from './limitation-rules.ts'
import { yearsAfter, endOfYear } from './periods.ts'

export type Interruption = { readonly on: Day; readonly kind: InterruptionKind }

export type LimitationQuestion = {
  /** ISO 3166-1: the country whose law governs the debt. */
  readonly country: string
  /** ISO 3166-2 without the country: 'SCT', 'CT', 'QC'. */
  readonly region?: string
  readonly debtKind: DebtKind
  readonly dueOn: Day
  readonly interruptions: readonly Interruption[]
}

/** Until when a debt can be claimed, and why. */
export type Limitation = LimitationDates & {
  readonly kind: 'limitation'
  readonly interruptions: readonly JudgedInterruption[]
  /** What holds in other regions of the country, where the region decides and none that we know was given. */
  readonly elsewhere: readonly LimitationDates[]
  readonly provisos: readonly Proviso[]
}

export type LimitationDates = {
  readonly code: string
  readonly years: number
  /** The last day on which a claim is safely in time; null while a claim in court holds the period. */
  readonly lastDay: Day | null
  /** The same for the faster action on the invoice as a document of title, where the country has one. */
  readonly executiveLastDay: Day | null
  readonly expiry: LimitationRule['expiry']
  readonly source: string
}

/** An event with what it did: the last word says why it was not counted. */
export type JudgedInterruption = Interruption & {
  readonly counted: boolean
  readonly effect:
    | 'restarts'
    | 'stops'
    | 'none'
    | 'uncertain'
    | 'before-start'
    | 'after-expiry'
    | 'in-court'
    | 'only-once'
}

/**
 * The day up to which a debt can be claimed, what interrupted the period and what did not.
 *
 * The period is counted from date to date from the due day (in Germany from the end of its year), and an
 * interruption begins it anew on its own day. Some laws give a day more, and a claim in court mostly interrupts for
 * as long as it lasts; where in doubt the earlier day is given. An event after the last day revives nothing.
 */
export function limitation(question: LimitationQuestion): Limitation | Refusal {
  const { country, region, debtKind } = question
  if (LAWYER_NEEDED.includes(country)) return refuse('lawyer-needed', { country })
  const ofCountry = LIMITATION_RULES.filter((rule) => rule.country === country)
  if (ofCountry.length === 0) return refuse('unknown-country', { country })

  const rules = ofCountry.filter(({ debts }) => debts.includes(debtKind))
  if (rules.length === 0) return refuse('debt-kind-not-covered', { country, debtKind })
  const regional = rules.find((rule) => region !== undefined && rule.regions?.includes(region))
  const rule = regional ?? rules.find(({ regions }) => regions === null)
  if (!rule) return refuse('region-needed', { country })
  if (question.dueOn < rule.from) return refuse('no-rule-then', { country, on: question.dueOn })

  const regionKnown = regional !== undefined || (region !== undefined && isKnownElsewhere(country, region))
  const others = regionKnown ? [] : rules.filter((other) => other !== rule)
  const { dates, interruptions } = datesUnder(rule, question)
  const provisos: Proviso[] = []
  if (rule.provisional) provisos.push('limitation-unverified')
  if (others.length > 0) provisos.push('region-assumed')
  const elsewhere = others.map((other) => datesUnder(other, question).dates)
  return { kind: 'limitation', ...dates, interruptions, elsewhere, provisos }
}

/** Regions that are known to have the rest of the country's rule: any of them settles the question. */
const isKnownElsewhere = (country: string, region: string): boolean =>
  REST_OF_COUNTRY[country]?.includes(region) ?? false

const REST_OF_COUNTRY: Readonly<Record<string, readonly string[]>> = {
  GB: ['ENG', 'WLS', 'EAW'],
  ES: ['AN', 'AR', 'AS', 'CB', 'CL', 'CM', 'CN', 'EX', 'GA', 'IB', 'MC', 'MD', 'PV', 'RI', 'VC', 'CE', 'ML'],
  AU: ['ACT', 'QLD', 'SA', 'TAS', 'VIC', 'WA'],
}

function datesUnder(
  rule: LimitationRule,
  { dueOn, interruptions }: LimitationQuestion,
): { dates: LimitationDates; interruptions: JudgedInterruption[] } {
  const firstDay = rule.starts === 'end-of-year' ? endOfYear(dueOn) : dueOn
  let start = firstDay
  let stopped = false
  const seen = new Set<InterruptionKind>()

  const judged = interruptions
    .toSorted((a, b) => (a.on < b.on ? -1 : a.on > b.on ? 1 : 0))
    .map((interruption): JudgedInterruption => {
      const { on, kind } = interruption
      const not = (effect: JudgedInterruption['effect']): JudgedInterruption => ({
        ...interruption,
        counted: false,
        effect,
      })
      const effect = rule.effects[kind]
      if (stopped) return not('in-court')
      if (effect === 'none' || effect === 'uncertain') return not(effect)
      // A claim in court that is pending when the period begins holds it; nothing else reaches forward.
      if (on <= (effect === 'stops' ? dueOn : firstDay)) return not('before-start')
      if (on > yearsAfter(start, rule.years)) return not('after-expiry')
      if (effect === 'restarts-once' && seen.has(kind)) return not('only-once')

      seen.add(kind)
      if (effect === 'stops') stopped = true
      else start = on
      return { ...interruption, counted: true, effect: effect === 'stops' ? 'stops' : 'restarts' }
    })

  const { code, years, executiveYears, expiry, source } = rule
  const lastDay = stopped ? null : yearsAfter(start, years)
  const executiveLastDay = stopped || executiveYears === null ? null : executiveEnd(firstDay, executiveYears, judged)
  return { dates: { code, years, lastDay, executiveLastDay, expiry, source }, interruptions: judged }
}

/** The faster action's own period: what came after its end did not save it. */
function executiveEnd(firstDay: Day, years: number, judged: readonly JudgedInterruption[]): Day {
  let end = yearsAfter(firstDay, years)
  for (const { on, counted } of judged) if (counted && on <= end) end = yearsAfter(on, years)
  return end
}

/** Days before the end on which a person is told. */
export const LIMITATION_WARNING_DAYS: readonly number[] = [90, 30]

/** A day on which a person is to be told that a debt, or its faster action, can soon not be claimed any more. */
export type LimitationWarning = {
  readonly kind: 'debt-expires' | 'executive-action-expires'
  /** The rule: another than the limitation's own where only the region would tell. */
  readonly code: string
  readonly on: Day
  readonly daysBefore: number
  readonly lastDay: Day
}

/** Every warning in order of time, 90 and 30 days ahead; none while a claim in court holds the period. */
export function limitationWarnings(of: Limitation): LimitationWarning[] {
  const ends = [of, ...of.elsewhere].flatMap(({ code, lastDay, executiveLastDay }) => [
    ...(lastDay ? [{ kind: 'debt-expires' as const, code, lastDay }] : []),
    ...(executiveLastDay ? [{ kind: 'executive-action-expires' as const, code, lastDay: executiveLastDay }] : []),
  ])
  return ends
    .flatMap((end) =>
      LIMITATION_WARNING_DAYS.map((daysBefore) => ({ ...end, daysBefore, on: addDays(end.lastDay, -daysBefore) })),
    )
    .toSorted((a, b) => (a.on < b.on ? -1 : a.on > b.on ? 1 : 0))
}

/** Whether the debt can no longer be claimed. Where it is `extinguished` then, all chasing must stop. */
export const hasExpired = ({ lastDay }: LimitationDates, today: Day): boolean => lastDay !== null && lastDay < today
