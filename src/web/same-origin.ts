import type { FastifyRequest } from 'fastify'

/**
 * Whether a request that changes something comes from another site's page.
 *
 * Browsers say where a request starts in Sec-Fetch-Site, which no page can forge; older ones send Origin.
 * Without either it is not a browser, and then there is no cookie to abuse.
 */
export function isCrossSite(request: Pick<FastifyRequest, 'method' | 'headers'>, publicOrigin: string): boolean {
  if (SAFE_METHODS.has(request.method)) return false
  const site = request.headers['sec-fetch-site']
  if (site !== undefined) return site !== 'same-origin' && site !== 'none'
  const { origin } = request.headers
  return origin !== undefined && origin !== publicOrigin
}

const SAFE_METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS'])
