/** What a reader of an HTML part sees, line by line, and what it would do. */
export type Visible = {
  readonly text: string
  readonly title: string | null
  readonly links: readonly string[]
  /** Things that load, run or submit: a message has none of them. */
  readonly active: readonly string[]
}

/** Reads an HTML part as text: comments, styles and tags go, blocks become lines, entities become characters. */
export function readHtml(html: string): Visible {
  const bare = html
    .replace(/<!--[\s\S]*?-->/g, '')
    .replace(/<style\b[\s\S]*?<\/style>/gi, (style) => (/@import|url\s*\(/i.test(style) ? style : ''))
  const title = /<title\b[^>]*>([\s\S]*?)<\/title>/i.exec(bare)?.[1]
  const body = bare.replace(/<head\b[\s\S]*?<\/head>/i, '')
  const text = decode(
    body
      .replace(/<\/?(?:p|td|th|tr|br|div|table|tbody|a|body|h\d|li|ul|ol|caption|html)\b[^>]*>/gi, '\n')
      .replace(/<[^>]*>/g, ''),
  )
  return {
    text: lines(text).join('\n'),
    title: title === undefined ? null : decode(title).trim(),
    links: [...bare.matchAll(/\bhref\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s>]+))/gi)].map(([, a, b, c]) =>
      decode(a ?? b ?? c ?? ''),
    ),
    active: [...bare.matchAll(ACTIVE)].map(([found]) => found.slice(0, 60)),
  }
}

export const lines = (text: string): string[] =>
  text
    .split('\n')
    .map((line) => line.replace(/^[ \t\r]+|[ \t\r]+$/g, ''))
    .filter((line) => line !== '')

const ACTIVE =
  /<(?:img|script|link|iframe|object|embed|video|audio|source|picture|form|input|button|svg|base)\b[^>]*>|@import|url\s*\([^)]*\)|\s(?:src|srcset|background|poster|action|formaction|ping)\s*=\s*["']?[^\s>]+|\son[a-z]+\s*=|<meta\b[^>]*http-equiv\s*=\s*["']?refresh/gi

const NAMED: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: '\u00a0' }

function decode(text: string): string {
  return text.replace(/&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|([a-z]+));/gi, (whole, decimal, hex, name) => {
    if (name) return NAMED[String(name).toLowerCase()] ?? whole
    const code = decimal ? Number(decimal) : Number.parseInt(String(hex), 16)
    return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : ''
  })
}
