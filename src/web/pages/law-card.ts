import { limitationAlert } from '../../chase/law/limitation-alert.ts'
import type { Proviso, Refusal } from '../../chase/law/answer.ts'
import type { CompensationLine, CompensationWorking } from '../../chase/law/compensation.ts'
import type { InterestLine, InterestWorking } from '../../chase/law/late-interest.ts'
import { percentText } from '../../chase/law/late-interest.ts'
import type { Limitation } from '../../chase/law/limitation.ts'
import type { VatRelief } from '../../chase/law/vat-relief.ts'
import { totalsPerCurrency, type Money } from '../../chase/money.ts'
import type { CustomerLaw, InvoiceLaw } from '../../flow/law.ts'
import type { Surroundings } from '../../flow/standing.ts'
import type { CustomerFacts } from '../../store/standings.ts'
import { html, type Html } from '../html.ts'
import { form, mayAct } from '../layout.ts'
import type { BusinessVisit } from '../visit.ts'

/** What the law of late payment says about a customer's overdue invoices, line by line. */
export function lawCard(visit: BusinessVisit, customer: CustomerFacts, law: CustomerLaw, around: Surroundings): Html {
  const { law: say } = visit.words
  const { because, debtor } = law.debtor
  const known = because === 'person' ? say.debtorKnown.person[debtor === 'consumer' ? debtor : 'business'] : say.debtorKnown[because] // prettier-ignore
  return html` <section class="card" id="law">
    <h2>${say.title}</h2>
    <p class="hint">${say.intro} ${known}</p>
    ${law.invoices.length > 0 && quotingLine(visit, law, around)}
    ${law.invoices.length === 0 ? html`<p>${say.nothingOverdue}</p>` : totalsOf(visit, law.invoices)}
    ${law.invoices.map((invoice) => invoicePart(visit, invoice))} ${loggedPart(visit, law)}
    ${mayAct(visit) && debtorForm(visit, customer)}
    ${mayAct(visit) && law.invoices.length > 0 && logForm(visit, customer)}
  </section>`
}

/** Whether messages to this customer name legal amounts, and what is missing where they do not. */
function quotingLine(visit: BusinessVisit, { debtor }: CustomerLaw, { business, policy }: Surroundings): Html {
  const { words, format } = visit
  const { law: say } = words
  const declared = (['late-interest', 'compensation'] as const).filter((ground) => policy.grounds[ground] !== null)
  const missing = [
    ...(business.lawConsentedAt === null ? [say.notQuotedBecause.consent] : []),
    ...(declared.length === 0 ? [say.notQuotedBecause.ground] : []),
    ...(debtor.debtor === 'business' ? [] : [say.notQuotedBecause.debtor]),
  ]
  return html` <p>
    ${
      missing.length === 0
        ? html`${say.quoted} ${format.list(declared.map((ground) => say.quotedKinds[ground]))}.`
        : html`${say.notQuoted} ${format.list(missing)}.`
    }
    <a href="/settings/law">${say.toSettings}</a>
  </p>`
}

function totalsOf(visit: BusinessVisit, invoices: readonly InvoiceLaw[]): Html {
  const { law: say } = visit.words
  const sum = (name: string, answers: readonly (InterestWorking | CompensationWorking | Refusal)[]): Html | false => {
    const sums = answers.flatMap((answer) => (answer.kind === 'refused' ? [] : [answer.total]))
    const totals = totalsPerCurrency(sums).filter(({ minor }) => minor > 0)
    return (
      totals.length > 0 &&
      html`<div class="figure">
        <span>${name}</span>${totals.map((total) => html`<strong>${amountOf(visit, total)}</strong>`)}
      </div>`
    )
  }
  return html` <div class="figures law-figures">
    ${sum(
      say.interest,
      invoices.map(({ interest }) => interest),
    )}
    ${sum(
      say.compensation,
      invoices.map(({ compensation }) => compensation),
    )}
  </div>`
}

const amountOf = ({ format }: BusinessVisit, { minor, currency }: Money): string => format.money(minor, currency)

