import { z } from 'zod'
import { makeEvidence } from '../../flow/evidence.ts'
import { readLetters, type LetterState } from '../../flow/letters/view.ts'
import { freshStatement, requestStatement } from '../../flow/statement.ts'
import { inBusiness } from '../../store/db.ts'
import { customerName } from '../../store/letters.ts'
import type { WebDependencies } from '../dependencies.ts'
import { Refused } from '../errors.ts'
import { plainName, sendFile } from '../file.ts'
import { html, type Html } from '../html.ts'
import { form, mayAct } from '../layout.ts'
import type { Acting, BusinessRoutes, BusinessVisit } from '../visit.ts'

const SURE = z.object({ sure: z.literal('yes').optional() })
const LANGUAGE = z.object({ language: z.enum(['es', 'en']) })

/** The papers about one customer: its statement of account and the pack of evidence. */
export function paperPages(routes: BusinessRoutes, app: WebDependencies): void {
  routes.view('/customers/:customerId/statement.pdf', 'viewer', async (acting) => {
    const customerId = customerOf(acting)
    const { data } = LANGUAGE.safeParse(acting.request.query)
    const language = data?.language ?? acting.language
    const statement = await freshStatement(app, acting.businessId, customerId, language)
    if (!statement) throw new Refused('notFound')
    const name = `${acting.words.letters.statement} ${statement.customer.name} ${app.now().toString().slice(0, 10)}`
    const content = await app.papers.drawStatement(statement)
    return sendFile(acting.reply, { name: `${plainName(name)}.pdf`, type: 'application/pdf', content })
  })

  routes.act('/customers/:customerId/statement', 'bookkeeper', async (acting) => {
    const customerId = customerOf(acting)
    const { data } = SURE.safeParse(acting.request.body ?? {})
    if (data?.sure !== 'yes') return `/customers/${customerId}?done=statementUnsure`
    const { businessId, userId } = acting
    const outcome = await requestStatement(app, { businessId, userId, customerId })
    if (outcome === 'unknown') throw new Refused('notFound')
    return `/customers/${customerId}?done=${ASKED[outcome]}`
  })

  routes.download('/customers/:customerId/evidence', 'bookkeeper', async (acting) => {
    const { businessId, userId } = acting
    const id = customerOf(acting)
    const name = await inBusiness(app.db, businessId, (db) => customerName(db, id))
    const about = { businessId, customer: { id, name: name ?? '' }, invoice: null, actor: userId }
    const sealed = name === null ? null : await makeEvidence(app, about)
    if (!sealed) throw new Refused('notFound')
    const title = plainName(`${acting.words.letters.evidence} ${name} ${app.now().toString().slice(0, 10)}`)
    return sendFile(acting.reply, { name: `${title}.zip`, type: 'application/zip', content: sealed.archive })
  })
}

const ASKED = {
  done: 'statementAsked',
  'nothing-open': 'nothingOpen',
  observing: 'statementObserving',
  stopped: 'statementStopped',
  'already-asked': 'statementAlreadyAsked',
} as const

const customerOf = ({ request }: Acting): string => (request.params as { customerId: string }).customerId

/** On the customer's page: its letters, its statement and the pack of evidence. */
export async function papersCard(visit: BusinessVisit, app: WebDependencies, customerId: string): Promise<Html> {
  const { words, format } = visit
  const { letters: say } = words
  const letters = await readLetters(app, visit.db, visit.businessId, [customerId])
  const at = `/customers/${customerId}`
  return html` <section class="card stack" id="papers">
    <h2>${say.card}</h2>
    ${letters.length === 0 && html`<p class="hint">${say.none}</p>`}
    <ul class="plain lines">
      ${letters.map(
        ({ letter, reference, state }) =>
          html` <li>
            <a href="/letters/${letter.id}">${say.title} ${reference}</a>
            <span class="badge ${isBad(state) && 'bad'}">${say.states[state]}</span>
            <small
              >${letter.sent ? say.sentLine(format.day(letter.sent.on), say.means[letter.sent.means]) : format.instant(letter.editedAt)}</small
            >
          </li>`,
      )}
    </ul>
    ${mayAct(visit) && form(visit, `${at}/letters`, html`<button>${say.begin}</button>`)}
    <h3>${say.statement}</h3>
    <p class="row">
      ${(['es', 'en'] as const).map((language) => html`<a class="button" href="${at}/statement.pdf?language=${language}">${say.statementIn[language]}</a> `)}
    </p>
    ${
      mayAct(visit) &&
      html` <details>
          <summary>${say.sendStatement}</summary>
          ${form(
            visit,
            `${at}/statement`,
            html` <p>${say.sendStatementText}</p>
              <label class="check"
                ><input type="checkbox" name="sure" value="yes" required /> <span>${say.sendStatementSure}</span></label
              >
              <button>${say.sendStatement}</button>`,
            'stack',
          )}
        </details>
        <h3>${say.evidence}</h3>
        <p class="hint">${say.evidenceText}</p>
        ${form(visit, `${at}/evidence`, html`<button>${say.makeEvidence}</button>`)}`
    }
  </section>`
}

const isBad = (state: LetterState): boolean => state === 'approval-void'
