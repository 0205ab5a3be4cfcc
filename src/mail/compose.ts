import type { Day } from '../chase/day.ts'
import { type Money, money, totalsPerCurrency } from '../chase/money.ts'
import { isStage } from '../chase/stage.ts'
import { chooseWording } from './choose-wording.ts'
import { cleanLine } from './clean.ts'
import { type Draft, draftOf, readerOf } from './draft.ts'
import { createFormats } from './format.ts'
import { greetedName } from './greeting.ts'
import { loadLayout, type Page, type Pair, type Table } from './layout.ts'
import type { Compose, MessageFacts } from './mailer.ts'
import { claimOf, lastNotesOf, middleOf, noticeNotesOf } from './notes.ts'
import { requireSound } from './sound.ts'
import {
  ageingTable,
  claimTable,
  creditTable,
  excludedTable,
  invoiceTable,
  isSome,
  labelled,
  planTable,
  receivedTable,
} from './tables.ts'
import { renderText } from './text.ts'
import { loadWordings, type Wording, type Wordings } from './wordings.ts'
import { methodText, wordsOf } from './words.ts'

/**
 * Loads layout and wordings once and returns the function that makes messages of them.
 *
 * Only values built here from `MessageFacts` reach a template: cleaned, written for the reader, as plain text. The page
 * is escaped when it is filled; the text part is the same values without mark-up. MJML is not loaded: the layout is
 * compiled beforehand (scripts/compile-templates.ts). Throws when the compiled layout is out of date; the function
 * throws for facts that do not make the message they are for.
 */
export async function createCompose(templatesDir: string): Promise<Compose> {
  const [fillLayout, wordings] = await Promise.all([loadLayout(templatesDir), loadWordings(templatesDir)])
  const formatFor = createFormats()
  return (facts) => {
    requireSound(facts)
    const { wording, choice } = chooseWording(wordings.idsOf(facts.stage, facts.language), facts)
    const page = pageOf(draftOf(facts, wordings, formatFor(readerOf(facts))), wordings, wording)
    return { wording, choice, subject: page.subject, html: fillLayout(page), text: renderText(page) }
  }
}

const SUBJECT_LENGTH = 160
/** Notices that say nothing of how to pay: two because nothing is asked, one because it may be a stranger's. */
const WITHOUT_DETAILS: ReadonlySet<string> = new Set(['thank-you', 'plan-offer', 'right-person'])

function pageOf(draft: Draft, wordings: Wordings, wordingId: string): Page {
  const { facts, items, many, phrase, details } = draft
  const wording = wordings.fill(wordingId, facts.treatment ?? 'usted', wordsOf(draft))
  const onLadder = isStage(facts.stage)
  const undisputed = facts.stage === 'query-received' && facts.invoices.length > 0
  const showsDetails = facts.stage === 'query-received' ? undisputed : !WITHOUT_DETAILS.has(facts.stage)
  return {
    lang: facts.language,
    subject: subjectOf(facts, wording),
    lead: [greetingOf(draft), ...wording.opening, ...wording.ask],
    pairs: pairsOf(draft),
    pairsAddUp: facts.stage === 'statement',
    tables: tablesOf(draft),
    button: onLadder && !many ? (items[0]?.link ?? null) : null,
    middle: onLadder ? middleOf(draft, wording) : [...wording.after, ...noticeNotesOf(draft)],
    detailsLabel: phrase('label details'),
    details: showsDetails ? details : [],
    closing: [...(onLadder ? [lastNotesOf(draft)] : []), ...wording.closing],
    signature: signatureOf(draft),
  }
}

function subjectOf(facts: MessageFacts, wording: Wording): string {
  const thread = facts.threadSubject && cleanLine(facts.threadSubject, SUBJECT_LENGTH).replace(/^(re:\s*)+/i, '')
  return cleanLine(thread ? `Re: ${thread}` : wording.subject, SUBJECT_LENGTH)
}

function greetingOf({ facts, phrase }: Draft): string {
  const greeted = greetedName(facts)
  return greeted === null ? phrase('greeting nobody') : phrase('greeting', { greeted })
}

