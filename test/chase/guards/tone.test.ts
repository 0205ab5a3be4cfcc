import { describe, expect, it } from 'vitest'
import { type ToneContext, toneLint } from '../../../src/chase/guards/tone.ts'

const spanish: ToneContext = {
  language: 'es',
  treatment: 'usted',
  kind: 'serious',
  declared: [],
  facts: [],
  earlier: [],
}
const english: ToneContext = { ...spanish, language: 'en' }

const kindsIn = (text: string, context: Partial<ToneContext> = {}, subject = 'Asunto'): string[] =>
  toneLint(text, subject, { ...spanish, ...context }).map(({ kind, what }) => `${kind}: ${what}`)
const inEnglish = (text: string, context: Partial<ToneContext> = {}): string[] =>
  kindsIn(text, { ...english, ...context })

describe('a threat', () => {
  it.each([
    ['Iniciaremos acciones legales.', 'threat: acciones legales'],
    ['Lo pasaremos a nuestros abogados.', 'threat: abogados'],
    ['Presentaremos una denuncia.', 'threat: denuncia'],
    ['Podrían embargarle.', 'threat: embargarle'],
    ['Le incluiremos en ASNEF.', 'threat: ASNEF'],
    ['Acudiremos al JUZGADO', 'threat: JUZGADO'],
    ['Acabará en la cárcel.', 'threat: carcel'],
  ])('is never ours in Spanish: %s', (text, finding) => {
    expect(kindsIn(text)).toContain(finding)
    expect(kindsIn(text, { declared: ['formal-demand', 'late-charges', 'pause-of-work'] })).toContain(finding)
  })

  it.each([
    ['We will take legal action.', 'threat: legal action'],
    ['Our solicitors will write.', 'threat: solicitors'],
    ['This affects your credit score.', 'threat: credit score'],
    ['We will see you in court.', 'threat: court'],
    ['Bailiffs may call.', 'threat: Bailiffs'],
    ['The police will be told.', 'threat: police'],
  ])('is never ours in English: %s', (text, finding) => {
    expect(inEnglish(text)).toContain(finding)
  })

  it('is a consequence that nobody declared, and none where somebody did', () => {
    const said = [
      ['pause-of-work', 'Suspenderemos el servicio.', 'We will suspend your service.'],
      ['late-charges', 'Se añadirán intereses y recargos.', 'Interest will be added.'],
      ['formal-demand', 'Enviaremos un requerimiento.', 'We will send a formal demand.'],
    ] as const
    for (const [declared, es, en] of said) {
      expect(kindsIn(es)).not.toEqual([])
      expect(inEnglish(en)).not.toEqual([])
      expect(kindsIn(es, { declared: [declared] })).toEqual([])
      expect(inEnglish(en, { declared: [declared] })).toEqual([])
    }
  })

  it('is not made of the customer’s or the business’s own names and terms', () => {
    const facts = ['Abogados Vega, S.L.', 'Intereses según contrato']
    expect(kindsIn('Buenos días, Abogados Vega, S.L.: Intereses según contrato.', { facts })).toEqual([])
  })

  it('cannot hide between letters that are not seen', () => {
    expect(kindsIn('Le llevaremos a los tri\u200bbunales.')).toEqual(['threat: tribunales'])
    expect(inEnglish('We will see you in ｃｏｕｒｔ.')).toEqual(['threat: court'])
  })
})

describe('last notice', () => {
  it('is said once, and in the last stage', () => {
    const final = { kind: 'final' } as const
    expect(kindsIn('Este es el último aviso.', final)).toEqual([])
    expect(kindsIn('Este es el último aviso.')).toEqual(['last-notice-early: ultimo aviso'])
    const earlier = ['Factura F-1: último aviso amistoso\nBuenos días']
    expect(kindsIn('Este es el ÚLTIMO\nmensaje.', { ...final, earlier })).toContain('last-notice-twice: ULTIMO mensaje')
    expect(inEnglish('This is our final reminder.', { ...final, earlier: ['Final notice'] })).toEqual([
      'last-notice-twice: final reminder',
    ])
    expect(kindsIn('Nuestros últimos mensajes.', final)).toEqual([])
  })
})

