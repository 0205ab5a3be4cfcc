import type { FastifyInstance } from 'fastify'
import { redirectUri } from '../../flow/connect.ts'
import { anybodyKnown } from '../../store/people.ts'
import type { LedgerName, WebDependencies } from '../dependencies.ts'
import { html, type Html } from '../html.ts'
import { WORDS } from '../language.ts'
import { plainPage, sendPage } from '../layout.ts'

/** What is missing and what to do next, from an installation with nothing set to one that can chase. */
export function setUpPages(server: FastifyInstance, app: WebDependencies): void {
  server.get('/set-up', async (request, reply) => {
    const { language, signedIn } = request.visitor
    const known = await anybodyKnown(app.db)
    // Open to everybody only until somebody can sign in; afterwards it is nobody else's business.
    if (known && !signedIn) return reply.redirect('/sign-in', 302)
    const { setUp } = WORDS[language]
    return sendPage(reply, plainPage({ language, title: setUp.title, body: setUpSteps(app, language, known) }))
  })
}

function setUpSteps({ config }: WebDependencies, language: 'es' | 'en', known: boolean): Html {
  const { setUp } = WORDS[language]
  const hasLedger = config.xero.app !== null || config.quickbooks.app !== null
  const hasMail = config.smtpUrl !== null
  const allDone = hasLedger && hasMail && known
  return html` <h1>${setUp.title}</h1>
    <p>${allDone ? setUp.allDone : setUp.intro}</p>
    <ol class="steps">
      ${step(
        language,
        known,
        setUp.owner,
        html` <p>${setUp.ownerText}</p>
          <pre><code>npx puntual sign-in-link --email you@example.com --business "Your business"</code></pre>`,
      )}
      ${step(
        language,
        hasLedger,
        setUp.ledgers,
        html` ${ledger(language, config.publicUrl, 'xero', config.xero.app !== null, setUp.xero, [
          'XERO_CLIENT_ID',
          'XERO_CLIENT_SECRET',
          'XERO_WEBHOOK_KEY',
        ])}
        ${ledger(language, config.publicUrl, 'quickbooks', config.quickbooks.app !== null, setUp.quickbooks, [
          'QUICKBOOKS_CLIENT_ID',
          'QUICKBOOKS_CLIENT_SECRET',
          'QUICKBOOKS_WEBHOOK_VERIFIER',
        ])}`,
      )}
      ${step(
        language,
        hasMail,
        setUp.mail,
        html`<p>${setUp.mailText}</p>
          ${variables(['SMTP_URL', 'MAIL_FROM'])}`,
      )}
    </ol>
    ${allDone ? html`<p><a class="button primary" href="/">${WORDS[language].errors.home}</a></p>` : html`<p class="hint">${setUp.restart}</p>`}`
}

function step(language: 'es' | 'en', done: boolean, title: string, content: Html): Html {
  const { setUp } = WORDS[language]
  return html` <li class="card">
    <h2>${title} <span class="badge ${done ? 'good' : 'open'}">${done ? setUp.done : setUp.missing}</span></h2>
    ${!done && content}
  </li>`
}

function ledger(
  language: 'es' | 'en',
  publicUrl: string,
  name: LedgerName,
  done: boolean,
  text: string,
  names: readonly string[],
): Html {
  const { setUp } = WORDS[language]
  return html` <h3>
      ${name === 'xero' ? 'Xero' : 'QuickBooks Online'}${done && html` <span class="badge good">${setUp.done}</span>`}
    </h3>
    <p>${text}</p>
    ${variables(names)}
    <dl class="facts">
      <dt>${setUp.redirect}</dt>
      <dd><code>${redirectUri(publicUrl, name)}</code></dd>
      <dt>${setUp.webhook}</dt>
      <dd><code>${publicUrl}/webhooks/${name}</code></dd>
    </dl>`
}

const variables = (names: readonly string[]): Html =>
  html` <ul class="variables">
    ${names.map((name) => html`<li><code>${name}</code></li>`)}
  </ul>`
