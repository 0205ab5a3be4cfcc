import type { AddressInfo } from 'node:net'
import formbody from '@fastify/formbody'
import fastify, { type FastifyInstance } from 'fastify'
import { z } from 'zod'
import { isDay, type Day } from '../../chase/day.ts'
import { moneyFromDecimal } from '../../chase/money.ts'
import type { BookInvoice, Books } from '../books.ts'
import { Faults, installFaults } from '../faults.ts'
import { invoicePdf } from '../invoice-pdf.ts'
import { SimulatedLimits, type SimulatedLimitRules } from '../limits.ts'
import { addApi } from './api.ts'
import { isShown, SimulatedCompany } from './company.ts'
import { addOAuth, SimulatedTokens } from './oauth.ts'
import { companiesPage, invoicePage, invoicesPage, messagePage } from './pages.ts'
import { WebhookSender, type WebhookFaults, type WebhookTarget } from './webhooks.ts'

export type QuickBooksSimulatorOptions = {
  readonly host?: string
  readonly port?: number
  readonly now: () => Temporal.Instant
  readonly companies: readonly { readonly organisationId: string; readonly books: Books }[]
  readonly clientId: string
  readonly clientSecret: string
  readonly redirectUris: readonly string[]
  readonly webhook?: WebhookTarget | null
  readonly limits?: SimulatedLimitRules | 'off'
  /**
   * Where the pay links of invoices lead: 'pages' for the simulator's own invoice pages, which a visitor can open. They
   * are plain http, so by default the links are https addresses that lead nowhere, in the shape of the real ones.
   */
  readonly payLinks?: 'pages' | 'nowhere'
  readonly user: { readonly id: string; readonly name: string; readonly email: string }
}

export type QuickBooksSimulator = {
  /** Everything is under this address: consent, tokens, the API (`/v3/company`), the human pages. */
  readonly url: string
  readonly faults: Faults
  /** Every call of the API so far. */
  calls(): readonly SimulatedCall[]
  revokeEverything(): void
  /** What a user does inside QuickBooks to disconnect the app: all tokens of the company die at once. */
  disconnect(organisationId: string): void
  /** A repeated requestid is a new request from now on. How long Intuit remembers one, it does not say. */
  forgetRequests(): void
  /** Resolves when every change so far has been delivered or given up. */
  deliverWebhooks(): Promise<void>
  readonly webhookFaults: WebhookFaults
  close(): Promise<void>
}

export type SimulatedCall = { readonly method: string; readonly path: string; readonly at: Temporal.Instant }

/** Intuit's limits for one company: 500 calls a minute, 10 a second. */
export const QUICKBOOKS_LIMITS: SimulatedLimitRules = {
  windows: [
    { name: 'second', calls: 10, seconds: 1 },
    { name: 'minute', calls: 500, seconds: 60 },
  ],
  atOnce: null,
}

/** A QuickBooks Online on this machine: the protocol of the real one, over books that are not real. */
export async function startQuickBooksSimulator(options: QuickBooksSimulatorOptions): Promise<QuickBooksSimulator> {
  const { now } = options
  const companies = new Map(
    options.companies.map(({ organisationId, books }) => [organisationId, new SimulatedCompany(organisationId, books)]),
  )
  const tokens = new SimulatedTokens(now)
  const faults = new Faults()
  const rules = options.limits ?? QUICKBOOKS_LIMITS
  const limits = rules === 'off' ? null : new SimulatedLimits(rules, now)
  const webhooks = options.webhook ? new WebhookSender(options.webhook, (realm) => tokens.isConnected(realm)) : null
  for (const company of companies.values()) webhooks?.follow(company)

  const calls: SimulatedCall[] = []
  const app = fastify({
    forceCloseConnections: true,
    bodyLimit: 10 * 1024 * 1024,
    routerOptions: { maxParamLength: 200 },
  })
  app.addHook('onRequest', async (request) => {
    if (request.url.startsWith('/v3/company/')) calls.push({ method: request.method, path: request.url, at: now() })
  })
  installFaults(app, faults)

  let url = ''
  const origin = (): string => url
  await app.register(async (scope) =>
    addOAuth(scope, {
      tokens,
      clientId: options.clientId,
      clientSecret: options.clientSecret,
      redirectUris: options.redirectUris,
      companies: () =>
        [...companies.values()].map(({ organisationId, books }) => ({ organisationId, name: books.company.name })),
      user: options.user,
      origin,
    }),
  )
  const payUrl = (): string => (options.payLinks === 'pages' ? url : 'https://pay.quickbooks.example')
  await app.register(async (scope) => addApi(scope, { companies, tokens, limits, now, payUrl }), {
    prefix: '/v3/company/:realm',
  })
  await app.register(async (scope) => addPages(scope, companies, now))

  await app.listen({ host: options.host ?? '127.0.0.1', port: options.port ?? 0 })
  const { address, port, family } = app.server.address() as AddressInfo
  url = `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`

  return {
    url,
    faults,
    calls: () => calls,
    revokeEverything: () => tokens.revokeAll(null),
    disconnect: (organisationId) => tokens.revokeAll(organisationId),
    forgetRequests: () => companies.forEach(({ replays }) => replays.clear()),
    deliverWebhooks: async () => webhooks?.deliver(),
    webhookFaults: webhooks?.faults ?? {},
    async close() {
      await webhooks?.close()
      await app.close()
    },
  }
}

