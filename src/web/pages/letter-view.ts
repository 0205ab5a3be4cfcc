import type { Day } from '../../chase/day.ts'
import { claimed, type Charges } from '../../documents/demand.ts'
import type { Candidate, LetterProblem } from '../../flow/letters/demand.ts'
import type { LetterDraft } from '../../flow/letters/draft.ts'
import type { LetterView } from '../../flow/letters/view.ts'
import { SENT_BY } from '../../store/letters.ts'
import type { WebDependencies } from '../dependencies.ts'
import { html, type Html, type Piece } from '../html.ts'
import { form, mayAct } from '../layout.ts'
import type { BusinessVisit } from '../visit.ts'

type Papers = WebDependencies['papers']

/** A letter: what is missing, what it claims, the paper itself, and what a person can do with it. */
export function letterPage(visit: BusinessVisit, { papers }: { papers: Papers }, view: LetterView): Html {
  const { letters: say } = visit.words
  const { customer, reference, state, letter } = view
  const isOpen = state !== 'sent' && state !== 'discarded'
  return html` <p><a href="/customers/${customer.id}">← ${customer.name}</a></p>
    <h1>
      ${say.title} ${reference}
      <span class="badge ${state === 'approval-void' && 'bad'}">${say.states[state]}</span>
    </h1>
    <p class="lead">${say.lead}</p>
    <p class="hint">${say.notAdvice}</p>
    ${standCard(visit, view)} ${isOpen && problemsCard(visit, view)} ${isOpen && claimsCard(visit, view)}
    ${isOpen && state !== 'approved' && approveCard(visit, papers, view)}
    ${isOpen && letter.approval !== null && mayAct(visit) && sentCard(visit, view)} ${isOpen && draftCard(visit, view)}
    ${
      isOpen &&
      mayAct(visit) &&
      html` <details class="sure">
        <summary class="link">${say.discard}</summary>
        <div class="sure-box">
          <p>${say.discardText}</p>
          ${form(visit, `/letters/${letter.id}/discard`, html`<button>${say.discardNow}</button>`)}
        </div>
      </details>`
    }`
}

/** Where the letter stands, and the paper that one may have. */
function standCard({ words, format }: BusinessVisit, view: LetterView): Html | false {
  const { letters: say } = words
  const { letter, state, sendBy, isTooOld } = view
  const { approval, sent } = letter
  if (!approval) return false
  const approvedPdf = html`<p><a class="button" href="/letters/${letter.id}/letter.pdf">${say.approvedPdf}</a></p>`
  return html` <section class="card" id="approval">
    ${state === 'approval-void' && html`<p class="late">${say.void}</p>`}
    <p>${say.approvedBy(approval.signedBy, format.instant(approval.approvedAt))}</p>
    ${
      state === 'approved' &&
      (isTooOld
        ? html`<p class="late">${say.tooOld(format.day(sendBy))}</p>`
        : html`${approvedPdf}
            <p>${say.sendBy(format.day(sendBy))}</p>`)
    }
    ${
      sent &&
      html` <p>
          ${say.sentLine(format.day(sent.on), say.means[sent.means])}${sent.by && html` ${sent.by}.`}${sent.note && html` ${sent.note}`}
        </p>
        ${approvedPdf}`
    }
  </section>`
}

function problemsCard(visit: BusinessVisit, { made }: LetterView): Html | false {
  const { letters: say } = visit.words
  const problems = made.problems.map((problem) => sayProblem(visit, problem))
  const all = made.isDatedWrong ? [...problems, say.datedWrong] : problems
  return (
    all.length > 0 &&
    html` <section class="card held" id="problems">
      <h2>${say.problems}</h2>
      <ul>
        ${all.map((one) => html`<li>${one}</li>`)}
      </ul>
    </section>`
  )
}