function tablesOf(draft: Draft): Table[] {
  const { facts, many, phrase } = draft
  const { invoices, excluded = [], matter } = facts
  if (!matter) {
    const claim = claimOf(facts)
    return [
      invoiceTable(draft, invoices, { linked: many, totals: true }),
      ...(excluded.length > 0 ? [excludedTable(draft, excluded, phrase('label excluded'))] : []),
      ...(claim ? [claimTable(draft, claim.claim, claim.ground)] : []),
    ]
  }
  switch (matter.kind) {
    case 'thank-you':
      return [receivedTable(draft, matter.payments, totalsPerCurrency(matter.payments.map(({ amount }) => amount)))]
    case 'promise-confirmed':
    case 'promise-reminder':
    case 'promise-broken':
      return [invoiceTable(draft, invoices, { linked: true, totals: false })]
    case 'plan-offer':
    case 'plan-confirmed':
      return [planTable(draft, matter.plan)]
    case 'query-received': {
      const disputed = excluded.map(({ invoice }) => invoice)
      const rest = { caption: phrase('label undisputed'), linked: true, totals: true }
      return [
        invoiceTable(draft, disputed, { caption: phrase('label in review'), linked: false, totals: false }),
        ...(invoices.length > 0 ? [invoiceTable(draft, invoices, rest)] : []),
      ]
    }
    case 'statement':
      return [
        ...(invoices.length > 0 ? [ageingTable(draft, invoices)] : []),
        ...(matter.credits.length > 0
          ? [creditTable(draft, matter.credits, (number) => cleanLine(number ?? '', 40) || null)]
          : []),
        ...(excluded.length > 0 ? [excludedTable(draft, excluded, phrase('label excluded statement'))] : []),
      ]
    default:
      return []
  }
}

/** The figures of an agreement or an account at a glance. */
function pairsOf(draft: Draft): Pair[] {
  const { facts, format, phrase } = draft
  const { matter } = facts
  switch (matter?.kind) {
    case 'promise-confirmed':
    case 'promise-reminder':
    case 'promise-broken': {
      const { amount, payOn, method } = matter.promise
      return agreedPairs(draft, amount, payOn, method === null ? null : methodText(method, draft))
    }
    case 'plan-instalment':
    case 'plan-missed': {
      const { instalments, method } = matter.plan
      const instalment = instalments[matter.number - 1]
      if (!instalment) return []
      const place = phrase('label of total', { number: matter.number, of: instalments.length })
      return [
        { label: phrase('label instalment'), value: place },
        ...agreedPairs(draft, instalment.amount, instalment.on, method === null ? null : methodText(method, draft)),
      ]
    }
    case 'statement': {
      const open = facts.invoices.map(({ balance }) => balance)
      const late = facts.invoices.filter(({ dueOn }) => dueOn < facts.today).map(({ balance }) => balance)
      const credits = matter.credits.map(({ amount }) => money(-amount.minor, amount.currency))
      const net = totalsPerCurrency([...open, ...credits])
      return [
        ...labelled(draft, 'label total open', totalsPerCurrency(open)),
        ...labelled(draft, 'label overdue', totalsPerCurrency(late).filter(isSome)),
        ...labelled(draft, 'label total credits', totalsPerCurrency(credits)),
        ...net.map((amount) => ({
          label: phrase(amount.minor < 0 ? 'label net favour' : 'label net'),
          value: format.money(money(Math.abs(amount.minor), amount.currency)),
        })),
      ]
    }
    default:
      return []
  }
}

function agreedPairs({ format, phrase }: Draft, amount: Money, on: Day, method: string | null): Pair[] {
  return [
    { label: phrase('label amount'), value: format.money(amount) },
    { label: phrase('label pay date'), value: format.fullDate(on) },
    ...(method === null ? [] : [{ label: phrase('label method'), value: upFirst(method) }]),
  ]
}

function signatureOf({ facts, phrase }: Draft): string[] {
  const { sender, name } = facts.business
  const phone = cleanLine(sender.phone ?? '', 40)
  const lines = [cleanLine(sender.name), cleanLine(sender.role ?? ''), cleanLine(name)]
  return [...lines, phone === '' ? '' : phrase('label phone', { phone })].filter((line) => line !== '')
}

const upFirst = (text: string): string => text.slice(0, 1).toLocaleUpperCase() + text.slice(1)
