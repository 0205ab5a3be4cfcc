import { factLock } from '../chase/guards/lock.ts'
import { repetition } from '../chase/guards/repetition.ts'
import { type ToneContext, toneLint } from '../chase/guards/tone.ts'
import type { DeclaredConsequence } from '../chase/guards/tone-words.ts'
import { knownFacts } from './known-facts.ts'
import type { CheckMessage, MessageFacts, SentMessage } from './mailer.ts'

/** A reader may still have the last two before their eyes; an older one is not read beside this one. */
const RECENT = 2

/** Runs the three guards over a composed message. */
export const checkMessage: CheckMessage = (composed, facts, history) => {
  const known = knownFacts(facts)
  const given = [...known.names, ...known.references, ...known.passages, ...known.links]
  const context: ToneContext = {
    language: facts.language,
    treatment: facts.treatment ?? 'usted',
    kind: facts.stage,
    declared: declaredIn(facts),
    // A subject that answers a thread was judged when it was first sent.
    facts: known.threadSubject === null ? given : [...given, known.threadSubject],
    earlier: history.inSpell.map(asOne),
  }
  return [
    ...toneLint(composed.text, composed.subject, context),
    ...factLock(composed, known),
    ...repetition(
      composed.text,
      history.recent.slice(-RECENT).map(({ text }) => text),
      given,
    ),
  ]
}

const asOne = ({ subject, text }: SentMessage): string => `${subject}\n${text}`

/** What this message may announce. A plan says how charges are treated, also where there are none. */
function declaredIn({ business, consequences = [], lateClaim, matter }: MessageFacts): DeclaredConsequence[] {
  const ground = lateClaim?.ground.trim() ?? ''
  const charges = business.lateCharges !== null || ground !== '' || (matter && 'plan' in matter)
  return [...consequences.map(({ kind }) => kind), ...(charges ? (['late-charges'] as const) : [])]
}
