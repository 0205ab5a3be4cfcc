import type { Day } from '../chase/day.ts'
import { forecast, WEEKS, type AgreedPayment, type CurrencyForecast, type ForecastCustomer, type ForecastInvoice } from '../chase/forecast.ts' // prettier-ignore
import { money } from '../chase/money.ts'
import type { Business } from '../store/businesses.ts'
import type { Agreement, InvoiceHistory } from '../store/ledger-history.ts'
import { AT_LEAST_PAID, bankHolidays, payersOf, type HabitApp } from './habits.ts'
import type { History } from './history.ts'
import { keptByCustomer, promiseRecords } from './promise-records.ts'

/** What is likely to come in, week by week from today, in each currency by itself. At most 13 weeks. */
export function forecastOf(
  app: HabitApp,
  business: Pick<Business, 'country' | 'region'>,
  { today, invoices, customers: traits, agreements }: History,
  weeks: number = WEEKS,
): CurrencyForecast[] {
  const holidays = bankHolidays(app, business, today)
  const payers = payersOf(traits, invoices, invoices, holidays, today)
  const byId = new Map(invoices.map((invoice) => [invoice.id, invoice]))
  const records = keptByCustomer(promiseRecords(agreements, byId, today), today, holidays)
  const customers = traits.flatMap(({ id, credits }): ForecastCustomer[] => {
    const payer = payers.get(id)
    const promises = records.get(id) ?? { kept: 0, judged: 0 }
    return payer ? [{ id, payer, promises, credits: credits.map(({ minor, currency }) => money(minor, currency)) }] : []
  })
  const agreed = agreedPerInvoice(agreements, byId, today)
  const open = invoices.filter(({ state, balanceMinor }) => state === 'open' && balanceMinor > 0)
  const question = {
    from: today,
    invoices: open.map((invoice) => forecastInvoice(invoice, agreed.get(invoice.id) ?? [])),
    customers,
    holidays,
    atLeastPaid: AT_LEAST_PAID,
  }
  return forecast(question).currencies.map((currency) => shortened(currency, weeks))
}

function forecastInvoice(invoice: InvoiceHistory, agreed: readonly AgreedPayment[]): ForecastInvoice {
  const { id, customerId, dueOn, balanceMinor, currency, expectedOn, isDisputed, setApart } = invoice
  const balance = money(balanceMinor, currency)
  // A day that a person wrote into the ledger is somebody's word too; what was agreed here says it with the amount.
  const written: AgreedPayment[] = expectedOn === null ? [] : [{ by: 'promise', on: expectedOn, amount: balance }]
  return {
    id,
    customerId,
    dueOn,
    balance,
    apart: isDisputed ? 'disputed' : setApart ? 'held' : null,
    agreed: agreed.length > 0 ? agreed : written,
  }
}

/** What was agreed for days to come, put on the invoices it covers: the oldest first, none beyond its balance. */
function agreedPerInvoice(
  agreements: readonly Agreement[],
  invoices: ReadonlyMap<string, InvoiceHistory>,
  today: Day,
): Map<string, AgreedPayment[]> {
  const left = new Map<string, number>()
  const agreed = new Map<string, AgreedPayment[]>()
  for (const { by, invoiceIds, currency, minor, on } of agreements) {
    if (on < today) continue
    let due = minor
    const covered = invoiceIds
      .flatMap((id) => invoices.get(id) ?? [])
      .filter((invoice) => invoice.currency === currency && invoice.balanceMinor > 0)
      .sort((one, other) => (one.dueOn < other.dueOn ? -1 : 1))
    for (const { id, balanceMinor } of covered) {
      const open = left.get(id) ?? balanceMinor
      const part = Math.min(open, due)
      if (part <= 0) continue
      left.set(id, open - part)
      due -= part
      agreed.set(id, [...(agreed.get(id) ?? []), { by, on, amount: money(part, currency) }])
    }
  }
  return agreed
}

/** The first weeks only; what the others expected comes later. */
function shortened(whole: CurrencyForecast, weeks: number): CurrencyForecast {
  const beyond = whole.weeks.slice(weeks).reduce((sum, { expected }) => sum + expected.minor, 0)
  return { ...whole, weeks: whole.weeks.slice(0, weeks), later: money(whole.later.minor + beyond, whole.currency) }
}
