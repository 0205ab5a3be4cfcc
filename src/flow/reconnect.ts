import { randomUUID } from 'node:crypto'
import type { LedgerKind } from '../ledgers/ledger.ts'
import type { Email } from '../mail/mailer.ts'
import { databaseIsConfirmed, readBusiness } from '../store/businesses.ts'
import * as connections from '../store/connections.ts'
import { inBusiness, type BusinessDb } from '../store/db.ts'
import { recordEvents } from '../store/events.ts'
import type { ConnectDependencies, ConnectionRef } from './dependencies.ts'
import { oneLine } from './one-line.ts'

type ReconnectDependencies = Pick<ConnectDependencies, 'db' | 'now' | 'log' | 'mailer' | 'mailFrom' | 'publicUrl'>

/** Why a connection stopped when its tokens died: a new consent of the same person brings it back. */
export const ACCESS_ENDED = 'access-ended'

/** How ledgers are called on screens and in messages. */
export const LEDGER_NAMES: Readonly<Record<LedgerKind, string>> = { xero: 'Xero', quickbooks: 'QuickBooks' }

/**
 * Notes that a ledger no longer lets us in, so that everything for the connection holds, and tells the owners.
 *
 * Once per outage: a connection that is known to need reconnecting changes nothing. `why` is a short code or a safe
 * message, such as a LedgerError's.
 */
export async function noticeDisconnected(
  app: ReconnectDependencies,
  connection: ConnectionRef,
  why: string,
): Promise<void> {
  const noticed = await inBusiness(app.db, connection.businessId, (db) =>
    recordReconnectNeeded(app, db, connection, why),
  )
  if (noticed) await tellOwners(app, connection)
}

/** The part that belongs in a transaction of the connection's business. False when it was known already. */
export async function recordReconnectNeeded(
  app: Pick<ReconnectDependencies, 'now'>,
  db: BusinessDb,
  { businessId, connectionId }: ConnectionRef,
  why: string,
): Promise<boolean> {
  if (!(await connections.markReconnectNeeded(db, connectionId, why))) return false
  const connection = await connections.findConnection(db, connectionId)
  const facts = { connectionId, ledger: connection?.ledger, organisation: connection?.organisationName, why }
  await recordEvents(db, [{ businessId, at: app.now(), kind: 'reconnect-needed', actor: 'ledger', facts }])
  return true
}

/** Mails the owners of a connection's business that somebody must connect it again. Never throws: the event stands. */
export async function tellOwners(app: ReconnectDependencies, connection: ConnectionRef): Promise<void> {
  try {
    for (const letter of await lettersToOwners(app, connection)) await app.mailer.send(letter)
  } catch (error) {
    app.log.warn({ ...connection, error }, 'the owners could not be told that a ledger needs to be connected again')
  }
}

function lettersToOwners(app: ReconnectDependencies, { businessId, connectionId }: ConnectionRef): Promise<Email[]> {
  return inBusiness(app.db, businessId, async (db) => {
    // A copy of the database has dead tokens too, and must not alarm the real owners.
    if (!(await databaseIsConfirmed(db))) return []
    const connection = await connections.findConnection(db, connectionId)
    if (!connection) return []
    const { name: business } = await readBusiness(db, businessId)
    const owners = await connections.listOwners(db, businessId)
    return owners.map((owner) => {
      const facts = { ledger: LEDGER_NAMES[connection.ledger], organisation: connection.organisationName, business }
      return letter(app, owner, facts)
    })
  })
}

type Owner = { readonly email: string; readonly name: string | null; readonly language: 'es' | 'en' }
type LetterFacts = { readonly ledger: string; readonly organisation: string; readonly business: string }

function letter(app: ReconnectDependencies, owner: Owner, facts: LetterFacts): Email {
  const { subject, lines } = WORDS[owner.language](oneLine(owner.name ?? ''), {
    ledger: facts.ledger,
    organisation: oneLine(facts.organisation),
    business: oneLine(facts.business),
  })
  const paragraphs = [...lines, app.publicUrl, 'Puntual']
  const host = app.mailFrom.address.split('@').at(-1) ?? 'localhost'
  return {
    messageId: `<${randomUUID()}.reconnect@${host}>`,
    from: app.mailFrom,
    replyTo: null,
    to: [{ name: owner.name, address: owner.email }],
    cc: [],
    subject,
    text: `${paragraphs.join('\n\n')}\n`,
    html: paragraphs.map((line) => `<p>${escaped(line)}</p>`).join('\n'),
    attachments: [],
    inReplyTo: null,
    references: [],
    sentAt: app.now(),
    unattended: true,
  }
}

const WORDS: Readonly<
  Record<Owner['language'], (name: string, facts: LetterFacts) => { subject: string; lines: readonly string[] }>
> = {
  es: (name, { ledger, organisation, business }) => ({
    subject: `Hay que volver a conectar ${ledger} (${business})`,
    lines: [
      name === '' ? 'Hola:' : `Hola, ${name}:`,
      `${ledger} ya no permite que Puntual lea los libros de ${organisation}. Hasta que alguien vuelva a conectarlo, Puntual no escribirá a ningún cliente de ${business}.`,
      'Puede hacerlo aquí, con su usuario de siempre:',
    ],
  }),
  en: (name, { ledger, organisation, business }) => ({
    subject: `${ledger} needs to be connected again (${business})`,
    lines: [
      name === '' ? 'Hello,' : `Hello ${name},`,
      `${ledger} no longer lets Puntual read the books of ${organisation}. Until somebody connects it again, Puntual writes to none of ${business}’s customers.`,
      'You can do that here, signed in as usual:',
    ],
  }),
}

const escaped = (text: string): string => text.replace(/[&<>"']/g, (character) => `&#${character.codePointAt(0) ?? 0};`)
