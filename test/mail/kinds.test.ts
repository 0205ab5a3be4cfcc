import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { addDays, day } from '../../src/chase/day.ts'
import { TU, USTED } from '../../src/chase/guards/tone-words.ts'
import { readHtml } from '../../src/chase/guards/visible.ts'
import { money } from '../../src/chase/money.ts'
import { isStage, type MessageKind, type Notice, NOTICES } from '../../src/chase/stage.ts'
import { createCompose } from '../../src/mail/compose.ts'
import type { Composed, MatterOf, MessageFacts, Treatment } from '../../src/mail/mailer.ts'
import { inTreatment, LANGUAGES, MESSAGE_KINDS } from '../../src/mail/wordings.ts'
import { anInvoice, messageFacts, severalInvoices } from '../support/message-facts.ts'
import { anyFacts, aPlan, noticeFacts } from '../support/notice-facts.ts'

const templates = join(import.meta.dirname, '../../templates')
const compose = await createCompose(templates)
const today = day('2026-11-17')

/** Every text there is for these facts: each opening, question and close. */
function allTexts(facts: MessageFacts): Composed[] {
  const all: Composed[] = []
  for (;;) {
    const next = compose({ ...facts, usedWordings: all.map(({ wording }) => wording) })
    if (all.some(({ wording }) => wording === next.wording)) return all
    all.push(next)
  }
}

const flat = (text: string): string => text.replace(/[ \n\u00a0]+/g, ' ')
const said = ({ subject, text }: Composed): string => `${flat(subject)}\n${flat(text)}`
const shown = (facts: MessageFacts): string => flat(compose(facts).text)

/** The part of a text that is ours: without the details, the signature and what was quoted. */
function ours(composed: Composed, facts: MessageFacts): string {
  const theirs = [
    ...(facts.business.paymentDetails ?? '').split('\n'),
    facts.business.lateCharges ?? '',
    facts.business.name,
    facts.customer.name,
    facts.business.sender.phone ?? '',
  ].filter((line) => line !== '')
  return theirs.reduce((left, line) => left.replaceAll(line, '·'), said(composed))
}

const RECURRING: ReadonlySet<MessageKind> = new Set(['thank-you', 'promise-reminder', 'plan-instalment', 'statement'])
const cases = NOTICES.flatMap((notice) => LANGUAGES.map((language) => [notice, language] as const))

describe.each(cases)('a %s message in %s', (notice, language) => {
  const treatments: readonly Treatment[] = language === 'es' ? ['usted', 'tu'] : ['usted']
  const every = treatments.flatMap((treatment) =>
    [false, true].flatMap((several) => {
      const facts = noticeFacts(notice, language, several, { treatment })
      return allTexts(facts).map((composed) => ({ facts, composed, several }))
    }),
  )

  it('has as many openings and closes as it may be sent often', () => {
    const parts = every.map(({ composed }) => composed.wording.slice(-3))
    const openings = new Set(parts.map((part) => part[0]))
    const closings = new Set(parts.map((part) => part[2]))
    const least = RECURRING.has(notice) ? 3 : 2
    expect([openings.size >= least, closings.size >= least]).toEqual([true, true])
    for (const { composed } of every) expect(composed.subject.length).toBeLessThanOrEqual(80)
  })

  it('says what it must', () => {
    for (const { composed, several, facts } of every) {
      for (const must of MUST[notice][language](facts, several)) expect(said(composed)).toMatch(must)
    }
  })

  it('says nothing of what it must avoid', () => {
    for (const { composed, facts } of every) {
      expect(ours(composed, facts)).not.toMatch(NEVER[language])
      for (const avoid of AVOID[notice] ?? []) expect(ours(composed, facts)).not.toMatch(avoid)
    }
  })

  it('says the same words in both parts, which are complete', () => {
    const words = (text: string): string[] => [...new Set(text.toLowerCase().match(/[\p{L}\p{N}]+/gu))].sort()
    for (const { composed } of every) {
      expect(words(composed.text.replace(/^https:.*$/gm, ''))).toEqual(words(readHtml(composed.html).text))
      expect(said(composed)).not.toMatch(/undefined|null|NaN|\{\{|\}\}|[[\]]|  | [,.;:?]|\.\./)
    }
  })

  it('is signed by a person and loads nothing', () => {
    for (const { composed, facts } of every) {
      const { sender, name } = facts.business
      expect(composed.text.trimEnd().split('\n').slice(-4)).toEqual([
        sender.name,
        sender.role,
        name,
        `Tel. ${sender.phone}`,
      ])
      expect(readHtml(composed.html).active).toEqual([])
    }
  })
})

