import { daysBetween } from '../chase/day.ts'
import { shortestDeadlineDays } from '../chase/demand-terms.ts'
import { REQUIRED_ENCLOSURES, type Contract, type Demand, type DemandKind, type Party } from './demand.ts'
import { undrawable } from './sheet.ts'

/** Something that keeps a demand from being a proper one, or from being a demand we are willing to draw. */
export type DemandProblem = { readonly problem: keyof typeof WORDS; readonly detail: string }

/**
 * What stands in the way, before its words are looked at. Empty means that it may be drawn as a draft; an approved one
 * has to pass the same, and rates that are only provisional need a yes of their own.
 *
 * Sources: `formal_letters` of our research (confidence B: read in secondary sources, so a lawyer should sign the
 * texts): Ley 3/2004 and art. 1973 CC with LO 1/2025 for Spain, the Practice Direction on Pre-Action Conduct and the
 * Pre-Action Protocol for Debt Claims, paragraph 3, for the United Kingdom.
 */
export function demandProblems(demand: Demand): DemandProblem[] {
  const { kind, language, debtor, creditor, charges, approved } = demand
  return [
    ...when(language === 'es' && isBritish(kind), 'language'),
    ...when(!DEBTORS[kind].includes(debtor.is), 'debtor-kind', debtor.is),
    ...missingIn(creditor, 'creditor', kind),
    ...missingIn(debtor, 'debtor', kind),
    ...when(demand.answerTo.address.length === 0 && kind === 'uk-individual', 'reply-address'),
    ...when(demand.answerTo.email === null && demand.answerTo.phone === null, 'contact'),
    ...when(demand.payTo.lines.length === 0, 'bank'),
    ...when(!isToldInFull(demand.contract), 'contract'),
    ...sumProblems(demand),
    ...deadlineProblems(demand),
    ...when(charges !== null && debtor.is === 'consumer', 'charges-consumer'),
    ...when(
      charges !== null && charges.interest.length > 0 && charges.perDay.length === 0 && kind !== 'generic',
      'daily-rate',
    ),
    ...when(demand.nextStep === null && kind !== 'spain', 'next-step'),
    ...when(demand.nextStep === 'order-for-payment' && kind !== 'spain', 'monitorio-elsewhere'),
    ...when(demand.invitesToNegotiate && kind !== 'spain', 'negotiation-elsewhere'),
    ...when(demand.creditFile !== null && kind !== 'spain', 'credit-file'),
    ...when(demand.creditFile !== null && !canBeReported(demand), 'credit-file'),
    ...REQUIRED_ENCLOSURES[kind].filter((one) => !demand.enclosed.includes(one)).map((one) => at('enclosure', one)),
    ...when(
      approved !== null &&
        !approved.withProvisionalRates &&
        (charges?.interest.some((line) => line.provisional) ?? false),
      'provisional',
    ),
    ...undrawable([creditor, debtor].flatMap((party) => [party.name, ...party.address]).join(' ')).map((character) =>
      at('undrawable', character),
    ),
  ]
}

const at = (problem: DemandProblem['problem'], detail = ''): DemandProblem => ({ problem, detail })
const when = (wrong: boolean, problem: DemandProblem['problem'], detail = ''): DemandProblem[] =>
  wrong ? [at(problem, detail)] : []

const isBritish = (kind: DemandKind): boolean => kind === 'uk-company' || kind === 'uk-individual'

/** Whom each kind is for. In the United Kingdom a sole trader is a person, who is owed the Protocol. */
const DEBTORS: Readonly<Record<DemandKind, readonly Demand['debtor']['is'][]>> = {
  spain: ['company', 'public-body', 'sole-trader', 'consumer'],
  'uk-company': ['company', 'public-body'],
  'uk-individual': ['sole-trader', 'consumer'],
  generic: ['company', 'public-body', 'sole-trader'],
}

function deadlineProblems(demand: Demand): DemandProblem[] {
  const fewest = shortestDeadlineDays(demand)
  return when(daysBetween(demand.on, demand.deadline) < fewest, 'deadline', String(fewest))
}

/** What was agreed, and between whom; where it was only said, also where. */
const isToldInFull = (contract: Contract): boolean =>
  (contract.form === 'written'
    ? [contract.what, contract.parties]
    : [contract.what, contract.where, contract.between]
  ).every((text) => text.trim() !== '')

function missingIn(party: Party, who: string, kind: DemandKind): DemandProblem[] {
  return [
    ...when(party.name.trim() === '', 'name', who),
    ...when(party.address.length === 0, 'address', who),
    ...when(party.taxId === null && kind === 'spain', 'tax-id', who),
  ]
}

