import { createHash, randomUUID } from 'node:crypto'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { isDay, type Day } from '../../chase/day.ts'
import type { BookInvoice, Books } from '../books.ts'
import { invoicePdf } from '../invoice-pdf.ts'
import { AT_ONCE, SimulatedLimits } from '../limits.ts'
import { TooManyRows, XeroLists, type ListAnswer, type XeroQuery } from './lists.ts'
import type { XeroIdentity } from './oauth.ts'
import { QueryError } from './query.ts'
import { invoiceShape, msInstant, noteShape, organisationShape, type XeroRecord } from './shapes.ts'
import { asXml } from './xml.ts'

export type XeroApiOptions = {
  readonly now: () => Temporal.Instant
  readonly companies: readonly { readonly organisationId: string; readonly books: Books }[]
  /** Xero's own limits unless said otherwise: 60 a minute, 5,000 a day, 5 at once. */
  readonly limits: { readonly perMinute?: number; readonly perDay?: number; readonly atOnce?: number } | 'off'
  /** Where a customer sees an invoice online. */
  readonly onlineInvoiceUrl: (invoiceId: string) => string
}

type Company = { organisationId: string; books: Books; lists: XeroLists; papers: WeakMap<BookInvoice, Paper> }
type Paper = { version: number; bytes: Buffer }

/** An answer before it is written down in JSON or XML. `json` is the inside of an object. */
type Answer = { status: number; json: string } | { status: 200; pdf: Buffer }

