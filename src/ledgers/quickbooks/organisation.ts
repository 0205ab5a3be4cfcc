import { z } from 'zod'
import { countryCode } from '../countries.ts'
import { LedgerError, type LedgerSession, type Organisation } from '../ledger.ts'
import { shaped } from './bodies.ts'
import type { Answer } from './errors.ts'

export type CompanyAnswers = { readonly company: Answer; readonly preferences: Answer }

/** The company. QuickBooks tells no time zone; its sandboxes have a host of their own. */
export function readOrganisation(answers: CompanyAnswers, session: LedgerSession): Organisation {
  const company = readCompany(answers.company)
  return {
    id: session.organisationId,
    name: company.CompanyName,
    country: countryCode(company.Country),
    baseCurrency: readHomeCurrency(answers.preferences),
    timeZone: null,
    isDemo: new URL(session.apiUrl).hostname.startsWith('sandbox-'),
  }
}

/** The company's name, as it is shown before anything is stored. */
export const readCompanyName = (answer: Answer): string => readCompany(answer).CompanyName

const companySchema = z.object({
  CompanyInfo: z.object({ CompanyName: z.string().min(1), Country: z.string().optional() }),
})

const readCompany = (answer: Answer): z.infer<typeof companySchema>['CompanyInfo'] =>
  shaped(answer, companySchema).CompanyInfo

const preferencesSchema = z.object({
  Preferences: z.object({
    CurrencyPrefs: z.object({ HomeCurrency: z.object({ value: z.string() }).optional() }).optional(),
  }),
})

/** The currency of every amount that names none. */
export function readHomeCurrency(answer: Answer): string {
  const currency = shaped(answer, preferencesSchema).Preferences.CurrencyPrefs?.HomeCurrency?.value
  if (currency !== undefined && /^[A-Z]{3}$/.test(currency)) return currency
  const details = { status: answer.status, correlationId: answer.correlationId }
  throw new LedgerError('rejected', 'QuickBooks does not say which currency the company keeps its books in', details)
}
