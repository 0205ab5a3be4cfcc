import { createHmac, timingSafeEqual } from 'node:crypto'

/**
 * Whether a webhook comes from who holds the key: HMAC-SHA256 of the bytes as they arrived, in base64.
 *
 * Without a key nothing is genuine. The comparison takes the same time wherever the first difference is.
 */
export function isGenuine(body: Buffer, signature: unknown, key: string | null): boolean {
  if (key === null || typeof signature !== 'string') return false
  const given = Buffer.from(signature, 'base64')
  const expected = createHmac('sha256', key).update(body).digest()
  return given.length === expected.length && timingSafeEqual(given, expected)
}