function sayProblem({ words, format, language }: BusinessVisit, problem: LetterProblem): string {
  const { letters: say } = words
  if (problem.kind === 'letter') return problem[language]
  if (problem.kind === 'no-business-day') return say.noBusinessDay(format.day(problem.instead))
  if (problem.kind !== 'charges-refused') return say.problemKinds[problem.kind]
  return say.chargesRefused(say.what[problem.what], format.list(problem.invoices), words.law.refusals[problem.because])
}

/** The sums, how the interest was worked out, and what it rests on. */
function claimsCard({ words, format }: BusinessVisit, { made }: LetterView): Html | false {
  const { letters: say } = words
  const { demand, charges, provisos } = made
  if (demand === null || demand.invoices.length === 0) return false
  return html` <section class="card" id="claims">
    <h2>${say.claimed}</h2>
    ${claimed(demand).map(
      (sums) =>
        html` <dl class="facts">
          ${(['principal', 'interest', 'compensation', 'total'] as const).map(
            (part) =>
              (sums[part].minor !== 0 || part === 'principal') &&
              html`<dt>${say.parts[part]}</dt>
                <dd class="${part === 'total' && 'strong'}">
                  ${format.money(sums[part].minor, sums[part].currency)}
                </dd>`,
          )}
        </dl>`,
    )}
    ${charges?.charges && workingTable({ words, format }, charges.charges)}
    ${
      provisos.length > 0 &&
      html` <h3>${say.provisos}</h3>
        <ul>
          ${provisos.map((proviso) => html`<li>${say.provisoTexts[proviso]}</li>`)}
        </ul>`
    }
  </section>`
}

function workingTable({ words, format }: Pick<BusinessVisit, 'words' | 'format'>, charges: Charges): Html | false {
  const { letters: say } = words
  const { interest, compensation, perDay } = charges
  const columns = say.workingColumns
  return html` <details open>
    <summary>${say.working}</summary>
    <table class="cards">
      <thead>
        <tr>
          <th>${columns.invoice}</th>
          <th>${columns.from}</th>
          <th>${columns.to}</th>
          <th class="amount">${columns.days}</th>
          <th class="amount">${columns.principal}</th>
          <th class="amount">${columns.rate}</th>
          <th class="amount">${columns.amount}</th>
          <th>${columns.source}</th>
        </tr>
      </thead>
      <tbody>
        ${interest.map(
          (line) =>
            html` <tr>
              <th scope="row">${line.invoice}</th>
              <td data-label="${columns.from}">${format.day(line.from)}</td>
              <td data-label="${columns.to}">${format.day(line.to)}</td>
              <td class="amount" data-label="${columns.days}">${format.number(line.days)}</td>
              <td class="amount" data-label="${columns.principal}">
                ${format.money(line.principal.minor, line.principal.currency)}
              </td>
              <td class="amount" data-label="${columns.rate}">${format.percent(line.ratePercent)}</td>
              <td class="amount" data-label="${columns.amount}">
                ${format.money(line.amount.minor, line.amount.currency)}
              </td>
              <td class="reason">
                <small
                  >${line.source}${line.provisional && html` <span class="badge bad">${say.provisional}</span>`}</small
                >
              </td>
            </tr>`,
        )}
        ${compensation.map(
          ({ invoice, amount, source }) =>
            html` <tr>
              <th scope="row">${invoice}</th>
              <td colspan="5"><span>${say.parts.compensation}</span></td>
              <td class="amount" data-label="${columns.amount}">${format.money(amount.minor, amount.currency)}</td>
              <td class="reason"><small>${source}</small></td>
            </tr>`,
        )}
      </tbody>
    </table>
    ${perDay.length > 0 && html`<p class="hint">${say.perDay(format.list(perDay.map(({ minor, currency }) => format.money(minor, currency))))}</p>`}
  </details>`
}

