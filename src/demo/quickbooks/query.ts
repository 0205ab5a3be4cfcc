import { QuickBooksFault } from './refusals.ts'

export type Operator = '=' | '<' | '>' | '<=' | '>=' | 'in' | 'like'
export type Condition = { readonly field: string; readonly operator: Operator; readonly values: readonly string[] }

/** A query as Intuit documents its language: no OR, no joins, no grouping. */
export type Query = {
  readonly entity: string
  readonly count: boolean
  readonly where: readonly Condition[]
  readonly orderBy: readonly { readonly field: string; readonly descending: boolean }[]
  readonly startPosition: number
  readonly maxResults: number
}

const DEFAULT_RESULTS = 100
const MOST_RESULTS = 1000

/** Reads a query. Throws the fault that QuickBooks answers with when it does not understand one. */
export function parseQuery(text: string): Query {
  const tokens = tokensOf(text)
  let at = 0
  const peek = (): string => (tokens[at] ?? '').toLowerCase()
  const take = (): string => {
    const token = tokens[at]
    if (token === undefined) throw parserError('<EOF>')
    at += 1
    return token
  }
  const expect = (word: string): void => {
    const token = take()
    if (token.toLowerCase() !== word) throw parserError(token)
  }

  expect('select')
  const what = take().toLowerCase()
  let count = false
  if (what === 'count') {
    for (const word of ['(', '*', ')']) expect(word)
    count = true
  } else if (what !== '*') {
    throw parserError(what)
  }
  expect('from')
  const entity = take()

  const where: Condition[] = []
  if (peek() === 'where') {
    do {
      take()
      where.push(takeCondition(take, peek))
    } while (peek() === 'and')
  }

  const orderBy: { field: string; descending: boolean }[] = []
  if (peek() === 'orderby') {
    do {
      take()
      const field = take()
      const direction = peek()
      if (direction === 'asc' || direction === 'desc') take()
      orderBy.push({ field, descending: direction === 'desc' })
    } while (peek() === ',')
  }

  let startPosition = 1
  let maxResults = DEFAULT_RESULTS
  while (peek() === 'startposition' || peek() === 'maxresults') {
    const word = take().toLowerCase()
    const number = Number(take())
    if (!Number.isInteger(number) || number < 1) throw validationError(`invalid value for ${word}`)
    if (word === 'startposition') startPosition = number
    else maxResults = Math.min(number, MOST_RESULTS)
  }
  if (at < tokens.length) throw parserError(tokens[at] ?? '')
  return { entity, count, where, orderBy, startPosition, maxResults }
}

const OPERATORS: ReadonlySet<string> = new Set(['=', '<', '>', '<=', '>=', 'in', 'like'])

function takeCondition(take: () => string, peek: () => string): Condition {
  const field = take()
  const operator = take().toLowerCase()
  if (!OPERATORS.has(operator)) throw parserError(operator)
  if (operator !== 'in') return { field, operator: operator as Operator, values: [valueOf(take())] }
  const values: string[] = []
  if (take() !== '(') throw parserError(peek())
  do {
    values.push(valueOf(take()))
  } while (take() === ',')
  return { field, operator: 'in', values }
}

/** Words, quoted texts and signs. A quote inside a text is written \'. */
function tokensOf(text: string): string[] {
  const pattern = /\s*('(?:\\.|[^'\\])*'|<=|>=|[=<>(),*]|[\w.:+-]+)/gy
  const tokens: string[] = []
  while (pattern.lastIndex < text.length) {
    const from = pattern.lastIndex
    const match = pattern.exec(text)
    if (match?.[1] === undefined) {
      if (text.slice(from).trim() === '') break
      throw parserError(text.slice(from, from + 10).trim())
    }
    tokens.push(match[1])
  }
  return tokens
}

function valueOf(token: string): string {
  if (token.startsWith("'")) return token.slice(1, -1).replaceAll(/\\(.)/g, '$1')
  if (/^(true|false|[\w.:+-]+)$/i.test(token)) return token
  throw parserError(token)
}

/** How a field of an entity can be compared. Only fields that are given here can be asked for. */
export type Field<Row> =
  | { readonly kind: 'id' | 'text'; readonly value: (row: Row) => string | readonly string[] | null }
  | { readonly kind: 'number'; readonly value: (row: Row) => number | null }
  | { readonly kind: 'boolean'; readonly value: (row: Row) => boolean }
  | { readonly kind: 'time'; readonly value: (row: Row) => Temporal.Instant }

/** Fields by name in lower case. `others` are properties that exist and cannot be asked for. */
export type Fields<Row> = {
  readonly entity: string
  readonly asked: Readonly<Record<string, Field<Row>>>
  readonly others: readonly string[]
}

/** All rows that fit, in order. Paging is left to the caller. */
export function select<Row>(query: Query, fields: Fields<Row>, rows: Iterable<Row>): Row[] {
  const tests = query.where.map((condition) => testFor(condition, fieldOf(condition.field, fields)))
  const found: Row[] = []
  for (const row of rows) if (tests.every((test) => test(row))) found.push(row)
  for (const { field: name, descending } of [...query.orderBy].reverse()) {
    const compare = comparison(fieldOf(name, fields))
    found.sort((a, b) => (descending ? compare(b, a) : compare(a, b)))
  }
  return found
}

