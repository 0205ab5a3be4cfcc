import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Liquid } from 'liquidjs'

/** Everything the layout shows. The text part is made from the same values, so both say the same words. */
export type Page = {
  readonly lang: string
  readonly subject: string
  /** Greeting, opening and the question: what a reader sees first. */
  readonly lead: readonly string[]
  /** The few figures that matter, each with its name: what was promised, what an account comes to. */
  readonly pairs: readonly Pair[]
  /** The pairs are amounts that come to the last one: set like a sum. */
  readonly pairsAddUp: boolean
  readonly tables: readonly Table[]
  /** The one action for a single invoice, right under its table; several carry a link each. */
  readonly button: Link | null
  readonly middle: readonly string[]
  readonly detailsLabel: string
  readonly details: readonly string[]
  readonly closing: readonly string[]
  readonly signature: readonly string[]
}

export type Pair = { readonly label: string; readonly value: string }

export type Table = {
  readonly caption: string | null
  readonly heads: readonly [string, string, string]
  readonly rows: readonly Row[]
  /** One per currency; empty for a single row, which says it all. */
  readonly totals: readonly Pair[]
}

/** The last cell is the amount. */
export type Row = { readonly cells: readonly [Cell, Cell, Cell]; readonly link: Link | null }

export type Cell = { readonly text: string; readonly note: string | null }

export type Link = { readonly label: string; readonly url: string }

/**
 * A Liquid engine with nothing to reach: no files, no inherited properties, and an error for anything unknown.
 * `escape` is for pages; the wordings are plain text and are escaped where they enter a page.
 */
export function createEngine(escape: boolean): Liquid {
  return new Liquid({
    strictVariables: true,
    strictFilters: true,
    ownPropertyOnly: true,
    // Partials come from this map only, and it is empty: include, render and layout find no file.
    templates: {},
    parseLimit: 200_000,
    // Milliseconds; generous, because on a busy machine it must only ever catch a template that never ends.
    renderLimit: 10_000,
    memoryLimit: 20_000_000,
    ...(escape ? { outputEscape: 'escape' as const } : {}),
  })
}

/** Loads the compiled layout. Throws when it was not compiled from the layout beside it. */
export async function loadLayout(templatesDir: string): Promise<(page: Page) => string> {
  const source = await readFile(join(templatesDir, 'layout.mjml'), 'utf8')
  const compiled = await readFile(join(templatesDir, 'compiled', 'layout.html'), 'utf8')
  const end = compiled.indexOf('\n')
  if (compiled.slice(0, end) !== layoutMark(source)) {
    throw new Error('templates/compiled/layout.html is out of date: run node scripts/compile-templates.ts')
  }
  const engine = createEngine(true)
  const template = engine.parse(compiled.slice(end + 1))
  return (page) => String(engine.renderSync(template, page))
}

/** The first line of a compiled layout: which source it was made from, by content. */
export const layoutMark = (source: string): string =>
  `<!-- layout.mjml ${createHash('sha256').update(source).digest('hex')} -->`
