import formbody from '@fastify/formbody'
import fastify from 'fastify'
import type { BookChange, Books } from '../books.ts'
import { Faults, installFaults } from '../faults.ts'
import { installAccountingApi, type XeroApiOptions } from './api.ts'
import { installIdentity, XeroIdentity, type XeroOAuthOptions } from './oauth.ts'
import { installPages } from './pages.ts'
import { XeroWebhooks, type XeroEvent, type XeroWebhookFaults, type XeroWebhookSettings } from './webhooks.ts'

export type XeroSimulatorOptions = XeroOAuthOptions & {
  readonly host?: string
  readonly port?: number
  readonly webhook?: XeroWebhookSettings | null
  readonly limits?: XeroApiOptions['limits']
  readonly onlineInvoiceUrl?: XeroApiOptions['onlineInvoiceUrl']
}

export type XeroSimulator = {
  readonly url: string
  readonly faults: Faults
  readonly webhookFaults: XeroWebhookFaults
  /** Every request so far, in order, faults included. */
  readonly calls: () => readonly SimulatedCall[]
  /** Ends all tokens and connections, as when the app loses the user's trust. */
  readonly revokeEverything: () => void
  /** Ends one organisation's connection, as a user does inside Xero; there is no webhook for it. */
  readonly disconnect: (organisationId: string) => void
  /** Resolves when every change so far was delivered or given up. */
  readonly deliverWebhooks: () => Promise<void>
  /** Whether our webhook address answers as Xero wants before it sends anything. */
  readonly intentToReceive: () => Promise<boolean>
  readonly close: () => Promise<void>
}

export type SimulatedCall = { readonly method: string; readonly path: string; readonly at: Temporal.Instant }

/** Starts a server that speaks Xero's identity service, Accounting API and webhooks over the given books. */
export async function startXeroSimulator(options: XeroSimulatorOptions): Promise<XeroSimulator> {
  const app = fastify({
    forceCloseConnections: true,
    bodyLimit: 10 * 1024 * 1024,
    routerOptions: { caseSensitive: false },
  })
  const faults = new Faults()
  const calls: SimulatedCall[] = []
  app.addHook('onRequest', async ({ method, url }) => void calls.push({ method, path: url, at: options.now() }))
  installFaults(app, faults)
  await app.register(formbody)
  // The SDK announces JSON with its GETs and sends none.
  app.removeContentTypeParser('application/json')
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (_request, body, done) => {
    try {
      done(null, body === '' ? null : JSON.parse(String(body)))
    } catch {
      done(Object.assign(new Error('not JSON'), { statusCode: 400 }))
    }
  })

  const identity = new XeroIdentity(options)
  installIdentity(app, identity, options)
  installAccountingApi(app, identity, {
    now: options.now,
    companies: options.companies,
    limits: options.limits ?? {},
    onlineInvoiceUrl: options.onlineInvoiceUrl ?? ((id) => `https://in.xero.example/${id.replaceAll('-', '')}`),
  })
  installPages(app, options)
  await app.listen({ host: options.host ?? '127.0.0.1', port: options.port ?? 0 })
  const url = addressOf(app.server.address(), options.host ?? '127.0.0.1')

  const webhooks = options.webhook ? new XeroWebhooks(options.webhook) : null
  const stops = options.companies.map(({ organisationId, books }) =>
    books.onChange((change) => {
      const event = eventOf(change, organisationId, books, url)
      if (event && identity.isConnected(organisationId)) webhooks?.add(event)
    }),
  )

  return {
    url,
    faults,
    webhookFaults: webhooks?.faults ?? {},
    calls: () => [...calls],
    revokeEverything: () => identity.revokeEverything(),
    disconnect: (organisationId) => identity.disconnect(organisationId),
    deliverWebhooks: async () => await webhooks?.deliver(),
    intentToReceive: async () => (await webhooks?.intentToReceive()) ?? false,
    close: async () => {
      for (const stop of stops) stop()
      await webhooks?.close()
      await app.close()
    },
  }
}

function addressOf(address: ReturnType<ReturnType<typeof fastify>['server']['address']>, host: string): string {
  if (address === null || typeof address === 'string') throw new Error('the simulated Xero has no address')
  return `http://${host === '0.0.0.0' ? '127.0.0.1' : host}:${address.port}`
}

/**
 * What Xero tells of a change, or null when it tells nothing: it has no word for payments, which show as updates of
 * their invoices, nor for notes.
 */
function eventOf(change: BookChange, organisationId: string, books: Books, url: string): XeroEvent | null {
  const about = subjectOf(change, books)
  if (about === null) return null
  return {
    resourceUrl: `${url}/api.xro/2.0/${about.path}/${change.id}`,
    resourceId: change.id,
    tenantId: organisationId,
    tenantType: 'ORGANISATION',
    eventCategory: about.category,
    eventType: change.change === 'created' ? 'CREATE' : 'UPDATE',
    eventDateUtc: change.at.toString({ smallestUnit: 'millisecond' }).replace('Z', ''),
    ...(about.data ? { data: about.data } : {}),
  }
}

type Subject = { path: string; category: XeroEvent['eventCategory']; data?: Record<string, string> }

function subjectOf({ entity, id }: BookChange, books: Books): Subject | null {
  if (entity === 'customer') return { path: 'Contacts', category: 'CONTACT' }
  if (entity === 'invoice') return { path: 'Invoices', category: 'INVOICE' }
  const credit = entity === 'credit' ? books.credits.get(id) : undefined
  if (credit?.kind !== 'credit-note') return null
  const status = credit.deleted ? 'VOIDED' : books.remaining(credit).minor > 0 ? 'AUTHORISED' : 'PAID'
  return { path: 'CreditNotes', category: 'CREDITNOTE', data: { Type: 'ACCRECCREDIT', Status: status } }
}
