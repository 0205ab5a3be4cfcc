import { createRequire } from 'node:module'
import { dirname } from 'node:path'
import cookie from '@fastify/cookie'
import formBody from '@fastify/formbody'
import helmet from '@fastify/helmet'
import files from '@fastify/static'
import { fastify, type FastifyInstance } from 'fastify'
import { findSignedIn } from '../flow/sign-in.ts'
import { ASSETS_DIRECTORY } from './assets.ts'
import type { WebDependencies } from './dependencies.ts'
import { showErrors, showRefusal } from './errors.ts'
import { healthRoutes } from './health.ts'
import { preferredLanguage } from './language.ts'
import { createMetrics, type WebMetrics } from './metrics.ts'
import { agreementActions } from './pages/agreements.ts'
import { connectPages } from './pages/connect.ts'
import { controlActions } from './pages/control.ts'
import { chasingActions } from './pages/chasing.ts'
import { contactActions } from './pages/contacts.ts'
import { customerPages } from './pages/customer.ts'
import { letterPages } from './pages/letters.ts'
import { lawPages } from './pages/law.ts'
import { messagePages } from './pages/message.ts'
import { moneyPages } from './pages/money.ts'
import { oauthPages } from './pages/oauth.ts'
import { paperPages } from './pages/papers.ts'
import { peoplePages } from './pages/people.ts'
import { policyPages } from './pages/policy.ts'
import { queuePages } from './pages/queue.ts'
import { receivablesPages } from './pages/receivables.ts'
import { setUpPages } from './pages/set-up.ts'
import { settingsPages } from './pages/settings.ts'
import { signInPages } from './pages/sign-in.ts'
import { workPages } from './pages/work.ts'
import { isCrossSite } from './same-origin.ts'
import { sessionCookieFor } from './session-cookie.ts'
import { testClockRoute } from './test-clock.ts'
import { businessRoutes } from './visit.ts'
import { quickbooksWebhook } from './webhooks/quickbooks.ts'
import { webhookRoute } from './webhooks/webhook-route.ts'
import { xeroWebhook } from './webhooks/xero.ts'

// Our own forms are small; the webhooks have limits of their own.
const FORM_LIMIT_BYTES = 64 * 1024

/** The web part: pages, webhooks and health. Not listening yet; the caller closes it. */
export async function createWeb(app: WebDependencies): Promise<FastifyInstance> {
  const metrics = createMetrics()
  const server = fastify({
    logger: false,
    // Nothing we decide depends on a forwarded address.
    trustProxy: false,
    bodyLimit: FORM_LIMIT_BYTES,
    exposeHeadRoutes: false,
  })
  server.decorateRequest('visitor')
  server.addHook('onRequest', async (request) => {
    request.visitor = {
      language: preferredLanguage(request.headers['accept-language']),
      signedIn: null,
      sessionId: null,
    }
  })
  await server.register(helmet, securityHeaders(app.config.publicUrl.startsWith('https:')))
  logRequests(server, app, metrics)
  server.addHook('onSend', async (_request, reply) => {
    if (!reply.hasHeader('cache-control')) reply.header('cache-control', 'no-store')
  })
  server.setErrorHandler(showErrors(app.log))
  server.setNotFoundHandler(async (request, reply) => showRefusal(request, reply, 'notFound'))

  await server.register(healthRoutes(app, metrics))
  await server.register(webhookRoute({ ...app, metrics }, xeroWebhook(app.config.xero.webhookKey)))
  await server.register(webhookRoute({ ...app, metrics }, quickbooksWebhook(app.config.quickbooks.webhookVerifier)))
  if (app.testClock) await server.register(testClockRoute(app.testClock, new URL(app.config.publicUrl).origin))
  await server.register(async (assets) => serveAssets(assets))
  await server.register(async (pages) => browserPart(pages, app))
  return server
}

/** Everything for browsers: cookies, the same-origin rule, and the pages. */
async function browserPart(server: FastifyInstance, app: WebDependencies): Promise<void> {
  const publicOrigin = new URL(app.config.publicUrl).origin
  const sessionCookie = sessionCookieFor(app.config.publicUrl)
  // Forms are all that browsers send us.
  server.removeAllContentTypeParsers()
  await server.register(formBody, { bodyLimit: FORM_LIMIT_BYTES })
  await server.register(cookie)
  server.addHook('onRequest', async (request, reply) => {
    if (isCrossSite(request, publicOrigin)) return showRefusal(request, reply, 'crossSite')
    const sessionId = sessionCookie.read(request)
    const signedIn = sessionId ? await findSignedIn(app, sessionId) : null
    if (signedIn) request.visitor = { language: signedIn.person.language, signedIn, sessionId }
    return undefined
  })

  signInPages(server, app, sessionCookie)
  setUpPages(server, app)
  const routes = businessRoutes(server, app)
  receivablesPages(routes, app)
  queuePages(routes, app)
  moneyPages(routes, app)
  customerPages(routes, app)
  agreementActions(routes, app)
  letterPages(routes, app)
  paperPages(routes, app)
  lawPages(routes, app)
  chasingActions(routes, app)
  contactActions(routes, app)
  workPages(routes, app)
  messagePages(routes, app)
  connectPages(routes, app)
  oauthPages(server, routes, app)
  settingsPages(routes, app)
  policyPages(routes, app)
  peoplePages(routes, app)
  controlActions(routes, app)
}

function securityHeaders(https: boolean) {
  const nobody = ["'none'"]
  const ourselves = ["'self'"]
  return {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: nobody,
        scriptSrc: ourselves,
        styleSrc: ourselves,
        imgSrc: ["'self'", 'data:'],
        connectSrc: ourselves,
        formAction: ourselves,
        frameSrc: ourselves,
        baseUri: nobody,
        objectSrc: nobody,
        frameAncestors: nobody,
      },
    },
    // Older browsers send Origin on our own forms only when the referrer is not withheld altogether.
    referrerPolicy: { policy: 'same-origin' as const },
    strictTransportSecurity: https ? { maxAge: 365 * 24 * 3600, includeSubDomains: true } : false,
    xFrameOptions: { action: 'deny' as const },
    // A hint for isolation that a sandboxed mail in the same browser would contradict.
    originAgentCluster: false,
  }
}

/** One line per answered request, by the route's pattern: addresses carry codes, tokens and names. */
function logRequests(server: FastifyInstance, app: WebDependencies, metrics: WebMetrics): void {
  server.addHook('onResponse', async (request, reply) => {
    const route = request.routeOptions.url ?? 'none'
    const milliseconds = Math.round(reply.elapsedTime)
    const facts = { method: request.method, route, status: reply.statusCode, milliseconds }
    metrics.requests.observe({ method: facts.method, route, status: String(facts.status) }, reply.elapsedTime / 1000)
    if (!QUIET_ROUTES.has(route)) app.log.info(facts, 'answered')
  })
}

const QUIET_ROUTES: ReadonlySet<string> = new Set(['/livez', '/readyz', '/metrics', '/assets/*'])

async function serveAssets(server: FastifyInstance): Promise<void> {
  const htmx = dirname(createRequire(import.meta.url).resolve('htmx.org/dist/htmx.min.js'))
  await server.register(files, {
    root: [ASSETS_DIRECTORY, htmx],
    prefix: '/assets/',
    index: false,
    cacheControl: true,
    maxAge: '30d',
    // Only what a page refers to: the second folder holds far more than the one file.
    allowedPath: (path) => ASSETS.has(path),
  })
}

const ASSETS: ReadonlySet<string> = new Set(['/app.css', '/icon.svg', '/htmx.min.js'])
