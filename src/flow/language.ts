/** Countries where business is written in Spanish (ISO 3166-1 alpha-2). */
const SPANISH = new Set([
  'ES',
  'MX',
  'CO',
  'CL',
  'AR',
  'PE',
  'UY',
  'PY',
  'BO',
  'EC',
  'VE',
  'CR',
  'PA',
  'GT',
  'HN',
  'SV',
  'NI',
  'DO',
  'CU',
  'PR',
  'GQ',
])

/** Locales whose money and date formats were checked; others fall back to the language's European one. */
const LOCALES = new Set([
  'es-ES',
  'es-MX',
  'es-CO',
  'es-CL',
  'es-AR',
  'es-PE',
  'en-GB',
  'en-IE',
  'en-US',
  'en-CA',
  'en-AU',
  'en-NZ',
])

/** The language to write in to someone in a country, of the two we write. Unknown countries get English. */
export const languageOf = (country: string | null): 'es' | 'en' =>
  country !== null && SPANISH.has(country) ? 'es' : 'en'

/** What a person set, else the customer's country, else the business's language. */
export function customerLanguage(
  customer: { setLanguage: 'es' | 'en' | null; country: string | null },
  business: { language: 'es' | 'en' },
): 'es' | 'en' {
  if (customer.setLanguage) return customer.setLanguage
  return customer.country === null ? business.language : languageOf(customer.country)
}

/** How money and dates are written for a reader of that language in that country. */
export function localeOf(language: 'es' | 'en', country: string | null): string {
  const wanted = `${language}-${country ?? ''}`
  if (LOCALES.has(wanted)) return wanted
  return language === 'es' ? 'es-ES' : 'en-GB'
}
