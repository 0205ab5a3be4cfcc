/**
 * A person at a browser, as far as plain HTTP goes: keeps cookies, follows redirects, fills in the form of a page.
 * The demo uses it to walk through the same pages that people do.
 */
export class Visitor {
  readonly #cookies = new Map<string, Map<string, string>>()

  /** Opens an address, following redirects. */
  async open(address: string): Promise<Page> {
    return this.#go(new URL(address), { method: 'GET' })
  }

  /**
   * Sends the form of a page whose button or address matches, with what is ticked and filled in already and
   * `fields` on top.
   */
  async submit(page: Page, which: RegExp, fields: Readonly<Record<string, string>> = {}): Promise<Page> {
    const form = page.forms.find(({ action, text }) => which.test(action.href) || which.test(text))
    if (!form) throw new Error(`no form like ${which} on ${page.url.href}`)
    const body = new URLSearchParams(form.fields.map(([name, value]) => [name, value] as [string, string]))
    for (const [name, value] of Object.entries(fields)) body.set(name, value)
    if (form.method === 'get') return this.#go(new URL(`?${body.toString()}`, form.action), { method: 'GET' })
    return this.#go(form.action, {
      method: 'POST',
      body: body.toString(),
      headers: { 'content-type': 'application/x-www-form-urlencoded', origin: form.action.origin },
    })
  }

  async #go(address: URL, request: RequestInit): Promise<Page> {
    let [url, next] = [address, request]
    for (let hops = 0; hops < 15; hops += 1) {
      const cookie = [...(this.#cookies.get(url.host) ?? [])].map(([name, value]) => `${name}=${value}`).join('; ')
      const response = await fetch(url, {
        ...next,
        redirect: 'manual',
        headers: { accept: 'text/html', ...(next.headers as Record<string, string>), ...(cookie && { cookie }) },
      })
      this.#keepCookies(url.host, response.headers.getSetCookie())
      const location = response.headers.get('location')
      if (response.status < 300 || response.status >= 400 || !location) {
        const text = await response.text()
        if (!response.ok) throw new Error(`${url.origin}${url.pathname} answered ${response.status}`)
        return { url, text, forms: formsIn(text, url) }
      }
      await response.arrayBuffer()
      url = new URL(location, url)
      next = { method: 'GET' }
    }
    throw new Error(`too many redirects from ${address.origin}${address.pathname}`)
  }

  #keepCookies(host: string, lines: readonly string[]): void {
    const jar = this.#cookies.get(host) ?? new Map<string, string>()
    this.#cookies.set(host, jar)
    for (const line of lines) {
      const [pair = ''] = line.split(';')
      const [name = '', ...value] = pair.split('=')
      if (/;\s*max-age=0\b/i.test(line)) jar.delete(name.trim())
      else jar.set(name.trim(), value.join('='))
    }
  }
}

export type Page = { readonly url: URL; readonly text: string; readonly forms: readonly Form[] }

type Form = {
  readonly action: URL
  readonly method: 'get' | 'post'
  readonly fields: readonly (readonly [string, string])[]
  readonly text: string
}

/** The forms of our own pages and simulators: well-formed HTML, so reading it takes no browser. */
function formsIn(page: string, url: URL): Form[] {
  return [...page.matchAll(/<form\b([^>]*)>([\s\S]*?)<\/form>/gi)].map(([, head = '', inside = '']) => ({
    action: new URL(attribute(head, 'action') ?? '', url),
    method: attribute(head, 'method')?.toLowerCase() === 'post' ? 'post' : 'get',
    fields: [...inside.matchAll(/<input\b([^>]*)>/gi), ...firstButton(inside)].flatMap(([, input = '']) => {
      const [name, type] = [attribute(input, 'name'), attribute(input, 'type') ?? 'text']
      if (name === null || type === 'button' || type === 'image') return []
      if ((type === 'checkbox' || type === 'radio') && !/\schecked\b/i.test(input)) return []
      return [[name, attribute(input, 'value') ?? ''] as const]
    }),
    text: inside.replace(/<[^>]*>/g, ' '),
  }))
}

/** The button that Enter presses: its name and value go along, as with the first button of a form in a browser. */
const firstButton = (inside: string): RegExpMatchArray[] => [...inside.matchAll(/<button\b([^>]*)>/gi)].slice(0, 1)

function attribute(tag: string, name: string): string | null {
  const match = new RegExp(`\\s${name}\\s*=\\s*"([^"]*)"`, 'i').exec(tag)
  const text = match?.[1]
  return text === undefined
    ? null
    : text.replace(/&(amp|quot|lt|gt|#39|#x27);/g, (entity) => ENTITIES[entity] ?? entity)
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&amp;': '&', '&quot;': '"', '&lt;': '<', '&gt;': '>', '&#39;': "'", '&#x27;': "'",
} // prettier-ignore