describe('usted and tú', () => {
  const spanish = MESSAGE_KINDS.flatMap((kind) =>
    [false, true].map((several) => [kind, several ? 'several' : 'one'] as const),
  )

  it.each(spanish)('are never mixed in a %s message about %s', (kind, many) => {
    for (const treatment of ['usted', 'tu'] as const) {
      const facts = anyFacts(kind, 'es', many === 'several', { treatment })
      for (const composed of allTexts(facts)) {
        const wrong = ours(composed, facts).match(treatment === 'usted' ? TU : USTED)
        expect([composed.wording, treatment, wrong]).toEqual([composed.wording, treatment, null])
      }
    }
  })

  it('say the same otherwise: the same words stand, but for those that speak to the reader', () => {
    for (const kind of MESSAGE_KINDS) {
      const facts = anyFacts(kind, 'es', true)
      const [formal, familiar] = [compose(facts), compose({ ...facts, treatment: 'tu' })]
      expect(familiar.wording).toBe(formal.wording)
      const numbers = (text: string): string[] => text.match(/\d[\d.,]*/g) ?? []
      expect(numbers(familiar.text)).toEqual(numbers(formal.text))
      expect(familiar.text).not.toBe(formal.text)
    }
  })

  it('come from one file, which cannot leave a choice open', () => {
    expect(inTreatment('[Le/Te] escribo, [dígame/dime].', 'usted', 'x')).toBe('Le escribo, dígame.')
    expect(inTreatment('[Le/Te] escribo, [dígame/dime].', 'tu', 'x')).toBe('Te escribo, dime.')
    for (const broken of ['[Le] escribo', '[Le/Te/Os] escribo', 'Le/Te] escribo', '[Le/[Te/Os]] escribo']) {
      expect(() => inTreatment(broken, 'tu', 'x.txt')).toThrow('x.txt has a bracket without two forms')
    }
  })

  it('are left to Spanish: no English file has a choice in it', async () => {
    for (const kind of [...MESSAGE_KINDS, 'common']) {
      expect(await readFile(join(templates, 'en', `${kind}.txt`), 'utf8')).not.toMatch(/[[\]]/)
    }
  })
})

describe('what is only said with a ground', () => {
  const claim = {
    ground: 'Ley 3/2004, artículos 7 y 8',
    asOf: today,
    interest: [money(1_234, 'EUR')],
    compensation: [money(4_000, 'EUR')],
    waivedIfPaidBy: day('2026-11-26'),
  }

  it('sets interest and compensation apart from the balance, with the rule and the waiver, in urgent and final only', () => {
    const stated = shown(messageFacts('urgent', 'es', { lateClaim: claim }))
    expect(stated).toContain('Además del saldo (Ley 3/2004, artículos 7 y 8):')
    expect(stated).toContain('Concepto: Intereses de demora Hasta: 17 nov 2026 Importe: 12,34 €')
    expect(stated).toContain('Concepto: Compensación por costes de cobro Hasta: 17 nov 2026 Importe: 40,00 €')
    expect(stated).toContain(
      'No reclamaremos estos importes si el saldo queda pagado a más tardar el jueves 26 de noviembre.',
    )
    expect(shown(messageFacts('serious', 'es', { lateClaim: claim }))).not.toMatch(/12,34|40,00/)
  })

  it('says nothing of them without a rule, or where there is nothing to claim', () => {
    const business = { ...messageFacts('urgent', 'es').business, lateCharges: null }
    const nothing = { ...claim, interest: [money(0, 'EUR')], compensation: [] }
    for (const lateClaim of [null, { ...claim, ground: '  ' }, nothing]) {
      expect(shown(messageFacts('urgent', 'es', { business, lateClaim }))).not.toMatch(
        /inter[eé]s|compensación|Hasta:/i,
      )
    }
  })

  it('announces a consequence in its own stage, with its ground and its day', () => {
    const pause = {
      kind: 'pause-of-work',
      ground: 'cláusula 7 de nuestras condiciones',
      from: day('2026-11-30'),
    } as const
    const demand = { kind: 'formal-demand', ground: '', from: day('2026-12-01') } as const
    const consequences = [pause, demand]
    const serious = shown(messageFacts('serious', 'es', { consequences }))
    expect(serious).toContain(
      'desde el lunes 30 de noviembre dejaremos en pausa los trabajos y pedidos nuevos (cláusula 7 de nuestras condiciones).',
    )
    expect(serious).not.toContain('requerimiento')
    expect(shown(messageFacts('final', 'es', { consequences }))).toContain(
      'el martes 1 de diciembre prepararemos un requerimiento formal de pago; este es el último mensaje antes de ese paso.',
    )
    expect(shown(messageFacts('firm', 'es', { consequences }))).not.toMatch(/pausa|requerimiento/)
  })

  it('offers an early-payment discount with its amount and last day, while there is time', () => {
    const discount = {
      invoiceId: 'F-2026-0147',
      payable: money(120_981, 'EUR'),
      saved: money(2_469, 'EUR'),
      lastDay: day('2026-11-19'),
    }
    const offer =
      'Si pagan la factura F-2026-0147 a más tardar el jueves 19 de noviembre, bastan 1.209,81 €: son 24,69 € menos por pronto pago.'
    expect(shown(messageFacts('before-due', 'es', { discount }))).toContain(offer)
    expect(shown(messageFacts('before-due', 'es'))).not.toContain('pronto pago')
    expect(shown(messageFacts('firm', 'es', { discount }))).not.toContain('pronto pago')
    expect(
      shown(messageFacts('before-due', 'es', { discount: { ...discount, lastDay: day('2026-11-16') } })),
    ).not.toContain('pronto pago')
  })
})