/** The draft to read, and a yes to exactly that. */
function approveCard(visit: BusinessVisit, papers: Papers, view: LetterView): Html {
  const { words, role, language, signedIn, business } = visit
  const { letters: say } = words
  const { letter, made } = view
  const { demand, version } = made
  const drawable = demand !== null && made.problems.every(({ kind }) => kind !== 'letter')
  const ready = demand !== null && made.problems.length === 0 && !made.isDatedWrong
  return html` <section class="card" id="approve">
    <h2>${say.approve}</h2>
    <p>${drawable ? html`<a class="button" href="/letters/${letter.id}/draft.pdf">${say.draftPdf}</a>` : say.noPdf}</p>
    ${ready && role !== 'owner' && html`<p class="hint">${say.approveOwner}</p>`}
    ${
      ready &&
      role === 'owner' &&
      form(
        visit,
        `/letters/${letter.id}/approve`,
        html` <p>${say.approveText} ${say.readFirst}</p>
          <input type="hidden" name="shown" value="${version}" />
          <fieldset>
            <legend>${say.reviewed}</legend>
            ${papers
              .reviewPoints(demand)
              .map(
                (point) =>
                  html` <label class="check"
                    ><input type="checkbox" name="reviewed" value="${point}" required />
                    <span>${papers.sayReviewPoint(point, language)}</span></label
                  >`,
              )}
          </fieldset>
          <label
            >${say.signedBy}
            <input
              name="signedBy"
              value="${signedIn.person.name ?? business.senderName ?? ''}"
              maxlength="100"
              required
          /></label>
          <button class="primary">${say.approveNow}</button>`,
        'stack',
      )
    }
  </section>`
}

function sentCard(visit: BusinessVisit, { letter, state }: LetterView): Html {
  const { words, today } = visit
  const { letters: say } = words
  const isVoid = state === 'approval-void'
  return html` <section class="card" id="sent">
    <h2>${say.sentTitle}</h2>
    <p class="${isVoid && 'late'}">${isVoid ? say.sentVoidText : say.sentText}</p>
    ${form(
      visit,
      `/letters/${letter.id}/sent`,
      html` <div class="columns">
          <label>${say.sentOn} <input type="date" name="on" max="${today}" value="${today}" required /></label>
          <label
            >${say.sentMeans}
            <select name="means" required>
              ${SENT_BY.map((means) => html`<option value="${means}">${say.means[means]}</option>`)}
            </select></label
          >
          <label>${say.sentBy} <input name="by" maxlength="100" /></label>
          <label>${say.sentNote} <input name="note" maxlength="300" /></label>
        </div>
        <p class="hint">${say.weakProof}</p>
        <button>${say.logSent}</button>`,
      'stack',
    )}
  </section>`
}

/** What a person fills in. */
function draftCard(visit: BusinessVisit, view: LetterView): Html {
  const { letters: say } = visit.words
  const locked = !mayAct(visit)
  const { draft } = view.letter
  const fields = html` ${generalFields(visit, view)} ${partyFields(visit, view)} ${invoiceFields(visit, view)}
  ${contractFields(visit, draft)} ${chargeFields(visit, draft)} ${endFields(visit, draft)}`
  return html` <section id="draft">
    <h2>${say.edit}</h2>
    ${locked && html`<p class="hint">${say.viewerOnly}</p>`}
    ${
      locked
        ? html`<fieldset class="bare" disabled>${fields}</fieldset>`
        : form(visit, `/letters/${view.letter.id}`, html`${fields} <button class="primary">${say.save}</button>`)
    }
  </section>`
}

function generalFields({ words }: BusinessVisit, { letter, made }: LetterView): Html {
  const { letters: say } = words
  const { kind, language, on, deadline } = letter.draft
  return html` <section class="card stack">
    <h3>${say.general}</h3>
    <label>${say.kind} <small>${say.kindHint}</small> ${select('kind', say.kinds, kind)}</label>
    <label>${say.language} ${select('language', say.languages, language)}</label>
    <div class="columns">
      <label>${say.on} <input type="date" name="on" value="${on}" required /></label>
      <label
        >${say.deadline} <small>${say.deadlineHint(made.shortestDays)}</small>
        <input type="date" name="deadline" value="${deadline}" required
      /></label>
    </div>
  </section>`
}

