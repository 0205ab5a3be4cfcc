import { day } from '../../../src/chase/day.ts'
import type { LawInvoice } from '../../../src/chase/law/question.ts'
import type { InterestWorking, InterestQuestion } from '../../../src/chase/law/late-interest.ts'
import { money } from '../../../src/chase/money.ts'

/** An unpaid invoice of €1,000 due on 15 January 2025. */
export function lawInvoice(change: Partial<LawInvoice> = {}): LawInvoice {
  return { dueOn: day('2025-01-15'), amount: money(100_000, 'EUR'), payments: [], ...change }
}

/** A Spanish business that owes that invoice until the end of March. */
export function question(change: Partial<InterestQuestion> = {}): InterestQuestion {
  return { invoice: lawInvoice(), country: 'ES', debtor: 'business', until: day('2025-03-31'), ...change }
}

/** The lines as a person would write them down: from, to, days, principal, rate, amount. */
export function working({ lines }: InterestWorking): string[] {
  return lines.map((line) => {
    if (line.kind === 'interest')
      return `${line.from}..${line.to} ${line.days} days on ${line.principal.minor} at ${line.ratePercent} = ${line.amount.minor}`
    return `${line.on} ${line.kind} ${line.amount.minor}, then ${line.principalAfter.minor}`
  })
}

/** The answer, or a failure that names the refusal. */
export function answered<T extends { readonly kind: string }>(answer: T): Exclude<T, { kind: 'refused' }> {
  if (answer.kind === 'refused') throw new Error(`refused: ${JSON.stringify(answer)}`)
  return answer as Exclude<T, { kind: 'refused' }>
}

/** Reads a table with quoted fields. */
export function readCsv(text: string): Record<string, string>[] {
  const rows = text
    .trim()
    .split(/\r?\n/)
    .map((line) =>
      [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)].map(([, quoted, plain]) =>
        quoted === undefined ? (plain ?? '') : quoted.replaceAll('""', '"'),
      ),
    )
  const [head = [], ...body] = rows
  return body.map((cells) => Object.fromEntries(head.map((name, at) => [name, cells[at] ?? ''])))
}
