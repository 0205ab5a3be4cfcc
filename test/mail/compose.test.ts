import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { compileLayout } from '../../scripts/compile-templates.ts'
import { addDays, day } from '../../src/chase/day.ts'
import { money } from '../../src/chase/money.ts'
import { firmness, isStage, type Stage, STAGES } from '../../src/chase/stage.ts'
import { createCompose } from '../../src/mail/compose.ts'
import type { Composed, MessageFacts } from '../../src/mail/mailer.ts'
import { LANGUAGES, pickWording } from '../../src/mail/wordings.ts'
import { anInvoice, messageFacts, severalInvoices, USUAL_LATENESS } from '../support/message-facts.ts'

const templates = join(import.meta.dirname, '../../templates')
const compose = await createCompose(templates)
const today = day('2026-11-17')

/** The texts a customer gets one after the other: 27 are all there are, and the first three share no sentence. */
function textsOf(facts: MessageFacts, rounds = 3): Composed[] {
  const all: Composed[] = []
  for (let round = 0; round < rounds; round++) {
    all.push(compose({ ...facts, usedWordings: all.map(({ wording }) => wording) }))
  }
  return all
}

const cases = LANGUAGES.flatMap((language) => STAGES.map((stage) => [stage, language] as const))

/** The words of a page as a reader sees them. */
const readHtml = (html: string): string =>
  html
    .replace(/[\s\S]*<body/, '<body')
    .replace(/<!--[\s\S]*?-->/g, '')
    .replace(/<\/?(p|td|th|tr|br|div|table|tbody|a|body)\b[^>]*>/g, '\n')
    .replace(/<[^>]+>/g, '')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&#34;', '"')
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&amp;', '&') // prettier-ignore
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .join('\n')

const wordsOf = (text: string): Set<string> => new Set(text.toLowerCase().match(/[\p{L}\p{N}]+/gu))
const unwrapped = (text: string): string => text.replace(/\n(?=\S)/g, ' ')

