import type { Day } from '../chase/day.ts'
import { explain, explainSegment } from '../chase/reasons.ts'
import { sendReasonOf } from '../chase/send-reason.ts'
import type { MessageKind } from '../chase/stage.ts'
import type { AskReason } from '../chase/verdict.ts'
import type { StoryEvent } from '../demo/story.ts'
import type { DiaryLine } from '../store/diary.ts'
import { ENGLISH } from '../web/words/english.ts'

/** A day of the demo, as a person would tell it; empty when nothing worth telling happened. */
export function tellDay(on: Day, entries: readonly DiaryEntry[], world: readonly StoryEvent[]): string[] {
  const companies = [...new Set([...entries.map(({ business }) => business), ...world.map(nameOf)])]
  const told = companies.flatMap((company) => {
    const lines = [
      ...world.filter((event) => nameOf(event) === company).flatMap(worldLine),
      ...entries.filter(({ business }) => business === company).flatMap(tell),
    ]
    return lines.length === 0 ? [] : [`  ${company}`, ...lines.map((line) => `    ${line}`)]
  })
  return told.length === 0 ? [] : ['', heading(on), ...told]
}

export type DiaryEntry = { readonly business: string; readonly line: DiaryLine }

const nameOf = (event: StoryEvent): string => event.company.books.company.name

const heading = (on: Day): string =>
  Temporal.PlainDate.from(on).toLocaleString('en-GB', {
    weekday: 'long',
    day: 'numeric',
    month: 'long',
    year: 'numeric',
  })

/** Out in the world only what later explains a silence is told; ordinary invoices and payments would bury it. */
const TOLD_OF_THE_WORLD: readonly StoryEvent['kind'][] = [
  'payment-returned',
  'void',
  'credit',
  'due-day-changed',
  'customers-merged',
  'address-added',
]

const worldLine = (event: StoryEvent): string[] =>
  TOLD_OF_THE_WORLD.includes(event.kind) ? [`in the ledger: ${event.text}`] : []

/** The lines for one event: what was decided and why, what went out, what came back. */
function tell({ line }: DiaryEntry): string[] {
  const { facts, customer } = line
  const stage = line.stage ? labelOf(line.stage) : ''
  const text = (name: string): string => (typeof facts[name] === 'string' ? facts[name] : '')
  switch (line.kind) {
    case 'mail-sent': {
      const attachments = (facts['attachments'] as string[] | undefined) ?? []
      return [
        `${customer} (${line.segment}) ← ${stage}: “${text('subject')}” to ${(facts['to'] as string[]).join(', ')}, ${attachments.length} PDF`,
        `  why: ${why(line)}`,
      ]
    }
    case 'note-written':
      return facts['kind'] === 'stopped' ? [`${customer}: note in the ledger: “${text('text')}”`] : []
    case 'note-failed':
      return [`${customer}: the ledger did not take the note (${text('problem')})`]
    case 'fell-silent':
      return [`${customer}: ${facts['because'] === 'paid' ? 'paid' : text('because')} → silence on ${text('number')}`]
    case 'invoice-part-paid':
      return line.wasChased
        ? [`${customer}: part of ${line.invoiceNumber ?? 'an invoice'} arrived; the rest goes on`]
        : []
    case 'chase-cancelled':
      return facts['reason'] === 'replanned'
        ? []
        : [`${customer}: ${stage || line.channel} called off: ${cancelled(line)}`]
    case 'approval-asked':
      return [`${customer}: ${stage} message waits for a person's yes. ${why(line)}`]
    case 'approved':
      return [`${customer}: ${stage} message approved by a person`]
    case 'call-asked':
      return [`${customer}: a person should call. ${why(line)}`]
    case 'decision-asked':
      return [`${customer}: a person decides what comes next. ${why(line)}`]
    case 'letter-asked':
      return [`${customer}: a person reviews a formal letter. ${why(line)}`]
    case 'task-done':
      return [`${customer}: ${line.channel === 'call' ? 'called' : 'decided'}: ${text('outcome')}`]
    case 'hold-set':
      return [`${customer}: hold (${text('kind')}) set by a person`]
    case 'hold-ended':
      return [`${customer}: hold (${text('kind')}) ended`]
    case 'pdf-missing':
      return [`${customer}: held, the PDF of ${text('number')} cannot be had: ${text('problem')}`]
    case 'mail-unknown':
      return [`${customer}: nobody can tell whether the message arrived`]
    case 'address-broken':
      return [`${customer}: ${text('email')} does not exist any more`]
    case 'sync-failed':
    case 'reconnect-needed':
      return [`${line.kind}: ${text('problem')}`]
    default:
      return []
  }
}

/** A message's name within a sentence, the one that the pages show. */
const labelOf = (stage: MessageKind): string => ENGLISH.stages[stage].toLowerCase()

/** Why the rules wanted it, in the sentence that the screen shows. */
function why({ kind, stepId, stage, chaseFacts }: DiaryLine): string {
  if (!chaseFacts || stepId === null) return ''
  const reason = ASKED[kind] ?? (stage ? sendReasonOf(stepId, stage, chaseFacts) : null)
  if (reason === null) return ''
  return `${explain({ reason, facts: chaseFacts }, 'en')} ${explainSegment(chaseFacts, 'en')}`.trim()
}

const ASKED: Readonly<Partial<Record<string, AskReason>>> = {
  'approval-asked': 'approval-needed',
  'call-asked': 'call-due',
  'letter-asked': 'letter-due',
  'decision-asked': 'decision-due',
}

function cancelled(line: DiaryLine): string {
  const reason = String(line.facts['reason'])
  return CANCELLED[reason] ?? reason.replaceAll('-', ' ')
}

const CANCELLED: Readonly<Record<string, string>> = {
  paid: 'the ledger says it is paid', settled: 'the ledger says it is settled', void: 'the invoice was voided',
  'nothing-open': 'nothing is open any more', 'credit-covers-balance': 'credit covers it', paused: 'a person paused it',
  'all-disputed': 'what is left is disputed', promised: 'payment is promised', 'balance-changed': 'part of it was paid meanwhile',
} // prettier-ignore
