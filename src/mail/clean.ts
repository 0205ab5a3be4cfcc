/** A name, number or other short value from the ledger, as long as it may get in a message. */
const LINE_LENGTH = 120
const DETAIL_LINES = 12
const LINK_LENGTH = 2048

/**
 * A value from the ledger or from settings, fit for one line of a message, a header or a file name.
 *
 * NFC; line breaks, tabs and separators become spaces; other control characters, bidirectional overrides and
 * invisible characters go; runs of spaces collapse; cut to `length` characters with an ellipsis. No-break spaces stay.
 */
export function cleanLine(text: string, length: number = LINE_LENGTH): string {
  const tidy = text
    .slice(0, 4 * length + 1000)
    .toWellFormed()
    .normalize('NFC')
    .replace(LINE_BREAKS, ' ')
    .replace(INVISIBLE, '')
    .replace(/ {2,}/g, ' ')
    .trim()
  const characters = Array.from(tidy)
  return characters.length <= length
    ? tidy
    : `${characters
        .slice(0, length - 1)
        .join('')
        .trimEnd()}…`
}

/** Free text that keeps its lines, such as payment details: each line cleaned, empty ones dropped. */
export const cleanLines = (text: string): string[] =>
  text
    .slice(0, 4000)
    .split(/\r\n|[\n\r\u2028\u2029]/)
    .map((line) => cleanLine(line))
    .filter((line) => line !== '')
    .slice(0, DETAIL_LINES)

/**
 * A link that may be put in front of a customer, or null: https, or http on this machine (the demo's pages),
 * without a user name or password in it.
 */
export function cleanLink(text: string): string | null {
  const url = URL.parse(text.trim())
  if (!url || url.username !== '' || url.password !== '') return null
  const allowed = url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback(url.hostname))
  return allowed && url.href.length <= LINK_LENGTH ? url.href : null
}

/** Whether a host name is this machine's own. */
export const isLoopback = (host: string): boolean => /^(localhost|127(\.\d{1,3}){3}|\[?::1\]?)$/i.test(host)

// C0 and C1 controls that mean "next line" or "next column", and Unicode's own line and paragraph separators.
const LINE_BREAKS = /[\t\n\v\f\r\u0085\u2028\u2029]/g
// Every other control (Cc), and format characters (Cf): bidirectional overrides and isolates, zero-width, soft hyphen, tags.
const INVISIBLE = /[\p{Cc}\p{Cf}]/gu
