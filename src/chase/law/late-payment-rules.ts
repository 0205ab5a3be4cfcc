import { day } from '../day.ts'
import type { Day } from '../day.ts'
import { money } from '../money.ts'
import type { Money } from '../money.ts'
import type { Proviso } from './answer.ts'
import type { DayCount } from './question.ts'
import type { Reference } from './reference-rates.ts'

/**
 * What one country's law says about paying a business late, from a day on.
 *
 * A change of the law is a new entry with a later `from`; an entry holds for debts that began to bear interest on or
 * after its day, until the next one of the same country.
 */
export type LatePaymentRule = {
  /** ISO 3166-1. */
  readonly country: string
  readonly from: Day
  readonly law: string
  /** Days in which to pay where nothing was agreed, and the longest term between businesses; null where no law sets one. */
  readonly defaultTermDays: number | null
  readonly longestTermDays: number | null
  readonly rate: RateRule
  /** `yearly`: after each full year the interest joins the amount that bears interest. */
  readonly growth: 'simple' | 'yearly'
  readonly dayCount: DayCount
  readonly compensation: CompensationRule
  readonly source: string
  /** What was not verified, by what it would change. */
  readonly provisos: {
    readonly interest: readonly Proviso[]
    readonly agreedInterest: readonly Proviso[]
    readonly compensation: readonly Proviso[]
  }
}

export type RateRule =
  /** `fixed`: the rate of the day interest starts, for the life of the debt. `split`: each half-year has its own. */
  | { readonly kind: 'reference'; readonly reference: Reference; readonly marginPpm: number; readonly during: 'fixed' | 'split' } // prettier-ignore
  | { readonly kind: 'constant'; readonly ppm: number }
  /** The law sets a rate that is published monthly, and no table of it is kept here. */
  | { readonly kind: 'not-kept' }
  /** Nothing but what the contract says. */
  | { readonly kind: 'contract' }

export type CompensationRule =
  | { readonly kind: 'flat'; readonly sum: Money }
  /** The last tier whose `from` (in minor units of `currency`) the unpaid amount reaches. */
  | { readonly kind: 'tiers'; readonly currency: string; readonly tiers: readonly { readonly from: number; readonly sum: Money }[] } // prettier-ignore
  /** A share of the unpaid amount, in millionths. */
  | { readonly kind: 'share'; readonly ppm: number }
  | { readonly kind: 'none' }

/** The rule of a country for a debt that begins to bear interest on this day; null where there is none. */
export function latePaymentRule(country: string, on: Day): LatePaymentRule | null {
  return LATE_PAYMENT_RULES.findLast((rule) => rule.country === country && rule.from <= on) ?? null
}

export const knowsCountry = (country: string): boolean => LATE_PAYMENT_RULES.some((rule) => rule.country === country)

/**
 * The floor that Directive 2011/7/EU (arts 3, 4 and 6) sets for its members. It is no law of a country and answers no question here.
 *
 * Source: EUR-Lex 32011L0007; that tax belongs to the amount, and that each invoice has its own sum: CJEU C-585/20.
 */
export const EU_DIRECTIVE = {
  defaultTermDays: 30,
  longestTermDays: 60,
  marginPpm: 80_000,
  compensation: money(4000, 'EUR'),
} as const

const FROM = day('2015-01-01')
const VERIFIED = { interest: [], agreedInterest: [], compensation: [] } as const
const FORTY_EUROS: CompensationRule = { kind: 'flat', sum: money(4000, 'EUR') }
const ECB_PLUS_8: RateRule = { kind: 'reference', reference: 'ecb', marginPpm: 80_000, during: 'split' }

/** Where the law sets neither term nor rate, and what was agreed is all there is. */
const BY_CONTRACT = {
  defaultTermDays: null,
  longestTermDays: null,
  rate: { kind: 'contract' },
  growth: 'simple',
  dayCount: 'always-365',
  compensation: { kind: 'none' },
} as const satisfies Partial<LatePaymentRule>

