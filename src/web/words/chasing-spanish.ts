import type { ENGLISH_CHASING } from './chasing-english.ts'

const days = (number: number): string => `${number} ${number === 1 ? 'día' : 'días'}`

/** How one customer and one invoice are chased, in Spanish. */
export const SPANISH_CHASING: typeof ENGLISH_CHASING = {
  title: 'Cómo se le reclama',
  delay: 'Cada paso, tantos días más tarde',
  run: 'Paga sus facturas este día del mes',
  runHint: 'Vacío: sin día fijo. 31 es el último día de cada mes.',
  language: 'Idioma de los mensajes',
  languageByCountry: 'Según su país',
  languages: { es: 'español', en: 'inglés' },
  set: 'Fijar',
  ofInvoice: 'Reclamación…',
  ofInvoiceTitle: (number) => `Cómo se reclama la factura ${number}`,
  chased: 'Se reclama',
  chasedYes: 'sí, con las demás',
  chasedNo: 'no: se cita como pendiente, sin sumarla ni reclamarla',
  invoiceDelay: 'Sus pasos, tantos días más tarde',
  invoiceDelayHint: 'Vacío: como el cliente.',
  leftOut: 'apartada de la reclamación',
  later: (number) => `cada paso ${days(number)} más tarde`,
}
