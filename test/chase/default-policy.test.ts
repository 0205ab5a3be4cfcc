import { describe, expect, it } from 'vitest'
import { DEFAULT_POLICY } from '../../src/chase/default-policy.ts'
import type { Segment } from '../../src/chase/standing.ts'

const lines = (segment: Segment): string[] =>
  DEFAULT_POLICY.sequences[segment].map(
    ({ id, from, to, channel, stage, approval }) =>
      `${id} ${from}${to === from ? '' : `..${to}`} ${stage ?? channel}${approval ? ', approved' : ''}`,
  )

const fromAWeek = [
  'day-7 7 firm',
  'day-15 15 serious',
  'call-21 21 call',
  'final-30 30 final, approved',
  'decide-45 45 decision',
]

describe('the default sequences', () => {
  it.each<[Segment, string[]]>([
    ['new', ['before-due -5..-3 before-due', 'day-1 1 first-overdue', ...fromAWeek]],
    ['regular', ['before-due -3..-1 before-due', 'day-1 1 first-overdue', ...fromAWeek]],
    [
      'strategic',
      [
        'due-day 0 due-day',
        'day-7 7 first-overdue',
        'call-15 15 call',
        'day-21 21 serious, approved',
        'decide-30 30 decision',
      ],
    ],
    ['habitually-late', ['first-by-habit 1 first-overdue', ...fromAWeek]],
  ])('for %s customers', (segment, expected) => {
    expect(lines(segment)).toEqual(expected)
  })

  it('have unique step ids, days in order, and end with a person', () => {
    for (const sequence of Object.values(DEFAULT_POLICY.sequences)) {
      const from = sequence.map((step) => step.from)
      expect(new Set(sequence.map((step) => step.id)).size).toBe(sequence.length)
      expect(from).toEqual(from.toSorted((one, other) => one - other))
      expect(sequence.at(-1)?.channel).toBe('decision')
    }
  })

  it('go through the database as data and come back the same', () => {
    expect(JSON.parse(JSON.stringify(DEFAULT_POLICY))).toEqual(DEFAULT_POLICY)
  })
})