/** By country, oldest first. Rates are known from 2015 on, so no rule begins earlier. */
export const LATE_PAYMENT_RULES: readonly LatePaymentRule[] = [
  {
    country: 'ES',
    from: FROM,
    law: 'Ley 3/2004, arts 4–8',
    defaultTermDays: 30,
    longestTermDays: 60,
    rate: ECB_PLUS_8,
    growth: 'simple',
    dayCount: 'always-365',
    compensation: FORTY_EUROS,
    source: 'supercontable.com (arts 5–6); half-yearly resolutions in the BOE; CJEU C-585/20 and C-279/23',
    provisos: { ...VERIFIED, agreedInterest: ['contract-rate-unchecked'] },
  },
  {
    country: 'GB',
    from: FROM,
    law: 'Late Payment of Commercial Debts (Interest) Act 1998; SI 2002/1675',
    defaultTermDays: 30,
    longestTermDays: 60,
    rate: { kind: 'reference', reference: 'bank-of-england', marginPpm: 80_000, during: 'fixed' },
    growth: 'simple',
    dayCount: 'always-365',
    compensation: {
      kind: 'tiers',
      currency: 'GBP',
      tiers: [
        { from: 0, sum: money(4000, 'GBP') },
        { from: 100_000, sum: money(7000, 'GBP') },
        { from: 1_000_000, sum: money(10_000, 'GBP') },
      ],
    },
    // The tax bears interest too: a court said so in 2025 (Pharos v KML, told by fenwickelliott.com).
    source:
      'legislation.gov.uk SI 2002/1675; section 5A of the Act by cfrlaw.co.uk; payontime.co.uk; fenwickelliott.com',
    // An agreed remedy replaces the Act only where it is substantial (sections 8 and 9).
    provisos: { ...VERIFIED, agreedInterest: ['contract-rate-unchecked'] },
  },
  {
    country: 'IE',
    from: FROM,
    law: 'SI 580/2012',
    defaultTermDays: 30,
    longestTermDays: 60,
    rate: { kind: 'reference', reference: 'ecb', marginPpm: 80_000, during: 'fixed' },
    growth: 'simple',
    dayCount: 'always-365',
    compensation: {
      kind: 'tiers',
      currency: 'EUR',
      // Up to and including 1,000 and 10,000, where the British tiers begin at those sums.
      tiers: [
        { from: 0, sum: money(4000, 'EUR') },
        { from: 100_001, sum: money(7000, 'EUR') },
        { from: 1_000_001, sum: money(10_000, 'EUR') },
      ],
    },
    source: 'irishstatutebook.ie SI 580/2012; enterprise.gov.ie; gov.ie ea821',
    provisos: VERIFIED,
  },
  {
    country: 'FR',
    from: FROM,
    law: 'Code de commerce, L441-10 and D441-5',
    defaultTermDays: 30,
    longestTermDays: 60,
    rate: { kind: 'reference', reference: 'ecb', marginPpm: 100_000, during: 'split' },
    growth: 'simple',
    dayCount: 'always-365',
    compensation: FORTY_EUROS,
    source: 'jcl06.fr (L441-10); economie.gouv.fr, CEPC avis 23-8; legifrance (D441-5)',
    // An agreed rate has a floor of three times the legal interest, which is not kept here.
    provisos: { ...VERIFIED, interest: ['rate-change-unverified'], agreedInterest: ['contract-rate-unchecked'] },
  },
  {
    country: 'DE',
    from: FROM,
    law: 'BGB §§ 247, 286, 288',
    defaultTermDays: 30,
    longestTermDays: 60,
    rate: { kind: 'reference', reference: 'bundesbank', marginPpm: 90_000, during: 'split' },
    growth: 'simple',
    dayCount: 'always-365',
    compensation: FORTY_EUROS,
    source:
      'Bundesbank notice by finanzmarktnachrichten.de; basiszinssatz.de (nine points since 29 July 2014); Directive 2011/7/EU art. 2(8) and 6',
    provisos: VERIFIED,
  },
  {
    country: 'IT',
    from: FROM,
    law: 'D.Lgs. 231/2002',
    defaultTermDays: 30,
    longestTermDays: 60,
    rate: ECB_PLUS_8,
    growth: 'simple',
    dayCount: 'always-365',
    compensation: FORTY_EUROS,
    source: 'MEF notice in GU 15 of 20 January 2026 by avvocatoandreani.it; Directive 2011/7/EU art. 2(8) and 6',
    provisos: VERIFIED,
  },
  {
    country: 'PT',
    from: FROM,
    law: 'DL 62/2013; Código Comercial art. 102',
    defaultTermDays: 30,
    longestTermDays: 60,
    rate: ECB_PLUS_8,
    growth: 'simple',
    dayCount: 'always-365',
    compensation: FORTY_EUROS,
    source: 'Aviso 822/2026; eco.sapo.pt; Directive 2011/7/EU art. 2(8) and 6',
    provisos: VERIFIED,
  },
  {
    country: 'NL',
    from: FROM,
    law: 'BW 6:119a, 6:96',
    defaultTermDays: 30,
    longestTermDays: 60,
    rate: ECB_PLUS_8,
    growth: 'yearly',
    dayCount: 'always-365',
    compensation: FORTY_EUROS,
    source:
      'wetboekplus.nl (6:119a); Directive 2011/7/EU art. 2(8) and 6. The scale for higher costs (BIK) is not kept here',
    // Whether agreed interest is capitalised as the legal one is was not checked; it is taken as simple.
    provisos: { ...VERIFIED, agreedInterest: ['growth-unverified'] },
  },
  {
    country: 'AU',
    from: FROM,
    law: 'contract',
    ...BY_CONTRACT,
    source: 'merion.com.au, sprintlaw.com.au',
    provisos: { ...VERIFIED, agreedInterest: ['growth-unverified'] },
  },
  {
    country: 'NZ',
    from: FROM,
    law: 'contract',
    ...BY_CONTRACT,
    source: 'gogary.co.nz, sprintlaw.co.nz',
    provisos: { ...VERIFIED, agreedInterest: ['growth-unverified'] },
  },
  {
    country: 'CA',
    from: FROM,
    law: 'contract; Interest Act s. 4',
    ...BY_CONTRACT,
    source: 'general knowledge',
    // A rate agreed by the month must be stated by the year, and a criminal rate caps it.
    provisos: { ...VERIFIED, agreedInterest: ['contract-rate-unchecked', 'growth-unverified'] },
  },
  {
    country: 'US',
    from: FROM,
    law: 'contract; usury laws of the states',
    ...BY_CONTRACT,
    source: 'legalclarity.org, getinvoicepdf.com, clearreceivables.com',
    provisos: { ...VERIFIED, agreedInterest: ['contract-rate-unchecked', 'growth-unverified'] },
  },
  {
    country: 'MX',
    from: FROM,
    law: 'Código de Comercio, art. 362',
    defaultTermDays: null,
    longestTermDays: null,
    rate: { kind: 'constant', ppm: 60_000 },
    growth: 'simple',
    dayCount: 'always-365',
    compensation: { kind: 'none' },
    source: 'a paraphrase of art. 362; the text was not seen',
    provisos: { ...VERIFIED, interest: ['rate-unverified', 'tax-in-base-unverified'], agreedInterest: ['tax-in-base-unverified'] }, // prettier-ignore
  },
  {
    country: 'CO',
    from: FROM,
    law: 'Ley 2024 de 2020; Código de Comercio art. 884',
    defaultTermDays: 45,
    longestTermDays: 45,
    rate: { kind: 'not-kept' },
    growth: 'simple',
    dayCount: 'always-365',
    compensation: { kind: 'none' },
    source: 'bu.com.co, derechoequidad.com',
    // One and a half times the certified bank rate caps what may be agreed.
    provisos: {
      ...VERIFIED,
      agreedInterest: ['contract-rate-unchecked', 'growth-unverified', 'tax-in-base-unverified'],
    },
  },
  {
    country: 'CL',
    from: FROM,
    law: 'Ley 19.983',
    defaultTermDays: 30,
    longestTermDays: 30,
    rate: { kind: 'not-kept' },
    growth: 'simple',
    dayCount: 'always-365',
    compensation: { kind: 'share', ppm: 10_000 },
    source: 'registrodeacuerdos.economia.gob.cl',
    provisos: {
      interest: [],
      agreedInterest: ['contract-rate-unchecked', 'growth-unverified', 'tax-in-base-unverified'],
      compensation: ['compensation-base-unverified'],
    },
  },
]