describe('items that are not counted', () => {
  const excluded = [
    { invoice: anInvoice(addDays(today, -40), { id: 'x', number: 'F-2026-0099' }), because: 'disputed' },
  ] as const

  it.each(['serious', 'urgent', 'final'] as const)('are named apart in a %s message, and in no total', (stage) => {
    const facts = messageFacts(stage, 'es', { invoices: severalInvoices(stage, 'es'), excluded })
    const text = shown(facts)
    expect(text).toContain('No incluido en el total: Factura: F-2026-0099 en revisión Vencimiento: 8 oct 2026')
    expect(text).toContain('Total pendiente: 7.942,05 €')
    expect(text).toContain('La factura que ve aparte no cuenta en ese importe.')
  })

  it('are told apart by why', () => {
    const reasons = (['disputed', 'promised', 'in-plan', 'on-hold'] as const).map((because, at) => ({
      invoice: anInvoice(today, { id: `${at}`, number: `X-${at}` }),
      because,
    }))
    const text = shown(messageFacts('firm', 'en', { excluded: reasons }))
    for (const reason of ['under review', 'payment date agreed', 'in a payment plan', 'on hold'])
      expect(text).toContain(reason)
  })
})

describe('a part payment', () => {
  it('is thanked for before the rest is asked', () => {
    const received = [{ on: day('2026-11-03'), amount: money(50_000, 'EUR') }]
    expect(shown(messageFacts('firm', 'es', { received }))).toContain(
      'Gracias por los 500,00 € que nos llegaron el 3 de noviembre; ya están descontados.',
    )
    expect(shown(messageFacts('firm', 'en', { received }))).toContain(
      'that reached us on 3 November; it has been taken off already.',
    )
  })
})

describe('a promise without a method', () => {
  it.each(cases.filter(([notice]) => notice.startsWith('promise-')))(
    'has none put into its mouth in a %s message in %s',
    (notice, language) => {
      for (const several of [false, true]) {
        for (const treatment of language === 'es' ? (['usted', 'tu'] as const) : (['usted'] as const)) {
          const facts = noticeFacts(notice, language, several, { treatment })
          const matter = facts.matter as Extract<MessageFacts['matter'], { readonly kind: 'promise-broken' }>
          const unsaid: MessageFacts = { ...facts, matter: { ...matter, promise: { ...matter.promise, method: null } } }
          for (const composed of allTexts(unsaid)) {
            expect(said(composed)).not.toMatch(
              /whichever|el medio que|by bank transfer|por transferencia|the method|forma de pago|,,| ,|, [.;]/,
            )
          }
        }
      }
    },
  )
})

