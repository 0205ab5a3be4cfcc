import type { Address } from './mailer.ts'

/** Reads "Ana Ruiz <ana@example.com>" or a bare address. */
export function addressFrom(text: string): Address {
  const match = /^(.*)<([^<>]+)>$/.exec(text)
  const name = match?.[1]?.trim().replace(/^"|"$/g, '')
  return { name: name || null, address: (match?.[2] ?? text).trim() }
}
