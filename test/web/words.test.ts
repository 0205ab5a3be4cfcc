import { describe, expect, it } from 'vitest'
import { preferredLanguage } from '../../src/web/language.ts'
import { ENGLISH } from '../../src/web/words/english.ts'
import { SPANISH } from '../../src/web/words/spanish.ts'

/** Every path to a sentence, with the sentence; functions are called with plausible values. */
function sentences(words: object, path: string[] = []): [string, string][] {
  return Object.entries(words).flatMap(([key, value]: [string, unknown]): [string, string][] => {
    const here = [...path, key]
    if (typeof value === 'string') return [[here.join('.'), value]]
    if (typeof value !== 'function') return sentences(value as object, here)
    const given =
      path[0] === 'events' ? [FACTS] : [3, 'two', 'three'].map((one, index) => (index < value.length ? one : one))
    return [[here.join('.'), String((value as (...values: unknown[]) => unknown)(...given))]]
  })
}

const none = (): null => null
const FACTS = {
  text: none,
  is: () => false,
  no: () => false,
  number: none,
  day: none,
  money: none,
  list: none,
  mode: none,
  role: none,
  stage: null,
  segment: null,
  hold: null,
  means: null,
  debtor: null,
  debtEvent: null,
  reason: null,
  invoice: null,
}

// The badge of an active customer is not shown.
const EMPTY_ON_PURPOSE = new Set(['customer.archived.active'])

describe('The words of the pages', () => {
  const [english, spanish] = [sentences(ENGLISH), sentences(SPANISH)]

  it('say the same things in both languages', () => {
    expect(english.length).toBeGreaterThan(300)
    expect(spanish.map(([path]) => path)).toEqual(english.map(([path]) => path))
  })

  it('leave nothing empty and print nothing that is not there', () => {
    for (const [path, text] of [...english, ...spanish]) {
      if (EMPTY_ON_PURPOSE.has(path)) continue
      expect([path, text.trim() !== '' && !/undefined|null|NaN|\[object/.test(text)]).toEqual([path, true])
    }
  })

  it('are not the same word for word, except names', () => {
    const same = english.filter(
      ([path, text], index) => text === spanish[index]?.[1] && text.includes(' ') && path !== '',
    )
    expect(same).toEqual([])
  })
})

describe('A browser’s language', () => {
  it.each([
    ['es-ES,es;q=0.9,en;q=0.8', 'es'],
    ['en-GB,en;q=0.9,es;q=0.5', 'en'],
    ['fr-FR,es;q=0.4,en;q=0.3', 'es'],
    ['de', 'en'],
    ['es;q=0', 'en'],
    ['', 'en'],
    [undefined, 'en'],
    [';;;,q=1', 'en'],
  ])('%s → %s', (header, language) => {
    expect(preferredLanguage(header)).toBe(language)
  })
})
