import type { FastifyReply } from 'fastify'

/** Sends a file to be kept, never shown inside one of our pages. */
export function sendFile(
  reply: FastifyReply,
  file: { readonly name: string; readonly type: string; readonly content: Uint8Array },
): FastifyReply {
  return reply
    .header('content-disposition', `attachment; filename="${plainName(file.name)}"`)
    .type(file.type)
    .send(Buffer.from(file.content))
}

/** A name that every system takes: accents off, everything else a dash. */
export const plainName = (name: string): string =>
  name
    .normalize('NFD')
    .replaceAll(/\p{M}/gu, '')
    .replaceAll(/[^A-Za-z0-9._-]+/g, '-')
    .replaceAll(/^-+|-+$/g, '')
