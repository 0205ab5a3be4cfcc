import { addDays, daysBetween } from '../../chase/day.ts'
import type { ExpectedPayment } from '../../chase/expected-payment.ts'
import { flipsOf } from '../../chase/flips.ts'
import { explain, explainFlips } from '../../chase/reasons.ts'
import type { StandingVerdict } from '../../store/invoice-verdicts.ts'
import type { KeptVerdict } from '../../store/receivables.ts'
import type { CustomerView, HoldView, InvoiceView, MessageLine, PaymentLine } from '../../store/timeline.ts'
import { html, type Html } from '../html.ts'
import { sayBankDoubt } from '../bank-doubt.ts'
import { form, mayAct } from '../layout.ts'
import type { BusinessVisit } from '../visit.ts'
import { chasingOf, invoiceChasing } from './chasing.ts'
import { expectedText } from './habit.ts'
import { noteState } from './message.ts'
import { verdictText } from './receivables.ts'

export function invoicesCard(
  visit: BusinessVisit,
  invoices: readonly InvoiceView[],
  settledLeftOut: number,
  verdicts: readonly StandingVerdict[],
  likely: ReadonlyMap<string, ExpectedPayment> = new Map(),
): Html {
  const { customer: say } = visit.words
  return html` <section class="card">
    <h2>${say.invoices}</h2>
    <table class="cards">
      <thead>
        <tr>
          <th>${say.number}</th>
          <th>${say.due}</th>
          <th class="amount">${say.total}</th>
          <th class="amount">${say.balance}</th>
          <th>${say.state}</th>
          ${mayAct(visit) && html`<td></td>`}
        </tr>
      </thead>
      <tbody>
        ${invoices.map((invoice) =>
          invoiceLine(visit, invoice, {
            likely: likely.get(invoice.id),
            verdict: verdicts.find(({ invoiceId }) => invoiceId === invoice.id),
          }),
        )}
      </tbody>
    </table>
    ${settledLeftOut > 0 && html`<p class="hint">${say.olderSettled(settledLeftOut)}</p>`}
  </section>`
}

type KnownOfInvoice = { readonly likely: ExpectedPayment | undefined; readonly verdict: StandingVerdict | undefined }

function invoiceLine(visit: BusinessVisit, invoice: InvoiceView, { likely, verdict }: KnownOfInvoice): Html {
  const { words, format, today } = visit
  const { customer: say } = words
  const isOpen = invoice.state === 'open'
  const days = daysBetween(invoice.dueOn, today)
  const state = invoice.paidOn && !isOpen ? say.paidOn(format.day(invoice.paidOn)) : say.states[invoice.state]
  const age = isOpen && html`<small class="${days > 0 && 'late'}">${words.receivables.daysOverdue(days)}</small>`
  const assumed = invoice.dueAssumed && html`<small>${say.dueAssumed}</small>`
  const expected =
    invoice.expectedOn && isOpen && html`<small>${say.expectedOn(format.day(invoice.expectedOn))}</small>`
  return html` <tr class="${!isOpen && 'settled'}">
    <th scope="row">${invoice.number ?? say.noNumber}</th>
    <td data-label="${say.due}"><div>${format.day(invoice.dueOn)}${age}${assumed}</div></td>
    <td class="amount" data-label="${say.total}">${format.money(invoice.totalMinor, invoice.currency)}</td>
    <td class="amount" data-label="${say.balance}">${format.money(invoice.balanceMinor, invoice.currency)}</td>
    <td data-label="${say.state}">
      <div>
        ${state}${isOpen && chasingOf(visit, invoice)}${expected}${likely && expectedText(visit, likely)}${isOpen && verdict && whyOf(visit, verdict)}
      </div>
    </td>
    ${mayAct(visit) && html`<td>${isOpen && invoiceForms(visit, invoice)}</td>`}
  </tr>`
}

/** What the rules say about one invoice, since when, and what would change it. */
function whyOf({ words, format, language, today }: BusinessVisit, verdict: StandingVerdict): Html {
  const { agreed: say } = words
  const flips = explainFlips(flipsOf(verdict.reason, verdict.until), today, language)
  return html` <details class="why">
    <summary><span class="badge do-${verdict.decision}">${words.decisions[verdict.decision]}</span> ${say.why}</summary>
    <p>${explain(verdict, language)} <small>${say.whySince(format.day(verdict.since))}</small></p>
    ${
      flips.length > 0 &&
      html`<p>${say.flips}:</p>
        <ul>
          ${flips.map((flip) => html`<li>${flip}</li>`)}
        </ul>`
    }
  </details>`
}

