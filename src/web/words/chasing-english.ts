const days = (number: number): string => `${number} ${number === 1 ? 'day' : 'days'}`

/** How one customer and one invoice are chased, in English. */
export const ENGLISH_CHASING = {
  title: 'How it is chased',
  delay: 'Every step so many days later',
  run: 'Pays its bills on this day of the month',
  runHint: 'Empty: no fixed day. 31 is the last day of every month.',
  language: 'Language of the messages',
  languageByCountry: 'By its country',
  languages: { es: 'Spanish', en: 'English' },
  set: 'Set',
  ofInvoice: 'Chasing…',
  ofInvoiceTitle: (number: string): string => `How invoice ${number} is chased`,
  chased: 'Chased',
  chasedYes: 'yes, with the others',
  chasedNo: 'no: named as open, neither counted nor chased',
  invoiceDelay: 'Its steps so many days later',
  invoiceDelayHint: 'Empty: as for the customer.',
  leftOut: 'left out of chasing',
  later: (number: number): string => `every step ${days(number)} later`,
}