function partyFields({ words }: BusinessVisit, { facts, letter }: LetterView): Html {
  const { letters: say } = words
  const { debtor, business } = facts
  const { answerTo } = letter.draft
  const creditor = [
    business.legalName ?? business.name,
    business.taxId ?? `${say.taxId}: ${say.missing}`,
    business.postalAddress?.split('\n').join(', ') ?? `${say.postalAddress}: ${say.missing}`,
  ]
  return html` <section class="card stack">
      <h3>${say.debtor}</h3>
      <p class="hint">${say.debtorHint}</p>
      <label>${say.legalName} <input name="legalName" value="${debtor.legalName}" maxlength="200" required /></label>
      <label
        >${say.legalForm}
        <select name="legalForm">
          <option value="">${say.notSaid}</option>
          ${options(say.legalForms, debtor.legalForm)}
        </select></label
      >
      <div class="columns">
        <label>${say.taxId} <input name="taxId" value="${debtor.taxId ?? ''}" maxlength="60" /></label>
        <label
          >${say.registration} <input name="registration" value="${debtor.registration ?? ''}" maxlength="100"
        /></label>
      </div>
      <label
        >${say.postalAddress}
        <textarea name="postalAddress" rows="4" maxlength="500">${debtor.postalAddress ?? ''}</textarea>
      </label>
    </section>
    <section class="card stack">
      <h3>${say.creditor}</h3>
      <p>${creditor.join(' · ')}</p>
      <p class="hint">${say.creditorHint} <a href="/settings#letters">${say.toSettings}</a></p>
      <div class="columns">
        <label>${say.answerName} <input name="answerName" value="${answerTo.name ?? ''}" maxlength="100" /></label>
        <label>${say.answerRole} <input name="answerRole" value="${answerTo.role ?? ''}" maxlength="100" /></label>
      </div>
    </section>`
}

function invoiceFields({ words, format }: BusinessVisit, { facts, letter }: LetterView): Html {
  const { letters: say, customer } = words
  const open = facts.candidates.filter(({ because }) => because === null)
  const out = facts.candidates.filter(({ because }) => because !== null)
  const name = ({ number, dueOn, balanceMinor, currency }: Candidate): string =>
    `${number ?? customer.noNumber} · ${customer.due} ${format.day(dueOn)} · ${format.money(balanceMinor, currency)}`
  return html` <section class="card stack">
    <h3>${say.invoices}</h3>
    ${facts.candidates.length === 0 && html`<p>${say.noInvoices}</p>`}
    ${open.map(
      (invoice) =>
        html` <label class="check"
          ><input
            type="checkbox"
            name="invoices"
            value="${invoice.id}"
            ${letter.draft.invoiceIds.includes(invoice.id) && html` checked`}
          />
          <span
            >${name(invoice)}
            ${invoice.isPaused && html`<small>${say.paused}</small>`}${invoice.dueAssumed && html` <small class="late">${say.dueAssumed}</small>`}</span
          ></label
        >`,
    )}
    ${
      out.length > 0 &&
      html` <h4>${say.notClaimed}</h4>
        <ul class="plain lines">
          ${out.map((invoice) => html`<li>${name(invoice)} <small>${invoice.because && say.because[invoice.because]}</small></li>`)}
        </ul>`
    }
    ${facts.credits.map(({ minor, currency }) => html`<p class="late">${say.credit(format.money(minor, currency))}</p>`)}
  </section>`
}

