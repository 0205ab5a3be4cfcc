import { day } from '../../src/chase/day.ts'
import { money } from '../../src/chase/money.ts'
import { Books, repeatableUuids, runningIds } from '../../src/demo/books.ts'
import { startQuickBooksSimulator } from '../../src/demo/quickbooks/server.ts'
import { startXeroSimulator } from '../../src/demo/xero/server.ts'
import { helperOptions, tell } from './helper.ts'

// A simulated ledger in a process of its own: what it spends of the processor is not ours, though the machine is shared.

export type SimulatorOptions = {
  readonly ledger: 'xero' | 'quickbooks'
  readonly customers: number
  readonly invoicesPerCustomer: number
  readonly issuedOn: string
  readonly dueOn: string
  readonly redirectUri: string
  readonly clientId: string
  readonly clientSecret: string
  /** Give a PDF of this size for every invoice instead of drawing one. */
  readonly pdfBytes: number | null
}

export type SimulatorReady = { readonly url: string; readonly organisationId: string }

const options = helperOptions<SimulatorOptions>()
const now = (): Temporal.Instant => Temporal.Now.instant()
const xero = options.ledger === 'xero'
const books = new Books(
  {
    name: 'Talleres Vega', legalName: 'Talleres Vega SL', country: 'ES', baseCurrency: 'EUR', timeZone: 'Europe/Madrid',
    email: 'hola@vega.example', ownReminders: false,
  },
  xero ? repeatableUuids(7) : runningIds(),
  now,
) // prettier-ignore
let number = 0
for (let each = 0; each < options.customers; each += 1) {
  const name = `Cliente ${each + 1} SL`
  const { id: customerId } = books.addCustomer({
    name,
    firstName: 'Eva',
    lastName: 'Soler',
    email: `pagos@cliente-${each + 1}.example`,
    region: 'Madrid',
    city: 'Madrid',
  })
  for (let index = 0; index < options.invoicesPerCustomer; index += 1) {
    number += 1
    books.addInvoice({
      customerId,
      number: `F-${number}`,
      reference: `Pedido ${number}`,
      total: money(10_000 + number, 'EUR'),
      issuedOn: day(options.issuedOn),
      dueOn: day(options.dueOn),
    })
  }
}

const organisationId = xero ? '11111111-2222-4333-8444-555555555555' : '9130357766900456'
const shared = {
  now,
  companies: [{ organisationId, books }],
  clientId: options.clientId,
  clientSecret: options.clientSecret,
  redirectUris: [options.redirectUri],
  user: { id: '5f0c2c1a-6a7b-4d4c-9a55-0d5a3a6f1b10', name: 'Marta Vidal', email: 'marta@vega.example' },
}
// With limits so wide that none is met, the answers still say what is left: our own allowance learns from that.
const simulator = xero
  ? await startXeroSimulator({ ...shared, limits: { perMinute: 1e6, perDay: 1e6, atOnce: 1000 } })
  : await startQuickBooksSimulator({ ...shared, limits: 'off' })
if (options.pdfBytes !== null) {
  const body = Buffer.alloc(options.pdfBytes, '0123456789abcdef\n')
  body.write('%PDF-1.7\n')
  body.write('\n%%EOF\n', options.pdfBytes - 7)
  const path = xero ? /\/Invoices\/[0-9a-f-]{36}$/i : /\/invoice\/\d+\/pdf/
  simulator.faults.add({
    match: { method: 'GET', path },
    times: Infinity,
    kind: 'status',
    status: 200,
    headers: { 'content-type': 'application/pdf' },
    body,
  })
}

let counted = 0
process.on('message', () => {
  const calls = simulator.calls()
  const kinds: Record<string, number> = {}
  for (const { method, path } of calls.slice(counted)) {
    const kind = kindOf(method, path)
    kinds[kind] = (kinds[kind] ?? 0) + 1
  }
  counted = calls.length
  tell(kinds)
})
process.on('SIGTERM', () => process.exit(0))
tell({ url: simulator.url, organisationId } satisfies SimulatorReady)

/** "GET Invoices", "GET Invoices/:id": a call without what makes it one of many. */
function kindOf(method: string, path: string): string {
  const [bare = '', query = ''] = path.split('?')
  const place = bare
    .replace(/^\/(api\.xro\/2\.0|v3\/company\/\d+)\//, '')
    .replace(/\/([0-9a-f-]{36}|\d+)(?=\/|$)/gi, '/:id')
  const list = /\bfrom (\w+)/i.exec(new URLSearchParams(query).get('query') ?? '')?.[1]
  return `${method} ${place}${list ? ` ${list}` : ''}${/\bIDs=/.test(query) ? ' by ids' : ''}`
}
