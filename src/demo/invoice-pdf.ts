import Pdf from 'pdfkit'
import type { Day } from '../chase/day.ts'
import { decimalOf, decimalPlaces, money, type Money } from '../chase/money.ts'
import type { BookCustomer, BookInvoice, BookPayment, Books } from './books.ts'

/**
 * The invoice as the customer got it: one A4 document, in Spanish for customers in Spain and in English elsewhere.
 *
 * The same version of an invoice always gives the same bytes. Throws a RangeError for an invoice the books lack.
 */
export async function invoicePdf(books: Books, invoiceId: string): Promise<Uint8Array> {
  const invoice = books.invoice(invoiceId)
  const customer = books.customer(invoice.customerId)
  const language = languageOf(books, customer)
  const title = printable(`${WORDS[language].invoice} ${invoice.number ?? ''}`.trim())
  // A PDF carries its own date; the wall clock would make two copies of one invoice differ.
  const madeAt = new Date(`${invoice.issuedOn ?? invoice.dueOn ?? '2000-01-01'}T00:00:00Z`)
  const pdf = new Pdf({
    size: 'A4',
    margin: MARGIN,
    info: { Title: title, Author: printable(books.company.legalName), CreationDate: madeAt, ModDate: madeAt },
  })
  const chunks: Uint8Array[] = []
  const finished = new Promise<Uint8Array>((resolve, reject) => {
    pdf.on('data', (chunk: Uint8Array) => chunks.push(chunk))
    pdf.on('end', () => resolve(Buffer.concat(chunks)))
    pdf.on('error', reject)
  })
  draw({ pdf, books, invoice, customer, language })
  pdf.end()
  return await finished
}

type Language = 'es' | 'en'
type Sheet = {
  readonly pdf: PDFKit.PDFDocument
  readonly books: Books
  readonly invoice: BookInvoice
  readonly customer: BookCustomer
  readonly language: Language
}

const MARGIN = 56
const RIGHT = 595.28 - MARGIN
const INK = '#1c2430'
const PALE = '#66707f'
const RULE = '#d5dae2'
const ACCENT = '#2b5c8a'

const WORDS = {
  es: {
    invoice: 'Factura', taxId: 'NIF', billTo: 'Facturar a', number: 'Número', issued: 'Fecha de emisión',
    due: 'Vencimiento', reference: 'Su referencia', description: 'Concepto', amount: 'Importe',
    amountWithVat: 'Importe (IVA incl.)', net: 'Base imponible',
    vat: 'IVA', total: 'Total', paid: 'Pagado el', credited: 'Abono del', balance: 'Pendiente de pago',
    pay: 'Forma de pago', transfer: 'Transferencia bancaria', account: 'IBAN', bic: 'BIC',
    quote: 'Indique el número de factura en el concepto de la transferencia.', none: '–', void: 'ANULADA',
  },
  en: {
    invoice: 'Invoice', taxId: 'VAT no.', billTo: 'Bill to', number: 'Number', issued: 'Date of issue', due: 'Due date',
    reference: 'Your reference', description: 'Description', amount: 'Amount', amountWithVat: 'Amount (VAT incl.)',
    net: 'Net', vat: 'VAT', total: 'Total',
    paid: 'Paid on', credited: 'Credited on', balance: 'Balance due', pay: 'How to pay', transfer: 'Bank transfer',
    account: 'Account', bic: 'BIC', quote: 'Please quote the invoice number with your transfer.', none: '–', void: 'VOID',
  },
} as const // prettier-ignore

const languageOf = (books: Books, customer: BookCustomer): Language =>
  (customer.country ?? books.company.country) === 'ES' ? 'es' : 'en'

function draw(sheet: Sheet): void {
  drawCompany(sheet)
  const below = drawCustomerAndDates(sheet)
  const afterLines = drawLines(sheet, below + 28)
  const afterTotals = drawTotals(sheet, afterLines + 10)
  drawBank(sheet, afterTotals + 36)
  if (sheet.invoice.status === 'void') drawStamp(sheet, WORDS[sheet.language].void)
}

function drawCompany({ pdf, books, language }: Sheet): void {
  const { company } = books
  const words = WORDS[language]
  const lines = [company.legalName, ...(company.letterhead?.address ?? []), company.email]
  if (company.letterhead) lines.push(company.letterhead.phone, `${words.taxId} ${company.letterhead.taxId}`)
  pdf.rect(0, 0, 595.28, 8).fill(ACCENT)
  pdf.font('Helvetica-Bold').fontSize(19).fillColor(ACCENT)
  pdf.text(printable(company.name), MARGIN, 44, { width: 250, height: 46, ellipsis: true })
  pdf.font('Helvetica').fontSize(8.5).fillColor(PALE)
  pdf.text(lines.map(printable).join('\n'), RIGHT - 210, 46, { width: 210, align: 'right', lineGap: 1.5, height: 90 })
}

