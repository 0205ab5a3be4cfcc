import { z } from 'zod'
import { isDay, type Day } from '../../chase/day.ts'
import { moneyFromDecimal, type Money } from '../../chase/money.ts'
import { addressesIn } from '../addresses.ts'
import { countryCode } from '../countries.ts'
import {
  LedgerError,
  type LedgerCredit,
  type LedgerCustomer,
  type LedgerDefect,
  type LedgerInvoice,
  type LedgerPage,
  type LedgerPayment,
} from '../ledger.ts'
import type { Answer } from './errors.ts'

/** What a record is read with: the currency of records that name none, as those of single-currency companies may. */
export type Reading = {
  readonly homeCurrency: string | null
  /** Names of customer types by id. */
  readonly customerTypes: ReadonlyMap<string, string>
}

/** The records of one entity in a query's answer. A page past the end has none. */
export function recordsOf(answer: Answer, entity: string): readonly unknown[] {
  const { QueryResponse: response } = shaped(answer, z.object({ QueryResponse: z.record(z.string(), z.unknown()) }))
  return listIn(answer, response, entity)
}

/** The one record in the answer to a read. */
export const recordOf = (answer: Answer, entity: string): unknown =>
  shaped(answer, z.record(z.string(), z.unknown()))[entity] ?? wrongShape(answer)

/** What change data capture says: the records by entity, and the server's time where it gave one. */
export function changesIn(
  answer: Answer,
  entities: readonly string[],
): { readonly records: ReadonlyMap<string, readonly unknown[]>; readonly serverTime: Temporal.Instant | null } {
  const body = shaped(
    answer,
    z.object({
      CDCResponse: z.array(z.object({ QueryResponse: z.array(z.record(z.string(), z.unknown())) })),
      time: z.string().optional(),
    }),
  )
  const groups = body.CDCResponse.flatMap(({ QueryResponse }) => QueryResponse)
  const records = new Map(entities.map((entity) => [entity, groups.flatMap((group) => listIn(answer, group, entity))]))
  return { records, serverTime: body.time === undefined ? null : instantOrNull(body.time) }
}

/** Reads a body by a schema. Throws LedgerError: 'unavailable' for what is no JSON at all, else 'rejected'. */
export function shaped<T>(answer: Answer, schema: z.ZodType<T>): T {
  const read = schema.safeParse(answer.body)
  return read.success ? read.data : wrongShape(answer)
}

function wrongShape(answer: Answer): never {
  const details = { status: answer.status, correlationId: answer.correlationId }
  if (typeof answer.body !== 'object' || answer.body === null) {
    throw new LedgerError('unavailable', 'QuickBooks answered with something that is not data', details)
  }
  throw new LedgerError('rejected', 'QuickBooks answered in a shape that we do not know', details)
}

function listIn(answer: Answer, group: Readonly<Record<string, unknown>>, entity: string): readonly unknown[] {
  const key = Object.keys(group).find((name) => name.toLowerCase() === entity.toLowerCase())
  if (key === undefined) return []
  const list = group[key]
  return Array.isArray(list) ? list : wrongShape(answer)
}

/** Reads records one by one: one that makes no sense becomes a defect, and one that is none of ours is left out. */
export function readPage<T>(
  kind: LedgerDefect['kind'],
  records: readonly unknown[],
  read: (record: unknown) => T | null,
): LedgerPage<T> {
  const items: T[] = []
  const defects: LedgerDefect[] = []
  for (const record of records) {
    try {
      const item = read(record)
      if (item !== null) items.push(item)
    } catch (error) {
      if (!(error instanceof BadField)) throw error
      defects.push({ kind, id: idOf(record), field: error.field, message: error.message })
    }
  }
  return { items, defects }
}

/** Whether reading any of these needs the home currency. */
export const needHomeCurrency = (records: readonly unknown[]): boolean =>
  records.some((record) => typeof record === 'object' && record !== null && !('CurrencyRef' in record))

/** Whether the record is what change data capture leaves of a deleted one. */
export const isDeleted = (record: unknown): boolean =>
  typeof record === 'object' && record !== null && 'status' in record && record.status === 'Deleted'

/** The id of any record, if it has one. */
export function idOf(record: unknown): string | null {
  if (typeof record !== 'object' || record === null || !('Id' in record)) return null
  return typeof record.Id === 'string' && record.Id !== '' ? record.Id : null
}

/** A field that makes no sense. Carries no value, which may be anything. */
class BadField extends Error {
  readonly field: string

  constructor(field: string, message: string) {
    super(message)
    this.field = field
  }
}

const id = z.string().min(1)
const reference = z.object({ value: id, name: z.string().optional() })
const metaData = z.object({ LastUpdatedTime: z.string() })
const currencyRef = z.object({ value: z.string().regex(/^[A-Z]{3}$/) })
const email = z.object({ Address: z.string().optional() })
const amount = z.number()

