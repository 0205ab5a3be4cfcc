import { fastify, type FastifyInstance } from 'fastify'
import pg from 'pg'
import { createApp } from '../../src/app.ts'
import { readConfig } from '../../src/config.ts'
import { helperOptions, tell } from './helper.ts'
import type { Place } from './stage.ts'

// A server for webhooks in a process of its own: the whole real app, or the least that keeps an event.

export type WebhookProcessOptions = { readonly place: Place; readonly how: 'bare' | 'ours' }

const { place, how } = helperOptions<WebhookProcessOptions>()
const server =
  how === 'bare'
    ? bareServer()
    : (await createApp({ ...readConfig(place.environment), logLevel: 'warn' }, place.databaseUrl)).web
await server.listen({ host: '127.0.0.1', port: 0 })
const address = server.server.address()
tell(typeof address === 'object' && address ? address.port : 0)
process.on('message', () => tell(process.cpuUsage()))
process.on('SIGTERM', () => process.exit(0))

/** A route that parses the body and does one insert through a pool before it answers. */
function bareServer(): FastifyInstance {
  const pool = new pg.Pool({ connectionString: place.databaseUrl, max: 10 })
  const app = fastify()
  app.post('/webhooks/xero', async (request, reply) => {
    const [event] = (request.body as { events: { resourceId: string; eventDateUtc: string }[] }).events
    await pool.query('insert into bare_inbox (event_key, entity_id) values ($1, $2) on conflict do nothing', [
      `${event?.resourceId}|${event?.eventDateUtc}`,
      event?.resourceId,
    ])
    return reply.code(200).send()
  })
  return app
}