/** Draws who is billed on the left and the dates on the right; returns where it ends. */
function drawCustomerAndDates({ pdf, invoice, customer, language }: Sheet): number {
  const words = WORDS[language]
  const top = 160
  pdf
    .font('Helvetica-Bold')
    .fontSize(24)
    .fillColor(INK)
    .text(words.invoice, MARGIN, top - 12)
  pdf
    .font('Helvetica')
    .fontSize(8.5)
    .fillColor(PALE)
    .text(words.billTo, MARGIN, top + 28)
  const place = [customer.postalCode, customer.city].filter((part) => part !== null).join(' ')
  const address = [
    customer.street,
    place,
    customer.region === customer.city ? null : customer.region,
    countryName(customer.country, language),
    customer.taxId ? `${words.taxId} ${customer.taxId}` : null,
  ]
  pdf.font('Helvetica-Bold').fontSize(10.5).fillColor(INK)
  pdf.text(printable(customer.name), MARGIN, top + 42, { width: 250, height: 40, ellipsis: true })
  pdf.font('Helvetica').fontSize(9.5)
  pdf.text(
    address
      .filter((line) => line)
      .map((line) => printable(line ?? ''))
      .join('\n'),
    { width: 250, lineGap: 1.5, height: 80 },
  )
  const end = pdf.y

  const facts: [string, string][] = [
    [words.number, invoice.number ?? words.none],
    [words.issued, invoice.issuedOn ? formatDay(invoice.issuedOn, language) : words.none],
    [words.due, invoice.dueOn ? formatDay(invoice.dueOn, language) : words.none],
  ]
  if (invoice.reference) facts.push([words.reference, invoice.reference])
  facts.forEach(([label, value], row) => {
    const y = top + 28 + row * 17
    pdf.font('Helvetica').fontSize(9).fillColor(PALE).text(label, 350, y, { width: 90 })
    pdf.font('Helvetica-Bold').fillColor(INK)
    pdf.text(printable(value), 440, y, { width: RIGHT - 440, align: 'right', height: 12, ellipsis: true })
  })
  return Math.max(end, top + 28 + facts.length * 17)
}

/** Draws the lines of the invoice, on as many pages as they need; returns where they end. */
function drawLines({ pdf, books, invoice, customer, language }: Sheet, top: number): number {
  const words = WORDS[language]
  pdf.rect(MARGIN, top, RIGHT - MARGIN, 20).fill('#eef2f7')
  pdf.font('Helvetica-Bold').fontSize(8.5).fillColor(INK)
  pdf.text(words.description, MARGIN + 8, top + 6, { width: 300 })
  pdf.text(homeVat(books, customer) > 0 ? words.amountWithVat : words.amount, RIGHT - 130, top + 6, {
    width: 122,
    align: 'right',
  })
  let y = top + 26
  for (const line of invoice.lines) {
    if (y > 720) {
      pdf.addPage()
      y = MARGIN
    }
    pdf.font('Helvetica').fontSize(9.5).fillColor(INK)
    pdf.text(formatMoney(line.amount, language), RIGHT - 130, y + 2, { width: 122, align: 'right', lineBreak: false })
    pdf.text(printable(line.description), MARGIN + 8, y + 2, { width: 330, height: 36, ellipsis: true })
    y = pdf.y + 7
    pdf
      .moveTo(MARGIN, y - 3)
      .lineTo(RIGHT, y - 3)
      .lineWidth(0.5)
      .stroke(RULE)
  }
  return y
}

