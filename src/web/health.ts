import type { FastifyPluginAsync, FastifyRequest } from 'fastify'
import type { WebDependencies } from './dependencies.ts'
import type { WebMetrics } from './metrics.ts'

/** Whether the process lives, whether it can serve, and its figures. */
export function healthRoutes(app: Pick<WebDependencies, 'ready'>, metrics: WebMetrics): FastifyPluginAsync {
  return async (server) => {
    server.get('/livez', async () => ({ ok: true }))

    server.get('/readyz', async (_request, reply) => {
      // Anybody may ask: the answer names a state, and what it comes from is for the log.
      const why = await app.ready()
      return why === null ? { ready: true } : reply.code(503).send({ ready: false, why })
    })

    server.get('/metrics', async (request, reply) => {
      if (!isFromThisMachine(request)) return reply.code(404).send()
      return reply.type(metrics.registry.contentType).send(await metrics.registry.metrics())
    })
  }
}

/** A proxy on this machine also connects from loopback: it says for whom, and then it is not ours. */
function isFromThisMachine({ ip, headers }: FastifyRequest): boolean {
  const forwarded = headers['x-forwarded-for'] ?? headers['forwarded'] ?? headers['x-real-ip']
  return forwarded === undefined && /^(::1|(::ffff:)?127\.\d+\.\d+\.\d+)$/.test(ip)
}