const invoiceSchema = z.object({
  Id: id,
  SyncToken: z.string(),
  MetaData: metaData,
  DocNumber: z.string().optional(),
  TxnDate: z.string().optional(),
  DueDate: z.string().optional(),
  CurrencyRef: currencyRef.optional(),
  CustomerRef: reference,
  BillEmail: email.optional(),
  PrivateNote: z.string().optional(),
  TotalAmt: amount,
  Balance: amount,
})

/** Reads an invoice. Void ones keep their row with nothing on it and 'Voided' before the memo. */
export function readInvoice(record: unknown, reading: Reading): LedgerInvoice {
  const invoice = fields(record, invoiceSchema)
  const currency = currencyOf(invoice, reading)
  const total = moneyIn('TotalAmt', invoice.TotalAmt, currency)
  const balance = moneyIn('Balance', invoice.Balance, currency)
  return {
    id: invoice.Id,
    customerId: invoice.CustomerRef.value,
    customerName: plainName(invoice.CustomerRef.name ?? ''),
    number: textOrNull(invoice.DocNumber),
    reference: null,
    issuedOn: dayIn('TxnDate', invoice.TxnDate),
    dueOn: dayIn('DueDate', invoice.DueDate),
    total,
    balance,
    state: isVoid(invoice) ? 'void' : balance.minor > 0 ? 'open' : 'paid',
    paidOn: null,
    expectedOn: null,
    emails: addressesIn(invoice.BillEmail?.Address),
    version: invoice.SyncToken,
    changedAt: instantIn('MetaData.LastUpdatedTime', invoice.MetaData.LastUpdatedTime),
  }
}

const phone = z.object({ FreeFormNumber: z.string().optional() })
const address = z.object({ Country: z.string().optional(), CountrySubDivisionCode: z.string().optional() })

const customerSchema = z.object({
  Id: id,
  MetaData: metaData.optional(),
  DisplayName: z.string().min(1),
  GivenName: z.string().optional(),
  FamilyName: z.string().optional(),
  Active: z.boolean().optional(),
  PrimaryEmailAddr: email.optional(),
  PrimaryPhone: phone.optional(),
  Mobile: phone.optional(),
  BillAddr: address.optional(),
  ShipAddr: address.optional(),
  CustomerTypeRef: reference.optional(),
  BillWithParent: z.boolean().optional(),
  ParentRef: reference.optional(),
})

/**
 * Reads a customer. QuickBooks does not say that one was merged into another: the record that is left over is
 * inactive, and its documents have moved.
 */
export function readCustomer(record: unknown, reading: Reading): LedgerCustomer {
  const customer = fields(record, customerSchema)
  const name = [customer.GivenName, customer.FamilyName]
    .map(textOrNull)
    .filter((part) => part !== null)
    .join(' ')
  const [first, ...others] = addressesIn(customer.PrimaryEmailAddr?.Address)
  const type = reading.customerTypes.get(customer.CustomerTypeRef?.value ?? '')
  return {
    id: customer.Id,
    name: plainName(customer.DisplayName),
    state: customer.Active === false ? 'archived' : 'active',
    mergedIntoId: null,
    firstName: textOrNull(customer.GivenName),
    people: [
      ...(first === undefined ? [] : [{ name: textOrNull(name), email: first, role: 'main' as const }]),
      ...others.map((other) => ({ name: null, email: other, role: 'main' as const })),
    ],
    phone: textOrNull(customer.PrimaryPhone?.FreeFormNumber) ?? textOrNull(customer.Mobile?.FreeFormNumber),
    country: countryCode(customer.BillAddr?.Country ?? customer.ShipAddr?.Country),
    region: textOrNull(customer.BillAddr?.CountrySubDivisionCode ?? customer.ShipAddr?.CountrySubDivisionCode),
    groups: type === undefined ? [] : [type],
    billedToId: customer.BillWithParent === true ? (customer.ParentRef?.value ?? null) : null,
    changedAt: customer.MetaData ? instantIn('MetaData.LastUpdatedTime', customer.MetaData.LastUpdatedTime) : null,
  }
}

const typedSchema = z.object({ CustomerTypeRef: reference })

/** The id of the customer type that a record names. */
export function customerTypeIdOf(record: unknown): string | null {
  const read = typedSchema.safeParse(record)
  return read.success ? read.data.CustomerTypeRef.value : null
}

const creditMemoSchema = z.object({
  Id: id,
  CurrencyRef: currencyRef.optional(),
  CustomerRef: reference,
  RemainingCredit: amount.optional(),
  Balance: amount.optional(),
})

