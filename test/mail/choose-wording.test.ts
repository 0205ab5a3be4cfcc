import { describe, expect, it } from 'vitest'
import { chooseWording } from '../../src/mail/choose-wording.ts'

const IDS = ['1', '2', '3'].flatMap((opening) =>
  ['a', 'b'].flatMap((ask) => ['a', 'b'].map((closing) => `firm.en.${opening}${ask}${closing}`)),
)
const given = (
  more: { allowedOpenings?: readonly string[]; usedWordings?: readonly string[]; seed?: string } = {},
) => ({
  usedWordings: [],
  seed: 'chase-1',
  ...more,
})

describe('The choice of a wording', () => {
  it('is among all openings, each as likely, and says among what', () => {
    const counts = new Map<string, number>()
    for (let seed = 0; seed < 3_000; seed += 1) {
      const { wording, choice } = chooseWording(IDS, given({ seed: `chase-${seed}` }))
      expect(choice.among).toEqual(['firm.en.1', 'firm.en.2', 'firm.en.3'])
      expect(wording.startsWith(choice.variant)).toBe(true)
      counts.set(choice.variant, (counts.get(choice.variant) ?? 0) + 1)
    }
    // Each of three in 3,000 is 1,000 ± 26; four standard deviations to either side.
    for (const count of counts.values()) expect(Math.abs(count - 1_000)).toBeLessThan(104)
    expect(counts.size).toBe(3)
  })

  it('stays as even among what is left after one was used', () => {
    const counts = new Map<string, number>()
    for (let seed = 0; seed < 2_000; seed += 1) {
      const { choice } = chooseWording(IDS, given({ seed: `chase-${seed}`, usedWordings: ['firm.en.2aa'] }))
      expect(choice.among).toEqual(['firm.en.1', 'firm.en.3'])
      counts.set(choice.variant, (counts.get(choice.variant) ?? 0) + 1)
    }
    // 1,000 ± 22 each.
    for (const count of counts.values()) expect(Math.abs(count - 1_000)).toBeLessThan(90)
  })

  it('never leaves what the policy allows', () => {
    for (let seed = 0; seed < 200; seed += 1) {
      const { wording, choice } = chooseWording(IDS, given({ seed: `chase-${seed}`, allowedOpenings: ['2', '3'] }))
      expect(choice.among).toEqual(['firm.en.2', 'firm.en.3'])
      expect(wording).not.toMatch(/^firm\.en\.1/)
    }
    expect(() => chooseWording(IDS, given({ allowedOpenings: ['9'] }))).toThrow('no wordings to pick from')
  })

  it('is no choice by chance where every opening was used, and says so', () => {
    const used = ['firm.en.1aa', 'firm.en.2ab', 'firm.en.3ba']
    const { wording, choice } = chooseWording(IDS, given({ usedWordings: used }))
    expect(choice.among).toEqual([choice.variant])
    expect(used).not.toContain(wording)
  })

  it('differs from the last message in the question and the close as well', () => {
    for (let seed = 0; seed < 100; seed += 1) {
      const { wording } = chooseWording(IDS, given({ seed: `chase-${seed}`, usedWordings: ['firm.en.1ab'] }))
      expect(wording).toMatch(/^firm\.en\.[23]ba$/)
    }
  })

  it('is the same for the same chase', () => {
    expect(chooseWording(IDS, given())).toEqual(chooseWording(IDS.toReversed(), given()))
  })
})