describe.each(cases)('a %s message in %s', (stage, language) => {
  const one = textsOf(messageFacts(stage, language), 27)
  const several = textsOf(messageFacts(stage, language, { invoices: severalInvoices(stage, language) }), 27)

  it('has 27 texts, all different, before any comes again', () => {
    for (const texts of [one, several]) {
      expect(new Set(texts.map(({ wording }) => wording)).size).toBe(27)
      expect(new Set(texts.map(({ text }) => text)).size).toBe(27)
    }
  })

  it('shares no opening, question or close with the two before it', () => {
    const [first, second, third] = one.map(({ wording }) => wording.slice(-3))
    for (const part of [0, 1, 2]) expect(new Set([first?.[part], second?.[part], third?.[part]]).size).toBe(3)
  })

  it('says the same words in both parts', () => {
    for (const { html, text } of [...one, ...several]) {
      const withoutLinks = text.replace(/^https:.*$/gm, '')
      expect([...wordsOf(withoutLinks)].sort()).toEqual([...wordsOf(readHtml(html))].sort())
      const paragraphs = readHtml(html)
        .split('\n')
        .filter((line) => line.length > 60)
      for (const paragraph of paragraphs) expect(unwrapped(text)).toContain(paragraph)
    }
  })

  it('breaks no line of text at a no-break space or beyond 78 characters', () => {
    for (const { text } of [...one, ...several]) {
      expect(text.split('\n').filter((line) => line.length > 78 && line.includes(' '))).toEqual([])
      expect(text).not.toMatch(/\d\n€|£\n\d/)
    }
  })

  it('says nothing that a polite person would not', () => {
    for (const { subject, text } of [...one, ...several]) {
      const said = `${subject}\n${unwrapped(text)}`
      expect(said).not.toMatch(FORBIDDEN[language])
      expect(said).not.toMatch(AVOID[stage])
      expect(said).not.toMatch(/!|¡|\bsoon\b|shortly|en breve|pronto|lo antes posible/i)
      expect(said).not.toMatch(/\b\p{Lu}{4,}\b(?! ?ES)/u)
      expect(said).not.toMatch(/\b(tú|tus|ti|contigo|tienes|puedes|vosotros)\b/i)
    }
  })

  it('has a subject of a good length with the number early', () => {
    for (const { subject } of [...one, ...several]) {
      expect(subject.length).toBeGreaterThanOrEqual(22)
      expect(subject.length).toBeLessThanOrEqual(62)
      expect(subject.indexOf('0147')).toBeLessThan(38)
    }
  })

  it('thanks those who have paid, from the due day on', () => {
    const thanks = language === 'es' ? /pag(ado|o)|justificante/ : /paid|payment/
    for (const { text } of stage === 'before-due' ? [] : one) {
      const closing = text.slice(text.lastIndexOf('PDF.'))
      expect(closing).toMatch(thanks)
      expect(closing).toMatch(language === 'es' ? /gracias|agrade[zc]/i : /thank|grateful/i)
    }
  })

  it('is signed by a person', () => {
    const { sender, name } = messageFacts(stage, language).business
    for (const { text } of one) {
      expect(text.trimEnd().split('\n').slice(-4)).toEqual([sender.name, sender.role, name, `Tel. ${sender.phone}`])
    }
  })

  it('contains no number, date or amount that is not in the facts', () => {
    const facts = messageFacts(stage, language, {
      invoices: severalInvoices(stage, language),
      otherOpen: [money(250_000, language === 'es' ? 'EUR' : 'GBP')],
    })
    for (const with_ of [messageFacts(stage, language), facts]) {
      for (const { subject, text, html } of textsOf(with_)) {
        expect(strangersIn(`${subject}\n${text}`, with_)).toEqual([])
        expect(strangersIn(readHtml(html), with_)).toEqual([])
        expect(linksIn(html).filter((link) => !with_.invoices.some(({ payLink }) => payLink === link))).toEqual([])
      }
    }
  })

  it('holds for any lateness', () => {
    for (const late of [-6, -1, 0, 1, 2, 13, 400]) {
      const first = anInvoice(addDays(today, -late))
      for (const invoices of [[first], [first, anInvoice(today, { id: 'b' })]]) {
        for (const { subject, text } of textsOf(messageFacts(stage, language, { invoices }))) {
          expect(`${subject}\n${unwrapped(text)}`).not.toMatch(
            /undefined|null|NaN|\{\{|\}\}|\bcero\b|\bzero\b|\b1 (día|days)\b|  | [,.;:?]/,
          )
        }
      }
    }
  })

  it('says "due today" only of what is', () => {
    for (const late of [-6, -1, 1, 2, 400]) {
      for (const { subject, text } of textsOf(
        messageFacts(stage, language, { invoices: [anInvoice(addDays(today, -late))] }),
      )) {
        expect(`${subject}\n${unwrapped(text)}`).not.toMatch(/vencen? hoy|due today|hoy es la fecha|today is the/)
      }
    }
  })

  it('mentions late charges only where the terms have them, and never to the friendly', () => {
    const facts = messageFacts(stage, language)
    const charges = facts.business.lateCharges ?? ''
    const later = firmness(stage) >= firmness('firm')
    expect(one.every(({ text }) => unwrapped(text).includes(charges))).toBe(later)
    const without = textsOf({ ...facts, business: { ...facts.business, lateCharges: null } })
    for (const { text } of without) expect(text).not.toMatch(/inter[eé]s|interest|demora|recargo|charge/i)
  })

  it('states the deadline as a weekday and a date where the stage has one', () => {
    const stated = language === 'es' ? 'jueves 26 de noviembre' : 'Thursday 26 November'
    const hasOne = firmness(stage) >= firmness('serious')
    expect(one.every(({ text }) => unwrapped(text).includes(stated))).toBe(hasOne)
  })

  it('does not claim earlier messages that were not sent', () => {
    for (const { text } of textsOf(messageFacts(stage, language, { previousOn: [] }))) {
      expect(unwrapped(text)).not.toMatch(
        /escribí|hemos escrito|recordado|anteriores|wrote|have written|earlier messages/,
      )
    }
  })

  it('answers in the thread when there is one', () => {
    expect(compose(messageFacts(stage, language, { threadSubject: 'Re: Factura F-1: vence hoy' })).subject).toBe(
      'Re: Factura F-1: vence hoy',
    )
  })
})

const textOf = (with_: Partial<MessageFacts>, stage: Stage = 'first-overdue', language: 'es' | 'en' = 'es') =>
  unwrapped(compose(messageFacts(stage, language, with_)).text)

