import { z } from 'zod'
import { changeSettings, PolicyRefused } from '../../flow/control.ts'
import { isTimeZone } from '../../flow/local-time.ts'
import { policyInForce } from '../../flow/policy.ts'
import type { WebDependencies } from '../dependencies.ts'
import { html, type Html } from '../html.ts'
import { form } from '../layout.ts'
import type { BusinessRoutes, BusinessVisit } from '../visit.ts'
import type { Words } from '../words/english.ts'

const orNull = (text: string): string | null => (text === '' ? null : text)
// Control characters, line breaks among them, and the signs that turn text around have no place in one line.
const line = (most: number) =>
  z
    .string()
    .trim()
    .max(most)
    .regex(/^[^\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]*$/u)
    .default('')
const lines = (most: number) =>
  z
    .string()
    .trim()
    .transform((text) => text.replaceAll('\r\n', '\n'))
    .pipe(
      z
        .string()
        .max(most)
        .regex(/^[^\0]*$/),
    )
    .default('')

const replyAddress = line(254).pipe(z.string().regex(/^([^\s@<>"(),;:\\]+@[^\s@<>"(),;:\\]+\.[^\s@<>"(),;:\\]+)?$/))

const SETTINGS = z.object({
  name: line(200).pipe(z.string().min(1)),
  country: line(2)
    .transform((text) => text.toUpperCase())
    .pipe(z.string().regex(/^([A-Z]{2})?$/)),
  region: line(100),
  timeZone: line(60).pipe(z.string().refine(isTimeZone)),
  language: z.enum(['es', 'en']),
  senderName: line(100),
  senderRole: line(100),
  senderPhone: line(40),
  senderEmail: replyAddress,
  seniorName: line(100),
  seniorRole: line(100),
  seniorPhone: line(40),
  seniorEmail: replyAddress,
  paymentDetails: lines(1000),
  lateCharges: lines(300).transform((text) => text.replaceAll('\n', ' ')),
  legalName: line(200),
  taxId: line(60),
  registration: line(100),
  postalAddress: lines(500),
  strategicGroups: lines(6000)
    .transform((text) =>
      text
        .split('\n')
        .map((name) => name.trim())
        .filter((name, at, names) => name !== '' && names.indexOf(name) === at),
    )
    .pipe(z.array(z.string().max(100)).max(50)),
  defaultTermDays: z
    .string()
    .regex(/^\d{1,3}$/)
    .transform(Number)
    .pipe(z.number().max(365)),
})

type Field = keyof Words['settings']['problems']
type Values = Readonly<Record<Field, string>>

/** What a business says about itself, how it chases, and what Puntual may do by itself. */
export function settingsPages(routes: BusinessRoutes, app: WebDependencies): void {
  routes.page('/settings', 'viewer', async (visit) => {
    return {
      title: visit.words.settings.title,
      tab: 'settings',
      body: settingsPage(visit, await storedValues(visit), new Set()),
    }
  })

  routes.act('/settings', 'owner', async ({ request, businessId, userId, words }) => {
    const given = SETTINGS.safeParse(request.body)
    if (!given.success) {
      const wrong = new Set(given.error.issues.map(({ path }) => String(path[0])))
      return (visit) => ({
        title: words.settings.title,
        tab: 'settings',
        body: settingsPage(visit, typedValues(request.body), wrong),
      })
    }
    const { data } = given
    const changing = changeSettings(app, {
      businessId,
      userId,
      settings: {
        name: data.name,
        country: orNull(data.country),
        region: orNull(data.region),
        timeZone: data.timeZone,
        language: data.language,
        senderName: orNull(data.senderName),
        senderRole: orNull(data.senderRole),
        senderPhone: orNull(data.senderPhone),
        senderEmail: orNull(data.senderEmail),
        seniorName: orNull(data.seniorName),
        seniorRole: orNull(data.seniorRole),
        seniorPhone: orNull(data.seniorPhone),
        seniorEmail: orNull(data.seniorEmail),
        paymentDetails: orNull(data.paymentDetails),
        lateCharges: orNull(data.lateCharges),
        legalName: orNull(data.legalName),
        taxId: orNull(data.taxId),
        registration: orNull(data.registration),
        postalAddress: orNull(data.postalAddress),
      },
      policy: { strategicGroups: data.strategicGroups, defaultTermDays: data.defaultTermDays },
    })
    const outcome = await changing.catch((error: unknown) => {
      if (error instanceof PolicyRefused) return 'policy-refused' as const
      throw error
    })
    if (outcome === 'policy-refused') return '/policy?done=policyRefused'
    if (outcome === 'name-taken') return '/settings?done=nameTaken'
    return outcome === 'sender-missing' ? '/settings?done=senderMissing' : '/settings?done=saved'
  })
}

async function storedValues({ business, db, now }: BusinessVisit): Promise<Values> {
  const { policy } = await policyInForce(db, business.id, now)
  return {
    name: business.name,
    country: business.country ?? '',
    region: business.region ?? '',
    timeZone: business.timeZone,
    language: business.language,
    senderName: business.senderName ?? '',
    senderRole: business.senderRole ?? '',
    senderPhone: business.senderPhone ?? '',
    senderEmail: business.senderEmail ?? '',
    seniorName: business.seniorName ?? '',
    seniorRole: business.seniorRole ?? '',
    seniorPhone: business.seniorPhone ?? '',
    seniorEmail: business.seniorEmail ?? '',
    paymentDetails: business.paymentDetails ?? '',
    lateCharges: business.lateCharges ?? '',
    legalName: business.legalName ?? '',
    taxId: business.taxId ?? '',
    registration: business.registration ?? '',
    postalAddress: business.postalAddress ?? '',
    strategicGroups: policy.strategicGroups.join('\n'),
    defaultTermDays: String(policy.defaultTermDays),
  }
}

function typedValues(body: unknown): Values {
  const typed = (body ?? {}) as Readonly<Record<string, unknown>>
  const names = Object.keys(SETTINGS.shape) as Field[]
  return Object.fromEntries(names.map((name) => [name, typeof typed[name] === 'string' ? typed[name] : ''])) as Record<
    Field,
    string
  >
}

function settingsPage(visit: BusinessVisit, values: Values, wrong: ReadonlySet<string>): Html {
  const { words, role } = visit
  const { settings: say } = words
  const locked = role !== 'owner'
  return html` <h1>${say.title}</h1>
    ${locked && html`<p class="hint">${say.ownerOnly}</p>`}
    ${wrong.size > 0 && html`<div class="banner danger" role="alert"><p>${words.errors.invalid}</p></div>`}
    ${modeCard(visit, locked)}
    ${form(
      visit,
      '/settings',
      html` <fieldset class="bare" ${locked && html` disabled`}>
        ${generalCards(visit, values, wrong)} ${!locked && html`<button class="primary">${say.save}</button>`}
      </fieldset>`,
    )}
    <section class="card apart">
      <h2>${words.policy.title}</h2>
      <p>${say.wholePolicy}</p>
      <a class="button" href="/policy">${say.openPolicy}</a>
    </section>
    <section class="card">
      <h2>${words.law.settingsTitle}</h2>
      <p>${words.law.settingsText}</p>
      <a class="button" href="/settings/law">${words.law.open}</a>
    </section>
    <section class="card">
      <h2>${words.people.title}</h2>
      <p>${words.people.settingsText}</p>
      <a class="button" href="/people">${words.people.open}</a>
    </section>`
}

function modeCard(visit: BusinessVisit, locked: boolean): Html {
  const { words, business } = visit
  const { settings: say } = words
  const content = html` <fieldset class="bare" ${locked && html` disabled`}>
    ${(['observe', 'approve', 'automatic'] as const).map(
      (mode) =>
        html` <label class="choice">
          <input type="radio" name="mode" value="${mode}" ${mode === business.mode && html` checked`} />
          <span>
            <strong>${words.modes[mode]}</strong>
            <small
              >${say.modeTexts[mode]}${mode === 'automatic' && !business.senderName && html` ${say.automaticNeedsSender}`}</small
            >
          </span>
        </label>`,
    )}
    ${!locked && html`<button>${say.setMode}</button>`}
  </fieldset>`
  return html`<section class="card" id="mode">
    <h2>${say.mode}</h2>
    ${form(visit, '/mode', content)}
  </section>`
}

function generalCards({ words: { settings: say } }: BusinessVisit, values: Values, wrong: ReadonlySet<string>): Html {
  const problem = (field: Field): Html | false =>
    wrong.has(field) && html`<small class="late" id="${field}-problem">${say.problems[field]}</small>`
  const marks = (field: Field): Html | false =>
    wrong.has(field) && html` aria-invalid="true" aria-describedby="${field}-problem"`
  const input = (field: Field, label: string, kind: { most: number; type?: string; hint?: string }): Html =>
    html` <label
      >${label}${kind.hint && html` <small>${kind.hint}</small>`}
      <input
        type="${kind.type ?? 'text'}"
        name="${field}"
        value="${values[field]}"
        maxlength="${kind.most}"
        ${marks(field)}
      />
      ${problem(field)}
    </label>`
  const area = (field: Field, label: string, rows: number, hint?: string): Html =>
    html` <label
      >${label}${hint && html` <small>${hint}</small>`}
      <textarea name="${field}" rows="${rows}" ${marks(field)}>${values[field]}</textarea>
      ${problem(field)}
    </label>`
  return html` <section class="card stack">
      <h2>${say.business}</h2>
      ${input('name', say.name, { most: 200 })}
      <div class="columns">
        ${input('country', say.country, { most: 2 })} ${input('region', say.region, { most: 100 })}
      </div>
      ${input('timeZone', say.timeZone, { most: 60 })}
      <label
        >${say.language}
        <select name="language">
          ${(['es', 'en'] as const).map(
            (language) =>
              html` <option value="${language}" ${language === values.language && html` selected`}>
                ${say.languages[language]}
              </option>`,
          )}
        </select>
        ${problem('language')}
      </label>
    </section>
    <section class="card stack">
      <h2>${say.sender}</h2>
      <div class="columns">
        ${input('senderName', say.senderName, { most: 100 })} ${input('senderRole', say.senderRole, { most: 100 })}
        ${input('senderPhone', say.senderPhone, { most: 40, type: 'tel' })}
        ${input('senderEmail', say.senderEmail, { most: 254, type: 'email', hint: say.senderEmailHint })}
      </div>
    </section>
    <section class="card stack">
      <h2>${say.senior}</h2>
      <p class="hint">${say.seniorText}</p>
      <div class="columns">
        ${input('seniorName', say.senderName, { most: 100 })} ${input('seniorRole', say.senderRole, { most: 100 })}
        ${input('seniorPhone', say.senderPhone, { most: 40, type: 'tel' })}
        ${input('seniorEmail', say.senderEmail, { most: 254, type: 'email', hint: say.seniorEmailHint })}
      </div>
    </section>
    <section class="card stack" id="letters">
      <h2>${say.letters}</h2>
      <p class="hint">${say.lettersHint}</p>
      ${input('legalName', say.legalName, { most: 200, hint: say.legalNameHint })}
      <div class="columns">
        ${input('taxId', say.taxId, { most: 60, hint: say.taxIdHint })}
        ${input('registration', say.registration, { most: 100, hint: say.registrationHint })}
      </div>
      ${area('postalAddress', say.postalAddress, 4)}
    </section>
    <section class="card stack">
      <h2>${say.payment}</h2>
      ${area('paymentDetails', say.paymentDetails, 4)} ${area('lateCharges', say.lateCharges, 2, say.lateChargesHint)}
    </section>
    <section class="card stack">
      <h2>${say.chasing}</h2>
      ${area('strategicGroups', say.strategicGroups, 3)}
      ${input('defaultTermDays', say.defaultTerm, { most: 3, type: 'number' })}
    </section>`
}
