import type { FindingRule } from '../chase/policy-check.ts'
import type { Remark } from './check.ts'
import { differencesBetween, type Difference, type DifferenceKind } from './diff.ts'
import type { Policy } from '../chase/policy.ts'
import type { Fault } from './problems.ts'
import { POLICY_ENGLISH } from './words-english.ts'
import { POLICY_SPANISH } from './words-spanish.ts'

/** What a sentence names, by the names its finding has for it. */
type Facts = Readonly<Record<string, string | number>>

/** What an edit does to the messages of the next days, counted on a business's own books. */
export type PolicyEffect = {
  /** How many more messages would go; negative for fewer. */
  readonly messages: number
  /** How many customers get another number of messages than before. */
  readonly customers: number
  readonly days: number
}

/** Everything there is to say about a policy file, in one language. */
export type PolicyWords = {
  readonly faults: Readonly<Record<Fault, (facts: Facts) => string>>
  readonly rules: Readonly<Record<FindingRule, (facts: Facts) => string>>
  readonly differences: Readonly<Record<DifferenceKind, (facts: Facts) => string>>
  readonly nothing: string
  readonly days: (from: number, to: number) => string
  readonly same: string
  readonly effect: (effect: PolicyEffect) => string
}

export const POLICY_WORDS: Readonly<Record<'es' | 'en', PolicyWords>> = { es: POLICY_SPANISH, en: POLICY_ENGLISH }

/** A remark as one sentence. */
export function sayRemark({ about }: Remark, language: 'es' | 'en'): string {
  const words = POLICY_WORDS[language]
  if ('problem' in about) return words.faults[about.problem.fault](asText(about.problem.facts))
  return words.rules[about.finding.rule](asText(about.finding.facts))
}

const asText = (facts: Readonly<Record<string, unknown>>): Facts =>
  Object.fromEntries(Object.entries(facts).map(([name, fact]) => [name, String(fact)]))

/** What differs between two policies, a sentence each; one sentence saying so where nothing does. */
export function sayDifferences(before: Policy, after: Policy, language: 'es' | 'en'): string[] {
  const words = POLICY_WORDS[language]
  const differences = differencesBetween(before, after)
  return differences.length === 0 ? [words.same] : differences.map((difference) => sayDifference(difference, words))
}

function sayDifference({ kind, facts }: Difference, words: PolicyWords): string {
  const said = Object.entries(facts).map(([name, fact]): [string, string] => [
    name,
    typeof fact === 'object' && fact !== null && 'from' in fact
      ? words.days(fact.from, fact.to)
      : (fact ?? words.nothing),
  ])
  return words.differences[kind](Object.fromEntries(said))
}