/** Adds the Accounting API under `/api.xro/2.0`: what Puntual reads, and the notes it writes. */
export function installAccountingApi(app: FastifyInstance, identity: XeroIdentity, options: XeroApiOptions): void {
  const companies = new Map<string, Company>(
    options.companies.map(({ organisationId, books }) => [
      organisationId.toLowerCase(),
      { organisationId, books, lists: new XeroLists(books), papers: new WeakMap() },
    ]),
  )
  const limits = options.limits === 'off' ? null : limiter(options.limits, options.now)
  const remembered = new Remembered(options.now)

  const route = (
    method: 'GET' | 'PUT' | 'POST',
    path: string,
    scopes: readonly string[],
    answer: (company: Company, request: FastifyRequest) => Promise<Answer> | Answer,
  ): void => {
    app.route({
      method,
      url: `/api.xro/2.0${path}`,
      handler: async (request, reply) => {
        void reply.header('xero-correlation-id', randomUUID())
        const bearer = identity.bearer(request.headers.authorization)
        if (bearer === 'unknown') return unauthorised(reply, 'AuthenticationUnsuccessful', 'Bearer error=invalid_token')
        if ('expiredAt' in bearer) return unauthorised(reply, `TokenExpired: token expired at ${bearer.expiredAt.toString()}`, 'Bearer error=invalid_token') // prettier-ignore
        const company = companies.get(String(request.headers['xero-tenant-id'] ?? '').toLowerCase())
        if (!company || !identity.isConnected(company.organisationId)) return forbidden(reply)
        if (!scopes.some((scope) => bearer.grant.scopes.includes(scope))) return unauthorised(reply, 'AuthorizationUnsuccessful', 'insufficient_scope') // prettier-ignore
        // The limits come before the idempotency keys: a replayed call counts.
        if (limits && !admit(limits, company.organisationId, reply)) return await reply.code(429).send()
        const given = await remembered.once(request, bearer.token, async () => await understood(answer, company, request)) // prettier-ignore
        return await write(request, reply, given, options.now())
      },
    })
  }

  const settings = ['accounting.settings', 'accounting.settings.read']
  const contacts = ['accounting.contacts', 'accounting.contacts.read']
  const invoices = ['accounting.invoices', 'accounting.invoices.read']
  const payments = ['accounting.payments', 'accounting.payments.read']

  route('GET', '/Organisation', settings, ({ organisationId, books }) =>
    listed('Organisations', [organisationShape(organisationId, books)]),
  )
  route('GET', '/InvoiceReminders/Settings', settings, ({ books }) =>
    listed('InvoiceReminders', [{ Enabled: books.company.ownReminders }]),
  )
  route('GET', '/Contacts', contacts, ({ lists }, request) => ok(lists.contacts(query(request), since(request))))
  route('GET', '/Contacts/:id', contacts, ({ books, lists }, request) => {
    const customer = books.customers.get(idIn(request))
    return customer ? listed('Contacts', [lists.contact(customer)]) : notFound()
  })
  route('GET', '/ContactGroups', contacts, ({ lists }) => ok(lists.groups()))
  route('GET', '/Invoices', invoices, ({ lists }, request) => ok(lists.invoices(query(request), since(request))))
  route('GET', '/Invoices/:id', invoices, async (company, request) => {
    const invoice = company.books.invoices.get(idIn(request))
    if (!invoice) return notFound()
    if (request.headers.accept?.includes('application/pdf'))
      return { status: 200, pdf: await paperOf(company, invoice) }
    return listed('Invoices', [invoiceShape(company.books, invoice, 'full')])
  })
  route('GET', '/Invoices/:id/OnlineInvoice', invoices, ({ books }, request) => {
    const invoice = books.invoices.get(idIn(request))
    if (!invoice) return notFound()
    if (invoice.kind === 'bill' || invoice.status === 'draft') {
      return invalid('Online invoices are for approved sales invoices only.')
    }
    return listed('OnlineInvoices', [{ OnlineInvoiceUrl: options.onlineInvoiceUrl(invoice.id) }])
  })
  route('GET', '/Invoices/:id/History', invoices, ({ books }, request) => {
    if (!books.invoices.has(idIn(request))) return notFound()
    return listed('HistoryRecords', books.notesOn(idIn(request)).map(noteShape).reverse())
  })
  for (const method of ['PUT', 'POST'] as const) {
    route(method, '/Invoices/:id/History', ['accounting.invoices'], ({ books }, request) => {
      if (!books.invoices.has(idIn(request))) return notFound()
      const records = (request.body as { HistoryRecords?: { Details?: unknown }[] } | null)?.HistoryRecords ?? []
      const texts = records.map(({ Details }) => (typeof Details === 'string' ? Details : ''))
      if (texts.length === 0 || texts.some((text) => text === '')) return invalid('Details is required.')
      if (texts.some((text) => text.length > 2500)) return invalid('Details must not be longer than 2500 characters.')
      return listed('HistoryRecords', texts.map((text) => noteShape(books.addNote(idIn(request), text)))) // prettier-ignore
    })
  }
  // Of an invoice's fields, the one that Puntual writes. Xero changes nothing on an invoice with money on it.
  route('POST', '/Invoices/:id', ['accounting.invoices'], ({ books }, request) => {
    const invoice = books.invoices.get(idIn(request))
    if (!invoice) return notFound()
    const body = request.body as {
      Invoices?: Record<string, unknown>[]
      ExpectedPaymentDate?: unknown
      ExpectedPaymentDateString?: unknown
    } | null
    const [change] = body?.Invoices ?? [body ?? {}]
    const fields = Object.keys(change ?? {}).filter((field) => field !== 'InvoiceID')
    // As text and empty it is taken away; an empty ExpectedPaymentDate is none.
    const takesAway = fields.join() === 'ExpectedPaymentDateString' && change?.['ExpectedPaymentDateString'] === ''
    const on = takesAway ? null : change?.['ExpectedPaymentDate']
    if (!takesAway && (fields.join() !== 'ExpectedPaymentDate' || typeof on !== 'string' || !isDay(on))) return invalid('The simulation changes ExpectedPaymentDate only.') // prettier-ignore
    if (invoice.status !== 'approved') return invalid('Invoice not of valid status for modification')
    if (books.paid(invoice.id) > 0 || books.credited(invoice.id) > 0) {
      return invalid('Invoice not of valid status for modification: payments or credits have been allocated to it')
    }
    return listed('Invoices', [
      invoiceShape(books, books.updateInvoice(invoice.id, { expectedOn: on as Day | null }), 'full'),
    ])
  })
  route('GET', '/CreditNotes', invoices, ({ lists }, request) => ok(lists.credits('CreditNotes', query(request), since(request)))) // prettier-ignore
  route('GET', '/Overpayments', payments, ({ lists }, request) => ok(lists.credits('Overpayments', query(request), since(request)))) // prettier-ignore
  route('GET', '/Prepayments', payments, ({ lists }, request) => ok(lists.credits('Prepayments', query(request), since(request)))) // prettier-ignore
  route('GET', '/Payments', payments, ({ lists }, request) => ok(lists.payments(query(request), since(request))))
}

function limiter(rules: Exclude<XeroApiOptions['limits'], 'off'>, now: () => Temporal.Instant): SimulatedLimits {
  const windows = [
    { name: 'minute', calls: rules.perMinute ?? 60, seconds: 60 },
    { name: 'day', calls: rules.perDay ?? 5000, seconds: 86_400 },
  ]
  return new SimulatedLimits({ windows, atOnce: rules.atOnce ?? 5 }, now)
}

/** Lets a call in until it is answered, or says in the headers why not: Retry-After comes for the minute and the day only. */
function admit(limits: SimulatedLimits, organisationId: string, reply: FastifyReply): boolean {
  const admission = limits.enter(organisationId)
  void reply.headers({
    'x-minlimit-remaining': admission.remaining['minute'] ?? 0,
    'x-daylimit-remaining': admission.remaining['day'] ?? 0,
    'x-appminlimit-remaining': 9999,
  })
  if (admission.admitted) {
    reply.raw.once('close', () => limits.leave(organisationId))
    return true
  }
  void reply.header('x-rate-limit-problem', admission.limit)
  if (admission.limit !== AT_ONCE) void reply.header('retry-after', admission.retryAfterSeconds)
  return false
}