function invoicePart(visit: BusinessVisit, part: InvoiceLaw): Html {
  const { words, format, today } = visit
  const { law: say } = words
  const { invoice, limitation } = part
  const alert = limitation.kind === 'limitation' ? limitationAlert(invoice.id, limitation, today) : null
  return html` <details class="law-invoice">
    <summary>
      <strong>${invoice.number ?? words.customer.noNumber}</strong>
      <span class="amount">${format.money(invoice.balanceMinor, invoice.currency)}</span>
      ${limitation.kind === 'limitation' && html`<small>${limitation.lastDay ? say.until(format.day(limitation.lastDay)) : say.inCourt}</small>`}
      ${alert && html`<span class="badge bad">${say.alertBadge[alert.within]}</span>`}
    </summary>
    <h3>${say.interest}</h3>
    ${part.interest.kind === 'refused' ? refusal(visit, part.interest) : interestTable(visit, part.interest)}
    <h3>${say.compensation}</h3>
    ${part.compensation.kind === 'refused' ? refusal(visit, part.compensation) : compensationText(visit, part.compensation)}
    <h3>${say.limitation}</h3>
    ${limitation.kind === 'refused' ? refusal(visit, limitation) : limitationText(visit, limitation)}
    ${
      part.vat &&
      html`<h3>${say.vat}</h3>
        ${part.vat.kind === 'refused' ? refusal(visit, part.vat) : vatText(visit, part.vat)}`
    }
  </details>`
}

const refusal = ({ words: { law: say } }: BusinessVisit, { because }: Refusal): Html =>
  html`<p>${say.refused} ${say.refusals[because]}.</p>`

function interestTable(visit: BusinessVisit, { lines, total, days, provisos, law }: InterestWorking): Html {
  const { law: say } = visit.words
  return html` <table class="cards">
      <thead>
        <tr>
          <th>${say.period}</th>
          <th class="amount">${say.on}</th>
          <th>${say.rate}</th>
          <th class="amount">${say.amount}</th>
        </tr>
      </thead>
      <tbody>
        ${lines.map((line) => interestLine(visit, line))}
        <tr class="strong">
          <th scope="row">${say.total}</th>
          <td colspan="2" class="wide">${say.days(days)} <small>${law}</small></td>
          <td class="amount" data-label="${say.amount}">${amountOf(visit, total)}</td>
        </tr>
      </tbody>
    </table>
    ${provisoList(visit, provisos)}`
}

function interestLine(visit: BusinessVisit, line: InterestLine): Html {
  const { words, format } = visit
  const { law: say } = words
  if (line.kind !== 'interest') {
    const text = line.kind === 'payment' ? say.paymentLine : say.capitalisedLine
    return html` <tr>
      <th scope="row">${format.day(line.on)}</th>
      <td colspan="3" class="wide">${text(amountOf(visit, line.amount), amountOf(visit, line.principalAfter))}</td>
    </tr>`
  }
  return html` <tr>
    <th scope="row">${format.day(line.from)} – ${format.day(line.to)} <small>${say.days(line.days)}</small></th>
    <td class="amount" data-label="${say.on}">${amountOf(visit, line.principal)}</td>
    <td data-label="${say.rate}">
      <div>${percent(visit, line.ratePpm)} <small>${rateSource(visit, line)}</small></div>
    </td>
    <td class="amount" data-label="${say.amount}">${amountOf(visit, line.amount)}</td>
  </tr>`
}

const percent = ({ language }: BusinessVisit, ppm: number): string =>
  `${language === 'es' ? percentText(ppm).replace('.', ',') : percentText(ppm)} %`

function rateSource(visit: BusinessVisit, { rateSource: source }: Extract<InterestLine, { kind: 'interest' }>): string {
  const { words, format } = visit
  const { law: say } = words
  if (source.kind === 'contract') return say.rateSources.contract
  if (source.kind === 'law') return say.rateSources.law(source.law)
  const reference = `${say.references[source.reference]} ${percent(visit, source.referencePpm)}`
  const text = say.rateSources.reference(reference, format.day(source.halfYear), String(source.marginPpm / 10_000))
  return source.provisional ? `${text}; ${say.provisionalRate}` : text
}

function compensationText(visit: BusinessVisit, { line, provisos, law }: CompensationWorking): Html {
  return html`<p>${compensationLine(visit, line)} <small>${law}</small></p>
    ${provisoList(visit, provisos)}`
}

function compensationLine(visit: BusinessVisit, line: CompensationLine): string {
  const { compensationLines: say } = visit.words.law
  if (line.kind === 'not-late' || line.kind === 'paid-in-time') return say[line.kind]
  const [amount, unpaid] = [amountOf(visit, line.amount), amountOf(visit, line.unpaid)]
  if (line.kind === 'tier') return say.tier(amount, amountOf(visit, line.tierFrom), unpaid)
  return line.kind === 'share' ? say.share(amount, unpaid) : say[line.kind](amount)
}

