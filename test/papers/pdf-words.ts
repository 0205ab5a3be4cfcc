import { inflateSync } from 'node:zlib'

/**
 * The words of a PDF as a reader would select them: what each stream shows, through its font's own table from glyphs
 * to characters. One line per show operation, so words that kerning parts are still together.
 */
export function pdfWords(pdf: Uint8Array): string {
  const source = Buffer.from(pdf).toString('latin1')
  const objects = new Map<string, string>()
  for (const [, id = '', body = ''] of source.matchAll(/(\d+) 0 obj\n([\s\S]*?)\nendobj/g)) objects.set(id, body)
  const tables = new Map<string, ReadonlyMap<string, string>>()
  for (const [, name = '', id = ''] of source.matchAll(/\/(F\d+) (\d+) 0 R/g)) {
    const unicode = /\/ToUnicode (\d+) 0 R/.exec(objects.get(id) ?? '')?.[1]
    if (unicode) tables.set(name, charactersOf(streamOf(objects.get(unicode) ?? '')))
  }
  const pages = [...objects.values()].filter((body) => /\/Type \/Page\n/.test(body))
  return pages
    .map((page) => /\/Contents (\d+) 0 R/.exec(page)?.[1] ?? '')
    .map((id) => shownIn(streamOf(objects.get(id) ?? ''), tables))
    .join('\n\f\n')
}

/** How many pages a PDF has. */
export const pageCount = (pdf: Uint8Array): number =>
  (
    Buffer.from(pdf)
      .toString('latin1')
      .match(/\/Type \/Page\n/g) ?? []
  ).length

function streamOf(body: string): string {
  const start = body.indexOf('stream\n')
  if (start < 0) return ''
  const bytes = Buffer.from(body.slice(start + 7, body.lastIndexOf('\nendstream')), 'latin1')
  return (body.includes('/FlateDecode') ? inflateSync(bytes) : bytes).toString('latin1')
}

/** Reads the ranges of a ToUnicode table: `<0000> <0031> [<0000> <0043>…]`. */
function charactersOf(table: string): ReadonlyMap<string, string> {
  const characters = new Map<string, string>()
  for (const [, from = '', , list = ''] of table.matchAll(/<([\da-f]+)> <([\da-f]+)> \[([^\]]*)\]/g)) {
    let code = Number.parseInt(from, 16)
    for (const [, hex = ''] of list.matchAll(/<([\da-f ]*)>/g)) {
      const units = hex.match(/[\da-f]{4}/g) ?? []
      characters.set(
        code.toString(16).padStart(4, '0'),
        String.fromCharCode(...units.map((unit) => Number.parseInt(unit, 16))),
      )
      code += 1
    }
  }
  return characters
}

function shownIn(content: string, tables: ReadonlyMap<string, ReadonlyMap<string, string>>): string {
  const lines: string[] = []
  let table: ReadonlyMap<string, string> = new Map()
  for (const [, font, shown] of content.matchAll(/\/(F\d+) [\d.]+ Tf|\[([^\]]*)\] TJ/g)) {
    if (font !== undefined) table = tables.get(font) ?? new Map()
    const hex = [...(shown ?? '').matchAll(/<([\da-f]*)>/g)].map(([, digits]) => digits ?? '').join('')
    if (shown !== undefined) lines.push((hex.match(/[\da-f]{4}/g) ?? []).map((code) => table.get(code) ?? '').join(''))
  }
  return lines.join('\n')
}
