import type { FastifyReply } from 'fastify'

/**
 * Sends a message's own HTML, for a sandboxed frame. It was written with a customer's and a ledger's words in it, so it
 * runs nothing, loads nothing and belongs to no origin, even where somebody opens its address directly.
 */
export function sendMail(reply: FastifyReply, markup: string): FastifyReply {
  return reply
    .header(
      'content-security-policy',
      "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'",
    )
    .header('x-frame-options', 'SAMEORIGIN')
    .type('text/html; charset=utf-8')
    .send(markup)
}