function limitationText(visit: BusinessVisit, of: Limitation): Html {
  const { words, format } = visit
  const { law: say } = words
  return html` <p>
      ${of.lastDay ? say.lastDay(format.day(of.lastDay), of.years) : say.inCourt}
      ${of.executiveLastDay && say.executive(format.day(of.executiveLastDay))} ${say[of.expiry]}
      ${of.elsewhere.map(({ code, lastDay }) => lastDay && html` ${say.elsewhere(code, format.day(lastDay))}`)}
      <small>${of.source}</small>
    </p>
    ${of.interruptions.length === 0 && html`<p class="hint">${say.noInterruption}</p>`}
    ${
      of.interruptions.length > 0 &&
      html`<ul class="plain lines" aria-label="${say.interruptions}">
        ${of.interruptions.map(
          ({ on, kind, effect, counted }) =>
            html`<li>
              ${format.day(on)} · ${say.interruptionKinds[kind]}
              <small class="${!counted && 'soft'}">${say.interruptionEffects[effect]}</small>
            </li>`,
        )}
      </ul>`
    }
    ${provisoList(visit, of.provisos)}`
}

function vatText(visit: BusinessVisit, relief: VatRelief): Html {
  const { words, format } = visit
  const { law: say } = words
  return html` <p>
      ${relief.windows.map(({ waitMonths, from, to }) => `${say.vatWindow(waitMonths, format.day(from), format.day(to))} `)}
      <strong>${say.vatStandings[relief.standing]}</strong>
    </p>
    <ul class="plain lines">
      ${relief.requirements.map(
        ({ kind, met, on }) =>
          html`<li>
            ${say.vatRequirements[kind]}
            <small
              >${met === null ? say.met.unknown : met ? say.met.yes : say.met.no}${on && html` · ${format.day(on)}`}</small
            >
          </li>`,
      )}
    </ul>
    ${provisoList(visit, relief.provisos)}`
}

const provisoList = ({ words: { law: say } }: BusinessVisit, provisos: readonly Proviso[]): Html | false =>
  provisos.length > 0 &&
  html`<p class="hint">
    <strong>${say.provisos}:</strong> ${provisos.map((proviso) => say.provisoTexts[proviso]).join(' ')}
  </p>`

function loggedPart(visit: BusinessVisit, { events }: CustomerLaw): Html | false {
  const { words, format } = visit
  const { law: say } = words
  return (
    events.length > 0 &&
    html` <h3>${say.logged}</h3>
      <ul class="plain lines">
        ${events.map(
          (event) =>
            html`<li>
              <div class="row between">
                <span>${format.day(event.on)} · ${say.logKinds[event.kind]}</span>
                ${mayAct(visit) && form(visit, `/debt-events/${event.id}/withdraw`, html`<button>${say.withdraw}</button>`)}
              </div>
              ${event.note && html`<small>${event.note}</small>`}
            </li>`,
        )}
      </ul>`
  )
}

function debtorForm(visit: BusinessVisit, { customerId, setDebtor }: CustomerFacts): Html {
  const { law: say } = visit.words
  return form(
    visit,
    `/customers/${customerId}/debtor`,
    html` <label
        >${say.setDebtor}
        <select name="debtor">
          ${(['', 'business', 'consumer'] as const).map((debtor) => html`<option value="${debtor}" ${debtor === (setDebtor ?? '') && html` selected`}>${say.debtors[debtor]}</option>`)}
        </select></label
      >
      <button>${visit.words.customer.set}</button>`,
    'row end',
  )
}

function logForm(visit: BusinessVisit, { customerId, invoices }: CustomerFacts): Html {
  const { words, format, today } = visit
  const { law: say } = words
  const open = invoices.filter(({ balanceMinor }) => balanceMinor > 0)
  return html` <details>
    <summary>${say.logTitle}</summary>
    <p class="hint">${say.logText}</p>
    ${form(
      visit,
      `/customers/${customerId}/debt-events`,
      html` <label
          >${say.logKind}
          <select name="kind" required>
            <option value=""></option>
            ${Object.entries(say.logKinds).map(([kind, name]) => html`<option value="${kind}">${name}</option>`)}
          </select></label
        >
        <label>${say.logOn} <input type="date" name="on" max="${today}" required /></label>
        <fieldset>
          <legend>${words.work.which}</legend>
          ${open.map(
            ({ id, number, balanceMinor, currency }) =>
              html`<label class="check"
                ><input type="checkbox" name="invoices" value="${id}" /> ${number ?? words.customer.noNumber}
                ${format.money(balanceMinor, currency)}</label
              >`,
          )}
        </fieldset>
        <label>${say.logNote} <input name="note" maxlength="500" /></label>
        <button class="primary">${say.log}</button>`,
      'stack',
    )}
  </details>`
}
