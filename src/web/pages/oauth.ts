import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import { confirmConnection, type ConfirmProblem } from '../../flow/confirm.ts'
import {
  beginConsent,
  cancelConsent,
  pendingConsent,
  receiveCallback,
  type CallbackProblem,
} from '../../flow/connect.ts'
import { disconnect } from '../../flow/disconnect.ts'
import type { LedgerName, WebDependencies } from '../dependencies.ts'
import { Refused } from '../errors.ts'
import { html, type Html } from '../html.ts'
import { form, LEDGER_NAMES } from '../layout.ts'
import type { BusinessRoutes, BusinessVisit } from '../visit.ts'
import type { Words } from '../words/english.ts'

const CONFIRMED = z.object({ organisation: z.string().min(1).max(100) })

/** Giving and taking back access to a ledger: to the vendor, back from it, and the name to confirm in between. */
export function oauthPages(server: FastifyInstance, routes: BusinessRoutes, app: WebDependencies): void {
  for (const ledger of ['xero', 'quickbooks'] as const) {
    routes.view(`/connect/${ledger}`, 'owner', async ({ businessId, userId, signedIn, reply }) => {
      const begun = await beginConsent(app, { businessId, userId, sessionHash: signedIn.sessionHash, ledger })
      return reply.redirect('url' in begun ? begun.url : '/set-up', 302)
    })

    // Answers with a redirect in any case: a page at this address would keep the code in the browser's history.
    server.get(`/oauth/${ledger}/callback`, async (request, reply) => {
      const { signedIn } = request.visitor
      if (!signedIn) return reply.redirect('/sign-in', 302)
      const received = await receiveCallback(app, {
        ledger,
        sessionHash: signedIn.sessionHash,
        params: textsOnly(request.query as Record<string, unknown>),
      })
      if ('problem' in received) return reply.redirect(`/connect/failed?ledger=${ledger}&why=${received.problem}`, 302)
      return reply.redirect(`/connect/confirm/${received.consentId}`, 302)
    })
  }

  routes.page('/connect/failed', 'viewer', async (visit) => {
    const { ledger, why } = visit.request.query as { ledger?: unknown; why?: unknown }
    const again: LedgerName = ledger === 'quickbooks' ? 'quickbooks' : 'xero'
    return { title: visit.words.confirm.failedTitle, tab: 'connect', body: failedPage(visit, again, String(why)) }
  })

  routes.preparedPage(
    '/connect/confirm/:consentId',
    'owner',
    async ({ request, businessId, signedIn }) => {
      const { consentId } = request.params as { consentId: string }
      return pendingConsent(app, { consentId, businessId, sessionHash: signedIn.sessionHash })
    },
    async (visit, consent) => {
      if (!consent) throw new Refused('notFound')
      const { confirm } = visit.words
      return { title: confirm.title(LEDGER_NAMES[consent.ledger]), tab: 'connect', body: confirmPage(visit, consent) }
    },
  )

  routes.act('/connect/confirm/:consentId', 'owner', async ({ request, businessId, signedIn }) => {
    const { consentId } = request.params as { consentId: string }
    const { data } = CONFIRMED.safeParse(request.body)
    if (!data) throw new Refused('invalid')
    const { sessionHash } = signedIn
    const pending = await pendingConsent(app, { consentId, businessId, sessionHash })
    if (!pending) throw new Refused('notFound')
    const request_ = { consentId, businessId, sessionHash, organisationId: data.organisation }
    const confirmed = await confirmConnection(app, request_)
    if ('problem' in confirmed) return `/connect/failed?ledger=${pending.ledger}&why=${confirmed.problem}`
    return '/connect?done=connected'
  })

  routes.act('/connect/cancel/:consentId', 'owner', async ({ request, businessId, signedIn }) => {
    const { consentId } = request.params as { consentId: string }
    const asked = { consentId, businessId, sessionHash: signedIn.sessionHash }
    if (!(await pendingConsent(app, asked))) throw new Refused('notFound')
    await cancelConsent(app, asked)
    return '/connect?done=cancelled'
  })

  routes.act('/disconnect', 'owner', async ({ businessId, userId }) => {
    const ended = await disconnect(app, { businessId, userId })
    if ('problem' in ended) return '/connect'
    return ended.told ? '/connect?done=disconnected' : '/connect?done=disconnectedUntold'
  })
}

/** A parameter given twice is nobody's honest callback. */
const textsOnly = (query: Readonly<Record<string, unknown>>): Record<string, string> =>
  Object.fromEntries(Object.entries(query).filter((entry): entry is [string, string] => typeof entry[1] === 'string'))

function failedPage({ words, role }: BusinessVisit, ledger: LedgerName, why: string): Html {
  return html` <section class="card narrow">
    <h1>${words.confirm.failedTitle}</h1>
    <p>${failureText(words, why)}</p>
    <p>
      ${role === 'owner' && html`<a class="button primary" href="/connect/${ledger}">${words.connect[ledger === 'xero' ? 'connectXero' : 'connectQuickbooks']}</a>`}
      <a class="button" href="/connect">${words.connect.title}</a>
    </p>
  </section>`
}

function failureText({ confirm }: Words, why: string): string {
  const texts: Readonly<Record<CallbackProblem | ConfirmProblem, string>> = confirm.failures
  return Object.hasOwn(texts, why) ? texts[why as CallbackProblem] : confirm.failures['ledger-refused']
}

type Pending = NonNullable<Awaited<ReturnType<typeof pendingConsent>>>

function confirmPage(visit: BusinessVisit, { consentId, ledger, organisations }: Pending): Html {
  const { words, business } = visit
  const [only] = organisations
  const isOne = organisations.length === 1 && only !== undefined
  const choice = isOne
    ? html` <p class="large">${words.confirm.one(only.name, business.name)}</p>
        <input type="hidden" name="organisation" value="${only.organisationId}" />`
    : html` <fieldset>
        <legend>${words.confirm.several(business.name)}</legend>
        ${organisations.map(
          ({ organisationId, name }) =>
            html` <label class="choice"
              ><input type="radio" name="organisation" value="${organisationId}" required /> ${name}</label
            >`,
        )}
      </fieldset>`
  return html` <section class="card narrow">
    <h1>${words.confirm.title(LEDGER_NAMES[ledger])}</h1>
    ${form(
      visit,
      `/connect/confirm/${consentId}`,
      html` ${choice}
        <p>${words.confirm.stored}</p>
        <button class="primary">${words.confirm.confirm}</button>`,
      'stack',
    )}
    ${form(visit, `/connect/cancel/${consentId}`, html`<button class="link">${words.confirm.cancel}</button>`)}
    <h2>${words.confirm.asked}</h2>
    <ul>
      ${words.confirm.reasons[ledger].map((reason) => html`<li>${reason}</li>`)}
    </ul>
  </section>`
}
