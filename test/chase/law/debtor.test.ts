import { describe, expect, it } from 'vitest'
import { debtorOf } from '../../../src/chase/law/debtor.ts'

const known = (name: string, with_: Partial<Parameters<typeof debtorOf>[0]> = {}): string => {
  const { debtor, because } = debtorOf({ name, setDebtor: null, sellsToBusinessesOnly: false, ...with_ })
  return `${debtor}, ${because}`
}

describe('Whether a customer is a business', () => {
  it('is not known of a name alone, and what is not known may not be claimed from', () => {
    for (const name of ['Eva Soler', 'Bar El Puerto', 'Talleres Hermanos Gil', 'Fundación Limited Edition Madrid'])
      expect([name, known(name)]).toEqual([name, 'unknown, nobody-said'])
  })

  it('shows in a legal form at the end of the name', () => {
    for (const name of [
      'Cerámicas Peñagolosa & Hijos, S.A.',
      'Talleres Vega SL',
      'Hotel Sol, S.L.U.',
      'Gestoría Ruiz S.L.P.',
      'Harbour Books Ltd',
      'Moor & Sons Limited',
      'Northern Rail PLC',
      'Baker LLP',
      'Müller GmbH',
      'De Vries B.V.',
      'Rossi S.r.l.',
      'Acme, Inc.',
      'Ferretería López S.A. de C.V.',
    ])
      expect([name, known(name)]).toEqual([name, 'business, legal-form'])
  })

  it('does not show in a surname or a word that looks like a form', () => {
    for (const name of ['João de Sá', 'MARIA DE SA', 'Ana Incera', 'Luis Coop', 'Pablo Plc2', 'Limited', 'Ursula'])
      expect([name, known(name)]).toEqual([name, 'unknown, nobody-said'])
  })

  it('is as a person says, whatever the name and whatever was said of all customers', () => {
    expect(known('Talleres Vega SL', { setDebtor: 'consumer' })).toBe('consumer, person')
    expect(known('Eva Soler', { setDebtor: 'business' })).toBe('business, person')
    expect(known('Eva Soler', { setDebtor: 'consumer', sellsToBusinessesOnly: true })).toBe('consumer, person')
  })

  it('is said of all customers at once by a business that has no consumers', () => {
    expect(known('Bar El Puerto', { sellsToBusinessesOnly: true })).toBe('business, only-businesses')
  })
})
