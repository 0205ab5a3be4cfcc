import { describe, expect, it } from 'vitest'
import { day } from '../../src/chase/day.ts'
import { decide } from '../../src/chase/decide.ts'
import { ENGLISH } from '../../src/chase/reasons-english.ts'
import { SPANISH } from '../../src/chase/reasons-spanish.ts'
import { explain, explainSegment, isReason } from '../../src/chase/reasons.ts'
import type { Explainable } from '../../src/chase/reasons.ts'
import { hold, invoice, standing } from '../support/standing.ts'
import type { StandingDetails } from '../support/standing.ts'

const explained = (details: StandingDetails): string[] => {
  const verdict = decide(standing(details))
  return [explain(verdict, 'en'), explain(verdict, 'es')]
}

const why = (customer: StandingDetails['customer']): string[] => {
  const { facts } = decide(standing({ customer: { setSegment: null, ...customer } }))
  return [explainSegment(facts, 'en'), explainSegment(facts, 'es')]
}

describe('the sentence that says why', () => {
  it('names the message and the age of the debt', () => {
    expect(explained({ invoices: [invoice({ dueOn: '2026-02-25' })] })).toEqual([
      'Sends the firm reminder today: the oldest invoice fell due on Wednesday 25 February, 7 days ago.',
      'Hoy sale el recordatorio firme: la factura más antigua venció el miércoles 25 de febrero, hace 7 días.',
    ])
  })

  it('speaks of one day in the singular', () => {
    expect(explained({})).toEqual([
      'Sends the friendly reminder today: the oldest invoice fell due on Tuesday 3 March, 1 day ago.',
      'Hoy sale el recordatorio cordial: la factura más antigua venció el martes 3 de marzo, hace 1 día.',
    ])
  })

  it('speaks of a due day to come', () => {
    expect(explained({ invoices: [invoice({ dueOn: '2026-03-07' })] })).toEqual([
      'Sends the reminder before the due day today: the oldest invoice falls due on Saturday 7 March, in 3 days.',
      'Hoy sale el aviso previo al vencimiento: la factura más antigua vence el sábado 7 de marzo, dentro de 3 días.',
    ])
    expect(explained({ segment: 'strategic', invoices: [invoice({ dueOn: '2026-03-04' })] })).toEqual([
      'Sends the message of the due day today: the oldest invoice falls due today.',
      'Hoy sale el mensaje del día de vencimiento: la factura más antigua vence hoy.',
    ])
  })

  it('says how long a gap lasts and since when', () => {
    expect(explained({ contactedOn: [day('2026-03-03')] })).toEqual([
      'Waits until Thursday 5 March: the last message went on Tuesday 3 March and at least 2 business days lie between messages.',
      'Espera hasta el jueves 5 de marzo: el último mensaje salió el martes 3 de marzo y entre mensajes pasan al menos 2 días hábiles.',
    ])
  })

  it('writes the year where it is another one', () => {
    expect(explained({ today: '2026-12-30', holds: [hold('pause', { until: '2027-01-07' })] })).toEqual([
      'Paused by a person; goes on on Friday 8 January 2027.',
      'En pausa por decisión de una persona; se reanuda el viernes 8 de enero de 2027.',
    ])
  })

  it('says for how long the books have not been read', () => {
    const books = { connection: 'connected', unconfirmed: false } as const
    expect(explained({ books: { ...books, hoursSinceSync: 30.7 } })).toEqual([
      'Everything waits: the books were last read 30 hours ago, and that is too long to rely on them.',
      'Todo espera: los libros se leyeron por última vez hace 30 horas, demasiado para fiarse de ellos.',
    ])
    expect(explained({ books: { ...books, hoursSinceSync: null } })).toEqual([
      'Everything waits: the books have not been read yet.',
      'Todo espera: todavía no se han leído los libros.',
    ])
  })

  it('tells a dispute about everything from one about each invoice', () => {
    expect(explained({ holds: [hold('dispute')] })[0]).toBe('Nothing is sent while the customer disputes what it owes.')
    expect(explained({ holds: [hold('dispute', { invoiceId: 'inv-1' })] })[0]).toBe(
      'Nothing is sent while all open invoices are in dispute.',
    )
  })

  it('exists for every reason in both languages, even where no facts were kept', () => {
    const reasons = Object.keys(ENGLISH.reasons) as Explainable['reason'][]
    expect(Object.keys(SPANISH.reasons)).toEqual(reasons)
    expect(reasons.length).toBe(60)
    for (const reason of reasons) {
      for (const language of ['en', 'es'] as const) {
        const bare = explain({ reason, facts: {} }, language)
        expect(bare).toMatch(/^\p{Lu}.{10,}\.$/u)
        expect(bare).not.toMatch(/undefined|null|NaN| {2}|\.\./)
      }
    }
    const sentences = reasons.flatMap((reason) => [
      explain({ reason, facts: {} }, 'en'),
      explain({ reason, facts: {} }, 'es'),
    ])
    expect(new Set(sentences).size).toBe(sentences.length)
  })

  it('exists for no other word', () => {
    expect(['too-soon', 'mode-observe', 'replanned', 'toString', ''].filter(isReason)).toEqual([
      'too-soon',
      'mode-observe',
    ])
  })

  it('survives facts of the wrong kind, as an old row may hold them', () => {
    const facts = { today: 7, anchorDueOn: 'soon', daysOverdue: 'many', stage: 'furious', gapBusinessDays: null }
    expect(explain({ reason: 'step-due', facts }, 'en')).toBe('Sends the next message today.')
    expect(explain({ reason: 'too-soon', facts, until: day('2026-03-05') }, 'en')).toBe(
      'Waits until Thursday 5 March 2026: a message went only recently.',
    )
  })
})

describe('the sentence that says why a customer follows its sequence', () => {
  it('names what decided', () => {
    expect(why({ setSegment: 'regular' })).toEqual([
      'A person chose how this customer is treated.',
      'Una persona eligió cómo se trata a este cliente.',
    ])
    expect(why({ groups: ['Estratégico'] })).toEqual([
      'Strategic because it belongs to the group “Estratégico” in the ledger.',
      'Estratégico porque pertenece al grupo «Estratégico» del programa contable.',
    ])
    expect(why({ record: { firstInvoiceOn: day('2026-01-12'), daysLate: [0] } })).toEqual([
      'New because its first invoice is from Monday 12 January.',
      'Nuevo porque su primera factura es del lunes 12 de enero.',
    ])
    expect(why({ record: { firstInvoiceOn: null, daysLate: [] } })).toEqual([
      'New because it has not paid an invoice yet.',
      'Nuevo porque todavía no ha pagado ninguna factura.',
    ])
    expect(why({ record: { firstInvoiceOn: null, daysLate: [9, 12, 3, 20, 12] } })).toEqual([
      'Habitually late: 5 of 5 paid invoices came late, usually within 12 days.',
      'Paga tarde por costumbre: 5 de 5 facturas pagadas llegaron tarde, por lo general con un máximo de 12 días.',
    ])
    expect(why({})).toEqual(['Regular because nothing sets it apart.', 'Habitual porque nada lo distingue.'])
  })

  it('is empty where the facts do not tell', () => {
    expect(explainSegment({}, 'en')).toBe('')
    expect(explainSegment({ segmentBecause: 'the-moon' }, 'es')).toBe('')
  })
})
