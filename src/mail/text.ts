import type { Page, Row, Table } from './layout.ts'

// RFC 5322 asks for lines of at most 78 characters; a little less leaves room for "> " in a reply.
const LINE_LENGTH = 76

/** The text part of a message: the same words as its page, in the same order. */
export function renderText(page: Page): string {
  const blocks = [
    ...page.lead.map(wrap),
    ...(page.pairs.length > 0 ? [page.pairs.map(({ label, value }) => `${label}: ${value}`).join('\n')] : []),
    ...page.tables.flatMap((table, at) => [...tableText(table), ...(at === 0 ? buttonText(page) : [])]),
    ...page.middle.map(wrap),
    ...(page.details.length > 0 ? [[`${page.detailsLabel}:`, ...page.details].join('\n')] : []),
    ...page.closing.map(wrap),
    page.signature.join('\n'),
  ]
  return `${blocks.join('\n\n')}\n`
}

const buttonText = ({ button }: Page): string[] => (button ? [`${wrap(`${button.label}:`)}\n${button.url}`] : [])

function tableText(table: Table): string[] {
  const { caption, heads, rows, totals } = table
  return [
    ...(caption ? [wrap(`${caption}:`)] : []),
    ...rows.map((row) => rowText(row, heads)),
    ...(totals.length > 0 ? [totals.map(({ label, value }) => `${label}: ${value}`).join('\n')] : []),
  ]
}

function rowText({ cells: [name, day, amount], link }: Row, heads: Table['heads']): string {
  return [
    `${heads[0]}: ${name.text}`,
    ...(name.note ? [name.note] : []),
    `${heads[1]}: ${day.text}${day.note ? ` (${day.note})` : ''}`,
    `${heads[2]}: ${amount.text}${amount.note ? ` (${amount.note})` : ''}`,
    ...(link ? [`${link.label}:`, link.url] : []),
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