/** Every figure that the letter prints twice has to be the same twice. */
function sumProblems({ invoices, charges, on }: Demand): DemandProblem[] {
  const wrong = invoices.filter(({ total, settled, outstanding }) => {
    const amounts = [...settled.map(({ amount }) => amount), outstanding]
    const sum = amounts.reduce((minor, amount) => minor + amount.minor, 0)
    return sum !== total.minor || amounts.some(({ currency }) => currency !== total.currency) || outstanding.minor <= 0
  })
  const known = new Map(invoices.map(({ number, total }) => [number, total.currency]))
  const lines = [...(charges?.interest ?? []), ...(charges?.compensation ?? [])]
  return [
    ...when(invoices.length === 0, 'no-invoice'),
    ...when(known.size !== invoices.length, 'invoice-twice'),
    ...wrong.map(({ number }) => at('sum', number)),
    ...invoices.filter(({ dueOn }) => dueOn >= on).map(({ number }) => at('not-due', number)),
    ...lines
      .filter(({ invoice, amount }) => known.get(invoice) !== amount.currency)
      .map(({ invoice }) => at('charge-without-invoice', invoice)),
    ...(charges?.interest ?? [])
      .filter(({ from, to, days }) => daysBetween(from, to) + 1 !== days)
      .map(({ invoice }) => at('days', invoice)),
  ]
}

/** Spain: reporting needs at least EUR 50 of a person's debt, and an announcement. */
function canBeReported({ invoices, creditFile }: Demand): boolean {
  const euros = invoices.reduce(
    (sum, { outstanding }) => sum + (outstanding.currency === 'EUR' ? outstanding.minor : 0),
    0,
  )
  return euros >= 5000 && creditFile !== null && creditFile.clause.trim() !== ''
}

/** Says a problem to the person who fills the demand in, in their language. */
export function sayDemandProblem({ problem, detail }: DemandProblem, language: 'es' | 'en'): string {
  return WORDS[problem][language].replaceAll('{}', detail)
}

const WORDS = {
  language: {
    es: 'Las cartas para el Reino Unido se escriben en inglés.',
    en: 'Letters for the United Kingdom are written in English.',
  },
  'debtor-kind': {
    es: 'Esta clase de carta no es para este deudor ({}).',
    en: 'This kind of letter is not for this debtor ({}).',
  },
  name: { es: 'Falta el nombre ({}).', en: 'A name is missing ({}).' },
  address: { es: 'Falta el domicilio ({}).', en: 'An address is missing ({}).' },
  'tax-id': { es: 'Falta el NIF ({}).', en: 'A tax number is missing ({}).' },
  'reply-address': {
    es: 'Falta la dirección postal para el formulario de respuesta.',
    en: 'The postal address for the Reply Form is missing.',
  },
  contact: {
    es: 'Falta un correo o un teléfono para responder.',
    en: 'An e-mail address or a telephone number to answer to is missing.',
  },
  contract: {
    es: 'Falta de qué nace la deuda: qué se acordó, cuándo y entre quiénes.',
    en: 'What the debt is for is missing: what was agreed, when and between whom.',
  },
  bank: { es: 'Faltan los datos para pagar.', en: 'How to pay is missing.' },
  'no-invoice': { es: 'No hay ninguna factura.', en: 'There is no invoice.' },
  'invoice-twice': { es: 'Una factura aparece dos veces.', en: 'An invoice appears twice.' },
  sum: {
    es: 'En la factura {} el total, lo pagado y lo pendiente no cuadran.',
    en: 'On invoice {} total, payments and outstanding amount do not add up.',
  },
  'not-due': { es: 'La factura {} no está vencida.', en: 'Invoice {} is not overdue.' },
  'charge-without-invoice': {
    es: 'Hay intereses o indemnización de una factura que no está en la carta, o en otra moneda ({}).',
    en: 'There is interest or compensation for an invoice that is not in the letter, or in another currency ({}).',
  },
  days: {
    es: 'Los días de un tramo de intereses no coinciden con sus fechas ({}).',
    en: 'The days of a stretch of interest do not match its dates ({}).',
  },
  deadline: { es: 'El plazo debe ser al menos de {} días.', en: 'The deadline must be at least {} days away.' },
  'charges-consumer': {
    es: 'A un consumidor no se le reclaman los intereses ni la indemnización entre empresas.',
    en: 'A consumer is not asked for the interest and compensation that businesses owe each other.',
  },
  'daily-rate': {
    es: 'Falta cuánto añade cada día más de intereses.',
    en: 'What each further day of interest adds is missing.',
  },
  'next-step': {
    es: 'Falta qué se hará si no hay respuesta.',
    en: 'What will be done if there is no answer is missing.',
  },
  'monitorio-elsewhere': {
    es: 'El monitorio es solo de España.',
    en: 'The monitorio exists in Spain only.',
  },
  'negotiation-elsewhere': {
    es: 'La invitación a negociar de la LO 1/2025 es solo de España.',
    en: 'The invitation to negotiate under LO 1/2025 is for Spain only.',
  },
  'credit-file': {
    es: 'No se menciona un fichero de morosos si no es realmente posible: en España, al menos 50 € y anunciado en el contrato.',
    en: 'A credit file is not mentioned unless reporting is really possible: in Spain, at least EUR 50 and announced in the contract.',
  },
  enclosure: { es: 'Falta un documento adjunto ({}).', en: 'An enclosure is missing ({}).' },
  provisional: {
    es: 'Hay tipos de interés provisionales: la aprobación debe aceptarlos.',
    en: 'Some interest rates are provisional: the approval has to accept them.',
  },
  undrawable: {
    es: 'Un nombre o un domicilio tiene un carácter que no se puede imprimir: {}',
    en: 'A name or an address has a character that cannot be printed: {}',
  },
  'forbidden-words': {
    es: 'La carta diría algo que no debe decir: «{}»',
    en: 'The letter would say something that it must not say: “{}”',
  },
} as const