/** The handler's answer, with queries it did not understand refused as Xero refuses them. */
async function understood(
  answer: (company: Company, request: FastifyRequest) => Promise<Answer> | Answer,
  company: Company,
  request: FastifyRequest,
): Promise<Answer> {
  try {
    return await answer(company, request)
  } catch (error) {
    if (error instanceof QueryError) return refused(400, 16, 'QueryParseException', error.message)
    if (error instanceof TooManyRows) {
      return refused(400, 17, 'ResponseTooLarge', 'The response would be too large; use paging.')
    }
    throw error
  }
}

/**
 * What was answered under an Idempotency-Key: given again for six minutes, errors as well, and refused for another
 * request. Keys are kept per access token, the stricter of the two things that are said about Xero.
 */
class Remembered {
  readonly #now: () => Temporal.Instant
  readonly #answers = new Map<string, { asked: string; answer: Promise<Answer>; until: Temporal.Instant }>()

  constructor(now: () => Temporal.Instant) {
    this.#now = now
  }

  async once(request: FastifyRequest, token: string, make: () => Promise<Answer>): Promise<Answer> {
    const key = request.headers['idempotency-key']
    if (typeof key !== 'string' || request.method === 'GET') return await make()
    if (key.length > 128) return invalid('The Idempotency-Key is longer than 128 characters.')
    for (const [kept, { until }] of this.#answers) {
      if (Temporal.Instant.compare(this.#now(), until) >= 0) this.#answers.delete(kept)
    }
    const asked = createHash('sha256')
      .update(JSON.stringify([request.method, request.url, request.body]))
      .digest('hex')
    const known = this.#answers.get(`${token} ${key}`)
    if (known) return known.asked === asked ? await known.answer : invalid('The Idempotency-Key was used for another request.') // prettier-ignore
    const answer = make()
    this.#answers.set(`${token} ${key}`, { asked, answer, until: this.#now().add({ minutes: 6 }) })
    return await answer
  }
}

const ok = ({ json }: ListAnswer): Answer => ({ status: 200, json })

const listed = (name: string, records: readonly XeroRecord[]): Answer => ({
  status: 200,
  json: `"${name}":${JSON.stringify(records)}`,
})

const notFound = (): Answer => refused(404, 404, 'NotFoundException', "The resource you're looking for cannot be found") // prettier-ignore

function refused(status: number, number: number, type: string, message: string): Answer {
  return { status, json: JSON.stringify({ ErrorNumber: number, Type: type, Message: message }).slice(1, -1) }
}

function invalid(message: string): Answer {
  const whole = {
    ErrorNumber: 10,
    Type: 'ValidationException',
    Message: 'A validation exception occurred',
    Elements: [{ ValidationErrors: [{ Message: message }] }],
  }
  return { status: 400, json: JSON.stringify(whole).slice(1, -1) }
}

async function write(
  request: FastifyRequest,
  reply: FastifyReply,
  answer: Answer,
  now: Temporal.Instant,
): Promise<FastifyReply> {
  if ('pdf' in answer) return await reply.type('application/pdf').send(answer.pdf)
  const head = JSON.stringify({ Id: randomUUID(), Status: 'OK', ProviderName: 'Puntual', DateTimeUTC: msInstant(now) })
  const json = answer.status === 200 ? `${head.slice(0, -1)},${answer.json}}` : `{${answer.json}}`
  void reply.code(answer.status)
  // XML is Xero's default: JSON is for those who ask for it.
  if (request.headers.accept?.includes('application/json')) {
    return await reply.type('application/json; charset=utf-8').send(json)
  }
  return await reply.type('text/xml; charset=utf-8').send(asXml('Response', JSON.parse(json)))
}

function unauthorised(reply: FastifyReply, detail: string, why: string): FastifyReply {
  return reply
    .code(401)
    .header('www-authenticate', why)
    .send({ Type: null, Title: 'Unauthorized', Status: 401, Detail: detail, Instance: randomUUID(), Extensions: {} })
}

const forbidden = (reply: FastifyReply): FastifyReply =>
  reply
    .code(403)
    .send({ title: 'Forbidden', status: 403, detail: 'AuthenticationUnsuccessful', instance: randomUUID() })

const query = (request: FastifyRequest): XeroQuery => request.query as XeroQuery
const since = (request: FastifyRequest): string | undefined => request.headers['if-modified-since']
const idIn = (request: FastifyRequest): string => (request.params as { id: string }).id.toLowerCase()

/** The PDF of an invoice as it stands, drawn once per version. */
async function paperOf({ books, papers }: Company, invoice: BookInvoice): Promise<Buffer> {
  const kept = papers.get(invoice)
  if (kept?.version === invoice.version) return kept.bytes
  const bytes = Buffer.from(await invoicePdf(books, invoice.id))
  papers.set(invoice, { version: invoice.version, bytes })
  return bytes
}
