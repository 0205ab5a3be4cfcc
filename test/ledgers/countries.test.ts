import { describe, expect, it } from 'vitest'
import { addressesIn } from '../../src/ledgers/addresses.ts'
import { countryCode } from '../../src/ledgers/countries.ts'

describe('A country as ledgers write it', () => {
  it.each([
    ['ES', 'ES'],
    ['esp', 'ES'],
    ['España', 'ES'],
    [' spain ', 'ES'],
    ['UK', 'GB'],
    ['GBR', 'GB'],
    ['U.K.', 'GB'],
    ['Reino Unido', 'GB'],
    ['Scotland', 'GB'],
    ['U.S.A.', 'US'],
    ['EE.UU.', 'US'],
    ['Côte d’Ivoire', 'CI'],
    ['XX', null],
    ['Narnia', null],
    ['', null],
    [null, null],
    [undefined, null],
  ])('%j is %s', (text, code) => {
    expect(countryCode(text)).toBe(code)
  })
})

describe('Addresses in one field', () => {
  it.each([
    ['a@x.com', ['a@x.com']],
    ['a@x.com,b@x.com;c@x.com d@x.com\ne@x.com', ['a@x.com', 'b@x.com', 'c@x.com', 'd@x.com', 'e@x.com']],
    ['"Smith, John" <john@x.com>', ['john@x.com']],
    ['A@X.com, a@x.com', ['A@X.com']],
    ["o'hara@x.com, 'ann@x.com'", ["o'hara@x.com", 'ann@x.com']],
    ['see website', []],
    [null, []],
  ])('%j', (text, addresses) => {
    expect(addressesIn(text)).toEqual(addresses)
  })
})
