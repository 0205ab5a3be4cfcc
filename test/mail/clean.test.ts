import { describe, expect, it } from 'vitest'
import { cleanLine, cleanLines, cleanLink } from '../../src/mail/clean.ts'

describe('cleaning what comes from the ledger', () => {
  it.each([
    ['line breaks become spaces', 'Vega\r\nBcc: eve@evil.example', 'Vega Bcc: eve@evil.example'],
    ['other controls go', 'Ve\u0000g\u001ba\u0085S.L.\u009f', 'Vega S.L.'],
    ['an override that would turn text around goes', 'F-\u202e7410\u202c-2026', 'F-7410-2026'],
    ['isolates and marks go', '\u2066Vega\u2069\u200e\u200f\u061c', 'Vega'],
    ['invisible characters go', 'V\u200be\u200dg\u2060a\ufeff\u00ad', 'Vega'],
    ['hidden tag characters go', 'Vega\u{e0041}\u{e0042}', 'Vega'],
    ['separate accents join their letters', 'Jose\u0301', 'José'],
    ['half a character is replaced', 'Vega \ud800', 'Vega \ufffd'],
    ['spaces collapse, no-break spaces stay', '  1.234,50\u00a0€   x ', '1.234,50\u00a0€ x'],
    ['a name of 300 characters is cut', 'x'.repeat(300), `${'x'.repeat(119)}…`],
    ['what only looks dangerous stays', '"Vega" <S.L.>, & {{ company }};', '"Vega" <S.L.>, & {{ company }};'],
  ])('%s', (_, given, expected) => {
    expect(cleanLine(given)).toBe(expected)
  })

  it('keeps the lines of payment details, and not too many', () => {
    expect(cleanLines('IBAN ES91\r\n\r\n  Concepto:\u202e número \n')).toEqual(['IBAN ES91', 'Concepto: número'])
    expect(cleanLines('line\n'.repeat(50))).toHaveLength(12)
  })

  it.each([
    ['https://pay.example.com/F-1?a=1&b=2', 'https://pay.example.com/F-1?a=1&b=2'],
    ['http://localhost:4010/pay/1', 'http://localhost:4010/pay/1'],
    ['http://127.0.0.1:4010/pay/1', 'http://127.0.0.1:4010/pay/1'],
    ['http://pay.example.com/F-1', null],
    ['http://localhost.evil.example/', null],
    ['javascript:alert(1)', null],
    ['data:text/html,x', null],
    ['https://user:secret@pay.example.com/', null],
    ['not a link', null],
    ['https://pay.example.com/"><script>', 'https://pay.example.com/%22%3E%3Cscript%3E'],
    [`https://pay.example.com/${'x'.repeat(3000)}`, null],
  ])('takes %s as %s', (given, expected) => {
    expect(cleanLink(given)).toBe(expected)
  })
})
