import { z } from 'zod'
import { applyPolicy } from '../../flow/apply-policy.ts'
import { documentInForce, policyInForce } from '../../flow/policy.ts'
import { checkPolicyText, type CheckedText, type Remark } from '../../policy/check.ts'
import { parsePolicy } from '../../policy/parse.ts'
import { sayDifferences, sayRemark } from '../../policy/words.ts'
import type { Policy } from '../../chase/policy.ts'
import { inBusiness, type BusinessDb } from '../../store/db.ts'
import { listVersions, type Version } from '../../store/policies.ts'
import type { WebDependencies } from '../dependencies.ts'
import { Refused } from '../errors.ts'
import { html, type Html } from '../html.ts'
import { form } from '../layout.ts'
import type { Acting, BusinessRoutes, BusinessVisit, FormAgain } from '../visit.ts'

/** Older versions stay in the database and on the command line. */
const MOST_VERSIONS = 20

const TYPED = z.object({
  document: z.string().max(60_000).regex(/^[^\0]*$/),
  why: z.string().trim().max(300).regex(/^[^\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]*$/u).default(''),
  basedOn: z.string().regex(/^\d{1,9}$/).transform(Number),
}) // prettier-ignore

/** The chase policy as a text: what is in force, an editor that checks before it applies, and the history. */
export function policyPages(routes: BusinessRoutes, app: WebDependencies): void {
  routes.page('/policy', 'viewer', async (visit) => {
    const known = await readPolicy(visit.db, visit.businessId, visit.now)
    // It was proven when it was applied; to prove it again takes a while and is what the button is for.
    return policyPage(visit, known, { checked: { policy: known.policy, sound: true, remarks: [] } })
  })

  routes.act('/policy/check', 'owner', async (acting) => {
    const typed = typedBy(acting)
    return again(app, acting, { typed, checked: checkPolicyText(typed.document, app.openings) }, 200)
  })

  routes.act('/policy', 'owner', async (acting) => {
    const typed = typedBy(acting)
    const { businessId, userId } = acting
    const { document, basedOn } = typed
    const applied = await applyPolicy(app, { businessId, userId, document, basedOn, why: typed.why || null })
    if (applied.kind === 'applied') return '/policy?done=policyApplied'
    if (applied.kind === 'unchanged') return '/policy?done=policyUnchanged'
    if (applied.kind === 'unknown') throw new Refused('notFound')
    const checked = applied.kind === 'refused' ? applied.checked : checkPolicyText(document, app.openings)
    return again(
      app,
      acting,
      { typed, checked, ...(applied.kind === 'overtaken' && { overtakenBy: applied.version }) },
      422,
    )
  })
}

type Typed = z.infer<typeof TYPED>

function typedBy({ request }: Acting): Typed {
  const { data } = TYPED.safeParse(request.body)
  if (data === undefined) throw new Refused('invalid')
  // Browsers end lines their own way; line numbers must not.
  return { ...data, document: data.document.replaceAll('\r\n', '\n') }
}

/** What the page knows: the document in force and the versions before it. */
type Known = {
  readonly document: string
  readonly policy: Policy
  readonly version: number
  readonly versions: readonly Version[]
}

async function readPolicy(db: BusinessDb, businessId: string, now: Temporal.Instant): Promise<Known> {
  const inForce = await policyInForce(db, businessId, now)
  return {
    document: await documentInForce(db, businessId, inForce),
    policy: inForce.policy,
    version: inForce.version ?? 0,
    versions: await listVersions(db, businessId, MOST_VERSIONS + 1),
  }
}

type Editing = {
  readonly checked: CheckedText
  /** What a person typed; the document in force is shown where nobody typed anything. */
  readonly typed?: Typed
  readonly overtakenBy?: number
}

async function again(app: WebDependencies, acting: Acting, editing: Editing, status: 200 | 422): Promise<FormAgain> {
  const { businessId } = acting
  const known = await inBusiness(app.db, businessId, (db) => readPolicy(db, businessId, app.now()))
  return (visit) => ({ ...policyPage(visit, known, editing), status })
}

function policyPage(visit: BusinessVisit, known: Known, editing: Editing) {
  const { policy: say, settings } = visit.words
  const shown = editing.typed?.document ?? known.document
  const body = html` <p><a href="/settings">← ${settings.title}</a></p>
    <h1>${say.title}</h1>
    <p class="lead">${say.lead}</p>
    ${visit.role !== 'owner' && html`<p class="hint">${say.ownerOnly}</p>`}
    ${editing.typed ? verdictOn(visit, known, editing) : inForceLine(visit, known)}
    ${editing.typed && visit.role === 'owner' && editor(visit, known, editing.typed)}
    <section class="card" id="text">
      <h2>${editing.typed ? say.typedText : say.text}</h2>
      ${numberedLines(visit, shown, editing.checked.remarks)}
    </section>
    ${!editing.typed && visit.role === 'owner' && editor(visit, known, { document: known.document, why: '', basedOn: lastVersion(known) })}
    ${historyCard(visit, known)}`
  return { title: say.title, tab: 'settings' as const, body }
}

