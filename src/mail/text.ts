import type { Page, Row } from './layout.ts'

// RFC 5322 asks for lines of at most 78 characters; a little less leaves room for "> " in a reply.
const LINE_LENGTH = 76

/** The text part of a message: the same words as its page, in the same order. */
export function renderText(page: Page): string {
  const blocks = [
    ...page.lead.map(wrap),
    ...page.rows.map((row) => rowText(row, page)),
    ...(page.totals.length > 0 ? [page.totals.map((total) => `${page.labels.total}: ${total}`).join('\n')] : []),
    ...(page.button ? [`${wrap(`${page.button.label}:`)}\n${page.button.url}`] : []),
    ...page.middle.map(wrap),
    ...(page.details.length > 0 ? [[`${page.labels.details}:`, ...page.details].join('\n')] : []),
    ...page.closing.map(wrap),
    page.signature.join('\n'),
  ]
  return `${blocks.join('\n\n')}\n`
}

function rowText(row: Row, page: Page): string {
  const { invoice, due, balance } = page.labels
  return [
    `${invoice}: ${row.name}`,
    ...(row.issued ? [row.issued] : []),
    `${due}: ${row.due}${row.assumed ? ` (${row.assumed})` : ''}`,
    `${balance}: ${row.balance}${row.original ? ` (${row.original})` : ''}`,
    ...(row.link ? [`${row.link.label}:`, row.link.url] : []),
  ].join('\n')
}

/** Breaks at ordinary spaces only: an amount keeps its no-break space, and a long word or link stays whole. */
export function wrap(paragraph: string): string {
  const lines: string[] = []
  let line = ''
  for (const word of paragraph.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > LINE_LENGTH) {
      lines.push(line)
      line = word
    } else {
      line = line === '' ? word : `${line} ${word}`
    }
  }
  return [...lines, line].join('\n')
}
