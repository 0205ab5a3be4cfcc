import type { FastifyPluginAsync } from 'fastify'
import { z } from 'zod'
import type { TestClock } from './dependencies.ts'
import { isCrossSite } from './same-origin.ts'

const BODY = z.object({ now: z.string() })

/** `POST /test/clock {"now": "<ISO instant>"}`: only there while the clock is a test's. Answers when all that fell due is done. */
export function testClockRoute(clock: TestClock, publicOrigin: string): FastifyPluginAsync {
  return async (server) => {
    server.post('/test/clock', async (request, reply) => {
      if (isCrossSite(request, publicOrigin)) return reply.code(403).send({ error: 'not from another site' })
      const instant = readInstant(request.body)
      if (!instant) return reply.code(400).send({ error: '"now" must be an ISO instant like 2026-03-02T08:00:00Z' })
      if (Temporal.Instant.compare(instant, clock.now()) < 0) {
        return reply.code(400).send({ error: `the clock only moves forward; it stands at ${clock.now().toString()}` })
      }
      return clock.advanceTo(instant)
    })
  }
}

function readInstant(body: unknown): Temporal.Instant | null {
  const { data } = BODY.safeParse(body)
  if (!data) return null
  try {
    return Temporal.Instant.from(data.now)
  } catch {
    return null
  }
}
