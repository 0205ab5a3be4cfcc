import { day } from '../day.ts'
import type { Day } from '../day.ts'

/** What a debt is, as far as limitation asks. */
export type DebtKind =
  /** An invoice between businesses. */
  'invoice' | 'professional-fees' | 'supply-to-consumer'

/** Something that may have interrupted the limitation. What cannot be proved did not happen. */
export type InterruptionKind =
  /** A friendly reminder, or a claim without proof of content, date and receipt. */
  | 'reminder'
  /** A clear claim for payment that reserves the right, with proof: burofax, certified e-mail, notary. */
  | 'extrajudicial-claim'
  /** By word or conduct, not in writing and signed. */
  | 'acknowledgement'
  | 'written-acknowledgement'
  | 'part-payment'
  | 'court-claim'

/**
 * What an event does under a rule. `restarts`: the whole period begins again that day. `restarts-once`: so does the
 * first of its kind. `stops`: the period stands still, and no last day can be told. `uncertain`: sources are silent or
 * disagree, so it is not counted, which errs on the early side.
 */
export type InterruptionEffect = 'restarts' | 'restarts-once' | 'stops' | 'none' | 'uncertain'

/** How long a debt can be claimed in one country, or one region of it, and what interrupts that. */
export type LimitationRule = {
  /** ISO 3166-1, with a region where the rule is that region's: 'GB-SCT'. */
  readonly code: string
  readonly country: string
  /** Regions (ISO 3166-2 without the country) that have this rule; null for the rest of the country. */
  readonly regions: readonly string[] | null
  readonly debts: readonly DebtKind[]
  /** Debts due earlier than this are not judged: an older law held, or none was looked up. */
  readonly from: Day
  readonly years: number
  /** A shorter period for the faster action on the invoice as a document of title, where there is one. */
  readonly executiveYears: number | null
  readonly starts: 'due-day' | 'end-of-year'
  readonly effects: Readonly<Record<InterruptionKind, InterruptionEffect>>
  /** `extinguished`: nothing is owed any more, so nobody may be asked for it. `defence`: the debtor may refuse. */
  readonly expiry: 'defence' | 'extinguished'
  readonly source: string
  readonly provisional: boolean
}

/** Countries whose rules differ so much by state that no date is given. Source: aldungroup.com, an undated table. */
export const LAWYER_NEEDED: readonly string[] = ['US']

type Effects = LimitationRule['effects']

/** No letter counts; a signed acknowledgement or a part payment starts the period anew; a claim in court holds it. */
const WRITTEN_ONLY: Effects = {
  reminder: 'none',
  'extrajudicial-claim': 'none',
  acknowledgement: 'none',
  'written-acknowledgement': 'restarts',
  'part-payment': 'restarts',
  'court-claim': 'stops',
}

/** Art. 1973 CC: court, extrajudicial claim, any act of acknowledgement. Art. 944 C.Com is silent on the second; courts apply the first. */
const SPAIN: Effects = {
  reminder: 'uncertain',
  'extrajudicial-claim': 'restarts',
  acknowledgement: 'restarts',
  'written-acknowledgement': 'restarts',
  'part-payment': 'restarts',
  'court-claim': 'restarts',
}

/** What no source names is uncertain; an interruption in court begins anew that day at the earliest. */
const COURT_ONLY: Effects = {
  reminder: 'none',
  'extrajudicial-claim': 'none',
  acknowledgement: 'uncertain',
  'written-acknowledgement': 'uncertain',
  'part-payment': 'uncertain',
  'court-claim': 'restarts',
}

const COURT_OR_ACKNOWLEDGEMENT: Effects = {
  ...COURT_ONLY,
  acknowledgement: 'restarts',
  'written-acknowledgement': 'restarts',
}

const ANY_DEBT: readonly DebtKind[] = ['invoice', 'professional-fees', 'supply-to-consumer']
const BUSINESS_DEBT: readonly DebtKind[] = ['invoice', 'professional-fees']

/** What most rules share: the whole country, a defence only, counted from the due day. */
const rule = {
  regions: null,
  debts: ANY_DEBT,
  from: day('2010-01-01'),
  executiveYears: null,
  starts: 'due-day',
  expiry: 'defence',
} as const