describe('a statement', () => {
  const facts = noticeFacts('statement', 'es', true)

  it('shows what is open with its age, what is in favour and what is excluded, and comes to a balance', () => {
    const text = shown(facts)
    expect(text).toContain(
      'Total de facturas: 8.822,05 € De ello, vencido: 7.942,05 € Total a su favor: -742,00 € Saldo de la cuenta: 8.080,05 €',
    )
    expect(text).toContain('Vencimiento: 9 nov 2026 (vencida hace ocho días)')
    expect(text).toContain('Vencimiento: 29 nov 2026 (vence en doce días)')
    expect(text).toContain('Abono o pago: AB-2026-031 Abono Fecha: 28 oct 2026 Importe: -242,00 €')
    expect(text).toContain('Aparte, sin contar en el saldo: Factura: F-2026-0099 en revisión')
  })

  it('adds nothing across currencies, and says so when the customer is in credit', () => {
    const matter = facts.matter as MatterOf<'statement'>
    const credits = [{ kind: 'credit-note', number: 'AB-1', on: today, amount: money(100_000, 'GBP') }] as const
    const invoices = [
      anInvoice(addDays(today, -3)),
      anInvoice(today, { id: 'b', number: 'F-2', balance: money(30_000, 'GBP'), total: money(30_000, 'GBP') }),
    ]
    const text = shown({ ...facts, invoices, excluded: [], matter: { ...matter, credits } })
    expect(text).toContain('Saldo de la cuenta: 1.234,50 EUR Saldo a su favor: 700,00 GBP')
  })

  it('is refused when there is nothing in it', () => {
    expect(() =>
      compose({
        ...facts,
        invoices: [],
        excluded: [],
        matter: { ...(facts.matter as MatterOf<'statement'>), credits: [] },
      }),
    ).toThrow('the account is empty')
  })
})

describe('a message that does not fit its facts', () => {
  it.each(NOTICES)('is not made as %s without its matter', (notice) => {
    expect(() => compose({ ...noticeFacts(notice, 'es'), matter: null })).toThrow(
      `a ${notice} message needs its matter`,
    )
    expect(() => compose({ ...noticeFacts(notice, 'es'), stage: 'firm' })).toThrow('a firm message has no other matter')
  })

  it('is not made of a plan that does not add up', () => {
    const plan = (with_: Partial<Parameters<typeof aPlan>[2]>) => ({
      ...noticeFacts('plan-offer', 'es'),
      matter: { kind: 'plan-offer', plan: aPlan('es', today, with_) } as const,
    })
    expect(() => compose(plan({ total: money(123_451, 'EUR') }))).toThrow('the instalments do not add up to the total')
    expect(() => compose(plan({ instalments: [{ on: today, amount: money(123_450, 'EUR') }] }))).toThrow(
      'a plan has at least two instalments',
    )
    expect(() => compose(plan({ charges: { kind: 'continue', ground: ' ' } }))).toThrow('need the rule they come from')
  })

  it('is not made of a query that nobody has understood', () => {
    const facts = noticeFacts('query-received', 'es')
    const matter = facts.matter as MatterOf<'query-received'>
    expect(() => compose({ ...facts, matter: { ...matter, reason: 'other', understood: ' ' } })).toThrow(
      'nobody wrote what was understood',
    )
    expect(shown({ ...facts, matter: { ...matter, reason: 'other', understood: 'falta el albarán' } })).toContain(
      '«falta el albarán».',
    )
  })

  it('says the reason of a query in the right number', () => {
    for (const reason of [
      'amount',
      'goods-or-work',
      'not-received',
      'missing-document',
      'duplicate',
      'already-paid',
    ] as const) {
      for (const language of LANGUAGES) {
        for (const several of [false, true]) {
          const facts = noticeFacts('query-received', language, several)
          const matter = { ...(facts.matter as MatterOf<'query-received'>), reason, understood: null }
          expect(shown({ ...facts, matter })).toMatch(/(entendido|understood|right|bien)[^:]*: \p{Ll}[^.]+\. /u)
        }
      }
    }
  })
})

