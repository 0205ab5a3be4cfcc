import { seen } from './blocks.ts'
import type { Demand, DemandKind } from './demand.ts'
import type { DemandProblem } from './demand-problems.ts'

/**
 * What a letter must never say, found in the words it would print: a private letter that looks like a court's or an
 * authority's paper, threats, and what belongs to another kind of letter or to another country.
 *
 * Names and addresses are left out of the search: a company may be called as it likes. Sources: `formal_letters` and
 * `contact_rules` of our research (UK: Administration of Justice Act 1970, s. 40; Mexico: CPF 284 Bis; Chile: Ley
 * 21.320: nothing that looks judicial), and never a statutory demand, which is a prescribed form of its own.
 */
export function forbiddenIn(demand: Demand, words: string): DemandProblem[] {
  const letter = namesOf(demand).reduce((rest, name) => (name === '' ? rest : rest.replaceAll(name, ' ')), words)
  const patterns = [
    ...EVERYWHERE,
    ...ONLY_FOR_OTHERS[demand.kind],
    ...(demand.creditFile === null ? CREDIT_FILES : []),
    ...(demand.nextStep === 'order-for-payment' ? [] : [/monitorio/i]),
  ]
  return patterns.flatMap((pattern) => {
    const [found] = pattern.exec(letter) ?? []
    return found === undefined ? [] : [{ problem: 'forbidden-words' as const, detail: found }]
  })
}

const namesOf = ({ creditor, debtor, assignment, answerTo }: Demand): string[] =>
  [
    creditor.name,
    debtor.name,
    answerTo.name,
    ...(assignment === null ? [] : [assignment.from, assignment.to]),
    ...[creditor, debtor, answerTo].flatMap(({ address }) => address),
  ]
    .map(seen)
    .sort((one, other) => other.length - one.length)

const EVERYWHERE: readonly RegExp[] = [
  // The looks of a court's paper.
  /c[ée]dula de (?:citaci[óo]n|emplazamiento|notificaci[óo]n|requerimiento)/i,
  /\bjuzgado\b|administraci[óo]n de justicia|diligencia de ordenaci[óo]n|\bprovidencia\b|\bemplazamiento\b/i,
  /\b(?:autos|procedimiento|expediente)\s+(?:n[.ºo°]|judicial)/i,
  /en nombre de(?:l rey| s\. ?m\.)|mandamiento de (?:ejecuci[óo]n|embargo)|orden judicial/i,
  /\bin the (?:county|high|supreme|district) court\b|\bclaim (?:form|number|no\.)|\bcase (?:number|no\.)/i,
  /\bsummons\b|\bsubpoena\b|\bwrit\b|\bby order of\b|\bnotice of (?:issue|hearing|proceedings)\b|\bplaintiff\b|\bdefendant\b/i,
  // Threats: crime, shame, force.
  /\bpolice\b|\bpolic[íi]a|\bcriminal|\bpenal(?:es)?\b|\bdelito|\bestafa|\bfraud|\bprison\b|\bc[áa]rcel|\barrest/i,
  /\bbailiffs?\b|\benforcement agents?\b|\bembarg(?:o|ar|os)\b|\bcounty court judgment\b|\bccj\b/i,
  /tell (?:your|the) (?:customers|employer|neighbours)|(?:sus|tus) (?:clientes|vecinos) sabr[áa]n/i,
  // Forms of their own, which are nobody's to imitate.
  /\bstatutory demand\b|\bwinding[- ]up\b|\bbankruptcy petition\b|\bconcurso necesario\b/i,
  // What third-party collectors of consumer debts have to say in the United States, and nobody else may.
  /attempt to collect a debt|debt collector|any information obtained will be used/i,
]

const CREDIT_FILES: readonly RegExp[] = [
  /\basnef\b|\bbadexcug\b|\bequifax\b|\bexperian\b|fichero de (?:morosos|solvencia)|credit (?:file|bureau|record|rating)/i,
]

const SPANISH_LAW = /art(?:[íi]culo|icle|\.) 1973|ley 3\/2004|\b(?:lo|ley org[áa]nica|organic law) 1\/2025|lopdgdd/i
const EUROPEAN_LAW = /directiv[ae] 2011\/7/i
const BRITISH_LAW = /late payment of commercial debts|pre-action|practice direction/i
const BRITISH_FORMS = /debt claims|reply form|financial statement|information sheet/i

const ONLY_FOR_OTHERS: Readonly<Record<DemandKind, readonly RegExp[]>> = {
  spain: [BRITISH_LAW, BRITISH_FORMS],
  'uk-company': [SPANISH_LAW, EUROPEAN_LAW, BRITISH_FORMS],
  'uk-individual': [SPANISH_LAW, EUROPEAN_LAW],
  generic: [SPANISH_LAW, EUROPEAN_LAW, BRITISH_LAW, BRITISH_FORMS],
}
