import { html as escaping } from 'ghtml'

/** Markup that is safe to send: everything in it was written in a template or escaped. */
export class Html {
  readonly markup: string

  constructor(markup: string) {
    this.markup = markup
  }
}

/** What a template takes: markup as it is, text escaped, lists joined, and nothing for null, undefined and false. */
export type Piece = Html | string | number | null | undefined | false | readonly Piece[]

/**
 * Writes markup. Every value that is not markup itself is escaped, for text and for quoted attributes alike.
 *
 * There is no way to pass text through unescaped; ghtml alone would take a `!` before a value as one.
 */
export function html(literals: TemplateStringsArray, ...values: readonly Piece[]): Html {
  let markup = literals[0] ?? ''
  for (const [index, value] of values.entries()) markup += render(value) + (literals[index + 1] ?? '')
  return new Html(markup)
}

function render(value: Piece): string {
  if (value instanceof Html) return value.markup
  if (value === null || value === undefined || value === false) return ''
  if (typeof value === 'string') return escaping`${value}`
  if (typeof value === 'number') return String(value)
  return value.map(render).join('')
}
