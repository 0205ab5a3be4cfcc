import type { Policy, Step } from '../chase/policy.ts'
import { isSameRung, rungsOf, type TakenRung } from '../chase/steps.ts'
import type { Words } from './words/english.ts'

/** What a step is called: its tone, or what a person does. An e-mail without a tone is the statement. */
export function stepName({ channel, stage }: Pick<Step, 'channel' | 'stage'>, { stages, steps }: Words): string {
  if (stage !== null) return stages[stage]
  return channel === 'email' ? stages.statement : steps.channels[channel]
}

/** When a step comes, in words: "5 to 3 days before the due day". */
export function stepTime({ after, unit, from, to, repeat }: Step, { steps: say }: Words): string {
  const span = (days: number): string => (unit === 'days' ? say.days(days) : say.businessDays(days))
  const time = (): string => {
    if (after === 'month-day') return say.ofMonth(from)
    if (after === 'previous-step') return say.afterStep(span(from))
    if (after === 'contact') return say.afterContact(span(from))
    if (from > 0) return say.afterDue(span(from))
    if (from === 0) return say.onDue
    if (to >= 0 || to === from) return say.beforeDue(span(-from))
    return say.beforeDue(unit === 'days' ? say.dayRange(-from, -to) : say.businessDayRange(-from, -to))
  }
  return repeat === null ? time() : `${time()}; ${say.repeated(span(repeat.every), repeat.times)}`
}

/** When a step that was taken comes by today's sequences, and whose they are where it is not everybody's. */
export function timesOfStep(taken: TakenRung, sequences: Policy['sequences'], words: Words): string[] {
  const segments = Object.keys(words.segments) as (keyof Words['segments'])[]
  const found = segments.flatMap((segment) => {
    const step = rungsOf(sequences[segment]).find((rung) => isSameRung(rung, taken))
    return step ? [{ time: stepTime(step, words), segment: words.segments[segment] }] : []
  })
  return [...Map.groupBy(found, ({ time }) => time)].map(([time, ones]) =>
    ones.length === segments.length ? time : `${time} (${ones.map(({ segment }) => segment).join(', ')})`,
  )
}