describe('what a message shows', () => {
  const due = addDays(today, -1)

  it('greets by first name, else by company, and guesses no gender', () => {
    const customer = messageFacts('firm', 'es').customer
    expect(textOf({})).toMatch(/^Buenos días, Ana:/)
    expect(textOf({ customer: { ...customer, firstName: 'MARÍA JOSÉ' } })).toMatch(/^Buenos días, María José:/)
    expect(textOf({ customer: { ...customer, firstName: null } })).toMatch(/^Buenos días, Construcciones Vega, S\.L\.:/)
    expect(textOf({ customer: { ...customer, firstName: 'pagos@vega.example' } })).toMatch(
      /^Buenos días, Construcciones Vega/,
    )
    expect(textOf({ customer: { ...customer, firstName: ' ', name: '\u202e' } })).toMatch(/^Buenos días:/)
    expect(textOf({}, 'firm', 'en')).toMatch(/^Hello Priya,/)
  })

  it('shows what was asked originally when a part is paid', () => {
    const invoices = [anInvoice(due, { total: money(150_000, 'EUR'), balance: money(90_000, 'EUR') })]
    expect(textOf({ invoices })).toContain('Pendiente: 900,00\u00a0€ (de un total de 1.500,00\u00a0€)')
    expect(textOf({ invoices })).toContain(
      'El importe original de la factura era de 1.500,00\u00a0€; quedan pendientes 900,00\u00a0€.',
    )
  })

  it('names an invoice without a number by its day', () => {
    const text = textOf({ invoices: [anInvoice(due, { number: null })] })
    expect(text).toContain('factura del 17 de octubre de 2026')
    expect(text).toContain('Factura: Sin número')
    expect(textOf({ invoices: [anInvoice(due, { number: null, issuedOn: null })] })).toContain(
      'factura con vencimiento el 16 de noviembre de 2026',
    )
  })

  it('says when the due day is our own assumption', () => {
    const text = textOf({ invoices: [anInvoice(due, { dueAssumed: true })] })
    expect(text).toContain('(según nuestro plazo habitual)')
    expect(text).toContain('La factura no indica fecha de vencimiento, así que hemos aplicado nuestro plazo habitual.')
  })

  it('adds nothing across currencies', () => {
    const invoices = [
      anInvoice(due),
      anInvoice(due, { id: 'b', number: 'F-2', total: money(30_000, 'GBP'), balance: money(30_000, 'GBP') }),
    ]
    const text = textOf({ invoices })
    expect(text).toContain('1.234,50\u00a0EUR y 300,00\u00a0GBP')
    expect(text).toContain('Total pendiente: 1.234,50\u00a0EUR Total pendiente: 300,00\u00a0GBP')
  })

  it('shows other open balances apart', () => {
    expect(textOf({ otherOpen: [money(100_000, 'EUR'), money(50_000, 'EUR')] })).toContain(
      'Su cuenta tiene además 1.500,00\u00a0€ en facturas que aún no han vencido',
    )
    expect(textOf({})).not.toContain('además')
  })

  it('says which invoices are attached and where the others are', () => {
    const invoices = ['F-1', 'F-2', 'F-3'].map((number) =>
      anInvoice(due, { id: number, number, payLink: `https://pay.example.com/${number}` }),
    )
    const said = (attachedIds: string[], list = invoices) => textOf({ invoices: list, attachedIds })
    expect(said(['F-1', 'F-2', 'F-3'])).toContain('Le adjunto las facturas en PDF.')
    expect(said(['F-1'])).toContain('Le adjunto en PDF la factura F-1; F-2 y F-3 pueden verse en su enlace.')
    expect(said(['F-1', 'F-2'])).toContain('Le adjunto las facturas en PDF, salvo F-3, que puede verse en su enlace.')
    expect(said([])).toContain('Puede ver las facturas en los enlaces de este correo.')
    const unlinked = invoices.map((invoice) => ({ ...invoice, payLink: null }))
    expect(said(['F-1', 'F-2'], unlinked)).toContain(
      'Le adjunto las facturas en PDF, salvo F-3; si la necesita, dígamelo y se la envío.',
    )
    expect(said([], unlinked)).toContain('Si necesita una copia de las facturas, dígamelo y se la envío.')
  })

  it('points to the invoice when the business set no payment details', () => {
    const business = { ...messageFacts('firm', 'es').business, paymentDetails: null }
    expect(textOf({ business })).toContain('Los datos para el pago figuran en la factura.')
    expect(textOf({ business }, 'firm')).toContain('o con los datos que constan en la factura')
  })

  it('offers a button for one invoice and a link for each of several', () => {
    const one = compose(messageFacts('firm', 'es')).html
    expect(linksIn(one)).toEqual(['https://pay.example.com/F-2026-0147'])
    expect(one).toContain('Ver y pagar la factura F-2026-0147')
    const several = compose(messageFacts('firm', 'es', { invoices: severalInvoices('firm', 'es') })).html
    expect(linksIn(several)).toEqual(['https://pay.example.com/F-2026-0147', 'https://pay.example.com/F-2026-0151'])
    expect(
      linksIn(
        compose(messageFacts('firm', 'es', { invoices: [anInvoice(due, { payLink: 'javascript:alert(1)' })] })).html,
      ),
    ).toEqual([])
  })

  it('does not say "today" of a due day that fell on the weekend', () => {
    const monday = day('2026-11-16')
    const text = textOf({ today: monday, invoices: [anInvoice(day('2026-11-15'))], attachedIds: [] }, 'due-day')
    expect(text).toContain('domingo 15 de noviembre')
    expect(text).not.toMatch(/\bhoy\b/)
  })

  it.each(['serious', 'urgent', 'final'] as const)('does not go out as %s without a deadline', (stage) => {
    expect(() => compose(messageFacts(stage, 'es', { deadline: null }))).toThrow(`a ${stage} message needs a deadline`)
  })

  it('refuses to be made of nothing', () => {
    expect(() => compose(messageFacts('firm', 'es', { invoices: [] }))).toThrow('a message needs at least one invoice')
  })
})