/** Since Ley 42/2015; fifteen years and a transition until October 2020 held before. */
const SPAIN_FROM = day('2015-10-07')

export const LIMITATION_RULES: readonly LimitationRule[] = [
  {
    ...rule,
    code: 'ES',
    country: 'ES',
    debts: ['invoice'],
    from: SPAIN_FROM,
    years: 5,
    effects: SPAIN,
    source: 'Código Civil arts 1964.2 and 1973, by plana-abogados.com, rodrigoabogados.es, elderecho.com',
    provisional: false,
  },
  {
    ...rule,
    code: 'ES-CT',
    country: 'ES',
    regions: ['CT'],
    // Three for services and supplies; the general period there is ten, which most invoices are not under.
    years: 3,
    effects: SPAIN,
    source: 'Codi civil de Catalunya arts 121-20 and 121-21, from general knowledge',
    provisional: true,
  },
  {
    ...rule,
    code: 'ES',
    country: 'ES',
    debts: ['professional-fees', 'supply-to-consumer'],
    from: SPAIN_FROM,
    years: 3,
    effects: SPAIN,
    source: 'Código Civil art. 1967, from general knowledge',
    provisional: true,
  },
  {
    ...rule,
    code: 'GB-EAW',
    country: 'GB',
    years: 6,
    effects: WRITTEN_ONLY,
    source: 'Limitation Act 1980 ss 5, 29–30, by bierensgroup.com and is4profit.com',
    provisional: false,
  },
  {
    ...rule,
    code: 'GB-NIR',
    country: 'GB',
    regions: ['NIR'],
    years: 6,
    effects: WRITTEN_ONLY,
    source: 'Limitation (Northern Ireland) Order 1989, from general knowledge',
    provisional: true,
  },
  {
    ...rule,
    code: 'GB-SCT',
    country: 'GB',
    regions: ['SCT'],
    years: 5,
    effects: { ...WRITTEN_ONLY, 'court-claim': 'restarts' },
    expiry: 'extinguished',
    source: 'Prescription and Limitation (Scotland) Act 1973 s. 6, by moneyadvicescotland.org.uk and pinsentmasons.com',
    provisional: false,
  },
  {
    ...rule,
    code: 'IE',
    country: 'IE',
    years: 6,
    effects: WRITTEN_ONLY,
    source: 'Statute of Limitations 1957, from general knowledge',
    provisional: true,
  },
  {
    ...rule,
    code: 'FR',
    country: 'FR',
    debts: BUSINESS_DEBT,
    years: 5,
    effects: COURT_OR_ACKNOWLEDGEMENT,
    source: 'bierensgroup.com; Code de commerce L110-4',
    provisional: false,
  },
  {
    ...rule,
    code: 'FR',
    country: 'FR',
    debts: ['supply-to-consumer'],
    years: 2,
    effects: COURT_OR_ACKNOWLEDGEMENT,
    source: 'Code de la consommation L218-2, from general knowledge',
    provisional: true,
  },
  {
    ...rule,
    code: 'DE',
    country: 'DE',
    years: 3,
    starts: 'end-of-year',
    effects: { ...WRITTEN_ONLY, acknowledgement: 'restarts' },
    source: 'BGB §§ 195, 199, 203–204, 212, by bierensgroup.com, taxoninvoice.com, haufe.de',
    provisional: false,
  },
  {
    ...rule,
    code: 'IT',
    country: 'IT',
    debts: ['invoice', 'supply-to-consumer'],
    years: 10,
    effects: { ...COURT_OR_ACKNOWLEDGEMENT, reminder: 'uncertain', 'extrajudicial-claim': 'restarts' },
    source: 'bierensgroup.com',
    provisional: false,
  },
  {
    ...rule,
    code: 'IT',
    country: 'IT',
    debts: ['professional-fees'],
    years: 3,
    effects: { ...COURT_OR_ACKNOWLEDGEMENT, reminder: 'uncertain', 'extrajudicial-claim': 'restarts' },
    source: 'presumptive limitation of professionals’ fees, from general knowledge',
    provisional: true,
  },
  {
    ...rule,
    code: 'PT',
    country: 'PT',
    debts: ['invoice'],
    years: 20,
    // One source lets a private letter interrupt; art. 323 CC asks for a judicial act.
    effects: { ...COURT_OR_ACKNOWLEDGEMENT, 'extrajudicial-claim': 'uncertain' },
    source: 'bierensgroup.com, in conflict with Código Civil art. 323',
    provisional: true,
  },
  {
    ...rule,
    code: 'NL',
    country: 'NL',
    debts: BUSINESS_DEBT,
    years: 5,
    effects: { ...COURT_ONLY, reminder: 'uncertain', 'extrajudicial-claim': 'restarts' },
    source: 'bierensgroup.com, collectionsineurope.com',
    provisional: false,
  },
  {
    ...rule,
    code: 'NL',
    country: 'NL',
    debts: ['supply-to-consumer'],
    years: 2,
    effects: { ...COURT_ONLY, reminder: 'uncertain', 'extrajudicial-claim': 'restarts' },
    source: 'general knowledge',
    provisional: true,
  },
  {
    ...rule,
    code: 'AU',
    country: 'AU',
    years: 6,
    effects: WRITTEN_ONLY,
    source: 'merion.com.au, matthewsfolbigg.com.au',
    provisional: false,
  },
  {
    ...rule,
    code: 'AU-NT',
    country: 'AU',
    regions: ['NT'],
    years: 3,
    effects: WRITTEN_ONLY,
    source: 'merion.com.au, matthewsfolbigg.com.au',
    provisional: false,
  },
  {
    ...rule,
    code: 'AU-NSW',
    country: 'AU',
    regions: ['NSW'],
    years: 6,
    effects: WRITTEN_ONLY,
    expiry: 'extinguished',
    source: 'merion.com.au, matthewsfolbigg.com.au',
    provisional: false,
  },
  {
    ...rule,
    code: 'NZ',
    country: 'NZ',
    years: 6,
    effects: WRITTEN_ONLY,
    source: 'Limitation Act 2010, from general knowledge',
    provisional: true,
  },
  {
    ...rule,
    code: 'CA-2',
    country: 'CA',
    regions: ['ON', 'BC', 'AB', 'SK', 'NB', 'NS'],
    years: 2,
    effects: WRITTEN_ONLY,
    source: 'general knowledge',
    provisional: true,
  },
  {
    ...rule,
    code: 'CA-QC',
    country: 'CA',
    regions: ['QC'],
    years: 3,
    effects: WRITTEN_ONLY,
    source: 'general knowledge',
    provisional: true,
  },
  {
    ...rule,
    code: 'CA-PE',
    country: 'CA',
    regions: ['PE'],
    years: 6,
    effects: WRITTEN_ONLY,
    source: 'general knowledge',
    provisional: true,
  },
  {
    ...rule,
    code: 'MX',
    country: 'MX',
    debts: ['invoice'],
    years: 10,
    effects: COURT_OR_ACKNOWLEDGEMENT,
    source: 'Código de Comercio art. 1047, from general knowledge',
    provisional: true,
  },
  {
    ...rule,
    code: 'MX',
    country: 'MX',
    debts: ['supply-to-consumer'],
    years: 1,
    effects: COURT_OR_ACKNOWLEDGEMENT,
    source: 'Código de Comercio art. 1043-I, from general knowledge',
    provisional: true,
  },
  {
    ...rule,
    code: 'MX',
    country: 'MX',
    debts: ['professional-fees'],
    years: 2,
    effects: COURT_OR_ACKNOWLEDGEMENT,
    source: 'general knowledge',
    provisional: true,
  },
  {
    ...rule,
    code: 'CO',
    country: 'CO',
    debts: ['invoice'],
    years: 10,
    executiveYears: 3,
    effects: { ...COURT_OR_ACKNOWLEDGEMENT, 'extrajudicial-claim': 'restarts-once' },
    source: 'gerencie.com (Código de Comercio art. 789); CC art. 2536 and CGP art. 94 from general knowledge',
    provisional: true,
  },
  {
    ...rule,
    code: 'CL',
    country: 'CL',
    debts: ['invoice'],
    years: 5,
    executiveYears: 1,
    effects: COURT_ONLY,
    source: 'Ley 19.983 art. 10 by diarioconstitucional.cl; CC art. 2515 from general knowledge',
    provisional: true,
  },
]