/** Draws tax, total, what was paid and what is due; returns where it ends. */
function drawTotals({ pdf, books, invoice, customer, language }: Sheet, top: number): number {
  const words = WORDS[language]
  const rows: [string, string, 'plain' | 'strong'][] = []
  const vat = homeVat(books, customer)
  if (vat > 0) {
    const net = money(Math.round((invoice.total.minor * 100) / (100 + vat)), invoice.total.currency)
    rows.push([words.net, formatMoney(net, language), 'plain'])
    const tax = money(invoice.total.minor - net.minor, invoice.total.currency)
    rows.push([`${words.vat} ${vat} %`, formatMoney(tax, language), 'plain'])
  }
  rows.push([words.total, formatMoney(invoice.total, language), 'strong'])
  const settled = books.appliedTo(invoice.id)
  for (const from of settled) {
    const on = 'on' in from ? from.on : from.issuedOn
    const label = `${isPayment(from) ? words.paid : words.credited} ${formatDay(on, language)}`
    const minor = from.applied.reduce((sum, to) => sum + (to.invoiceId === invoice.id ? to.amount.minor : 0), 0)
    rows.push([label, formatMoney(money(-minor, invoice.total.currency), language), 'plain'])
  }
  if (settled.length > 0) rows.push([words.balance, formatMoney(books.balance(invoice.id), language), 'strong'])

  let y = top
  for (const [label, value, weight] of rows) {
    if (y > 750) {
      pdf.addPage()
      y = MARGIN
    }
    pdf.font(weight === 'strong' ? 'Helvetica-Bold' : 'Helvetica').fontSize(weight === 'strong' ? 11 : 9.5)
    pdf.fillColor(weight === 'strong' ? INK : PALE).text(label, 280, y, { width: 170, lineBreak: false })
    pdf.fillColor(INK).text(value, RIGHT - 130, y, { width: 122, align: 'right', lineBreak: false })
    y += weight === 'strong' ? 20 : 16
  }
  return y
}

/** The tax that the amounts include, in percent. Sales abroad go out without: exported, or reversed onto the buyer. */
const homeVat = (books: Books, customer: BookCustomer): number =>
  customer.country === books.company.country ? (books.company.letterhead?.vatPercent ?? 0) : 0

const isPayment = (from: object): from is BookPayment => 'on' in from

function drawBank({ pdf, books, language }: Sheet, top: number): void {
  const { letterhead } = books.company
  if (!letterhead) return
  const words = WORDS[language]
  const y = top > 700 ? (pdf.addPage(), MARGIN) : top
  pdf.moveTo(MARGIN, y).lineTo(RIGHT, y).lineWidth(0.5).stroke(RULE)
  pdf
    .font('Helvetica-Bold')
    .fontSize(9.5)
    .fillColor(INK)
    .text(words.pay, MARGIN, y + 12)
  pdf.font('Helvetica').fontSize(9).fillColor(INK)
  pdf.text(
    [
      `${words.transfer}: ${letterhead.bank.name}`,
      `${words.account}: ${letterhead.bank.account}`,
      `${words.bic}: ${letterhead.bank.bic}`,
    ]
      .map(printable)
      .join('\n'),
    { lineGap: 2 },
  )
  pdf
    .fillColor(PALE)
    .fontSize(8.5)
    .text(words.quote, MARGIN, pdf.y + 4)
}

function drawStamp({ pdf }: Sheet, word: string): void {
  pdf
    .save()
    .rotate(-24, { origin: [297, 420] })
    .fillOpacity(0.16)
  pdf.font('Helvetica-Bold').fontSize(92).fillColor('#b3261e')
  pdf.text(word, MARGIN, 380, { width: RIGHT - MARGIN, align: 'center', lineBreak: false }).restore()
}

const LOCALES = { es: 'es-ES', en: 'en-GB' } as const

/** An amount as the reader's country prints it; the plain code where the currency is none that we know. */
function formatMoney(amount: Money, language: Language): string {
  const digits = decimalPlaces(amount.currency)
  const plain = { minimumFractionDigits: digits, maximumFractionDigits: digits, useGrouping: 'always' } as const
  const style = /^[A-Z]{3}$/.test(amount.currency)
    ? ({ ...plain, style: 'currency', currency: amount.currency } as const)
    : plain
  const text = decimalOf(amount).toLocaleString(LOCALES[language], style)
  return printable(style === plain ? `${text} ${amount.currency}` : text)
}

const formatDay = (day: Day, language: Language): string =>
  Temporal.PlainDate.from(day).toLocaleString(LOCALES[language], { day: 'numeric', month: 'long', year: 'numeric' })

function countryName(country: string | null, language: Language): string | null {
  if (country === null) return null
  try {
    return new Intl.DisplayNames(LOCALES[language], { type: 'region' }).of(country) ?? country
  } catch {
    return country
  }
}

/** Text fit for the standard fonts, which know WinAnsi only: no control characters, and '?' for what they cannot draw. */
function printable(text: string): string {
  return text
    .replaceAll(/\p{Cc}+/gu, ' ')
    .replaceAll(' ', ' ')
    .replaceAll('−', '-')
    .normalize('NFC')
    .replaceAll(/[^ -~\u00a0-\u00ff€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]/gu, '?')
}
