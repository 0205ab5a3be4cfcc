import { addDays, day } from '../../src/chase/day.ts'
import type { Day } from '../../src/chase/day.ts'
import { decide } from '../../src/chase/decide.ts'
import type { Step } from '../../src/chase/policy.ts'
import type { SentNotice, Standing, TakenStep } from '../../src/chase/standing.ts'
import { isNoticeId } from '../../src/chase/steps.ts'
import type { Reason, Verdict } from '../../src/chase/verdict.ts'
import { mayLeaveNow } from '../../src/chase/window.ts'

/** What happened to one customer on one day. */
export type Entry = {
  readonly on: Day
  readonly verdict: Verdict
  readonly standing: Standing
  /** The message that left on this day, if one did. */
  readonly sent: Step | null
  /** The spell that the message or task belongs to. */
  readonly spell: number
}

export type Play = {
  readonly from: string
  readonly days: number
  /** The standing as it is known on a day, apart from what the play itself did. */
  readonly standing: (today: Day) => Standing
  /** Whether a person approves a message that waits for approval on this day. By default at once. */
  readonly approves?: (today: Day) => boolean
}

/**
 * Lets the days pass for one customer, with a flow that does as the verdict says: sends, hands calls, letters and
 * decisions to a person, starts a spell with the first step and ends it when its anchor is gone.
 */
export function play({ from, days, standing, approves = () => true }: Play): Entry[] {
  const entries: Entry[] = []
  const contactedOn: Day[] = []
  const callsOn: Day[] = []
  const notices: SentNotice[] = []
  let spell: Standing['spell'] = null
  let touches = 0
  let spells = 0
  const first = day(from)

  for (let passed = 0; passed < days; passed += 1) {
    const today = addDays(first, passed)
    const facts = standing(today)
    const now: Standing = {
      ...facts,
      spell,
      touches,
      notices: [...facts.notices, ...notices],
      contactedOn: [...facts.contactedOn, ...contactedOn],
      addressContactedOn: [...facts.addressContactedOn, ...contactedOn],
      callsOn: [...facts.callsOn, ...callsOn],
    }
    const verdict = decide(now)
    const step = takenStep(verdict, now, approves(today))

    const anchor = 'anchorInvoiceId' in verdict ? verdict.anchorInvoiceId : null
    if (step && isNoticeId(step.id)) {
      notices.push({ id: step.id, on: today })
      if (spell !== null && !step.id.startsWith('thank-you:')) touches += 1
    } else if (step && anchor !== null) {
      const running: Standing['spell'] = now.spell?.anchorInvoiceId === anchor ? now.spell : null
      if (running === null) [spells, touches] = [spells + 1, 0]
      const taken: readonly TakenStep[] = running?.taken ?? []
      const taking = { stepId: step.id, channel: step.channel, stage: step.stage, on: today }
      spell = { anchorInvoiceId: anchor, taken: [...taken, taking] }
      touches += step.channel === 'decision' ? 0 : 1
    }
    if (step?.channel === 'email') contactedOn.push(today)
    if (step?.channel === 'call') callsOn.push(today)
    const sent = step?.channel === 'email' ? step : null
    entries.push({ on: today, verdict, standing: now, sent, spell: spells })
  }
  return entries
}

function takenStep(verdict: Verdict, now: Standing, approved: boolean): Step | null {
  if (verdict.do === 'send') return verdict.step
  if (verdict.do !== 'ask') return null
  if (BY_A_PERSON.includes(verdict.reason)) return verdict.step
  return verdict.reason === 'approval-needed' && approved && mayLeaveNow(now) ? verdict.step : null
}

const BY_A_PERSON: readonly Reason[] = ['call-due', 'letter-due', 'decision-due']

/** The play as a diary: messages with their stage, questions to a person on the day they first come up. */
export function diary(entries: readonly Entry[]): string[] {
  const lines: string[] = []
  let asked = ''
  for (const { on, verdict, sent } of entries) {
    const question = verdict.do === 'ask' ? `${verdict.reason} ${verdict.step?.id ?? ''}`.trim() : ''
    if (sent)
      lines.push(`${on} ${sent.id}${sent.stage ? ` ${sent.stage}` : ''}${verdict.do === 'ask' ? ' (approved)' : ''}`)
    else if (question !== '' && question !== asked) lines.push(`${on} ask: ${question}`)
    asked = question
  }
  return lines
}
