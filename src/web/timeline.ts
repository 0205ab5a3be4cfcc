import { isDay } from '../chase/day.ts'
import { explain, type Explainable } from '../chase/reasons.ts'
import type { EventKind } from '../store/events.ts'
import type { EventLine } from '../store/timeline.ts'
import { html, type Html } from './html.ts'
import { sayBankDoubt } from './bank-doubt.ts'
import type { BusinessVisit } from './visit.ts'
import type { EventFacts } from './words/event-words.ts'

/** What happened, newest first. `events` may hold one line more than is shown: the sign that there are older ones. */
export function timeline(
  visit: BusinessVisit,
  events: readonly EventLine[],
  page: { address: string; most: number; isFirst: boolean; title?: string },
): Html {
  const { customer } = visit.words
  const shown = events.slice(0, page.most)
  const last = shown.at(-1)
  return html` <section class="card" id="timeline">
    <h2>${page.title ?? customer.timeline}</h2>
    ${shown.length === 0 && html`<p class="hint">${customer.timelineEmpty}</p>`}
    <ol class="plain timeline">
      ${shown.map((event) => line(visit, event))}
    </ol>
    <nav class="pager">
      ${!page.isFirst && html`<a class="button" href="${page.address}#timeline">${customer.newer}</a>`}
      ${events.length > page.most && last && html`<a class="button" rel="next" href="${page.address}?before=${last.id}#timeline">${customer.older}</a>`}
    </nav>
  </section>`
}

function line(visit: BusinessVisit, event: EventLine): Html {
  const { words, format } = visit
  const actor =
    event.actor === null
      ? words.actors.someone
      : event.actor === 'puntual' || event.actor === 'ledger' || event.actor === 'operator'
        ? words.actors[event.actor]
        : event.actor
  return html` <li class="event-${event.kind}">
    <div>
      ${sentence(visit, event)}${
        event.hasMessage &&
        ABOUT_A_MESSAGE.has(event.kind) &&
        html` <a href="/messages/${event.chaseId}">${words.queue.seeMessage}</a>`
      }
    </div>
    <small>${format.instant(event.at)} · ${actor}</small>
  </li>`
}

/** What became of a message: these lead to it. What came before it and after it stands beside them. */
const ABOUT_A_MESSAGE: ReadonlySet<string> = new Set<EventKind>([
  'mail-sent',
  'mail-unknown',
  'mail-resolved',
  'mail-refused',
])

/** One event as a sentence. A kind that a newer version wrote is shown by its name. */
export function sentence(visit: Pick<BusinessVisit, 'words' | 'format' | 'language'>, event: EventLine): string {
  const say = Object.hasOwn(visit.words.events, event.kind) ? visit.words.events[event.kind as EventKind] : null
  return say ? say(factsOf(visit, event)) : event.kind
}

function factsOf(
  { words, format, language }: Pick<BusinessVisit, 'words' | 'format' | 'language'>,
  event: EventLine,
): EventFacts {
  const { facts } = event
  const text = (name: string): string | null => {
    const fact = facts[name]
    if (typeof fact !== 'string' || fact === '') return null
    return (name === 'why' && sayBankDoubt(words, fact)) || fact
  }
  const number = (name: string): number | null => (typeof facts[name] === 'number' ? facts[name] : null)
  const named = (names: object, key: unknown): string | null =>
    typeof key === 'string' && Object.hasOwn(names, key)
      ? String((names as Readonly<Record<string, unknown>>)[key])
      : null
  return {
    text,
    is: (name) => facts[name] === true,
    no: (name) => facts[name] === false,
    number,
    day(name) {
      const value = text(name)
      return value !== null && isDay(value) ? format.day(value) : null
    },
    money(name) {
      const [minor, currency] = [number(name), text('currency')]
      return minor !== null && currency !== null ? format.money(minor, currency) : null
    },
    list(name) {
      const value = facts[name]
      return Array.isArray(value) && value.length > 0 ? format.list(value.map(String)) : null
    },
    stage: named(words.stages, facts['stage'] ?? event.stage),
    mode: (name) => named(words.modes, facts[name]),
    role: (name) => named(words.roles, facts[name]),
    segment: named(words.segments, facts['segment']),
    hold: named(words.customer.holdKinds, facts['kind']),
    debtor: named(words.law.debtors, facts['debtor']),
    debtEvent: named(words.law.logKinds, facts['what']),
    contact: named(words.work.outcomes, facts['outcome']),
    means: named(words.letters.means, facts['means']),
    reason: named(words.causes, facts['reason']) ?? reasonOf(facts, language),
    invoice: event.invoiceNumber ?? text('number'),
  }
}

/** A reason of the rules in words; anything else in its place is not explained. */
function reasonOf(facts: EventLine['facts'], language: 'es' | 'en'): string | null {
  const { reason } = facts
  if (typeof reason !== 'string') return null
  try {
    const known = (facts['facts'] ?? {}) as Explainable['facts']
    return explain({ reason: reason as Explainable['reason'], facts: known }, language)
  } catch {
    return null
  }
}
