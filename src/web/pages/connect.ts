import { listDefects, type Defect } from '../../store/shell.ts'
import type { LedgerName, WebDependencies } from '../dependencies.ts'
import { html, type Html } from '../html.ts'
import { form, LEDGER_NAMES } from '../layout.ts'
import type { BusinessRoutes, BusinessVisit } from '../visit.ts'

const MOST_DEFECTS = 100

/** The ledger: what is connected, how fresh it is, what could not be read. */
export function connectPages(routes: BusinessRoutes, app: WebDependencies): void {
  routes.page('/connect', 'viewer', async (visit) => {
    const defects = visit.shell.defects > 0 ? await listDefects(visit.db, MOST_DEFECTS) : []
    const { connection } = visit.shell
    const stands = connection !== null && connection.status !== 'disconnected'
    const body = html` <h1>${visit.words.connect.title}</h1>
      <p class="lead">${visit.words.connect.intro}</p>
      ${connection && connectionCard(visit, connection)} ${!stands && offers(visit, app)}
      ${visit.role !== 'owner' && html`<p class="hint">${visit.words.connect.ownerOnly}</p>`}
      ${defects.length > 0 && defectsCard(visit, defects)}`
    return { title: visit.words.connect.title, tab: 'connect', body }
  })
}

type Connection = NonNullable<BusinessVisit['shell']['connection']>

function connectionCard(visit: BusinessVisit, connection: Connection): Html {
  const { words, format, role } = visit
  const { connect } = words
  const name = connection.organisationName
  const weight = { connected: 'good', 'reconnect-needed': 'bad', disconnected: 'open' }[connection.status]
  const reminders =
    connection.ownReminders === null
      ? connect.ownRemindersUnknown
      : connection.ownReminders
        ? connect.ownRemindersOn
        : connect.ownRemindersOff
  const stands = connection.status !== 'disconnected'
  return html` <section class="card">
    <h2>
      ${LEDGER_NAMES[connection.ledger]} <span class="badge ${weight}">${connect.status[connection.status]}</span>
    </h2>
    <dl class="facts">
      <dt>${connect.organisation}</dt>
      <dd>${name}${connection.isDemo && html` <span class="badge open">${connect.demo}</span>`}</dd>
      <dt>${connect.since}</dt>
      <dd>${format.instant(connection.connectedAt)}</dd>
      <dt>${connect.lastSync}</dt>
      <dd>${connection.lastSyncedAt ? format.instantWithZone(connection.lastSyncedAt) : connect.never}</dd>
      ${
        stands &&
        connection.nextSyncAt &&
        html`<dt>${connect.nextSync}</dt>
          <dd>${format.instant(connection.nextSyncAt)}</dd>`
      }
      ${
        stands &&
        html`<dt>${connect.ownReminders}</dt>
          <dd>${reminders}</dd>`
      }
      ${
        connection.syncProblem &&
        html`<dt>${connect.problem}</dt>
          <dd>${connection.syncProblem}</dd>`
      }
    </dl>
    ${stands && role === 'owner' && connection.ledger === 'quickbooks' && notesPlace(visit, connection)}
    ${
      stands &&
      role === 'owner' &&
      html` <div class="row">
        <a class="button" href="/connect/${connection.ledger}">${connect.reconnect}</a>
        <details class="sure">
          <summary class="button quiet-danger">${connect.disconnect}</summary>
          <div class="sure-box">
            <h3>${connect.disconnectTitle(name)}</h3>
            <p>${connect.disconnectText(name)}</p>
            ${form(visit, '/disconnect', html`<button class="danger">${connect.disconnectNow(name)}</button>`)}
          </div>
        </details>
      </div>`
    }
  </section>`
}

/** QuickBooks has no history of its own, so the owner chooses where notes go. */
function notesPlace(visit: BusinessVisit, connection: Connection): Html {
  const { connect } = visit.words
  const choices = (['attachable', 'customer-notes'] as const).map(
    (place) =>
      html`<option value="${place}" ${place === connection.notesAs && html` selected`}>
        ${connect.notesAs[place]}
      </option>`,
  )
  return form(
    visit,
    '/connect/notes',
    html`<label
        >${connect.notes}
        <select name="place">
          ${choices}
        </select></label
      >
      <button>${connect.notesSet}</button>`,
  )
}

function offers({ words, role }: BusinessVisit, { config }: WebDependencies): Html {
  const offer = (ledger: LedgerName, text: string): Html =>
    html` <section class="card">
      <h2>${LEDGER_NAMES[ledger]}</h2>
      ${
        config[ledger].app === null
          ? html` <p>${words.connect.notConfigured(LEDGER_NAMES[ledger])}</p>
              <a class="button" href="/set-up">${words.connect.seeSetUp}</a>`
          : role === 'owner' && html`<a class="button primary" href="/connect/${ledger}">${text}</a>`
      }
    </section>`
  return html` <div class="columns">
    ${offer('xero', words.connect.connectXero)} ${offer('quickbooks', words.connect.connectQuickbooks)}
  </div>`
}

function defectsCard({ words: { connect } }: BusinessVisit, defects: readonly Defect[]): Html {
  const kinds: Readonly<Record<string, string>> = connect.kinds
  return html` <section class="card" id="defects">
    <h2>${connect.defects}</h2>
    <p>${connect.defectsText}</p>
    <table class="cards">
      <thead>
        <tr>
          <th>${connect.defect.record}</th>
          <th>${connect.defect.field}</th>
          <th>${connect.defect.message}</th>
        </tr>
      </thead>
      <tbody>
        ${defects.map(
          ({ kind, ledgerId, field, message }) =>
            html` <tr>
              <td data-label="${connect.defect.record}">${kinds[kind] ?? kind} <code>${ledgerId}</code></td>
              <td data-label="${connect.defect.field}"><code>${field}</code></td>
              <td data-label="${connect.defect.message}">${message}</td>
            </tr>`,
        )}
      </tbody>
    </table>
  </section>`
}
