import { randomBytes } from 'node:crypto'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { day } from '../../chase/day.ts'
import { moneyFromDecimal } from '../../chase/money.ts'
import { invoicePdf } from '../invoice-pdf.ts'
import type { SimulatedLimits } from '../limits.ts'
import type { SimulatedCompany } from './company.ts'
import {
  gatewayFault,
  invalidId,
  missingProperty,
  noSuchEntity,
  notFound,
  QuickBooksFault,
  stale,
  tooLong,
  unknownProperty,
  unsupported,
} from './refusals.ts'
import type { SimulatedTokens } from './oauth.ts'
import { parseQuery } from './query.ts'
import { attachableShape, paymentRow, paymentShape, stampWithMilliseconds, type Shape } from './shapes.ts'

type Surroundings = {
  readonly companies: ReadonlyMap<string, SimulatedCompany>
  readonly tokens: SimulatedTokens
  readonly limits: SimulatedLimits | null
  readonly now: () => Temporal.Instant
  /** Where the pay links lead, before company and invoice. */
  readonly payUrl: () => string
}

type Path = { realm: string; id: string }

/** The accounting API under /v3/company. */
export function addApi(app: FastifyInstance, surroundings: Surroundings): void {
  const { companies, tokens, limits, now } = surroundings

  app.addHook('onRequest', async (request, reply) => {
    void reply.header('intuit_tid', `1-${randomBytes(4).toString('hex')}-${randomBytes(12).toString('hex')}`)
    void reply.header('cache-control', 'max-age=0, no-cache, no-store, must-revalidate, private')
    const { realm = '' } = request.params as { realm?: string }
    const token = /^Bearer (\S+)$/i.exec(request.headers.authorization ?? '')?.[1] ?? ''
    const allowed = tokens.realmOf(token)
    if (allowed === null) {
      const detail = token === '' ? 'Token missing' : `Token expired: ${token}`
      return reply.code(401).send(gatewayFault(401, '3200', 'AuthenticationFailed', detail, 'AUTHENTICATION', now()))
    }
    if (allowed !== realm || !companies.has(realm)) {
      const body = gatewayFault(403, '3100', 'ApplicationAuthorizationFailed', '', 'AUTHORIZATION', now())
      return reply.code(403).send(body)
    }
    const admission = limits?.enter(realm)
    if (admission && !admission.admitted) {
      return reply.code(429).send(gatewayFault(429, '3001', 'ThrottleExceeded', '', 'SERVICE', now()))
    }
    if (limits) reply.raw.once('close', () => limits.leave(realm))
    return undefined
  })

  app.setErrorHandler((error, _request, reply) => {
    if (error instanceof QuickBooksFault) return reply.code(error.status).send(error.body(now()))
    const status = (error as { statusCode?: number }).statusCode ?? 500
    const fault =
      status < 500
        ? new QuickBooksFault(400, '2000', 'Invalid request', 'The body of the request cannot be read')
        : new QuickBooksFault(
            500,
            '10000',
            'An application error has occurred while processing your request',
            'System Failure Error',
            'SystemFault',
          )
    return reply.code(fault.status).send(fault.body(now()))
  })
  app.setNotFoundHandler((request, reply) => {
    const fault = unsupported(`${request.method} ${request.url.split('?')[0]}`)
    return reply.code(400).send(fault.body(now()))
  })
  for (const type of ['application/text', 'text/plain']) {
    app.addContentTypeParser(type, { parseAs: 'string' }, (_request, body, done) => done(null, body))
  }

  const company = (request: FastifyRequest): SimulatedCompany => {
    const found = companies.get((request.params as Path).realm)
    if (!found) throw notFound()
    return found
  }
  const send = (reply: FastifyReply, body: Shape): FastifyReply =>
    reply.type('application/json;charset=utf-8').send({ ...body, time: stampWithMilliseconds(now()) })

  app.get('/query', (request, reply) => send(reply, answerQuery(company(request), parameter(request, 'query'))))
  app.post('/query', (request, reply) => send(reply, answerQuery(company(request), String(request.body))))
  app.get('/cdc', (request, reply) => send(reply, answerChanges(company(request), request, now())))
  app.get('/preferences', (request, reply) => send(reply, { Preferences: company(request).read('Preferences', '1') }))

  for (const name of ['Invoice', 'Customer', 'Payment', 'CreditMemo', 'CustomerType', 'Attachable', 'CompanyInfo']) {
    app.get(`/${name.toLowerCase()}/:id`, (request, reply) => {
      const { id } = request.params as Path
      if (!/^\d+$/.test(id)) throw invalidId(id)
      const shape = company(request).read(name, id)
      const withLink = name === 'Invoice' && parameter(request, 'include').toLowerCase() === 'invoicelink'
      return send(reply, {
        [name]: withLink ? { ...shape, ...payLink(company(request), id, surroundings.payUrl()) } : shape,
      })
    })
  }
  // node-quickbooks writes the entity's name as it is.
  app.get('/companyInfo/:id', (request, reply) =>
    send(reply, { CompanyInfo: company(request).read('CompanyInfo', '1') }),
  )

  app.get('/invoice/:id/pdf', async (request, reply) => {
    const { id } = request.params as Path
    company(request).read('Invoice', id)
    return reply.type('application/pdf').send(await invoicePdf(company(request).books, id))
  })

  const write = (
    path: string,
    act: (of: SimulatedCompany, body: Record<string, unknown>, operation: string) => Shape,
  ): void => {
    app.post(path, (request, reply) => {
      const of = company(request)
      const requestId = parameter(request, 'requestid')
      const replay = requestId === '' ? undefined : of.replays.get(requestId)
      if (replay) return send(reply, replay)
      const body = z.record(z.string(), z.unknown()).safeParse(request.body)
      if (!body.success) throw unsupported('without a body')
      const answer = act(of, body.data, parameter(request, 'operation').toLowerCase())
      if (requestId !== '') of.replays.set(requestId, answer)
      return send(reply, answer)
    })
  }
  write('/attachable', createAttachable)
  write('/customer', updateCustomer)
  write('/invoice', changeInvoice)
  write('/payment', createPayment)
}