function fieldOf<Row>(name: string, fields: Fields<Row>): Field<Row> {
  const field = fields.asked[name.toLowerCase()]
  if (field) return field
  if (fields.others.some((other) => other.toLowerCase() === name.toLowerCase())) {
    throw validationError(`property '${name}' is not queryable`)
  }
  throw validationError(`Property ${name} not found for Entity ${fields.entity}`)
}

function testFor<Row>(condition: Condition, field: Field<Row>): (row: Row) => boolean {
  if (field.kind === 'number') return numberTest(condition, field)
  if (field.kind === 'time') return timeTest(condition, field)
  if (field.kind === 'boolean') {
    const wanted = new Set(condition.values.map((value) => value.toLowerCase() === 'true'))
    return (row) => wanted.has(field.value(row))
  }
  return textTest(condition, field)
}

type FieldOf<Row, Kind> = Extract<Field<Row>, { kind: Kind }>

function textTest<Row>(
  { field: name, operator, values }: Condition,
  field: FieldOf<Row, 'id' | 'text'>,
): (row: Row) => boolean {
  if (operator === '=' || operator === 'in') {
    const wanted = new Set(values.map((value) => value.toLowerCase()))
    return (row) => textsOf(field.value(row)).some((text) => wanted.has(text.toLowerCase()))
  }
  if (field.kind === 'id') throw unfit(operator, name)
  const [value = ''] = values
  if (operator === 'like') {
    const pattern = likePattern(value)
    return (row) => textsOf(field.value(row)).some((text) => pattern.test(text))
  }
  const compare = COMPARES[operator]
  return (row) => textsOf(field.value(row)).some((text) => compare(text < value ? -1 : text > value ? 1 : 0))
}

function numberTest<Row>(
  { field: name, operator, values }: Condition,
  field: FieldOf<Row, 'number'>,
): (row: Row) => boolean {
  const wanted = values.map(Number)
  if (wanted.some(Number.isNaN)) throw validationError(`invalid number for ${name}`)
  if (operator === 'like') throw unfit(operator, name)
  if (operator === 'in') return (row) => wanted.includes(field.value(row) ?? Number.NaN)
  const [value = 0] = wanted
  const compare = COMPARES[operator]
  return (row) => {
    const number = field.value(row)
    return number !== null && compare(number - value)
  }
}

function timeTest<Row>(
  { field: name, operator, values }: Condition,
  field: FieldOf<Row, 'time'>,
): (row: Row) => boolean {
  if (operator === 'like' || operator === 'in') throw unfit(operator, name)
  const wanted = instantOf(values[0] ?? '', name)
  const compare = COMPARES[operator]
  return (row) => compare(Temporal.Instant.compare(field.value(row), wanted))
}

const unfit = (operator: string, name: string): QuickBooksFault =>
  validationError(`operator ${operator} is not supported for ${name}`)

const textsOf = (value: string | readonly string[] | null): readonly string[] =>
  value === null ? [] : typeof value === 'string' ? [value] : value

const COMPARES: Readonly<Record<Exclude<Operator, 'in' | 'like'>, (difference: number) => boolean>> = {
  '=': (difference) => difference === 0,
  '<': (difference) => difference < 0,
  '>': (difference) => difference > 0,
  '<=': (difference) => difference <= 0,
  '>=': (difference) => difference >= 0,
}

const likePattern = (value: string): RegExp =>
  new RegExp(
    `^${value
      .split('%')
      .map((part) => RegExp.escape(part))
      .join('.*')}$`,
    'is',
  )

/** A day alone means its beginning on the west coast. */
function instantOf(text: string, field: string): Temporal.Instant {
  try {
    if (/^\d{4}-\d{2}-\d{2}$/.test(text)) {
      return Temporal.PlainDate.from(text).toZonedDateTime('America/Los_Angeles').toInstant()
    }
    return Temporal.Instant.from(text)
  } catch {
    throw validationError(`invalid date for ${field}`)
  }
}

function comparison<Row>(field: Field<Row>): (a: Row, b: Row) => number {
  if (field.kind === 'number') return (a, b) => (field.value(a) ?? 0) - (field.value(b) ?? 0)
  if (field.kind === 'boolean') return (a, b) => Number(field.value(a)) - Number(field.value(b))
  if (field.kind === 'time') return (a, b) => Temporal.Instant.compare(field.value(a), field.value(b))
  const first = (row: Row): string => textsOf(field.value(row))[0] ?? ''
  if (field.kind === 'id') return (a, b) => byId(first(a), first(b))
  return (a, b) => (first(a) < first(b) ? -1 : first(a) > first(b) ? 1 : 0)
}

/** Ids are running numbers. */
export const byId = (a: string, b: string): number => Number(a) - Number(b) || (a < b ? -1 : a > b ? 1 : 0)

const parserError = (near: string): QuickBooksFault =>
  new QuickBooksFault(400, '4000', 'Error parsing query', `QueryParserError: Encountered "${near}"`)

const validationError = (what: string): QuickBooksFault =>
  new QuickBooksFault(400, '4001', 'Invalid query', `QueryValidationError: ${what}`)
