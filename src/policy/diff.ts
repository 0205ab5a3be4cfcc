import { isDeepStrictEqual } from 'node:util'
import type { Policy } from '../chase/policy.ts'
import type { StepEntry } from './document.ts'
import { fromPolicy } from './translate.ts'

export type DifferenceKind =
  | 'step-added'
  | 'step-removed'
  | 'step-moved'
  | 'step-changed'
  | 'steps-reordered'
  | 'setting-changed'

/** One thing that a policy says otherwise than another. A fact is text, days of a step, or null for nothing at all. */
export type Difference = {
  readonly kind: DifferenceKind
  readonly facts: Readonly<Record<string, string | null | { readonly from: number; readonly to: number }>>
}

/** What differs in meaning: order of keys, comments and spelling do not. In the order of the file. */
export function differencesBetween(before: Policy, after: Policy): Difference[] {
  const [{ sequences: was = {}, ...settingsBefore }, { sequences: is = {}, ...settingsAfter }] = [
    fromPolicy(before),
    fromPolicy(after),
  ]
  const segments = Object.keys(is) as (keyof typeof is)[]
  return [
    ...segments.flatMap((segment) => sequenceDifferences(segment, was[segment] ?? [], is[segment] ?? [])),
    ...settingDifferences([], settingsBefore, settingsAfter),
  ]
}

function sequenceDifferences(
  sequence: string,
  before: readonly StepEntry[],
  after: readonly StepEntry[],
): Difference[] {
  const known = (steps: readonly StepEntry[], id: string): StepEntry | undefined => steps.find((step) => step.id === id)
  const kept = (steps: readonly StepEntry[], others: readonly StepEntry[]): string[] =>
    steps.map(({ id }) => id).filter((id) => known(others, id))
  return [
    ...after.flatMap((step): Difference[] => {
      const old = known(before, step.id)
      if (old) return stepDifferences(sequence, old, step)
      const what = step.stage ?? step.channel ?? 'email'
      return [{ kind: 'step-added', facts: { sequence, step: step.id, what, when: daysOf(step) } }]
    }),
    ...before
      .filter(({ id }) => !known(after, id))
      .map(({ id }): Difference => ({ kind: 'step-removed', facts: { sequence, step: id } })),
    ...(isDeepStrictEqual(kept(before, after), kept(after, before))
      ? []
      : [{ kind: 'steps-reordered' as const, facts: { sequence } }]),
  ]
}

const daysOf = ({ from, to }: StepEntry): { from: number; to: number } => ({ from, to: to ?? from })

function stepDifferences(sequence: string, before: StepEntry, after: StepEntry): Difference[] {
  const { id: step } = after
  const [from, to] = [daysOf(before), daysOf(after)]
  const moved: Difference[] = isDeepStrictEqual(from, to)
    ? []
    : [{ kind: 'step-moved', facts: { sequence, step, from, to } }]
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].filter(
    (name) => name !== 'from' && name !== 'to',
  )
  const [was, is] = [before as Readonly<Record<string, unknown>>, after as Readonly<Record<string, unknown>>]
  return [
    ...moved,
    ...names
      .filter((name) => !isDeepStrictEqual(was[name], is[name]))
      .map((setting): Difference => ({
        kind: 'step-changed',
        facts: { sequence, step, setting, from: textOf(was[setting]), to: textOf(is[setting]) },
      })),
  ]
}

function settingDifferences(path: readonly string[], before: unknown, after: unknown): Difference[] {
  if (isDeepStrictEqual(before, after)) return []
  if (isSection(before) && isSection(after)) {
    const names = [...new Set([...Object.keys(after), ...Object.keys(before)])]
    return names.flatMap((name) => settingDifferences([...path, name], before[name], after[name]))
  }
  return [{ kind: 'setting-changed', facts: { setting: path.join('.'), from: textOf(before), to: textOf(after) } }]
}

const isSection = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** A value as the file would have it on one line; null for none. */
function textOf(value: unknown): string | null {
  if (value === undefined) return null
  if (Array.isArray(value)) return value.length === 0 ? null : value.map((item) => textOf(item)).join(', ')
  if (isSection(value))
    return Object.entries(value)
      .map(([name, inside]) => `${name} ${textOf(inside)}`)
      .join(', ')
  return typeof value === 'string' ? value : JSON.stringify(value)
}
