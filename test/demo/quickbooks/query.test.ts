import { describe, expect, it } from 'vitest'
import { parseQuery, select, type Fields } from '../../../src/demo/quickbooks/query.ts'
import { QuickBooksFault } from '../../../src/demo/quickbooks/refusals.ts'

type Row = {
  readonly id: string
  readonly name: string
  readonly balance: number
  readonly active: boolean
  readonly at: string
}

const ROWS: readonly Row[] = [
  { id: '10', name: "Amy's Bird Sanctuary", balance: 239, active: true, at: '2026-02-01T08:00:00Z' },
  { id: '9', name: 'Bill’s Windsurf Shop', balance: 0, active: true, at: '2026-02-02T08:00:00Z' },
  { id: '100', name: 'Cool Cars', balance: 85.5, active: false, at: '2026-02-03T08:00:00Z' },
]
const FIELDS: Fields<Row> = {
  entity: 'Customer',
  asked: {
    id: { kind: 'id', value: ({ id }) => id },
    displayname: { kind: 'text', value: ({ name }) => name },
    balance: { kind: 'number', value: ({ balance }) => balance },
    active: { kind: 'boolean', value: ({ active }) => active },
    'metadata.lastupdatedtime': { kind: 'time', value: ({ at }) => Temporal.Instant.from(at) },
  },
  others: ['Notes'],
}
const found = (text: string): string[] => select(parseQuery(text), FIELDS, ROWS).map(({ id }) => id)

function refusalOf(text: string): string {
  try {
    found(text)
  } catch (error) {
    if (error instanceof QuickBooksFault) return `${error.status} ${error.code}`
    throw error
  }
  return 'understood'
}

describe('The query language', () => {
  it.each([
    ['select * from Customer', ['10', '9', '100']],
    ["SELECT * FROM Customer WHERE Balance > '0'", ['10', '100']],
    ['select * from Customer where Balance <= 85.5', ['9', '100']],
    ["select * from Customer where Balance = '0.00'", ['9']],
    ["select * from Customer where balance < '239' and Balance >= '0' and Active = true", ['9']],
    ["select * from Customer where Id in ('9', '100')", ['9', '100']],
    ["select * from Customer where id = '9'", ['9']],
    ['select * from Customer where Active IN ( true, false )', ['10', '9', '100']],
    [String.raw`select * from Customer where DisplayName = 'amy\'s bird sanctuary'`, ['10']],
    ["select * from Customer where DisplayName like 'c%'", ['100']],
    ["select * from Customer where DisplayName like '%s%'", ['10', '9', '100']],
    ["select * from Customer where MetaData.LastUpdatedTime >= '2026-02-02T00:00:00-08:00'", ['9', '100']],
    ["select * from Customer where MetaData.LastUpdatedTime < '2026-02-02'", ['10']],
    ['select * from Customer orderby Id', ['9', '10', '100']],
    ['select * from Customer orderby Balance desc', ['10', '100', '9']],
    ['select * from Customer orderby Active, DisplayName desc', ['100', '9', '10']],
  ])('understands %s', (text, ids) => {
    expect(found(text)).toEqual(ids)
  })

  it('pages by a position that starts at 1, in either order of the words', () => {
    const { startPosition, maxResults } = parseQuery('select * from Invoice maxresults 2 startposition 3')
    expect([startPosition, maxResults]).toEqual([3, 2])
    const plain = parseQuery('select count(*) from Invoice')
    expect([plain.count, plain.startPosition, plain.maxResults]).toEqual([true, 1, 100])
    expect(parseQuery('select * from Invoice maxresults 5000').maxResults).toBe(1000)
  })

  it.each([
    ['select Id from Customer', '400 4000'],
    ["select * from Customer where Id = '1' or Id = '2'", '400 4000'],
    ['select * from Customer group by Id', '400 4000'],
    ['select * from Customer order by Id', '400 4000'],
    ["select * from Customer where DisplayName = 'Amy's'", '400 4000'],
    ['delete from Customer', '400 4000'],
    ['', '400 4000'],
    ["select * from Customer where Colour = 'red'", '400 4001'],
    ["select * from Customer where Notes = 'x'", '400 4001'],
    ['select * from Customer orderby Colour', '400 4001'],
    ["select * from Customer where Id > '9'", '400 4001'],
    ["select * from Customer where Balance > 'much'", '400 4001'],
    ["select * from Customer where MetaData.LastUpdatedTime > 'then'", '400 4001'],
    ['select * from Customer startposition 0', '400 4001'],
  ])('does not understand %s', (text, refusal) => {
    expect(refusalOf(text)).toBe(refusal)
  })
})