describe('the ladder too', () => {
  it('has all its must-haves in both treatments', () => {
    for (const kind of MESSAGE_KINDS.filter(isStage)) {
      for (const treatment of ['usted', 'tu'] as const) {
        const facts = messageFacts(kind, 'es', { treatment })
        for (const composed of allTexts(facts)) {
          const text = said(composed)
          expect(text).toContain('F-2026-0147')
          expect(text).toContain('1.234,50 €')
          expect(text).toContain('adjunto la factura en PDF')
          expect(text.includes('jueves 26 de noviembre')).toBe(facts.deadline !== null)
        }
      }
    }
  })

  it('urgent asks for payment or a date by the deadline, names earlier messages, and leaves a door open', () => {
    for (const [language, door] of [
      ['es', /plazos|partes|acordarlo|calendario/],
      ['en', /instalments|in parts|schedule/],
    ] as const) {
      const withHistory = allTexts(messageFacts('urgent', language))
      for (const composed of withHistory) {
        expect(said(composed)).toMatch(door)
        expect(said(composed)).toMatch(language === 'es' ? /3 (y el 10|y 10) de noviembre/ : /3 and 10 November/)
        expect(said(composed)).toMatch(language === 'es' ? /jueves 26 de noviembre/ : /Thursday 26 November/)
      }
      for (const composed of allTexts(messageFacts('urgent', language, { previousOn: [] }))) {
        expect(said(composed)).not.toMatch(
          /hemos escrito|escribimos|mensajes de estas|wrote to you|have written|our messages of/,
        )
      }
    }
  })
})

type Must = (facts: MessageFacts, several: boolean) => RegExp[]

/** What stages.json says each message must have. */
const MUST: Readonly<Record<Notice, Readonly<Record<'es' | 'en', Must>>>> = {
  'thank-you': {
    es: (_, several) => [several ? /12\.942,05\s€/ : /1\.234,50\s€/, /cerradas?/, /gracias/i, /F-2026-0147/],
    en: (_, several) => [several ? /£12,942\.05/ : /£1,234\.50/, /closed?/, /thank/i, /INV-0147/],
  },
  'promise-confirmed': {
    es: (_, several) => [several ? /7\.942,05\s€/ : /1\.234,50\s€/, /jueves 26 de noviembre/, /por transferencia/, /F-2026-0147/, /no (le|te) enviaremos recordatorios|dejamos en pausa los recordatorios/, /corr[ií][jg]|dígamelo|dímelo/i],
    en: (_, several) => [several ? /£7,942\.05/ : /£1,234\.50/, /Thursday 26 November/, /by bank transfer/, /INV-0147/, /send you no reminders|are paused/, /correct me|tell me/],
  },
  'promise-reminder': {
    es: () => [/mañana, miércoles 18 de noviembre/, /F-2026-0147/],
    en: () => [/tomorrow, Wednesday 18 November/, /INV-0147/],
  },
  'promise-broken': {
    es: (_, several) => [/5 de noviembre/, /domingo 15 de noviembre/, /17 de noviembre de 2026 a las 9:30/, several ? /3\.000,00\s€.*4\.942,05\s€/ : /no (lo veo|ha entrado)/, /justificante/, /otro día|nueva fecha/, /a más tardar el viernes 20 de noviembre/],
    en: (_, several) => [/5 November/, /Sunday 15 November/, /17 November 2026 at 9:30/, several ? /£3,000\.00.*£4,942\.05/ : /do not see it|has not come in/, /proof/, /other day|new date/, /by Friday 20 November/],
  },
  'plan-offer': {
    es: (_, several) => [/1\.234,50\s€/, /411,50\s€/, /452,75\s€/, /370,25\s€/, /20 nov 2026/, /20 ene 2027/, /por transferencia/, /cinco días laborables/, several ? /de una vez/ : /recordatorios/, several ? /no reclamaremos intereses.*Ley 3\/2004/ : /No añadimos intereses ni gastos/, /con un sí|por escrito/],
    en: (_, several) => [/£1,234\.50/, /£411\.50/, /£452\.75/, /£370\.25/, /20 Nov 2026/, /20 Jan 2027/, /by bank transfer/, /five business days/, several ? /fall due in full/ : /reminders/, several ? /not claim late-payment interest.*Act 1998/ : /add no interest or charges/, /a yes|in writing/],
  },
  'plan-confirmed': {
    es: () => [/1\.234,50\s€ en tres plazos/, /viernes 20 de noviembre/, /miércoles 20 de enero de 2027/, /cinco días laborables/],
    en: () => [/£1,234\.50 in three instalments/, /Friday 20 November/, /Wednesday 20 January 2027/, /five business days/],
  },
  'plan-instalment': {
    es: (_, several) => (several ? [/3 de 3/, /370,25\s€/, /miércoles 20 de enero/, /se completa|cierra el plan|el plan termina/] : [/1 de 3/, /411,50\s€/, /viernes 20 de noviembre/, /823,00\s€/]),
    en: (_, several) => (several ? [/3 of 3/, /£370\.25/, /Wednesday 20 January/, /completes|closes the plan|ends the plan/] : [/1 of 3/, /£411\.50/, /Friday 20 November/, /£823\.00/]),
  },
  'plan-missed': {
    es: (_, several) => [/plazo 1 de 3/i, /411,50\s€/, /domingo 15 de noviembre/, /a más tardar el martes 24 de noviembre/, /Como acordamos en el plan/, ...(several ? [/200,00\s€.*211,50\s€/] : [])],
    en: (_, several) => [/instalment 1 of 3/i, /£411\.50/, /Sunday 15 November/, /by Tuesday 24 November/, /As we agreed in the plan/, ...(several ? [/£200\.00.*£211\.50/] : [])],
  },
  'query-received': {
    es: (_, several) => [/el importe no coincide/, /Lucía Robles/, /a más tardar el jueves 19 de noviembre/, /pausa|no (le|te) enviaremos recordatorios/, ...(several ? [/«en el pedido 4500123/, /99,05\s€ vencidos que no están en revisión/, /agradecemos/] : [])],
    en: (_, several) => [/the amount does not match/, /Tom Hale/, /by Thursday 19 November/, /paused|no reminders/, ...(several ? [/“on order 4500123/, /£99\.05 due that is not under review/, /grateful/] : [])],
  },
  statement: {
    es: (_, several) => [/17 de noviembre de 2026 a las 9:30/, /vencida hace ocho días/, /vence en doce días/, /Saldo de la cuenta/, ...(several ? [/AB-2026-031/, /Pago sin aplicar/, /en revisión/] : [])],
    en: (_, several) => [/17 November 2026 at 9:30/, /eight days overdue/, /due in twelve days/, /Account balance/, ...(several ? [/CN-0031/, /Unapplied payment/, /under review/] : [])],
  },
  'right-person': {
    es: () => [/facturas de proveedores/, /Construcciones Vega/, /disculp/i],
    en: () => [/supplier invoices|handles invoices/, /Harbour & Finch/, /apologise|forgive|sorry/i],
  },
} // prettier-ignore