/** What a person looks at in a browser, with forms that change the books. */
async function addPages(
  app: FastifyInstance,
  companies: ReadonlyMap<string, SimulatedCompany>,
  now: () => Temporal.Instant,
): Promise<void> {
  await app.register(formbody)
  app.addHook('onSend', async (_request, reply) => {
    const type = reply.getHeader('content-type')
    if (typeof type === 'string' && type.startsWith('text/html')) {
      void reply.header('content-security-policy', "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'")
    }
  })

  const found = (params: unknown): { company: SimulatedCompany; invoice: BookInvoice } | null => {
    const { realm, id } = params as { realm: string; id: string }
    const company = companies.get(realm)
    const invoice = company?.books.invoices.get(id)
    return company && invoice && isShown(invoice) && invoice.status !== 'deleted' ? { company, invoice } : null
  }
  const missing = messagePage('Not here', 'There is no such page.')
  const html = 'text/html; charset=utf-8'

  app.get('/', (_request, reply) => reply.type(html).send(companiesPage(companies.values())))

  app.get('/company/:realm/invoices', (request, reply) => {
    const company = companies.get((request.params as { realm: string }).realm)
    if (!company) return reply.code(404).type(html).send(missing)
    const { q = '', page = '1' } = request.query as { q?: string; page?: string }
    return reply.type(html).send(invoicesPage(company, q, Number.parseInt(page, 10) || 1))
  })

  app.get('/company/:realm/invoices/:id', (request, reply) => {
    const at = found(request.params)
    if (!at) return reply.code(404).type(html).send(missing)
    return reply.type(html).send(invoicePage(at.company, at.invoice))
  })

  app.get('/company/:realm/invoices/:id/pdf', async (request, reply) => {
    const at = found(request.params)
    if (!at) return reply.code(404).type(html).send(missing)
    return reply.type('application/pdf').send(await invoicePdf(at.company.books, at.invoice.id))
  })

  const change = (path: string, act: (books: Books, invoice: BookInvoice, form: Form) => string | null): void => {
    app.post(`/company/:realm/invoices/:id/${path}`, (request, reply) => {
      const at = found(request.params)
      if (!at) return reply.code(404).type(html).send(missing)
      const form = formSchema.safeParse(request.body)
      const trouble = act(at.company.books, at.invoice, form.data ?? {})
      if (trouble !== null) return reply.code(400).type(html).send(messagePage('That did not work', trouble))
      return reply.redirect(`/company/${at.company.organisationId}/invoices/${at.invoice.id}`, 303)
    })
  }

  change('payment', (books, invoice, form) => {
    const decimal = Number((form.amount ?? '').replace(',', '.'))
    if (!Number.isFinite(decimal) || decimal <= 0) return 'The amount must be a number above zero.'
    const amount = moneyFromDecimal(decimal, invoice.total.currency)
    if (amount.minor > books.balance(invoice.id).minor) return 'The amount is more than the balance.'
    books.pay(invoice.id, today(books, now()), amount)
    return null
  })
  change('due', (books, invoice, form) => {
    if (!isDay(form.due ?? '')) return 'The due date must be a day.'
    books.updateInvoice(invoice.id, { dueOn: form.due as Day })
    return null
  })
  change('void', (books, invoice) => {
    books.updateInvoice(invoice.id, { status: 'void' })
    return null
  })
}

const formSchema = z.object({ amount: z.string().optional(), due: z.string().optional() })
type Form = z.infer<typeof formSchema>

/** The day it is for the company. */
const today = ({ company }: Books, now: Temporal.Instant): Day =>
  now.toZonedDateTimeISO(company.timeZone).toPlainDate().toString() as Day
