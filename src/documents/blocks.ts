import { drawable } from './sheet.ts'

/** What a document is made of, top to bottom. Words only: where things stand on the page is `paper.ts`'s. */
export type Block =
  | { readonly is: 'title'; readonly text: string }
  | { readonly is: 'heading'; readonly text: string }
  | { readonly is: 'paragraph'; readonly text: string; readonly weight?: 'plain' | 'strong' | 'small' }
  | { readonly is: 'list'; readonly items: readonly string[] }
  | { readonly is: 'facts'; readonly rows: readonly (readonly [string, string])[]; readonly strongLast?: boolean }
  | { readonly is: 'sides'; readonly sides: readonly [Side, Side] }
  | Table
  | { readonly is: 'signature'; readonly close: string; readonly lines: readonly string[] }
  | { readonly is: 'new-page' }

/** A label and lines under it, beside another such. */
export type Side = { readonly label: string; readonly lines: readonly string[] }

export type Table = {
  readonly is: 'table'
  readonly columns: readonly Column[]
  readonly rows: readonly (readonly string[])[]
  /** Totals: set apart, and never alone on a page. */
  readonly foot?: readonly (readonly string[])[]
  /** What stands under the table in small print: sources, marks. */
  readonly notes?: readonly string[]
}

export type Column = {
  readonly title: string
  /** Its share of the width, beside the other columns' shares. */
  readonly share: number
  readonly align: 'left' | 'right'
}

/** All the words of a document as a reader sees them, one line per piece: nothing hides in invisible signs or odd spaces. */
export function wordsOf(blocks: readonly Block[]): string {
  return blocks.flatMap(linesOf).map(seen).join('\n')
}

function linesOf(block: Block): readonly string[] {
  switch (block.is) {
    case 'title':
    case 'heading':
    case 'paragraph':
      return [block.text]
    case 'list':
      return block.items
    case 'facts':
      return block.rows.map((row) => row.join(' '))
    case 'sides':
      return block.sides.flatMap(({ label, lines }) => [label, ...lines])
    case 'table':
      return [
        block.columns.map(({ title }) => title).join(' '),
        ...[...block.rows, ...(block.foot ?? [])].map((row) => row.join(' ')),
        ...(block.notes ?? []),
      ]
    case 'signature':
      return [block.close, ...block.lines]
    case 'new-page':
      return []
    default:
      return block satisfies never
  }
}

/** A piece of text as a reader sees it. */
export const seen = (text: string): string => drawable(text).replaceAll(/\s+/g, ' ')