const parameter = (request: FastifyRequest, name: string): string => {
  const value = (request.query as Readonly<Record<string, unknown>>)[name]
  return typeof value === 'string' ? value : ''
}

function answerQuery(company: SimulatedCompany, text: string): Shape {
  const query = parseQuery(text)
  const entity = company.entity(query.entity)
  if (!entity)
    throw new QuickBooksFault(400, '4001', 'Invalid query', `QueryValidationError: ${query.entity} is not an entity`)
  const rows = company.select(query)
  if (query.count) return { QueryResponse: { totalCount: rows.length } }
  const page = rows.slice(query.startPosition - 1, query.startPosition - 1 + query.maxResults)
  if (page.length === 0) return { QueryResponse: {} }
  const shapes = page.map((row) => entity.shape(row))
  return {
    QueryResponse: { [entity.name]: shapes, startPosition: query.startPosition, maxResults: page.length },
  }
}

const LOOK_BACK_HOURS = 30 * 24

function answerChanges(company: SimulatedCompany, request: FastifyRequest, now: Temporal.Instant): Shape {
  const since = instantIn(parameter(request, 'changedSince'))
  if (now.since(since).total('hours') > LOOK_BACK_HOURS) {
    throw unsupported(`cdc with changedSince date ${since.toString()} which is older than 30 days`)
  }
  const names = parameter(request, 'entities')
    .split(',')
    .map((name) => name.trim())
  const groups = names.map((name) => {
    const entity = company.entity(name)
    if (!entity) throw unsupported(`cdc for entity ${name}`)
    const changed = company.changedSince(name, since)
    return changed.length === 0 ? {} : { [entity.name]: changed, startPosition: 1, maxResults: changed.length }
  })
  return { CDCResponse: [{ QueryResponse: groups }] }
}

function instantIn(text: string): Temporal.Instant {
  try {
    return Temporal.Instant.from(text)
  } catch {
    throw new QuickBooksFault(400, '2090', 'Invalid date', 'changedSince is not a date and time')
  }
}

/** The link appears where the customer has an address to send it to. */
function payLink(company: SimulatedCompany, id: string, payUrl: string): Shape {
  const invoice = company.books.invoice(id)
  const email = invoice.email ?? company.books.customer(invoice.customerId).email
  return email === null ? {} : { InvoiceLink: `${payUrl}/company/${company.organisationId}/invoices/${id}` }
}

const attachableSchema = z.object({
  Note: z.string().optional(),
  Tag: z.string().optional(),
  AttachableRef: z.array(
    z.object({
      IncludeOnSend: z.boolean().optional(),
      EntityRef: z.object({ type: z.string(), value: z.string() }),
    }),
  ),
})

const MOST_CHARACTERS = 2000

function createAttachable(company: SimulatedCompany, body: Record<string, unknown>): Shape {
  refuseUnknown(body, ['Note', 'Tag', 'AttachableRef', 'FileName', 'Category', 'domain', 'sparse'])
  const read = attachableSchema.safeParse(body)
  const [link] = read.data?.AttachableRef ?? []
  if (!read.success || !link) throw missingProperty('AttachableRef')
  const { Note: text = '', Tag: tag = null } = read.data
  if (text === '') throw missingProperty('FileName or Note')
  if (text.length > MOST_CHARACTERS) throw tooLong('Note', MOST_CHARACTERS)
  if (tag !== null && tag.length > MOST_CHARACTERS) throw tooLong('Tag', MOST_CHARACTERS)
  const { type, value } = link.EntityRef
  if (type.toLowerCase() !== 'invoice' || !company.entity('Invoice')?.find(value)) throw noSuchEntity(type, value)
  const note = company.addNote(value, text, tag, link.IncludeOnSend ?? false)
  return { Attachable: attachableShape(note, link.IncludeOnSend ?? false) }
}

