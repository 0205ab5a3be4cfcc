import { createFormats, type Format } from '../mail/format.ts'
import { wordsOf, type Block, type Side } from './blocks.ts'
import { claimed, type Charges, type Demand, type Party } from './demand.ts'
import { percentIn } from './demand-charges.ts'
import { forbiddenIn } from './demand-forbidden.ts'
import { demandProblems, sayDemandProblem, type DemandProblem } from './demand-problems.ts'
import { ENGLISH, SPANISH, type DemandWords, type ReviewPoint } from './demand-words.ts'
import { drawPaper } from './paper.ts'

/** The demand cannot be drawn as it is; `problems` says everything that is wrong with it. */
export class DemandRefused extends Error {
  override readonly name = 'DemandRefused'
  readonly problems: readonly DemandProblem[]

  constructor(problems: readonly DemandProblem[]) {
    super(problems.map((problem) => sayDemandProblem(problem, 'en')).join(' '))
    this.problems = problems
  }
}

/**
 * The formal demand as a PDF: marked as a draft on every page, with a sheet for the reviewer, until it is approved.
 *
 * Throws DemandRefused when something required is missing, something forbidden would be said, or the figures do not
 * add up. Equal demands give equal bytes. It is never sent from here.
 */
export async function demandLetter(demand: Demand): Promise<Uint8Array> {
  const problems = checkDemand(demand)
  if (problems.length > 0) throw new DemandRefused(problems)
  const { creditor, language, approved } = demand
  const words = wordsIn(language)
  return await drawPaper(
    {
      language,
      title: `${words.title[demand.kind]} · ${demand.reference} · ${demand.debtor.name}`,
      from: { name: creditor.name, details: [creditor.phone, creditor.email].filter((line) => line !== null) },
      footer: `${creditor.name} · ${words.reference}: ${demand.reference}`,
      madeAt: Temporal.Instant.from(`${demand.on}T00:00:00Z`),
      draftMark: approved === null ? words.draft : null,
    },
    [...letterBlocks(demand), ...(approved === null ? reviewSheet(demand, words) : [])],
  )
}

/** Everything that is wrong with a demand: what is missing, what does not add up, and what it would say and must not. */
export function checkDemand(demand: Demand): DemandProblem[] {
  const problems = demandProblems(demand)
  // Without its parts there is no letter to read yet.
  if (demand.invoices.length === 0) return problems
  return [...problems, ...forbiddenIn(demand, wordsOf(letterBlocks(demand)))]
}

const wordsIn = (language: 'es' | 'en'): DemandWords => (language === 'es' ? SPANISH : ENGLISH)

/** The letter's words in their order, without its head and without the reviewer's sheet. */
export function letterBlocks(demand: Demand): Block[] {
  const words = wordsIn(demand.language)
  const format = formatFor(demand)
  return [
    ...opening(demand, words, format),
    ...basis(demand, words, format),
    ...invoices(demand, words, format),
    ...charges(demand, words, format),
    ...whatIsAsked(demand, words, format),
    ...waysToAnswer(demand, words, format),
    ...whatFollows(demand, words),
    ...ending(demand, words),
  ]
}

const formats = createFormats()

function formatFor({ language, locale, on, invoices }: Demand): Format {
  const currencies = invoices.map(({ total }) => total.currency)
  // With the code where the locale's own currency is another one: a formal letter is read without its context.
  return formats({
    language,
    locale,
    today: on,
    country: locale.split('-')[1] ?? null,
    homeCurrency: currencies[0] ?? 'EUR',
    currencies,
  })
}

type Paragraph = Extract<Block, { is: 'paragraph' }>

const isPerson = ({ debtor }: Demand): boolean => debtor.is === 'sole-trader' || debtor.is === 'consumer'

