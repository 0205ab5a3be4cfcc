import type { Language } from '../store/people.ts'
import { ENGLISH, type Words } from './words/english.ts'
import { SPANISH } from './words/spanish.ts'

export const WORDS: Readonly<Record<Language, Words>> = { es: SPANISH, en: ENGLISH }

/** The better of our two languages for a browser, by its Accept-Language header (RFC 9110, 12.5.4). */
export function preferredLanguage(header: string | undefined): Language {
  const wanted = (header ?? '').split(',').map((entry) => {
    const [tag = '', ...parameters] = entry.trim().toLowerCase().split(';')
    const quality = parameters
      .map((parameter) => /^\s*q=([\d.]+)\s*$/.exec(parameter)?.[1])
      .find((q) => q !== undefined)
    return { language: tag.split('-')[0], quality: quality === undefined ? 1 : Number(quality) }
  })
  const known = wanted.filter(({ language, quality }) => (language === 'es' || language === 'en') && quality > 0)
  return known.sort((one, other) => other.quality - one.quality)[0]?.language === 'es' ? 'es' : 'en'
}
