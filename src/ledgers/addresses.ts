/**
 * The e-mail addresses in one field of a ledger, in order and each once.
 *
 * People type several into one field, divided by commas, semicolons, spaces or lines, with or without names and
 * angle brackets. What holds no '@' between two words is no address and is left out.
 */
export function addressesIn(text: string | null | undefined): string[] {
  const found = new Map<string, string>()
  for (const [address] of (text ?? '').matchAll(/[^\s,;<>"()[\]]+@[^\s,;<>"'()[\]@]+/g)) {
    const trimmed = address.replace(/^mailto:/i, '').replace(/^'+|\.+$/g, '')
    if (!found.has(trimmed.toLowerCase())) found.set(trimmed.toLowerCase(), trimmed)
  }
  return [...found.values()]
}