/** What stages.json says each message must avoid, in both languages. */
const AVOID: Readonly<Partial<Record<Notice, readonly RegExp[]>>> = {
  'thank-you': [/retras|tarde|demora|vencid|por fin|late|overdue|delay|at last|finally/i, /\?|por favor|please|dígame|dime|responda|IBAN|reply|tell me|could you|pendiente|outstanding/i],
  'promise-confirmed': [/siempre que|a condición|interés|intereses|provided that|on condition|interest|retraso|overdue/i],
  'promise-broken': [/mentir|prometi|promesa|incumpl|lied|promise|broke|fail|decepci|disappoint/i],
  'plan-offer': [/hoy mismo|today|ahora|inmediat|firm[ae] (hoy|ya)|sign now|only today/i],
  'plan-instalment': [/retras|atras|vencid|deuda|arrears|overdue|late|debt/i],
  'query-received': [/legal|abogad|imposible|no es cierto|equivoca(do|da) usted|lawyer|impossible|not true|unfounded|deny/i],
  'right-person': [/\d{3}|€|£|F-2026|INV-|IBAN|deuda|pago|pagar|vencid|pendiente|retraso|saldo|importe|debt|owe|paid|pay\b|payment|overdue|outstanding|balance|amount/i],
} // prettier-ignore

/** What no message says, from the forbidden lists of stages.json. */
const NEVER = {
  en: /legal|bailiff|prison|police|criminal|blacklist|we know where|shame|final warning|ignored|your failure|deadbeat|asap|urgent|dear (sir|madam)|to whom it may|court|!|\bsoon\b|shortly|\b\p{Lu}{5,}\b/u,
  es: /legal|cárcel|policía|denuncia|delito|lista negra|moros|vergüenza|ultimátum|ignorado|incumplimiento|embargo|judicial|asnef|urgente|muy señor|a quien corresponda|estimad|[!¡]|en breve|pronto|lo antes posible|\b\p{Lu}{5,}\b/u,
} as const
