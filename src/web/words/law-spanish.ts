import type { LawWords } from './law-english.ts'

/** La ley de morosidad y la cuenta de pago, en español. */
export const SPANISH_LAW: LawWords = {
  bankDoubts: {
    'bad-check-digits': (accounts) => `los dígitos de control de ${accounts} no cuadran`,
    'changed-since-last-message': (accounts) =>
      `el último mensaje indicaba otra cuenta que los datos de pago de ahora (${accounts})`,
    'ledger-differs': (accounts) => `el programa contable indica una cuenta sin confirmar (${accounts})`,
    'document-differs': (accounts) => `el PDF de una factura pide el pago en una cuenta sin confirmar (${accounts})`,
  },
  bankAdvice:
    'Averigüe de dónde sale la cuenta antes de que se envíe nada más. Si es suya, añádala a los datos de pago en los ajustes; si no lo es, corrija la plantilla de la factura en el programa contable y vea quién la cambió. Después, levante esta retención.',
}
