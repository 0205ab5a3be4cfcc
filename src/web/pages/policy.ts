import { z } from 'zod'
import { applyPolicy, checkDocument } from '../../flow/apply-policy.ts'
import { measurePolicyEffect, type MeasuredEffect } from '../../flow/policy-effect.ts'
import { documentInForce, policyInForce } from '../../flow/policy.ts'
import type { CheckedText, Remark } from '../../policy/check.ts'
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
import { effectCard, sequencesCard } from './policy-cards.ts'

/** A sample of this size is played in about a second; all customers of a large business would keep a person waiting. */
const MOST_SIMULATED = 500

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
    return shownPage(visit, known)
  })

  routes.act('/policy/check', 'owner', async (acting) => {
    const typed = typedBy(acting)
    return again(app, acting, { typed, checked: await checkDocument(app, acting.businessId, typed.document) }, 200)
  })

  routes.act('/policy', 'owner', async (acting) => {
    const typed = typedBy(acting)
    const { businessId, userId } = acting
    const { document, basedOn } = typed
    const applied = await applyPolicy(app, { businessId, userId, document, basedOn, why: typed.why || null })
    if (applied.kind === 'applied') return '/policy?done=policyApplied'
    if (applied.kind === 'unchanged') return '/policy?done=policyUnchanged'
    if (applied.kind === 'unknown') throw new Refused('notFound')
    const checked = applied.kind === 'refused' ? applied.checked : await checkDocument(app, businessId, document)
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
  readonly typed: Typed
  readonly overtakenBy?: number
}

async function again(app: WebDependencies, acting: Acting, editing: Editing, status: 200 | 422): Promise<FormAgain> {
  const { businessId } = acting
  const { policy: next, sound } = editing.checked
  const known = await inBusiness(app.db, businessId, (db) => readPolicy(db, businessId, app.now()))
  const measured = next && sound ? await measurePolicyEffect(app, businessId, next, MOST_SIMULATED) : null
  return (visit) => ({ ...checkedPage(visit, known, editing, measured), status })
}

function shownPage(visit: BusinessVisit, known: Known) {
  const { policy: say } = visit.words
  const { document } = known
  return policyPage(
    visit,
    html` <p class="lead">${say.lead}</p>
      ${visit.role !== 'owner' && html`<p class="hint">${say.ownerOnly}</p>`} ${inForceLine(visit, known)}
      ${sequencesCard(visit, known.policy)}
      ${
        visit.role === 'owner'
          ? editor(visit, say.edit, { document, why: '', basedOn: lastVersion(known) })
          : html` <section class="card" id="text">
              <h2>${say.text}</h2>
              ${numberedLines(visit, document, [])}
            </section>`
      }
      ${historyCard(visit, known)}`,
  )
}

/** A text that somebody typed: what is wrong with it, or what it would do and the button that puts this very text in force. */
function checkedPage(visit: BusinessVisit, known: Known, editing: Editing, measured: MeasuredEffect | null) {
  const { policy: say } = visit.words
  const { checked, overtakenBy } = editing
  // Whoever was overtaken has now been told, and applies over the newer version if they press again.
  const typed = { ...editing.typed, basedOn: lastVersion(known) }
  const errors = checked.remarks.filter(({ weight }) => weight === 'error').length
  return policyPage(
    visit,
    html` <div class="banner ${errors > 0 ? 'danger' : 'info'}" role="alert">
        <p>${errors > 0 ? say.errors(errors) : say.sound(checked.remarks.length)}</p>
      </div>
      ${overtakenBy !== undefined && html`<div class="banner warning" role="alert"><p>${say.overtaken(overtakenBy)}</p></div>`}
      ${checked.policy && changesCard(visit, known.policy, checked.policy)} ${measured && effectCard(visit, measured)}
      ${
        measured
          ? applyCard(visit, typed, checked.remarks)
          : html` <section class="card" id="text">
              <h2>${say.typedText}</h2>
              ${numberedLines(visit, typed.document, checked.remarks)}
            </section>`
      }
      ${editor(visit, say.editOn, typed)} ${historyCard(visit, known)}`,
  )
}

function policyPage({ words }: BusinessVisit, content: Html) {
  const { policy: say, settings } = words
  const body = html` <p><a href="/settings">← ${settings.title}</a></p>
    <h1>${say.title}</h1>
    ${content}`
  return { title: say.title, tab: 'settings' as const, body }
}

const lastVersion = ({ versions }: Known): number => versions[0]?.version ?? 0

function inForceLine({ words: { policy: say, actors }, format }: BusinessVisit, { version, versions }: Known): Html {
  const current = versions.find((each) => each.version === version)
  if (!current) return html`<p>${say.defaultInForce}</p>`
  const who = current.who === 'operator' ? actors.operator : (current.who ?? actors.someone)
  return html`<p>${say.inForce(version, format.instant(current.inForceFrom), who)}</p>`
}

const changesCard = ({ words: { policy: say }, language }: BusinessVisit, before: Policy, after: Policy): Html =>
  html` <section class="card">
    <h2>${say.changes}</h2>
    <ul>
      ${sayDifferences(before, after, language).map((sentence) => html`<li>${sentence}</li>`)}
    </ul>
  </section>`

const linesOf = (text: string): string[] => text.trimEnd().split('\n')

/** The text with its numbers; where something is remarked, those lines and what stands around them. */
function numberedLines(
  { words: { policy: say }, language }: BusinessVisit,
  text: string,
  remarks: readonly Remark[],
): Html {
  const lines = linesOf(text).map((line, at) => ({ line, number: at + 1 }))
  const lineOf = (remark: Remark): number => Math.min(remark.line, lines.length)
  const isNear = (number: number): boolean =>
    remarks.length === 0 || remarks.some((remark) => Math.abs(lineOf(remark) - number) <= LINES_AROUND)
  // A single line takes no more room than the words that it is left out.
  const shown = lines.filter(({ number }) => isNear(number) || (isNear(number - 1) && isNear(number + 1)))
  return html` <ol class="policy-lines">
    ${shown.map(({ line, number }, at) => {
      const here = remarks.filter((remark) => lineOf(remark) === number)
      const before = shown[at - 1]?.number ?? 0
      return html` ${number > before + 1 && html`<li class="gap" data-line="…">${say.leftOut(number - before - 1)}</li>`}
        <li data-line="${number}" ${here.length > 0 && html` id="line-${number}" class="remarked"`}>
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

/** So many lines before and after a remarked one show which it is. */
const LINES_AROUND = 4

/** Puts in force what is shown on this very page, whatever the editor below it says by now. */
function applyCard(visit: BusinessVisit, { document, why, basedOn }: Typed, remarks: readonly Remark[]): Html {
  const { policy: say } = visit.words
  const content = html` <input type="hidden" name="basedOn" value="${basedOn}" />
    <input type="hidden" name="document" value="${document}" />
    <label>${say.why} <input name="why" maxlength="300" value="${why}" /></label>
    <div class="row"><button class="primary">${say.apply}</button></div>`
  return html` <section class="card" id="text">
    <h2>${say.applyTitle}</h2>
    ${remarks.length > 0 && numberedLines(visit, document, remarks)}
    <details>
      <summary>${say.checkedText(linesOf(document).length)}</summary>
      ${numberedLines(visit, document, [])}
    </details>
    ${form(visit, '/policy', content, 'stack')}
  </section>`
}

function editor(visit: BusinessVisit, title: string, { document, why, basedOn }: Typed): Html {
  const { policy: say } = visit.words
  // A line end right after the tag is not part of the text, so one that the text begins with needs one before it.
  const text = `\n${document}`
  const content = html` <input type="hidden" name="basedOn" value="${basedOn}" />
    <input type="hidden" name="why" value="${why}" />
    <label>
      ${say.document} <small>${say.documentHint}</small>
      <textarea class="policy-text" name="document" rows="24" spellcheck="false" wrap="off">${text}</textarea>
    </label>
    <p class="hint">${say.checkHint}</p>
    <div class="row"><button class="primary">${say.check}</button></div>`
  return html` <section class="card" id="edit">
    <h2>${title}</h2>
    ${form(visit, '/policy/check', content, 'stack')}
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
