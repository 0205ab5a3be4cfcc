import { fc } from '../support/random.ts'
import { describe, expect, it } from 'vitest'
import { html, type Piece } from '../../src/web/html.ts'

describe('Markup', () => {
  it('escapes text and attributes, also behind an exclamation mark', () => {
    const hostile = `"><script>alert('1')</script>&`
    const escaped = '&#34;&#62;&#60;script&#62;alert(&#39;1&#39;)&#60;/script&#62;&#38;'
    expect(html`<a title="${hostile}">Look!${hostile}</a>`.markup).toBe(`<a title="${escaped}">Look!${escaped}</a>`)
  })

  it('keeps markup as it is, joins lists and leaves out what is not there', () => {
    const items: Piece[] = ['<one>', html`<b>two</b>`, null, undefined, false, 3]
    expect(html`<p>${items}</p>`.markup).toBe('<p>&#60;one&#62;<b>two</b>3</p>')
  })

  it('never lets a text open a tag or leave a quoted attribute', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const inside = html`${text}`.markup
        expect(inside).not.toMatch(/[<>"']/)
      }),
    )
  })
})