function opening(demand: Demand, words: DemandWords, format: Format): Block[] {
  const { creditor, debtor, kind, on } = demand
  const totals = claimed(demand).map(({ total }) => format.money(total))
  return [
    { is: 'paragraph', text: format.longDate(on), weight: 'strong' },
    { is: 'paragraph', text: `${words.reference}: ${demand.reference}`, weight: 'small' },
    { is: 'sides', sides: [sideOf(words.debtor, debtor), sideOf(words.creditor, creditor)] },
    { is: 'title', text: words.title[kind] },
    {
      is: 'paragraph',
      text: words.subject(
        format.list(demand.invoices.map(({ number }) => number)),
        demand.invoices.length,
        format.list(totals),
      ),
      weight: 'strong',
    },
    paragraph(words.opening(creditor.name, format.longDate(on), kind, isPerson(demand))),
  ]
}

const sideOf = (label: string, party: Party): Side => ({
  label,
  lines: [party.name, ...party.address, ...[party.taxId, party.registration].filter((line) => line !== null)],
})

function basis({ contract, assignment, kind }: Demand, words: DemandWords, format: Format): Block[] {
  const on = format.longDate(contract.on)
  const facts = { ...contract, on, what: withoutStop(contract.what) }
  const text = facts.form === 'written' ? words.written(facts) : words.oral(facts)
  const copy = facts.form === 'written' && kind !== 'spain' ? ` ${words.copyOnRequest}` : ''
  return [
    { is: 'heading', text: words.basis },
    { is: 'paragraph', text: `${text}${copy}` },
    ...(assignment === null
      ? []
      : [
          paragraph(
            words.assigned({
              ...assignment,
              on: format.longDate(assignment.on),
              originalDebt: withoutStop(assignment.originalDebt),
            }),
          ),
        ]),
  ]
}

/** A sentence that ends with a name like "Vega, S.L." has its stop already. */
const paragraph = (text: string): Paragraph => ({ is: 'paragraph', text: text.replaceAll(/(?<!\.)\.\.(?=\s|$)/g, '.') })

const withoutStop = (text: string): string => text.trim().replace(/\.$/, '')

function invoices(demand: Demand, words: DemandWords, format: Format): Block[] {
  const titles = words.invoiceColumns
  return [
    { is: 'heading', text: words.invoices },
    {
      is: 'table',
      columns: [
        { title: titles[0], share: 15, align: 'left' },
        { title: titles[1], share: 13, align: 'left' },
        { title: titles[2], share: 13, align: 'left' },
        { title: titles[3], share: 17, align: 'left' },
        { title: titles[4], share: 14, align: 'right' },
        { title: titles[5], share: 14, align: 'right' },
        { title: titles[6], share: 14, align: 'right' },
      ],
      rows: demand.invoices.map(({ number, issuedOn, dueOn, order, total, outstanding }) => [
        number,
        format.shortDate(issuedOn),
        format.shortDate(dueOn),
        order ?? '–',
        format.money(total),
        total.minor === outstanding.minor
          ? '–'
          : format.money({ minor: total.minor - outstanding.minor, currency: total.currency }),
        format.money(outstanding),
      ]),
      foot: claimed({ ...demand, charges: null }).map(({ principal }) => [
        words.total, '', '', '', '', '', format.money(principal),
      ]), // prettier-ignore
      notes: demand.invoices.flatMap(({ number, settled }) =>
        settled.map(({ on, what, amount }) =>
          on === null
            ? words.credited(format.money(amount), number)
            : words.settled(format.longDate(on), what, format.money(amount), number),
        ),
      ),
    },
    ...(demand.leftOut.length === 0
      ? []
      : [
          paragraph(
            words.leftOut(
              format.list(demand.leftOut.map((one) => `${one.number} (${words.leftOutBecause[one.because]})`)),
            ),
          ),
        ]),
  ]
}

function charges(demand: Demand, words: DemandWords, format: Format): Block[] {
  const { charges: given } = demand
  if (given === null) return [paragraph(words.noCharges)]
  return [
    ...(given.interest.length === 0 ? [] : interest(demand, given, words, format)),
    ...(given.compensation.length === 0 ? [] : compensation(demand, given, words, format)),
  ]
}