describe('shouting', () => {
  it.each(['PAGUE YA', 'Esto es IMPORTANTE', 'P A G U E', 'YA ES LA HORA', 'URGENTE'])('is found: %s', (text) => {
    expect(kindsIn(text).some((finding) => finding.startsWith('capitals'))).toBe(true)
  })

  it('is not an abbreviation, a currency, or a name in capitals', () => {
    expect(kindsIn('El PDF, el IBAN y 300,00 EUR.')).toEqual([])
    expect(kindsIn('Buenos días, CONSTRUCCIONES VEGA SL:', { facts: ['CONSTRUCCIONES VEGA SL'] })).toEqual([])
  })

  it('is an exclamation mark of any kind', () => {
    for (const mark of ['!', '¡', '！', '‼', '❗']) expect(kindsIn(`Gracias${mark}`).length).toBeGreaterThan(0)
  })
})

describe('accusing and forbidden words', () => {
  it.each([
    'Es usted un moroso.',
    'Ha ignorado nuestros correos.',
    'Qué vergüenza.',
    'Su incumplimiento reiterado.',
    'Es un ultimátum.',
    'Le exigimos el pago.',
  ])('are found in Spanish: %s', (text) => {
    expect(kindsIn(text).some((finding) => finding.startsWith('accusation'))).toBe(true)
  })

  it.each([
    'You have ignored us.',
    'Your failure to pay.',
    'This is unacceptable.',
    'Shame on you.',
    'Pay ASAP.',
    'You are in default.',
    'Another broken promise.',
  ])('are found in English: %s', (text) => {
    expect(inEnglish(text).some((finding) => finding.startsWith('accusation'))).toBe(true)
  })
})

describe('a deadline', () => {
  it.each([
    'Pague en breve.',
    'Cuanto antes, lo antes posible.',
    'Pague pronto.',
    'Responda a la mayor brevedad.',
    'Antes de fin de mes.',
  ])('without a day is found in Spanish: %s', (text) => {
    expect(kindsIn(text).some((finding) => finding.startsWith('vague-deadline'))).toBe(true)
  })

  it.each([
    'Pay soon.',
    'We expect to hear shortly.',
    'At your earliest convenience.',
    'Pay promptly.',
    'By the end of the month.',
  ])('without a day is found in English: %s', (text) => {
    expect(inEnglish(text).some((finding) => finding.startsWith('vague-deadline'))).toBe(true)
  })

  it('for paying early is called "pronto pago"', () => {
    expect(kindsIn('Un 2 % por pronto pago.')).toEqual([])
  })
})

describe('treatment and greeting', () => {
  it('finds tú in a text to usted, and usted in one to tú', () => {
    expect(kindsIn('Le escribo por tu factura.')).toEqual(['mixed-treatment: tu'])
    expect(kindsIn('Dime cuándo.')).toEqual(['mixed-treatment: Dime'])
    expect(kindsIn('Te escribo por su factura, dígame.', { treatment: 'tu' })).toEqual([
      'mixed-treatment: su',
      'mixed-treatment: dígame',
    ])
    expect(kindsIn('Te escribo por tu factura.', { treatment: 'tu' })).toEqual([])
    expect(kindsIn('Hola, Tu y Yo, S.L.: le escribo.', { facts: ['Tu y Yo, S.L.'] })).toEqual([])
  })

  it('finds greetings to nobody or to a guessed gender', () => {
    for (const text of [
      'Muy señor mío:',
      'Muy señores nuestros:',
      'Estimado cliente:',
      'Estimada Ana:',
      'Estimado/a Ana:',
      'A quien corresponda:',
    ]) {
      expect(kindsIn(text).some((finding) => finding.startsWith('impersonal-greeting'))).toBe(true)
    }
    for (const text of ['Dear Sir/Madam,', 'Dear Sirs,', 'To whom it may concern,', 'Dear customer,']) {
      expect(inEnglish(text).some((finding) => finding.startsWith('impersonal-greeting'))).toBe(true)
    }
    expect(inEnglish('Dear Ana,')).toEqual([])
  })

  it('says where: in the subject or in the text', () => {
    expect(toneLint('Bien.', '¡Pague!', spanish).map(({ where }) => where)).toEqual(['subject', 'subject'])
  })
})