function contractFields({ words }: BusinessVisit, { contract, assignment }: LetterDraft): Html {
  const { letters: say } = words
  return html` <section class="card stack">
    <h3>${say.contract}</h3>
    <label>${say.contractForm} ${select('contractForm', say.contractForms, contract.form)}</label>
    <label
      >${say.contractWhat} <textarea name="contractWhat" rows="3" maxlength="600">${contract.what}</textarea>
    </label>
    <div class="columns">
      <label>${say.contractOn} <input type="date" name="contractOn" value="${dayText(contract.on)}" /></label>
      <label>${say.contractBetween} <input name="contractBetween" value="${contract.between}" maxlength="300" /></label>
      <label>${say.contractWhere} <input name="contractWhere" value="${contract.where}" maxlength="200" /></label>
    </div>
    <details ${assignment && html` open`}>
      <summary>${say.assignment}</summary>
      <div class="columns">
        <label
          >${say.assignedFrom} <input name="assignedFrom" value="${assignment?.from ?? ''}" maxlength="200"
        /></label>
        <label
          >${say.assignedOn} <input type="date" name="assignedOn" value="${dayText(assignment?.on ?? null)}"
        /></label>
        <label
          >${say.originalDebt} <input name="originalDebt" value="${assignment?.originalDebt ?? ''}" maxlength="300"
        /></label>
      </div>
    </details>
  </section>`
}

function chargeFields({ words }: BusinessVisit, draft: LetterDraft): Html {
  const { letters: say } = words
  return html` <section class="card stack">
    <h3>${say.charges}</h3>
    <p class="hint">${say.chargesHint}</p>
    ${tick('claimsInterest', say.claimsInterest, draft.claimsInterest)}
    ${tick('claimsCompensation', say.claimsCompensation, draft.claimsCompensation)}
    <div class="columns">
      <label>${say.lawCountry} <input name="lawCountry" value="${draft.lawCountry ?? ''}" maxlength="2" /></label>
      <label
        >${say.agreedRate}
        <input name="agreedRate" inputmode="decimal" value="${draft.agreedRate?.ratePercent ?? ''}" maxlength="10"
      /></label>
      <label
        >${say.agreedClause} <input name="agreedClause" value="${draft.agreedRate?.clause ?? ''}" maxlength="200"
      /></label>
    </div>
  </section>`
}

function endFields({ words }: BusinessVisit, draft: LetterDraft): Html {
  const { letters: say } = words
  return html` <section class="card stack">
    <h3>${say.follows}</h3>
    <label
      >${say.nextStep}
      <select name="nextStep">
        <option value="">${say.noNextStep}</option>
        ${options(say.nextSteps, draft.nextStep)}
      </select></label
    >
    ${tick('negotiate', say.negotiate, draft.invitesToNegotiate)}
    <label
      >${say.instalments} <input name="instalments" value="${draft.instalmentsNotAcceptable ?? ''}" maxlength="400"
    /></label>
    <fieldset class="stack">
      <legend>${say.enclosed}</legend>
      <p class="hint">${say.enclosedHint}</p>
      ${Object.entries(say.enclosures).map(
        ([enclosure, name]) =>
          html` <label class="check"
            ><input
              type="checkbox"
              name="enclosed"
              value="${enclosure}"
              ${draft.enclosed.some((one) => one === enclosure) && html` checked`}
            />
            <span>${name}</span></label
          >`,
      )}
    </fieldset>
  </section>`
}

const dayText = (on: Day | null): string => on ?? ''

const tick = (name: string, label: string, isOn: boolean): Html =>
  html` <label class="check"
    ><input type="checkbox" name="${name}" value="yes" ${isOn && html` checked`} /> <span>${label}</span></label
  >`

const select = (name: string, names: Readonly<Record<string, string>>, chosen: string): Html =>
  html`<select name="${name}">
    ${options(names, chosen)}
  </select>`

const options = (names: Readonly<Record<string, string>>, chosen: string | null): Piece =>
  Object.entries(names).map(
    ([value, name]) => html`<option value="${value}" ${value === chosen && html` selected`}>${name}</option>`,
  )