describe('hostile values from the ledger', () => {
  const nasty = `"Vega", <b>;\r\nBcc: eve@evil.example {{ 7 | times: 6 }} {% raw %} <script>alert(1)</script> \u202eLTD\u0000 & ${'x'.repeat(300)}`
  const facts = (language: 'es' | 'en') =>
    messageFacts('firm', language, {
      customer: { name: nasty, firstName: nasty, country: 'ZZ' },
      business: {
        name: nasty,
        country: null,
        baseCurrency: 'EUR',
        sender: { name: nasty, role: nasty, phone: nasty },
        paymentDetails: `${nasty}\n${nasty}`,
        lateCharges: nasty,
      },
      invoices: [
        anInvoice(today, { number: nasty, payLink: `https://pay.example.com/"><script>alert(1)</script>` }),
        anInvoice(today, { id: 'b', number: null }),
      ],
      threadSubject: nasty,
    })

  it.each(['es', 'en'] as const)('stay plain text in %s', (language) => {
    for (const { subject, html, text } of textsOf(facts(language))) {
      expect(subject).not.toMatch(/[\p{Cc}\u202e]/u)
      expect(subject.length).toBeLessThanOrEqual(160)
      expect(html).not.toMatch(/<script|<b>|\u202e/)
      expect(html).not.toContain('42')
      expect(text).toContain('{{ 7 | times: 6 }}')
      expect(text.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\u202e]/u)
      expect(text.split('\n\n')[0]).toMatch(/Bcc: eve@evil\.example/)
    }
  })
})

