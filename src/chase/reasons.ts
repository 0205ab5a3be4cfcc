import { isDay } from './day.ts'
import type { Day } from './day.ts'
import type { Refusal } from './gate.ts'
import { ENGLISH } from './reasons-english.ts'
import { SPANISH } from './reasons-spanish.ts'
import { isNotice, isStage } from './stage.ts'
import type { MessageKind } from './stage.ts'
import type { Facts, Flip, FlipCause, FlipEvent, Reason } from './verdict.ts'

/** What can be explained: a verdict, or what the database kept of one. */
export type Explainable = {
  readonly reason: Reason | Refusal
  readonly facts: Facts
  readonly until?: Day | null
}

/**
 * One plain sentence that says why, for the business to read. What the facts do not tell is left out of it.
 *
 * A refusal of the gate is explained by the facts of its verdict: `{ reason: answer.reason, facts: answer.verdict.facts }`.
 */
export function explain(said: Explainable, language: 'es' | 'en'): string {
  const words = WORDS[language]
  return words.reasons[said.reason](knownFrom(said, words))
}

/** Whether there is a sentence for this word: rows and events also carry other causes. */
export const isReason = (text: string): text is Explainable['reason'] => Object.hasOwn(ENGLISH.reasons, text)

/** One plain sentence that says why the customer follows its sequence; empty where the facts do not tell. */
export function explainSegment(facts: Facts, language: 'es' | 'en'): string {
  const words = WORDS[language]
  const because = facts['segmentBecause']
  const sentence = typeof because === 'string' ? words.segments[because] : undefined
  return sentence ? sentence(knownFrom({ facts }, words)) : ''
}

/** What would change a verdict, one line each, in the order of its flips. `today` decides whether a day shows its year. */
export function explainFlips(flips: readonly Flip[], today: Day, language: 'es' | 'en'): string[] {
  const words = WORDS[language]
  return flips.map((flip) =>
    'event' in flip
      ? words.flipEvents[flip.event]
      : words.flipDay(words.day(flip.on, flip.on.slice(0, 4) !== today.slice(0, 4)), words.flipCauses[flip.because]),
  )
}

/** The sentences of one language. */
export type ReasonWords = {
  /** The day in words; with its year only where it is not this year's. */
  readonly day: (day: Day, withYear: boolean) => string
  readonly reasons: Readonly<Record<Reason | Refusal, (known: Known) => string>>
  readonly segments: Readonly<Record<string, (known: Known) => string>>
  /** "This changes on Friday 4 December: the promise lapses." */
  readonly flipDay: (day: string, cause: string) => string
  readonly flipCauses: Readonly<Record<FlipCause, string>>
  readonly flipEvents: Readonly<Record<FlipEvent, string>>
}

/** What a sentence can build on: days are already in words, and what is not known is null. */
export type Known = {
  readonly until: string | null
  readonly day: (name: string) => string | null
  readonly number: (name: string) => number | null
  readonly text: (name: string) => string | null
  readonly message: MessageKind | null
}

const WORDS: Readonly<Record<'es' | 'en', ReasonWords>> = { es: SPANISH, en: ENGLISH }

function knownFrom({ facts, until }: Pick<Explainable, 'facts' | 'until'>, words: ReasonWords): Known {
  const thisYear = String(facts['today'] ?? '').slice(0, 4)
  const inWords = (day: Day): string => words.day(day, day.slice(0, 4) !== thisYear)
  const stage = facts['stage']
  return {
    until: until ? inWords(until) : null,
    day(name) {
      const value = facts[name]
      return typeof value === 'string' && isDay(value) ? inWords(value) : null
    },
    number(name) {
      const value = facts[name]
      return typeof value === 'number' ? value : null
    },
    text(name) {
      const value = facts[name]
      return typeof value === 'string' ? value : null
    },
    message: typeof stage === 'string' && (isStage(stage) || isNotice(stage)) ? stage : null,
  }
}
