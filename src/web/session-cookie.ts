import type { FastifyReply, FastifyRequest } from 'fastify'
import { ABSOLUTE_DAYS } from '../flow/sign-in.ts'

/** Keeps the session's id in the browser. */
export type SessionCookie = {
  read(request: FastifyRequest): string | null
  set(reply: FastifyReply, sessionId: string): void
  clear(reply: FastifyReply): void
}

/**
 * The cookie's name and flags for our public address. Over https it is a `__Host-` cookie, which no other host of the
 * domain can plant; browsers refuse that prefix over http, as on localhost.
 */
export function sessionCookieFor(publicUrl: string): SessionCookie {
  const secure = publicUrl.startsWith('https:')
  const name = secure ? '__Host-sid' : 'sid'
  // Lax, not Strict: the ledger sends the browser back to us, and then we must know whose it is.
  const flags = { httpOnly: true, secure, sameSite: 'lax', path: '/' } as const
  return {
    read: (request) => request.cookies[name] ?? null,
    set: (reply, sessionId) => void reply.setCookie(name, sessionId, { ...flags, maxAge: ABSOLUTE_DAYS * 24 * 3600 }),
    clear: (reply) => void reply.clearCookie(name, flags),
  }
}