describe('the page', () => {
  it('is compiled from the layout beside it, so the app never has to', async () => {
    const source = await readFile(join(templates, 'layout.mjml'), 'utf8')
    expect(await readFile(join(templates, 'compiled', 'layout.html'), 'utf8')).toBe(await compileLayout(source))
  })

  it('asks nothing of anybody else: no pictures, fonts, scripts or beacons', () => {
    for (const language of LANGUAGES) {
      const { html } = compose(messageFacts('final', language, { invoices: severalInvoices('final', language) }))
      expect(html).not.toMatch(/<img|<script|<link|@import|url\(|background=/i)
      expect(html.replaceAll('https://pay.example.com', '').match(/https?:\/\/(?!www\.w3\.org)/g)).toBeNull()
    }
  })

  it('names its language and repeats the subject as its title', () => {
    const { html, subject } = compose(messageFacts('firm', 'es'))
    expect(html).toMatch(/<html lang="es" dir="ltr"/)
    expect(html).toContain(`<title>${subject}</title>`)
  })

  it('has text that can be read: every colour on its ground reaches 4.5 to 1', () => {
    const pairs = [
      ['#1f2328', '#ffffff'], ['#4b535d', '#ffffff'], ['#1d4f73', '#ffffff'], ['#ffffff', '#1d4f73'], ['#1f2328', '#f3f5f7'],
      ['#e8eaed', '#17191c'], ['#b6bcc4', '#17191c'], ['#8ec5ef', '#17191c'], ['#10171d', '#8ec5ef'], ['#e8eaed', '#22262b'],
    ] as const // prettier-ignore
    const { html } = compose(messageFacts('firm', 'es', { invoices: severalInvoices('firm', 'es') }))
    const used = new Set([...html.matchAll(/(?<![-\w])color:\s*(#[0-9a-f]{6})/g)].map(([, colour]) => colour))
    expect([...used].filter((colour) => !pairs.some(([text]) => text === colour))).toEqual([])
    for (const [text, ground] of pairs) expect(contrast(text, ground)).toBeGreaterThanOrEqual(4.5)
  })
})

describe('picking a wording', () => {
  const ids = ['1a', '1b', '2a', '2b'].map((choice) => `firm.es.${choice}`)

  it('gives one chase the same text each time, and chases different ones', () => {
    expect(pickWording(ids, [], 'chase-7')).toBe(pickWording([...ids].reverse(), [], 'chase-7'))
    const first = new Set(Array.from({ length: 50 }, (_, at) => pickWording(ids, [], `chase-${at}`)))
    expect([...first].sort()).toEqual(ids)
  })

  it('takes the one least like those before', () => {
    for (const seed of ['x', 'y', 'z']) expect(pickWording(ids, ['firm.es.1a'], seed)).toBe('firm.es.2b')
  })

  it('goes back to the one used longest ago when all have been used', () => {
    expect(pickWording(ids, ['firm.es.2b', 'firm.es.1a', 'firm.es.2b', 'firm.es.1b', 'firm.es.2a'], 'x')).toBe(
      'firm.es.1a',
    )
  })

  it('does not mind what was said in other stages', () => {
    expect(pickWording(ids, ['final.es.1a', 'firm.en.1a'], 'x')).toBe(pickWording(ids, [], 'x'))
  })
})

const FORBIDDEN = {
  en: /legal|bailiff|prison|police|criminal|blacklist|we know where|shame|final warning|ignored|your failure|deadbeat|asap|urgent|dear (sir|madam)|to whom|court|suspend|disappoint|again and again/i,
  es: /legal(?! de demora)|cárcel|policía|denuncia|delito|lista negra|moros[oa]|vergüenza|ultimátum|ignorado|incumplimiento|embargo|judicial|asnef|urgente|muy señor|a quien corresponda|tribunal|suspen/i,
} as const

/** What stages.json asks each stage to avoid, in both languages. */
const AVOID = {
  'before-due': /overdue|late|vencid|retraso|reminder|recordatorio|interest|demora/i,
  'due-day': /overdue|vencid|retraso|demora/i,
  'first-overdue': /breach|failure|immediately|overdue|demora|inmediat/i,
  firm: /final|último/i,
  serious: /final|último/i,
  urgent: /final|último|last (message|reminder)/i,
  final: /warning|advertencia/i,
} as const

const linksIn = (html: string): string[] =>
  [...html.matchAll(/href="([^"]*)"/g)].map(([, href]) => (href ?? '').replaceAll('&amp;', '&'))

/** Numbers in a message that the facts do not account for. Written without the formatter, so that it can judge it. */
function strangersIn(text: string, facts: MessageFacts): string[] {
  const { business, invoices, today } = facts
  const given = [
    business.paymentDetails,
    business.lateCharges,
    business.sender.phone,
    ...invoices.flatMap(({ number, payLink }) => [payLink, number]),
  ]
  let rest = unwrapped(text)
  for (const value of given.flatMap((value) => value?.split('\n') ?? [])) rest = rest.replaceAll(value, ' ')
  const days = [
    today,
    facts.deadline,
    ...facts.previousOn,
    ...invoices.flatMap(({ issuedOn, dueOn }) => [issuedOn, dueOn]),
  ].filter((of) => of !== null)
  const amounts = [
    ...invoices.flatMap(({ total, balance }) => [total.minor, balance.minor]),
    sum(invoices.map(({ balance }) => balance.minor)),
    sum(facts.otherOpen.map(({ minor }) => minor)),
  ]
  const known = new Set([
    ...days.flatMap((of) => [String(Number(of.slice(8))), of.slice(0, 4)]),
    ...amounts.map((minor) => plainAmount(minor, facts.language)),
    ...(isStage(facts.stage) ? [String(USUAL_LATENESS[facts.stage])] : []),
    String(invoices.length - 1),
  ])
  return (rest.match(/\d[\d.,]*\d|\d/g) ?? []).filter((number) => !known.has(number))
}

function plainAmount(minor: number, language: 'es' | 'en'): string {
  const [group, point] = language === 'es' ? ['.', ','] : [',', '.']
  const digits = String(minor).padStart(3, '0')
  return `${digits.slice(0, -2).replace(/\B(?=(\d{3})+$)/g, group)}${point}${digits.slice(-2)}`
}

/** WCAG 2.2 contrast ratio. */
function contrast(one: string, other: string): number {
  const [dark = 0, light = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b)
  return (light + 0.05) / (dark + 0.05)
}

const luminance = (colour: string): number => {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const share = Number.parseInt(colour.slice(at, at + 2), 16) / 255
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}

const sum = (minors: readonly number[]): number => minors.reduce((total, minor) => total + minor, 0)
