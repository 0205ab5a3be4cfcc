import type { FastifyInstance, FastifyPluginAsync } from 'fastify'
import type { Log } from '../../flow/dependencies.ts'
import type { Hint } from '../../flow/receive.ts'
import type { LedgerName } from '../dependencies.ts'
import type { WebMetrics } from '../metrics.ts'
import { isGenuine } from './signature.ts'

/** What differs from one ledger's webhooks to the other's. */
export type WebhookKind = {
  readonly ledger: LedgerName
  readonly signatureHeader: string
  readonly key: string | null
  readonly limitBytes: number
  readonly readHints: (body: string) => HintsRead
}

/** What a body said. `unreadable` counts the events, or the whole body, that we could not make sense of. */
export type HintsRead = { readonly hints: readonly Hint[]; readonly ignored: number; readonly unreadable: number }

type Receiver = {
  readonly log: Log
  readonly metrics: WebMetrics
  readonly receiveHints: (ledger: LedgerName, hints: readonly Hint[]) => Promise<unknown>
}

/**
 * A webhook address: the signature of the raw bytes decides, the hints are stored, and only then is it a 200.
 *
 * 401 for anything unsigned, 413 for anything too large, 503 when storing failed, so that the vendor comes again.
 * A genuine body is never refused, however odd it is: the vendor would repeat it for days and withhold the rest.
 * Answers are empty and carry no cookies.
 */
export function webhookRoute(app: Receiver, kind: WebhookKind): FastifyPluginAsync {
  return async (server) => {
    takeRawBodies(server, kind.limitBytes)
    server.setErrorHandler(async (error: { statusCode?: number }, _request, reply) => {
      const status = error.statusCode === 413 ? 413 : 503
      app.metrics.webhooks.inc({ ledger: kind.ledger, outcome: status === 413 ? 'too-large' : 'failed' })
      if (status === 503) app.log.error({ ledger: kind.ledger, error }, 'a webhook could not be stored')
      return reply.code(status).send()
    })

    server.post(`/webhooks/${kind.ledger}`, async (request, reply) => {
      const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0)
      if (!isGenuine(body, request.headers[kind.signatureHeader], kind.key)) {
        app.metrics.webhooks.inc({ ledger: kind.ledger, outcome: 'not-genuine' })
        return reply.code(401).send()
      }
      const { hints, ignored, unreadable } = kind.readHints(body.toString('utf8'))
      if (unreadable > 0)
        app.log.warn({ ledger: kind.ledger, unreadable }, 'a genuine webhook could not be read in full')
      if (hints.length > 0) await app.receiveHints(kind.ledger, hints)
      app.metrics.webhooks.inc({ ledger: kind.ledger, outcome: unreadable > 0 ? 'unreadable' : 'stored' })
      app.metrics.hints.inc({ ledger: kind.ledger, kept: 'yes' }, hints.length)
      app.metrics.hints.inc({ ledger: kind.ledger, kept: 'no' }, ignored)
      return reply.code(200).send()
    })
  }
}

function takeRawBodies(server: FastifyInstance, limitBytes: number): void {
  server.removeAllContentTypeParsers()
  server.addContentTypeParser(
    '*',
    { parseAs: 'buffer', bodyLimit: limitBytes },
    async (_request: unknown, body: Buffer) => body,
  )
  // The signature speaks for the bytes; a content type that we do not know, or that is not one, changes nothing.
  server.addHook('onRequest', async (request) => {
    if (request.headers['content-type'] !== undefined) request.headers['content-type'] = 'application/octet-stream'
  })
}
