/** What a filter or an order may look at in one kind of record. Days as 'YYYY-MM-DD', instants as milliseconds. */
export type XeroFields<T> = Readonly<Record<string, (record: T) => string | number | null>>

/** A query Xero would not understand: 400, QueryParseException. */
export class QueryError extends Error {}

/**
 * Reads a `where`: comparisons joined by AND/&& and OR/||, AND binding tighter, as far as Xero calls them optimised.
 * Values are "text", numbers, DateTime(y, m, d), guid("…"), true and false.
 */
export function parseWhere<T>(where: string, fields: XeroFields<T>): (record: T) => boolean {
  const alternatives: ((record: T) => boolean)[][] = [[]]
  let rest = where.trim()
  for (let first = true; rest !== ''; first = false) {
    if (!first) {
      const joint = /^(AND\b|&&|OR\b|\|\|)\s*/i.exec(rest)
      if (!joint) throw new QueryError(`expected AND or OR at "${rest}"`)
      if (/^(OR|\|\|)/i.test(joint[0])) alternatives.push([])
      rest = rest.slice(joint[0].length)
    }
    const found = COMPARISON.exec(rest)
    if (!found?.groups) throw new QueryError(`no comparison at "${rest}"`)
    alternatives.at(-1)?.push(comparison(found.groups, fields))
    rest = rest.slice(found[0].length).trim()
  }
  return (record) => alternatives.some((all) => all.every((holds) => holds(record)))
}

const COMPARISON =
  /^(?<field>[A-Za-z][\w.]*)\s*(?<sign>==|!=|>=|<=|>|<|=)\s*(?:"(?<text>[^"]*)"|guid\(\s*"(?<guid>[^"]+)"\s*\)|DateTime\(\s*(?<year>\d+)\s*,\s*(?<month>\d+)\s*,\s*(?<date>\d+)\s*\)|(?<number>-?\d+(?:\.\d+)?))\s*/i

function comparison<T>(parts: Record<string, string>, fields: XeroFields<T>): (record: T) => boolean {
  const read = fieldNamed(parts['field'] ?? '', fields)
  const { sign = '' } = parts
  if (parts['number'] !== undefined) return compare(read, sign, Number(parts['number']))
  if (parts['guid'] !== undefined) return compare(read, sign, parts['guid'].toLowerCase())
  if (parts['year'] !== undefined) {
    const { year, month = '', date = '' } = parts
    return compare(read, sign, `${year.padStart(4, '0')}-${month.padStart(2, '0')}-${date.padStart(2, '0')}`)
  }
  return compare(read, sign, parts['text'] ?? '')
}

function compare<T>(
  read: (record: T) => string | number | null,
  sign: string,
  value: string | number,
): (record: T) => boolean {
  switch (sign) {
    case '=':
    case '==':
      return (record) => read(record) === value
    case '!=':
      return (record) => read(record) !== value
    default:
      return (record) => {
        const has = read(record)
        if (has === null) return false
        if (sign === '>') return has > value
        if (sign === '>=') return has >= value
        if (sign === '<') return has < value
        return has <= value
      }
  }
}

/** Reads an `order` such as `UpdatedDateUTC DESC, InvoiceID`. */
export function parseOrder<T>(order: string, fields: XeroFields<T>): (one: T, other: T) => number {
  const keys = order.split(',').map((part) => {
    const [name = '', direction = 'ASC', ...more] = part.trim().split(/\s+/)
    if (more.length > 0 || !/^(ASC|DESC)$/i.test(direction)) throw new QueryError(`no order: "${part.trim()}"`)
    return { read: fieldNamed(name, fields), sign: /^DESC$/i.test(direction) ? -1 : 1 }
  })
  return (one, other) => {
    for (const { read, sign } of keys) {
      const [a, b] = [read(one) ?? '', read(other) ?? '']
      if (a !== b) return a < b ? -sign : sign
    }
    return 0
  }
}

function fieldNamed<T>(name: string, fields: XeroFields<T>): (record: T) => string | number | null {
  const field = Object.keys(fields).find((known) => known.toLowerCase() === name.toLowerCase())
  const read = field === undefined ? undefined : fields[field]
  if (!read) throw new QueryError(`no property or field '${name}' exists`)
  return read
}

/** `page` and `pageSize` as Xero takes them: 100 a page unless asked, at most 1,000, out of range is clamped. */
export function parsePaging(
  query: Readonly<Record<string, string | undefined>>,
): { page: number; pageSize: number } | null {
  const forced = query['Statuses'] !== undefined || query['summaryOnly'] === 'true'
  if (query['page'] === undefined && query['pageSize'] === undefined && !forced) return null
  const asked = Number.parseInt(query['pageSize'] ?? '100', 10)
  const page = Number.parseInt(query['page'] ?? '1', 10)
  return {
    page: Math.max(1, Number.isNaN(page) ? 1 : page),
    pageSize: Math.min(1000, Math.max(1, Number.isNaN(asked) ? 100 : asked)),
  }
}

/** Milliseconds of an If-Modified-Since, accurate to the second; null when it is none. */
export function parseModifiedSince(header: string | undefined): number | null {
  if (header === undefined) return null
  const written = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}/.exec(header)
  const at = written ? Date.parse(`${written[0]}Z`) : Date.parse(header)
  return Number.isNaN(at) ? null : Math.floor(at / 1000) * 1000
}