const lastVersion = ({ versions }: Known): number => versions[0]?.version ?? 0

function inForceLine({ words: { policy: say, actors }, format }: BusinessVisit, { version, versions }: Known): Html {
  const current = versions.find((each) => each.version === version)
  if (!current) return html`<p>${say.defaultInForce}</p>`
  const who = current.who === 'operator' ? actors.operator : (current.who ?? actors.someone)
  return html`<p>${say.inForce(version, format.instant(current.inForceFrom), who)}</p>`
}

/** What the check says of a typed text, and what it would change. */
function verdictOn({ words: { policy: say }, language }: BusinessVisit, known: Known, editing: Editing): Html {
  const { checked, overtakenBy } = editing
  const errors = checked.remarks.filter(({ weight }) => weight === 'error').length
  const text = errors > 0 ? say.errors(errors) : say.sound(checked.remarks.length)
  return html` <div class="banner ${errors > 0 ? 'danger' : 'info'}" role="alert"><p>${text}</p></div>
    ${overtakenBy !== undefined && html`<div class="banner warning" role="alert"><p>${say.overtaken(overtakenBy)}</p></div>`}
    ${
      checked.policy &&
      html` <section class="card">
        <h2>${say.changes}</h2>
        <ul>
          ${sayDifferences(known.policy, checked.policy, language).map((sentence) => html`<li>${sentence}</li>`)}
        </ul>
      </section>`
    }`
}

function numberedLines(
  { words: { policy: say }, language }: BusinessVisit,
  text: string,
  remarks: readonly Remark[],
): Html {
  const lines = text.trimEnd().split('\n')
  return html` <ol class="policy-lines">
    ${lines.map((line, at) => {
      const here = remarks.filter((remark) => Math.min(remark.line, lines.length) === at + 1)
      return html` <li id="line-${at + 1}" ${here.length > 0 && html` class="remarked"`}>
        <code>${line}</code>
        ${here.map(
          (remark) =>
            html` <p class="remark ${remark.weight}">
              <strong>${say.weights[remark.weight]}</strong> ${sayRemark(remark, language)}
              ${remark.path !== '' && html`<small>${remark.path}</small>`}
            </p>`,
        )}
      </li>`
    })}
  </ol>`
}

function editor(visit: BusinessVisit, known: Known, typed: Typed): Html {
  const { policy: say } = visit.words
  // Whoever was overtaken has now been told, and applies over the newer version if they press again.
  const content = html` <input type="hidden" name="basedOn" value="${lastVersion(known)}" />
    <label>
      ${say.document} <small>${say.documentHint}</small>
      <textarea class="policy-text" name="document" rows="24" spellcheck="false" wrap="off">${typed.document}</textarea>
    </label>
    <label>${say.why} <input name="why" maxlength="300" value="${typed.why}" /></label>
    <div class="row">
      <button class="primary" formaction="/policy/check">${say.check}</button>
      <button>${say.apply}</button>
    </div>`
  return html` <section class="card" id="edit">
    <h2>${say.edit}</h2>
    ${form(visit, '/policy', content, 'stack')}
  </section>`
}

function historyCard(visit: BusinessVisit, { versions }: Known): Html {
  const { policy: say } = visit.words
  if (versions.length === 0) return html``
  return html` <section class="card" id="history">
    <h2>${say.history}</h2>
    ${versions.slice(0, MOST_VERSIONS).map((version, at) => versionPart(visit, version, versions[at + 1] ?? null))}
    ${versions.length > MOST_VERSIONS && html`<p class="hint">${say.older}</p>`}
  </section>`
}

function versionPart(visit: BusinessVisit, version: Version, before: Version | null): Html {
  const { words, format, language } = visit
  const { policy: say } = words
  const who = version.who === 'operator' ? words.actors.operator : (version.who ?? words.actors.someone)
  const [now, then] = [policyOf(version.document), policyOf(before?.document ?? 'version: 1')]
  return html` <details class="policy-version">
    <summary>
      <strong>${say.version(version.version)}</strong>
      <small>${format.instant(version.inForceFrom)} · ${who}${version.why && html` · ${version.why}`}</small>
    </summary>
    <ul>
      ${now && then ? sayDifferences(then, now, language).map((sentence) => html`<li>${sentence}</li>`) : html`<li>${say.unreadable}</li>`}
    </ul>
    <p class="hint">${say.hash} <code>${version.hash.slice(0, 16)}</code></p>
  </details>`
}

function policyOf(document: string): Policy | null {
  const parsed = parsePolicy(document)
  return parsed.ok ? parsed.policy : null
}