/** What a person can say about one invoice. */
function invoiceForms(visit: BusinessVisit, invoice: InvoiceView): Html {
  const { customer: say, chasing } = visit.words
  return html` <details class="sure">
    <summary class="link">${chasing.ofInvoice}</summary>
    <div class="sure-box">
      <h3>${chasing.ofInvoiceTitle(invoice.number ?? say.noNumber)}</h3>
      ${invoiceChasing(visit, invoice)}
      <hr />
      ${dispute(visit, invoice)}
    </div>
  </details>`
}

function dispute(visit: BusinessVisit, { id, number }: InvoiceView): Html {
  const { customer: say, agreed } = visit.words
  return html` <h3>${say.disputeTitle(number ?? say.noNumber)}</h3>
    <p>${say.disputeText}</p>
    ${form(
      visit,
      `/invoices/${id}/dispute`,
      html` <label>${say.why} <input name="why" maxlength="500" /></label>
        <label>${agreed.reviewOn} <input type="date" name="reviewOn" min="${visit.today}" /></label>
        <fieldset>
          <legend>${agreed.queryTitle}</legend>
          <label
            >${agreed.queryReason}
            <select name="query">
              ${Object.entries(agreed.queryReasons).map(([reason, name]) => html`<option value="${reason}">${name}</option>`)}
            </select></label
          >
          <label>${agreed.understood} <input name="understood" maxlength="300" /></label>
        </fieldset>
        <button>${say.disputeNow}</button>`,
      'stack',
    )}`
}

export function messagesCard({ words, format }: BusinessVisit, messages: readonly MessageLine[]): Html {
  return html` <section class="card">
    <h2>${words.customer.messages}</h2>
    ${messages.length === 0 && html`<p class="hint">${words.customer.messagesEmpty}</p>`}
    <ul class="plain lines">
      ${messages.map(
        (message) =>
          html` <li>
            <a href="/messages/${message.chaseId}">${message.subject}</a>
            <small>
              ${format.instant(message.sentAt ?? message.composedAt)} ·
              ${words.chaseStatus[message.status as keyof typeof words.chaseStatus] ?? message.status}
              ${message.stage && html` · ${words.stages[message.stage]}`} ·
              ${message.recipients.map(({ address }) => address).join(', ')}
            </small>
            ${[...new Set(message.notes.map((note) => noteState(words, format, note)))].map((state) => html`<small>${state}</small>`)}
          </li>`,
      )}
    </ul>
  </section>`
}

export function holdsCard(visit: BusinessVisit, holds: readonly HoldView[]): Html | false {
  const { words, format } = visit
  const { customer: say } = words
  return (
    holds.length > 0 &&
    html` <section class="card held">
      <h2>${say.holds}</h2>
      <ul class="plain lines">
        ${holds.map(
          (hold) =>
            html` <li>
              <div class="row between">
                <span
                  ><strong>${say.holdKinds[hold.kind]}</strong> ·
                  ${hold.invoiceId ? (hold.invoiceNumber ?? say.noNumber) : say.wholeAccount}</span
                >
                ${mayAct(visit) && form(visit, `/holds/${hold.id}/end`, html`<button>${say.endHold}</button>`)}
              </div>
              <small
                >${words.agreed.whySince(format.day(hold.since))}
                ${hold.until ? say.until(format.day(hold.until)) : say.untilEnded}${hold.reviewOn && html` · ${words.agreed.reviewedOn(format.day(hold.reviewOn))}`}${hold.owner && html` · ${words.agreed.owner(hold.owner)}`}${hold.why && html` · ${sayBankDoubt(words, hold.why) ?? hold.why}`}</small
              >
              ${hold.kind === 'bank-details' && html`<p class="hint">${words.law.bankAdvice}</p>`}
              ${hold.reviewOn !== null && hold.reviewOn <= visit.today && mayAct(visit) && reviewForm(visit, hold)}
            </li>`,
        )}
      </ul>
    </section>`
  )
}

/** The day to look at it again has come: it goes on, or the button beside it ends it. */
function reviewForm(visit: BusinessVisit, { id, until }: HoldView): Html {
  const { agreed } = visit.words
  return form(
    visit,
    `/holds/${id}/review`,
    html` <span class="badge bad">${agreed.reviewDue}</span>
      ${until !== null && html`<input type="hidden" name="until" value="${until}" />`}
      <label>${agreed.reviewOn} <input type="date" name="reviewOn" min="${addDays(visit.today, 1)}" /></label>
      <button>${agreed.review}</button>`,
    'stack',
  )
}

