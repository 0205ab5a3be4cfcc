import { describe, expect, it } from 'vitest'
import { repetition, similarity } from '../../../src/chase/guards/repetition.ts'

const first =
  'Buenos días, Ana:\n\nTodavía no vemos el pago de la factura F-1, por 1.234,50 €, que venció el lunes 2 de noviembre.\n\nFactura: F-1\nVencimiento: 2 nov 2026\n\nGracias por su ayuda con este asunto.\n\nUn saludo,\n'

describe('similarity', () => {
  it('is 1 for the same words with other figures, dates and names', () => {
    const again = first
      .replaceAll('F-1', 'F-22')
      .replaceAll('1.234,50', '99,05')
      .replaceAll('lunes 2 de noviembre', 'martes 3 de marzo')
    expect(similarity(again, first, [])).toBe(1)
    expect(similarity(again.replaceAll('Ana', 'Luis'), first, ['Ana', 'Luis', 'F-1', 'F-22'])).toBe(1)
  })

  it('is low for other words about the same figures', () => {
    const other =
      'Buenos días, Ana:\n\nReviso nuestras cuentas y la factura F-1, por 1.234,50 €, sigue abierta.\n\n¿Le llegó bien?\n\nSaludos cordiales,\n'
    expect(similarity(other, first, [])).toBeLessThan(0.4)
  })

  it('is high for a short message that a longer one contains', () => {
    expect(similarity('Gracias por su ayuda con este asunto.', first, [])).toBe(1)
  })

  it('is nothing where there is nothing to compare', () => {
    expect(similarity('Sí.', first, [])).toBe(0)
  })
})

describe('repetition', () => {
  it('says which message is repeated and how closely', () => {
    expect(repetition(first, ['Otra cosa distinta por completo.', first, 'Y otra más, que no se parece.'], [])).toEqual(
      [{ kind: 'repetition', where: 'text', what: '100 % of message 2 before this' }],
    )
    expect(repetition(first, [], [])).toEqual([])
  })

  it('takes the limit it is given', () => {
    const half = first.replace('Gracias por su ayuda con este asunto.', 'Quedo a la espera de lo que me cuente usted.')
    expect(repetition(half, [first], [], 0.9)).toEqual([])
    expect(repetition(half, [first], [], 0.5)).toHaveLength(1)
  })
})
