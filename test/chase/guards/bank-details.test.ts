import { describe, expect, it } from 'vitest'
import { accountsIn, judgeAccounts } from '../../../src/chase/guards/bank-details.ts'

const OURS = 'Transferencia\nIBAN ES91 2100 0418 4502 0005 1332'
const OTHER = 'ES79 2100 0813 6101 2345 6789'
const judge = (with_: Partial<Parameters<typeof judgeAccounts>[0]>) =>
  judgeAccounts({ confirmed: OURS, lastMessage: null, ledger: [], documents: [], ...with_ })

describe('the account a customer is asked to pay to', () => {
  it('raises no doubt while everything names the same one, however it is written', () => {
    expect(
      judge({
        lastMessage: 'IBAN: es91-2100-0418-4502-0005-1332',
        ledger: ['ES9121000418450200051332'],
        documents: ['Pago a ES91 2100\n0418 4502 0005 1332'],
      }),
    ).toEqual({ holds: false, doubts: [] })
  })

  it('holds everything when the ledger or a document names another', () => {
    expect(judge({ ledger: [OTHER] })).toEqual({
      holds: true,
      doubts: [{ kind: 'ledger-differs', accounts: ['ES…6789'] }],
    })
    expect(judge({ documents: ['', `Páguese a ${OTHER}`] })).toEqual({
      holds: true,
      doubts: [{ kind: 'document-differs', accounts: ['ES…6789'] }],
    })
  })

  it('holds when the last message printed another, or one that is no longer there', () => {
    expect(judge({ lastMessage: OTHER }).doubts).toEqual([
      { kind: 'changed-since-last-message', accounts: ['ES…1332', 'ES…6789'] },
    ])
    expect(judge({ confirmed: null, lastMessage: OURS }).doubts.map(({ kind }) => kind)).toEqual([
      'changed-since-last-message',
    ])
    expect(judge({ lastMessage: `${OURS}\n${OTHER}` }).holds).toBe(true)
  })

  it('holds when a document has an account and the business has confirmed none', () => {
    expect(judge({ confirmed: null, documents: [OURS] }).doubts.map(({ kind }) => kind)).toEqual(['document-differs'])
    expect(judge({ confirmed: 'Como indica la factura', ledger: [OURS] }).holds).toBe(true)
  })

  it('holds when check digits are wrong, wherever they are', () => {
    expect(judge({ confirmed: 'ES91 2100 0418 4502 0005 1323' }).doubts).toEqual([
      { kind: 'bad-check-digits', accounts: ['ES…1323'] },
    ])
  })

  it('raises none where nobody names an account', () => {
    expect(judge({ confirmed: null, lastMessage: 'Pague en línea', documents: ['Factura F-1, 12 facturas'] })).toEqual({
      holds: false,
      doubts: [],
    })
  })

  it('knows a British account by sort code and number, and by its IBAN', () => {
    expect(accountsIn('Sort code 12-34-56, account 98765432')).toEqual(['123456-98765432'])
    expect(accountsIn('sort code 12 34 56\naccount 9876 5432')).toEqual(['123456-98765432'])
    expect(
      judge({ confirmed: 'Sort code 12-34-56, account 98765432', documents: ['GB82 WEST 1234 5698 7654 32'] }).holds,
    ).toBe(false)
    expect(
      judge({ confirmed: 'Sort code 12-34-56, account 98765432', documents: ['Sort code 12-34-56, account 98765433'] })
        .holds,
    ).toBe(true)
  })

  it('is not fooled by digits that look like others', () => {
    expect(judge({ documents: ['ES９1 2100 0418 4502 0005 1332'] }).holds).toBe(false)
    expect(judge({ documents: ['ES91 2100 0418 4502 0005 13\u200b32'] }).holds).toBe(false)
  })
})