export function controlCard(visit: BusinessVisit, customer: CustomerView, invoices: readonly InvoiceView[]): Html {
  const { words, today } = visit
  const { customer: say } = words
  if (!mayAct(visit)) return html`<section class="card"><p class="hint">${say.viewerOnly}</p></section>`
  const at = `/customers/${customer.id}`
  const paused = customer.holds.some((hold) => hold.kind === 'pause' && hold.invoiceId === null)
  const open = invoices.filter((invoice) => invoice.state === 'open')
  return html` <section class="card">
    <h2>${say.control}</h2>
    ${form(
      visit,
      `${at}/segment`,
      html` <label
          >${say.segment}
          <select name="segment">
            <option value="">${say.automatic}${automaticSegment(visit, customer)}</option>
            ${(['new', 'regular', 'strategic', 'habitually-late'] as const).map(
              (segment) =>
                html` <option value="${segment}" ${segment === customer.setSegment && html` selected`}>
                  ${words.segments[segment]}
                </option>`,
            )}
          </select>
        </label>
        <button>${say.set}</button>`,
      'row end',
    )}
    <hr />
    ${
      paused
        ? form(visit, `${at}/resume`, html`<button class="primary">${say.resume}</button>`)
        : form(
            visit,
            `${at}/hold`,
            html` <h3>${say.pauseTitle}</h3>
              <input type="hidden" name="kind" value="pause" />
              <label>${say.pauseUntil} <input type="date" name="until" min="${today}" /></label>
              <label>${say.why} <input name="why" maxlength="500" /></label>
              <button>${say.pause}</button>`,
            'stack',
          )
    }
    <details>
      <summary>${words.agreed.holdTitle}</summary>
      ${holdForm(visit, at, open)}
    </details>
  </section>`
}

function holdForm(visit: BusinessVisit, at: string, open: readonly InvoiceView[]): Html {
  const { words, today } = visit
  const { customer: say, agreed } = words
  return form(
    visit,
    `${at}/hold`,
    html` <label
        >${agreed.holdKind}
        <select name="kind">
          ${(['snooze', 'do-not-chase', 'pause', 'dispute'] as const).map((kind) => html`<option value="${kind}">${agreed.settable[kind]}</option>`)}
        </select></label
      >
      <label
        >${say.promiseFor}
        <select name="invoice">
          <option value="">${say.wholeAccount}</option>
          ${open.map(({ id, number }) => html`<option value="${id}">${number ?? say.noNumber}</option>`)}
        </select></label
      >
      <label>${agreed.startsOn} <input type="date" name="startsOn" min="${today}" /></label>
      <label>${agreed.until} <input type="date" name="until" min="${today}" /></label>
      <label>${agreed.reviewOn} <input type="date" name="reviewOn" min="${today}" /></label>
      <label>${say.why} <input name="why" maxlength="500" /></label>
      <button>${agreed.hold}</button>`,
    'stack',
  )
}

/** What the segment is when nobody sets one; not known while somebody has. */
const automaticSegment = ({ words }: BusinessVisit, { setSegment: set, verdict }: CustomerView): Html | false =>
  set === null && verdict !== null && html` (${words.segments[verdict.segment]})`

export function paymentsCard({ words, format }: BusinessVisit, payments: readonly PaymentLine[]): Html {
  return html` <section class="card">
    <h2>${words.customer.payments}</h2>
    <ul class="plain lines">
      ${payments.map(
        (payment) =>
          html` <li class="${payment.deleted && 'struck'}">
            <div class="row between">
              <span>${payment.invoiceNumber ?? words.customer.noNumber}</span>
              <span class="amount"
                >${payment.currency ? format.money(payment.amountMinor, payment.currency) : '–'}</span
              >
            </div>
            <small>${format.day(payment.paidOn)}${payment.deleted && html` · ${words.customer.paymentDeleted}`}</small>
          </li>`,
      )}
    </ul>
  </section>`
}

/** The last days' verdicts, newest first; days on which the same was said are told once. */
export function verdictsCard(visit: BusinessVisit, verdicts: readonly KeptVerdict[]): Html {
  const { words, format } = visit
  return html` <section class="card">
    <h2>${words.customer.verdicts}</h2>
    <ol class="plain lines reason">
      ${alike(verdicts).map(
        ({ newest, since }) =>
          html` <li>
            <small
              >${since === newest.onDay ? format.day(since) : words.customer.fromTo(format.day(since), format.day(newest.onDay))}</small
            >
            ${verdictText({ ...visit, today: newest.onDay }, newest)}
          </li>`,
      )}
    </ol>
  </section>`
}

/** Runs of days with the same verdict for the same reason: the newest of each, and the day it began. */
function alike(verdicts: readonly KeptVerdict[]): { newest: KeptVerdict; since: KeptVerdict['onDay'] }[] {
  const runs: { newest: KeptVerdict; since: KeptVerdict['onDay'] }[] = []
  for (const verdict of verdicts) {
    const run = runs.at(-1)
    if (run?.newest.decision === verdict.decision && run.newest.reason === verdict.reason) run.since = verdict.onDay
    else runs.push({ newest: verdict, since: verdict.onDay })
  }
  return runs
}