function interest(demand: Demand, given: Charges, words: DemandWords, format: Format): Block[] {
  const titles = words.interestColumns
  const rate = percentIn(demand.locale)
  const mark = (provisional: boolean): string => (provisional ? '\u00a0*' : '')
  const sources = new Set(
    given.interest.map((line) => words.rateSource(rate(line.ratePercent), withoutStop(line.source))),
  )
  const goesOn =
    given.perDay.length > 0 ? words.perDay(format.list(given.perDay.map(format.money))) : words.interestStops
  return [
    { is: 'heading', text: words.interest },
    { is: 'paragraph', text: words.workedOut(given.basis, format.longDate(given.upTo)) },
    {
      is: 'table',
      columns: [
        { title: titles[0], share: 17, align: 'left' },
        { title: titles[1], share: 14, align: 'left' },
        { title: titles[2], share: 14, align: 'left' },
        { title: titles[3], share: 8, align: 'right' },
        { title: titles[4], share: 17, align: 'right' },
        { title: titles[5], share: 15, align: 'right' },
        { title: titles[6], share: 15, align: 'right' },
      ],
      rows: given.interest.map(({ invoice, from, to, days, principal, ratePercent, amount, provisional }) => [
        invoice,
        format.shortDate(from),
        format.shortDate(to),
        String(days),
        format.money(principal),
        `${rate(ratePercent)}${mark(provisional)}`,
        format.money(amount),
      ]),
      foot: claimed(demand)
        .filter(({ interest }) => interest.minor !== 0)
        .map(({ interest }) => [words.total, '', '', '', '', '', format.money(interest)]),
      notes: [...sources, ...(given.interest.some(({ provisional }) => provisional) ? [words.provisional] : [])],
    },
    paragraph(goesOn),
  ]
}

function compensation(demand: Demand, given: Charges, words: DemandWords, format: Format): Block[] {
  const titles = words.compensationColumns
  return [
    { is: 'heading', text: words.compensation },
    {
      is: 'table',
      columns: [
        { title: titles[0], share: 17, align: 'left' },
        { title: titles[1], share: 68, align: 'left' },
        { title: titles[2], share: 15, align: 'right' },
      ],
      rows: given.compensation.map(({ invoice, amount, source }) => [invoice, source, format.money(amount)]),
      foot: claimed(demand)
        .filter(({ compensation }) => compensation.minor !== 0)
        .map(({ compensation }) => [words.total, '', format.money(compensation)]),
    },
  ]
}

function whatIsAsked(demand: Demand, words: DemandWords, format: Format): Block[] {
  const totals = claimed(demand)
  const deadline = format.fullDate(demand.deadline)
  const person = isPerson(demand)
  return [
    { is: 'heading', text: words.claimed },
    ...totals.map(({ principal, interest, compensation, total }): Block => {
      const parts: [string, string][] = [[words.parts.principal, format.money(principal)]]
      if (interest.minor !== 0) parts.push([words.parts.interest, format.money(interest)])
      if (compensation.minor !== 0) parts.push([words.parts.compensation, format.money(compensation)])
      return { is: 'facts', rows: [...parts, [words.parts.total, format.money(total)]], strongLast: true }
    }),
    { is: 'heading', text: words.demand },
    {
      is: 'paragraph',
      text: words.payBy(format.list(totals.map(({ total }) => format.money(total))), deadline, person),
      weight: 'strong',
    },
    ...(demand.kind === 'spain' ? [paragraph(words.interrupts)] : []),
    { is: 'heading', text: words.pay },
    { is: 'list', items: [...demand.payTo.lines, words.quote(demand.payTo.reference, person)] },
  ]
}

