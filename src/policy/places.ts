import type { PolicyPath } from '../chase/policy-check.ts'
import type { Policy } from '../chase/policy.ts'
import type { DocumentPath } from './parse.ts'

/** Where the file has what the rules know by another name. */
export function documentPath([setting, ...inside]: PolicyPath): DocumentPath {
  const home = isSetting(setting) ? HOMES[setting] : []
  // The one window is two settings of the rules.
  return [...home, ...inside.map((part) => (typeof part === 'number' ? part : (RENAMED[part] ?? kebab(part))))]
}

const isSetting = (name: string | number | undefined): name is keyof Policy =>
  typeof name === 'string' && Object.hasOwn(HOMES, name)

const kebab = (name: string): string => name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)

const RENAMED: Readonly<Record<string, string>> = { mostPromises: 'most' }

const HOMES: Readonly<Record<keyof Policy, readonly string[]>> = {
  sequences: ['sequences'],
  strategicGroups: ['segments', 'strategic-groups'],
  newForDays: ['segments', 'new-for-days'],
  habituallyLate: ['segments', 'habitually-late'],
  sparing: ['sparing'],
  gapBusinessDays: ['contact', 'gap-business-days'],
  mostPer7Days: ['contact', 'most-per-7-days'],
  mostPer30Days: ['contact', 'most-per-30-days'],
  callsPer7Days: ['contact', 'calls-per-7-days'],
  touchesPerSpell: ['contact', 'touches-per-spell'],
  mostPerDayOfBusiness: ['contact', 'most-per-day-of-business'],
  sendFromMinute: ['calendar', 'window'],
  sendUntilMinute: ['calendar', 'window'],
  weekdays: ['calendar', 'weekdays'],
  closingDays: ['calendar', 'closing-days'],
  august: ['calendar', 'august'],
  regionalHolidays: ['calendar', 'regional-holidays'],
  defaultTermDays: ['calendar', 'default-term-days'],
  staleAfterHours: ['calendar', 'stale-after-hours'],
  minimumBalance: ['amounts', 'minimum-balance'],
  residue: ['amounts', 'residue'],
  partPayment: ['part-payments'],
  credits: ['credits'],
  ledgerReminders: ['ledger-reminders'],
  promise: ['promises'],
  plan: ['plans'],
  discount: ['discount'],
  thankYou: ['thank-you'],
  rightPerson: ['right-person'],
  recipients: ['recipients'],
  leads: ['messages', 'leads'],
  firmestOpening: ['messages', 'firmest-opening'],
  languages: ['messages', 'languages'],
  treatment: ['messages', 'treatment'],
  wordings: ['messages', 'wordings'],
  similarityLimitPercent: ['messages', 'similarity-limit-percent'],
  grounds: ['grounds'],
  consents: ['consents'],
  priorities: ['priorities'],
}