/** Reads a credit memo: what is left of it may be nothing. */
export function readCreditMemo(record: unknown, reading: Reading): LedgerCredit {
  const memo = fields(record, creditMemoSchema)
  const remaining = memo.RemainingCredit ?? memo.Balance
  if (remaining === undefined) throw new BadField('RemainingCredit', 'missing')
  return {
    id: memo.Id,
    kind: 'credit-note',
    customerId: memo.CustomerRef.value,
    remaining: moneyIn('RemainingCredit', remaining, currencyOf(memo, reading)),
  }
}

const paymentSchema = z.object({
  Id: id,
  TxnDate: z.string(),
  CurrencyRef: currencyRef.optional(),
  CustomerRef: reference.optional(),
  PrivateNote: z.string().optional(),
  TotalAmt: amount,
  UnappliedAmt: amount.optional(),
  Line: z
    .array(
      z.object({
        Amount: amount.optional(),
        LinkedTxn: z.array(z.object({ TxnId: id, TxnType: z.string() })).optional(),
      }),
    )
    .optional(),
})

/** Reads a payment. One of nothing that is not void only applies a credit: no money came in, so it is left out. */
export function readPayment(record: unknown, reading: Reading): LedgerPayment | null {
  const payment = fields(record, paymentSchema)
  const deleted = isVoid(payment)
  if (payment.TotalAmt === 0 && !deleted) return null
  const currency = currencyOf(payment, reading)
  const on = dayIn('TxnDate', payment.TxnDate)
  if (on === null) throw new BadField('TxnDate', 'missing')
  const applied = (payment.Line ?? []).flatMap(({ Amount, LinkedTxn }) =>
    (LinkedTxn ?? [])
      .filter(({ TxnType }) => TxnType === 'Invoice')
      .map(({ TxnId }) => ({ invoiceId: TxnId, amount: moneyIn('Line.Amount', Amount ?? 0, currency) })),
  )
  return {
    id: payment.Id,
    customerId: payment.CustomerRef?.value ?? null,
    on,
    deleted,
    applied: deleted ? [] : applied,
  }
}

/** Reads what a payment leaves unapplied, which may be nothing; null for one that names no customer. */
export function readUnapplied(record: unknown, reading: Reading): LedgerCredit | null {
  const payment = fields(record, paymentSchema)
  if (!payment.CustomerRef) return null
  return {
    id: payment.Id,
    kind: 'unapplied-payment',
    customerId: payment.CustomerRef.value,
    remaining: moneyIn('UnappliedAmt', payment.UnappliedAmt ?? 0, currencyOf(payment, reading)),
  }
}

/** Voiding zeroes the amount and writes 'Voided' before the memo; the row stays. */
const isVoid = (record: { readonly TotalAmt: number; readonly PrivateNote?: string | undefined }): boolean =>
  record.TotalAmt === 0 && /^voided\b/i.test(record.PrivateNote ?? '')

function fields<T>(record: unknown, schema: z.ZodType<T>): T {
  const read = schema.safeParse(record)
  if (read.success) return read.data
  const [issue] = read.error.issues
  const field = issue?.path.join('.') ?? ''
  throw new BadField(field === '' ? 'record' : field, issue?.message ?? 'unreadable')
}

function currencyOf(record: { readonly CurrencyRef?: { value: string } | undefined }, reading: Reading): string {
  const currency = record.CurrencyRef?.value ?? reading.homeCurrency
  if (currency === null) throw new BadField('CurrencyRef', 'missing')
  return currency
}

function moneyIn(field: string, decimal: number, currency: string): Money {
  try {
    return moneyFromDecimal(decimal, currency)
  } catch {
    throw new BadField(field, 'not an amount of money')
  }
}

/** A date as XML Schema writes it: with or without a zone, which says nothing about a due day. */
function dayIn(field: string, text: string | undefined): Day | null {
  if (text === undefined || text === '') return null
  const match = /^(\d{4}-\d{2}-\d{2})(?:T[\d:.]*)?(?:Z|[+-]\d{2}:?\d{2})?$/.exec(text)
  const day = match?.[1] ?? ''
  if (!isDay(day)) throw new BadField(field, 'not a day of the calendar')
  return day
}

function instantIn(field: string, text: string): Temporal.Instant {
  const instant = instantOrNull(text)
  if (!instant) throw new BadField(field, 'not a point in time')
  return instant
}

function instantOrNull(text: string): Temporal.Instant | null {
  try {
    return Temporal.Instant.from(text)
  } catch {
    return null
  }
}

/** QuickBooks writes ' (deleted)' behind the names of what was made inactive. */
const plainName = (name: string): string => name.replace(/ \(deleted(?: \d+)?\)$/i, '')

const textOrNull = (text: string | undefined): string | null =>
  text === undefined || text.trim() === '' ? null : text.trim()