function waysToAnswer(demand: Demand, words: DemandWords, format: Format): Block[] {
  const { answerTo, kind, instalments } = demand
  const person = isPerson(demand)
  const who = [answerTo.name, answerTo.role].filter((part) => part !== null).join(', ')
  const ways = [answerTo.email, answerTo.phone, answerTo.address.join(', ')].filter((way) => way).join(' · ')
  const protocol = kind === 'uk-individual' ? words.british : null
  return [
    { is: 'heading', text: words.answer },
    ...(protocol
      ? [
          paragraph(
            protocol.replyForm([answerTo.name, ...answerTo.address].join(', '), format.fullDate(demand.deadline)),
          ),
          paragraph(protocol.protocolWaits),
        ]
      : []),
    paragraph(words.disagree(person)),
    paragraph(words.contact(who, ways)),
    { is: 'heading', text: words.plan },
    paragraph(words.offerPlan(person)),
    ...(protocol ? [paragraph(protocol.financialStatement)] : []),
    ...(instalments === null ? [] : [paragraph(words.instalments(instalments.whyNotAcceptable))]),
    ...(kind === 'uk-company' && words.british ? [paragraph(words.british.disputeResolution)] : []),
    ...(demand.invitesToNegotiate ? [paragraph(words.negotiation(person))] : []),
  ]
}

function whatFollows({ nextStep, creditFile, creditor }: Demand, words: DemandWords): Block[] {
  const sentences = [
    ...(nextStep === null ? [] : [words.next(nextStep, creditor.name)]),
    ...(creditFile === null ? [] : [words.creditFile(creditFile.name, creditFile.clause)]),
  ]
  if (sentences.length === 0) return []
  return [{ is: 'heading', text: words.otherwise }, ...sentences.map(paragraph)]
}

function ending({ enclosed, answerTo, creditor, approved }: Demand, words: DemandWords): Block[] {
  // A draft has nobody's name under it: whoever approves it signs.
  const role = approved?.by === answerTo.name ? answerTo.role : null
  const signed = [approved?.by ?? null, role, creditor.name].filter((line) => line !== null)
  return [
    { ...paragraph(words.noAuthority(creditor.name)), weight: 'small' },
    { is: 'signature', close: words.close, lines: signed },
    { is: 'heading', text: words.enclosed },
    { is: 'list', items: enclosed.map((one) => words.enclosures[one]) },
  ]
}

/** What the person who approves has to have looked at, for this letter. */
export function reviewPoints(demand: Demand): ReviewPoint[] {
  const { kind, charges: given, nextStep, invitesToNegotiate, creditFile, credits } = demand
  const spain = kind === 'spain'
  const needed: readonly (readonly [ReviewPoint, boolean])[] = [
    ['facts', true],
    ['not-disputed', true],
    ['credits', credits.length > 0],
    ['enclosures', true],
    ['signatory', true],
    ['next-step-true', nextStep !== null],
    ['charges-true', given !== null],
    ['provisional', given?.interest.some(({ provisional }) => provisional) ?? false],
    ['provable-channel', spain],
    [
      'negotiation-first',
      spain && !invitesToNegotiate && (nextStep === 'court-claim' || nextStep === 'order-for-payment'),
    ],
    ['lawyer-for-offer', spain && invitesToNegotiate],
    ['credit-file-true', creditFile !== null],
    ['forms', kind === 'uk-individual'],
    ['by-post', kind === 'uk-individual'],
    ['local-law', kind === 'generic'],
  ]
  return needed.filter(([, isNeeded]) => isNeeded).map(([point]) => point)
}

/** The same in words, in the language of whoever reviews. */
export const sayReviewPoint = (point: ReviewPoint, language: 'es' | 'en'): string =>
  wordsIn(language).review.points[point].replace(/^☐ /, '')

function reviewSheet(demand: Demand, words: DemandWords): Block[] {
  return [
    { is: 'new-page' },
    { is: 'title', text: words.review.title },
    paragraph(words.review.lead),
    { is: 'list', items: reviewPoints(demand).map((point) => words.review.points[point]) },
  ]
}
