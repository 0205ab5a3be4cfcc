import type { ExpectedPayment } from '../../chase/expected-payment.ts'
import type { Habit, Lateness } from '../../chase/habits.ts'
import { html, type Html } from '../html.ts'
import type { BusinessVisit } from '../visit.ts'

/** Below this the days of a month on which a customer pays are too many to name one. Provisional: judgement. */
const NAMES_A_DAY = 0.8

/** A customer's habit in a sentence: "Usually pays 9 days late, around the 25th (from 14 paid invoices)." */
export function habitText({ words, format }: BusinessVisit, { lateness, paid, usualDay, run, slowing }: Habit): Html {
  const { habit: say } = words.money
  if (lateness === null) return html`${say.thin(format.number(paid))}`
  const [runDay] = run?.days ?? []
  const usual = usualDay !== null && usualDay.concentration >= NAMES_A_DAY ? say.around(usualDay.dayOfMonth) : ''
  const when = runDay === undefined ? usual : say.run(runDay)
  return html`${lateText(say, lateness)}${lateness.medianDays === null ? '' : when}${say.from(format.number(paid))}
  ${slowing && say.slowing}`
}

function lateText(say: BusinessVisit['words']['money']['habit'], { medianDays }: Lateness): string {
  if (medianDays === null) return say.open
  if (medianDays === 0) return say.onDay
  return medianDays > 0 ? say.late(medianDays) : say.early(-medianDays)
}

/** When an open invoice is likely to be paid, and what that rests on where it is not the customer's own record. */
export function expectedText({ words, format }: BusinessVisit, { on, from, to, basis }: ExpectedPayment): Html {
  const { habit: say } = words.money
  if (basis === 'beyond-record') return html`<small>${say.beyond}</small>`
  if (on === null) return html`<small>${say.unforeseeable}</small>`
  const because = { 'due-day': say.noRecord, 'business-record': say.byOthers }[basis as 'due-day' | 'business-record']
  const between =
    from !== null && to !== null && from !== to
      ? say.expectedBetween(format.day(on), format.day(from), format.day(to))
      : say.expected(format.day(on))
  return html`<small>${between}</small>${because && html`<small>${because}</small>`}`
}
