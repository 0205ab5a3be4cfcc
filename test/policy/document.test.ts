import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fc } from '../support/random.ts'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { parse as parseYaml } from 'yaml'
import { DEFAULT_POLICY } from '../../src/chase/default-policy.ts'
import type { Policy } from '../../src/chase/policy.ts'
import { checkPolicyText } from '../../src/policy/check.ts'
import { differencesBetween } from '../../src/policy/diff.ts'
import { editPolicy } from '../../src/policy/edit.ts'
import { policyContents, policyHash } from '../../src/policy/hash.ts'
import { policyJsonSchema } from '../../src/policy/json-schema.ts'
import { parsePolicy } from '../../src/policy/parse.ts'
import { printPolicy } from '../../src/policy/print.ts'
import { sayDifferences, sayRemark } from '../../src/policy/words.ts'
import { everyOpening } from '../support/openings.ts'
import { anyPolicy } from './policies.ts'

const DOCS = join(import.meta.dirname, '../../docs')
const EXAMPLES = readdirSync(join(DOCS, 'examples/policies'))
const example = (name: string): string => readFileSync(join(DOCS, 'examples/policies', name), 'utf8')

function read(text: string): Policy {
  const parsed = parsePolicy(text)
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems))
  return parsed.policy
}

/** Each problem as `line:column path fault`. */
function problems(text: string): string[] {
  const parsed = parsePolicy(text)
  return parsed.ok ? [] : parsed.problems.map(({ line, column, path, fault }) => `${line}:${column} ${path} ${fault}`)
}