const customerSchema = z.object({
  Id: z.string(),
  SyncToken: z.string(),
  sparse: z.boolean().optional(),
  Notes: z.string().optional(),
  DisplayName: z.string().optional(),
  GivenName: z.string().optional(),
  FamilyName: z.string().optional(),
  PrimaryEmailAddr: z.object({ Address: z.string() }).optional(),
  PrimaryPhone: z.object({ FreeFormNumber: z.string() }).optional(),
  Active: z.boolean().optional(),
})

function updateCustomer(company: SimulatedCompany, body: Record<string, unknown>): Shape {
  const read = customerSchema.safeParse(body)
  if (!read.success) throw missingProperty('Id and SyncToken')
  const change = read.data
  const customer = company.books.customers.get(change.Id)
  if (!customer) throw notFound()
  if (change.SyncToken !== String(customer.version)) throw stale()
  if ((change.Notes ?? '').length > MOST_CHARACTERS) throw tooLong('Notes', MOST_CHARACTERS)
  // A full update empties whatever it leaves out.
  const kept = change.sparse === true
  company.books.updateCustomer(customer.id, {
    notes: change.Notes ?? (kept ? customer.notes : ''),
    name: change.DisplayName ?? customer.name,
    firstName: change.GivenName ?? (kept ? customer.firstName : null),
    lastName: change.FamilyName ?? (kept ? customer.lastName : null),
    email: change.PrimaryEmailAddr?.Address ?? (kept ? customer.email : null),
    phone: change.PrimaryPhone?.FreeFormNumber ?? (kept ? customer.phone : null),
    archived: change.Active === undefined ? customer.archived : !change.Active,
  })
  return { Customer: company.read('Customer', customer.id) }
}

/** Voiding, deleting, and moving the due date. */
function changeInvoice(company: SimulatedCompany, body: Record<string, unknown>, operation: string): Shape {
  const read = z.object({ Id: z.string(), SyncToken: z.string(), DueDate: z.string().optional() }).safeParse(body)
  if (!read.success) throw unsupported('create invoice')
  const { Id: id, SyncToken: syncToken, DueDate: dueDate } = read.data
  company.read('Invoice', id)
  if (syncToken !== String(company.books.invoice(id).version)) throw stale()
  if (operation === 'delete') {
    company.books.updateInvoice(id, { status: 'deleted' })
    return { Invoice: { domain: 'QBO', status: 'Deleted', Id: id } }
  }
  if (operation === 'void') company.books.updateInvoice(id, { status: 'void' })
  else if (dueDate !== undefined && body['sparse'] === true) company.books.updateInvoice(id, { dueOn: dayOr(dueDate) })
  else throw unsupported('update invoice with these fields')
  return { Invoice: company.read('Invoice', id) }
}

const paymentSchema = z.object({
  CustomerRef: z.object({ value: z.string() }),
  TotalAmt: z.number().positive(),
  TxnDate: z.string().optional(),
  Line: z
    .array(z.object({ Amount: z.number(), LinkedTxn: z.array(z.object({ TxnId: z.string(), TxnType: z.string() })) }))
    .default([]),
})

function createPayment(company: SimulatedCompany, body: Record<string, unknown>): Shape {
  const read = paymentSchema.safeParse(body)
  if (!read.success) throw missingProperty('CustomerRef and TotalAmt')
  const { books } = company
  const customer = books.customers.get(read.data.CustomerRef.value)
  if (!customer) throw noSuchEntity('Customer', read.data.CustomerRef.value)
  const applied = read.data.Line.flatMap(({ Amount, LinkedTxn }) =>
    LinkedTxn.filter(({ TxnType }) => TxnType === 'Invoice').map(({ TxnId }) => {
      company.read('Invoice', TxnId)
      return { invoiceId: TxnId, amount: moneyFromDecimal(Amount, customer.currency) }
    }),
  )
  const on = dayOr(read.data.TxnDate ?? books.now().toZonedDateTimeISO(books.company.timeZone).toPlainDate().toString())
  const payment = books.receive(customer.id, on, moneyFromDecimal(read.data.TotalAmt, customer.currency), applied)
  return { Payment: paymentShape(books, paymentRow(books, payment)) }
}

function dayOr(text: string): ReturnType<typeof day> {
  try {
    return day(text)
  } catch {
    throw new QuickBooksFault(400, '2090', 'Invalid date', 'not a day of the calendar')
  }
}

function refuseUnknown(body: Record<string, unknown>, known: readonly string[]): void {
  const unknown = Object.keys(body).find((name) => !known.includes(name))
  if (unknown !== undefined) throw unknownProperty(unknown)
}