describe('A policy file', () => {
  it('says any policy, and reads back as the same one', () => {
    fc.assert(
      fc.property(anyPolicy, (policy) => {
        expect(read(printPolicy(policy))).toEqual(policy)
      }),
      { numRuns: 150 },
    )
  })

  it('takes the default for all it leaves out', () => {
    expect(read('version: 1')).toEqual(DEFAULT_POLICY)
    expect(read('version: 1\ncontact:\n  gap-business-days: 5\n')).toEqual({ ...DEFAULT_POLICY, gapBusinessDays: 5 })
  })

  it('names everything that is wrong at once, each with its line, column and path', () => {
    const text = `version: 2
sequences:
  new:
    - id: a#b
      from: soon
      stage: angry
      minimum-balance: [25.001 EUR, 3 GBP, 4.00 GBP, 3.5 JPY]
    - form: 3
calendar:
  window: 9-17
  weekdays: [mon, mon]
  closing-days: [{name: x, from: 2026-02-29}]
contact: {gap-business-days: 0, most-per-day-of-business: 0, x: 1}
discount: {percent: 200, within: 3}
grounds: {compensation: {basis: me, reference: x}, late-interest: maybe}
promises: 3
extra: 1
`
    expect(problems(text)).toEqual([
      '1:10 version not-allowed',
      '4:11 sequences.new[0].id wrong-form',
      '5:13 sequences.new[0].from wrong-type',
      '6:14 sequences.new[0].stage not-allowed',
      '7:25 sequences.new[0].minimum-balance[0] too-many-decimals',
      '7:44 sequences.new[0].minimum-balance[2] currency-twice',
      '7:54 sequences.new[0].minimum-balance[3] too-many-decimals',
      '8:7 sequences.new[1].id key-missing',
      '8:7 sequences.new[1].from key-missing',
      '8:7 sequences.new[1].form unknown-key',
      '10:11 calendar.window wrong-form',
      '11:19 calendar.weekdays[1] twice',
      '12:34 calendar.closing-days[0].from no-such-day',
      '13:30 contact.gap-business-days too-small',
      '13:59 contact.most-per-day-of-business too-small',
      '13:62 contact.x unknown-key',
      '14:1 discount.within-days key-missing',
      '14:21 discount.percent too-large',
      '14:26 discount.within unknown-key',
      '15:33 grounds.compensation.basis not-allowed',
      '15:67 grounds.late-interest not-allowed',
      '16:11 promises wrong-type',
      '17:1 extra unknown-key',
    ])
  })

  it('refuses what is named twice, what is shared by an alias, and what is no YAML', () => {
    expect(problems('version: 1\ncontact:\n  gap-business-days: 2\n  gap-business-days: 3\n')).toEqual([
      '4:3 contact.gap-business-days key-twice',
    ])
    expect(problems('version: 1\ncontact: &same {}\nplans: *same\n')).toEqual(['2:16 contact alias', '3:8 plans alias'])
    expect(problems('version: 1\ncontact: [\n')).toEqual(['3:1  not-yaml'])
    expect(problems('- version')).toEqual(['1:1  not-a-map'])
    expect(problems('')).toEqual(['1:1 version key-missing'])
    expect(problems(`version: 1\n#${'x'.repeat(40_000)}`)).toEqual(['1:1  too-long'])
  })

  it('reads amounts to the last minor unit of each currency', () => {
    const { minimumBalance } = read(
      'version: 1\namounts: {minimum-balance: [90071992547.41 EUR, 7 GBP, 0.5 USD, 1200 JPY, 1.005 KWD]}',
    )
    expect(minimumBalance).toEqual({ EUR: 9_007_199_254_741, GBP: 700, USD: 50, JPY: 1200, KWD: 1005 })
  })

  it('has a sentence in both languages for all that can be wrong', () => {
    const texts = [
      'version: 3\nx: 1\ncontact: {gap-business-days: x}\n',
      'version: 1\nsequences: {new: [{id: a, from: 1}]}\n',
      'a: [',
    ]
    for (const text of texts) {
      for (const remark of checkPolicyText(text, everyOpening).remarks) {
        const [english, spanish] = [sayRemark(remark, 'en'), sayRemark(remark, 'es')]
        expect([english, spanish].every((said) => /\S/.test(said) && !/undefined|null|NaN|\[object/.test(said))).toBe(
          true,
        )
        expect(english).not.toBe(spanish)
      }
    }
  })
})

describe('An edit in the app', () => {
  const written = `# ours
version: 1 # of the format
contact:
  # we are polite
  gap-business-days: 3 # three
sequences:
  strategic:
    # ask first
    - id: ask   # by mail
      from: 1
      stage: firm
    - {id: end, from: 30, channel: decision} # nothing else
`

  it('keeps comments, order and spelling, and touches only what changes', () => {
    const before = read(written)
    const [ask, end] = before.sequences.strategic
    if (!ask || !end) throw new Error('two steps were written')
    const after: Policy = {
      ...before,
      gapBusinessDays: 4,
      strategicGroups: ['VIP'],
      sequences: {
        ...before.sequences,
        strategic: [
          { ...ask, from: 2, to: 2, minimumBalance: { EUR: 5000 } },
          { ...ask, id: 'more', from: 12, to: 12 },
          end,
        ],
      },
    }
    expect(editPolicy(written, after)).toBe(`# ours
version: 1 # of the format
contact:
  # we are polite
  gap-business-days: 4 # three
sequences:
  strategic:
    # ask first
    - id: ask # by mail
      from: 2
      stage: firm
      minimum-balance: [50.00 EUR]
    - id: more
      from: 12
      stage: firm
    - {id: end, from: 30, channel: decision} # nothing else
segments:
  strategic-groups: [VIP]
`)
    expect(editPolicy(written, before)).toBe(written)
  })

  it('says what was meant, from any file to any policy, and keeps every comment of what stays', () => {
    fc.assert(
      fc.property(fc.constantFrom(...EXAMPLES.map(example), written), anyPolicy, (text, policy) => {
        expect(read(editPolicy(text, policy))).toEqual(policy)
      }),
      { numRuns: 60 },
    )
    const changed = editPolicy(example('spanish-services.yaml'), {
      ...read(example('spanish-services.yaml')),
      newForDays: 30,
    })
    expect(changed.match(/#.*/g)).toEqual(example('spanish-services.yaml').match(/#.*/g))
  })
})

describe('The published schema and the examples', () => {
  it('docs/policy.schema.json is the schema the application reads with (node scripts/policy-schema.ts)', () => {
    expect(JSON.parse(readFileSync(join(DOCS, 'policy.schema.json'), 'utf8'))).toEqual(policyJsonSchema())
    expect(policyJsonSchema()).toMatchObject({
      $schema: 'https://json-schema.org/draft/2020-12/schema',
      additionalProperties: false,
    })
  })

  it('every example is valid by the published schema alone', () => {
    const published = JSON.parse(readFileSync(join(DOCS, 'policy.schema.json'), 'utf8')) as z.core.JSONSchema.JSONSchema
    const schema = z.fromJSONSchema(published)
    expect(EXAMPLES.length).toBeGreaterThan(3)
    for (const name of EXAMPLES)
      expect([name, schema.safeParse(parseYaml(example(name))).success]).toEqual([name, true])
    expect(schema.safeParse({ version: 1, contact: { gap: 3 } }).success).toBe(false)
    expect(schema.safeParse({ version: 1, sequences: { new: [{ id: 'a' }] } }).success).toBe(false)
  })

  it('the default as a file is the default', () => {
    expect(example('default.yaml')).toBe(printPolicy(DEFAULT_POLICY))
  })

  it('docs/POLICY-FILE.md tells of every key', () => {
    const told = readFileSync(join(DOCS, 'POLICY-FILE.md'), 'utf8')
    const keys = new Set<string>()
    const collect = (value: unknown): void => {
      if (Array.isArray(value)) value.forEach(collect)
      else if (typeof value === 'object' && value !== null) {
        const { properties } = value as { properties?: object }
        for (const key of Object.keys(properties ?? {})) keys.add(key)
        Object.values(value).forEach(collect)
      }
    }
    collect(policyJsonSchema())
    expect(keys.size).toBeGreaterThan(80)
    expect([...keys].filter((key) => !told.includes(`\`${key}\``))).toEqual([])
  })
})

describe('A policy’s hash', () => {
  it('names what the policy says: not its order, spelling or comments', () => {
    expect(policyHash(read('version: 1'))).toBe(policyHash(DEFAULT_POLICY))
    expect(policyHash(read(printPolicy(DEFAULT_POLICY)))).toBe(policyHash(DEFAULT_POLICY))
    expect(policyHash({ ...DEFAULT_POLICY, gapBusinessDays: 3 })).not.toBe(policyHash(DEFAULT_POLICY))
    // jsonb keeps keys in an order of its own.
    const { sequences, ...rest } = JSON.parse(policyContents(DEFAULT_POLICY)) as Policy
    expect(policyHash({ ...rest, sequences })).toBe(policyHash(DEFAULT_POLICY))
  })
})

describe('A difference', () => {
  const after = read(`version: 1
contact: {gap-business-days: 3}
amounts: {minimum-balance: [20.00 EUR]}
sequences:
  strategic:
    - {id: due-day, from: 0, stage: due-day}
    - {id: day-9, from: 9, to: 11, stage: first-overdue}
    - {id: call-15, from: 16, channel: call}
    - {id: day-21, from: 21, stage: firm, approval: true}
    - {id: decide-30, from: 30, channel: decision}
`)

  it('is told in sentences, in English and Spanish', () => {
    expect(sayDifferences(DEFAULT_POLICY, after, 'en')).toEqual([
      'strategic: step “day-9” added (first-overdue, days 9 to 11).',
      'strategic: step “call-15” moved from day 15 to day 16.',
      'strategic: step “day-21”, stage: serious → firm.',
      'strategic: step “day-7” removed.',
      'contact.gap-business-days: 2 → 3.',
      'amounts.minimum-balance: nothing → 20.00 EUR.',
    ])
    expect(sayDifferences(DEFAULT_POLICY, after, 'es').slice(0, 2)).toEqual([
      'strategic: paso «day-9» añadido (first-overdue, días 9 a 11).',
      'strategic: paso «call-15» movido de día 15 a día 16.',
    ])
    expect(sayDifferences(after, after, 'en')).toEqual(['Nothing changes: both say the same.'])
  })

  it('is there exactly when the hashes differ', () => {
    fc.assert(
      fc.property(anyPolicy, anyPolicy, (one, other) => {
        expect(differencesBetween(one, other).length === 0).toBe(policyHash(one) === policyHash(other))
        expect(differencesBetween(one, read(printPolicy(one)))).toEqual([])
      }),
      { numRuns: 60 },
    )
  })
})
