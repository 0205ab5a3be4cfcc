import { addDays } from '../chase/day.ts'
import { LedgerError, type Ledger, type LedgerChanges, type LedgerPage } from '../ledgers/ledger.ts'
import {
  countTheBooks,
  dropCredits,
  forgetSeen,
  lookAt,
  lookAtEveryone,
  openInvoicesNotSeen,
  recordSeen,
  type Book,
} from '../store/books.ts'
import { adoptOrganisation, readBusiness } from '../store/businesses.ts'
import { inBusiness } from '../store/db.ts'
import { recordEvents } from '../store/events.ts'
import { lastHintAt } from '../store/inbox.ts'
import {
  forgetOldDefects, readSyncState, recordOrganisation, recordProgress, recordSynced, recordSyncTrouble,
  type SyncProgress, type SyncState,
} from '../store/sync-state.ts' // prettier-ignore
import type { ConnectionRef, Dependencies } from './dependencies.ts'
import { landChanges, type Landing } from './ledger-changes.ts'
import { languageOf } from './language.ts'
import { localTime } from './local-time.ts'
import { policyInForce } from './policy.ts'
import { comparisonIsDue, nextSyncAt, OVERLAP } from './rhythm.ts'
import { zoneOfCountry } from './zones.ts'

/** How far back settled invoices and payments are read at first: enough for a payment record. */
const HISTORY_DAYS = 550

/** How far back payments are compared every night. */
const RECENT_DAYS = 40

/** As many ids as fit one call at both vendors. */
const IDS_PER_CALL = 40

/** Longer than from one nightly look to the next, which is all there is at weekends; see rhythm.ts. */
const LONGEST_PAUSE_HOURS = 25

/** A pass also knows whether the books could not be read for a while: customers may be waiting for that alone. */
type SyncLanding = Landing & { readonly afterSilence: boolean }

type SyncApp = Pick<Dependencies, 'db' | 'now' | 'log' | 'ledgerFor'>

export type SyncOutcome = 'full' | 'changes' | 'parked' | 'failed' | 'not-connected'

/**
 * Brings our copy up to the ledger: everything at first and nightly, changes in between.
 *
 * Every page lands in its own transaction. A full pass that is told to slow down keeps its place and goes on
 * later. Whatever happens, the connection knows when it is looked at next, and a person can see why not.
 */
export async function syncLedger(app: SyncApp, connection: ConnectionRef): Promise<SyncOutcome> {
  const { businessId, connectionId } = connection
  const { state, business, defaultTermDays } = await inBusiness(app.db, businessId, async (db) => ({
    state: await readSyncState(db, connectionId),
    business: await readBusiness(db, businessId),
    defaultTermDays: (await policyInForce(db, businessId, app.now())).policy.defaultTermDays,
  }))
  if (state?.status !== 'connected') return 'not-connected'
  const startedAt = app.now()
  const { changesFrom, progress } = state
  const full =
    progress !== null || changesFrom === null || comparisonIsDue(business.timeZone, startedAt, state.lastComparedAt)
  const { lastSyncedAt, failures } = state
  const landing: SyncLanding = {
    into: connection,
    now: startedAt,
    today: localTime(business.timeZone, startedAt).today,
    defaultTermDays,
    quiet: state.firstLoadedAt === null,
    afterSilence:
      failures > 0 || (lastSyncedAt !== null && startedAt.since(lastSyncedAt).total('hours') > LONGEST_PAUSE_HOURS),
  }
  try {
    const ledger = await app.ledgerFor(connection, 'sync')
    if (full) await compareEverything(app, ledger, state, landing)
    else await readChanges(app, ledger, changesFrom, landing, business.timeZone)
    return full ? 'full' : 'changes'
  } catch (error) {
    return recordTrouble(app, connection, state, error)
  }
}

async function readChanges(
  app: SyncApp,
  ledger: Ledger,
  from: Temporal.Instant,
  landing: SyncLanding,
  timeZone: string,
): Promise<void> {
  const { businessId, connectionId } = landing.into
  for await (const changes of ledger.changes(from.subtract(OVERLAP))) {
    if (Object.values(changes).every((list) => list.length === 0)) continue
    await inBusiness(app.db, businessId, (db) => landChanges(db, landing, changes))
  }
  await inBusiness(app.db, businessId, async (db) => {
    const at = app.now()
    const nextAt = nextSyncAt(timeZone, at, await lastHintAt(db, connectionId))
    await recordSynced(db, connectionId, { asOf: landing.now, at, nextAt, full: false })
    if (landing.afterSilence) await lookAtEveryone(db, at)
  })
}

const PHASES = ['organisation', 'customers', 'open', 'settled', 'credits', 'payments', 'unseen'] as const
type Phase = (typeof PHASES)[number]

/** After these phases of a first load, tables that were empty are full. */
const FILLED_BY: { readonly [In in Phase]?: readonly Book[] } = {
  customers: ['customers', 'contacts'],
  open: ['invoices'],
  payments: ['invoices', 'credits', 'payments'],
}

/** A full pass, phase by phase. What was open here and not seen there is asked for by name: it was paid, voided or deleted. */
async function compareEverything(app: SyncApp, ledger: Ledger, state: SyncState, landing: SyncLanding): Promise<void> {
  const { into, quiet, today } = landing
  const { businessId, connectionId } = into
  const resumed = state.progress
  // A resumed pass keeps its first start: what it saw before the pause counts as seen.
  const startedAt = resumed ? Temporal.Instant.from(resumed.startedAt) : landing.now
  const firstPhase = Math.max(0, resumed ? PHASES.indexOf(resumed.phase as Phase) : 0)
  let from = resumed?.from ?? undefined

  for (const [at, phase] of PHASES.entries()) {
    if (at < firstPhase) continue
    const next = PHASES[at + 1] ?? phase
    switch (phase) {
      case 'organisation':
        await readOrganisation(app, ledger, into)
        break
      case 'customers':
        await landPages(ledger.customers(from), (customers) => ({ customers }))
        break
      case 'open':
        await landPages(ledger.openInvoices(from), (invoices) => ({ invoices }))
        break
      case 'settled':
        if (quiet)
          await landPages(ledger.settledInvoices(addDays(today, -HISTORY_DAYS), from), (invoices) => ({ invoices }))
        break
      case 'credits':
        await landPages(ledger.credits(from), (credits) => ({ credits }))
        break
      case 'payments':
        await landPages(ledger.payments(addDays(today, quiet ? -HISTORY_DAYS : -RECENT_DAYS), from), (payments) => ({
          payments,
        }))
        break
      case 'unseen':
        await askForUnseen(app, ledger, landing, startedAt)
        break
    }
    from = undefined
    const filled = FILLED_BY[phase]
    if (quiet && filled) await countTheBooks(app.db, filled)

    /** Lands each page together with the place after it, so that a pause loses nothing and repeats nothing. */
    async function landPages<T extends { readonly id: string }>(
      pages: AsyncIterable<LedgerPage<T>>,
      as: (items: readonly T[]) => Partial<LedgerChanges>,
    ): Promise<void> {
      for await (const page of pages) {
        await inBusiness(app.db, businessId, async (db) => {
          await landChanges(db, landing, { ...as(page.items), defects: page.defects })
          // On a first load whatever was seen has been written, and its row says when.
          if (phase === 'open' && !quiet)
            await recordSeen(
              db,
              into,
              startedAt,
              page.items.map(({ id }) => id),
            )
          const place = placeAfter(page.resumeFrom)
          if (place) await recordProgress(db, connectionId, { ...place, startedAt: startedAt.toString() })
        })
      }
    }

    /** Null for a ledger that cannot say: the phase then begins anew. */
    function placeAfter(resumeFrom: string | null | undefined): Pick<SyncProgress, 'phase' | 'from'> | null {
      if (resumeFrom === undefined) return null
      return resumeFrom === null ? { phase: next, from: null } : { phase, from: resumeFrom }
    }
  }

  await inBusiness(app.db, businessId, async (db) => {
    const { timeZone } = await readBusiness(db, businessId)
    const at = app.now()
    const withoutCredit = await dropCredits(db, into, { notSeenSince: startedAt })
    await forgetOldDefects(db, connectionId, startedAt)
    await forgetSeen(db, connectionId)
    // What was read before a pause is as old as the pass, so what changed since is read at once.
    const nextAt = resumed ? at : nextSyncAt(timeZone, at, await lastHintAt(db, connectionId))
    await recordSynced(db, connectionId, { asOf: startedAt, at, nextAt, full: true })
    if (quiet) await recordEvents(db, [{ businessId, at, kind: 'first-load-done', facts: { ledger: ledger.kind } }])
    if (quiet || landing.afterSilence) await lookAtEveryone(db, at)
    else await lookAt(db, withoutCredit, at)
  })
}

async function askForUnseen(
  app: SyncApp,
  ledger: Ledger,
  landing: Landing,
  startedAt: Temporal.Instant,
): Promise<void> {
  const { businessId, connectionId } = landing.into
  const ids = await inBusiness(app.db, businessId, (db) => openInvoicesNotSeen(db, connectionId, startedAt))
  for (let start = 0; start < ids.length; start += IDS_PER_CALL) {
    const changes = await askByName(ledger, ids.slice(start, start + IDS_PER_CALL))
    await inBusiness(app.db, businessId, (db) => landChanges(db, landing, changes))
  }
}

/** Invoices by name. One that cannot be read is reported as such and does not keep the others back. */
async function askByName(ledger: Ledger, ids: readonly string[]): Promise<Partial<LedgerChanges>> {
  try {
    const found = [...(await ledger.invoices(ids))]
    return {
      invoices: found.flatMap(([, invoice]) => invoice ?? []),
      removed: found.flatMap(([id, invoice]) => (invoice === null ? { kind: 'invoice' as const, id } : [])),
    }
  } catch (error) {
    if (!(error instanceof LedgerError) || error.problem !== 'rejected') throw error
    const [id, ...others] = ids
    if (id === undefined || others.length === 0) {
      return { defects: id === undefined ? [] : [{ kind: 'invoice', id, field: 'invoice', message: error.message }] }
    }
    const each: Partial<LedgerChanges>[] = []
    for (const one of ids) each.push(await askByName(ledger, [one]))
    return {
      invoices: each.flatMap(({ invoices }) => invoices ?? []),
      removed: each.flatMap(({ removed }) => removed ?? []),
      defects: each.flatMap(({ defects }) => defects ?? []),
    }
  }
}

async function readOrganisation(app: SyncApp, ledger: Ledger, into: ConnectionRef): Promise<void> {
  const organisation = await ledger.organisation()
  // Consents differ in what they show of the settings; the books do not depend on it.
  const ownReminders = await ledger.ownReminders().catch((error: unknown) => {
    if (error instanceof LedgerError && error.problem === 'rejected') return null
    throw error
  })
  await inBusiness(app.db, into.businessId, async (db) => {
    await recordOrganisation(db, into.connectionId, organisation, ownReminders)
    await adoptOrganisation(db, into.businessId, {
      ...organisation,
      timeZone: organisation.timeZone ?? zoneOfCountry(organisation.country),
      language: languageOf(organisation.country),
    })
  })
}

/** Minutes until the next try after so many failures in a row. */
const backOffMinutes = (failures: number): number => Math.min(60, 2 ** Math.min(failures, 6))

async function recordTrouble(
  app: SyncApp,
  into: ConnectionRef,
  state: SyncState,
  error: unknown,
): Promise<SyncOutcome> {
  const now = app.now()
  const parked = error instanceof LedgerError && error.problem === 'slow-down'
  const seconds = parked ? (error.retryAfterSeconds ?? 60) : backOffMinutes(state.failures) * 60
  const problem = error instanceof Error ? error.message : String(error)
  await inBusiness(app.db, into.businessId, async (db) => {
    await recordSyncTrouble(db, into.connectionId, {
      problem,
      nextAt: now.add({ seconds: Math.ceil(seconds) }),
      isFailure: !parked,
    })
    // One line when the trouble begins is history; one for every try is noise.
    if (!parked && state.failures === 0) {
      await recordEvents(db, [{ businessId: into.businessId, at: now, kind: 'sync-failed', facts: { problem } }])
    }
  })
  if (parked) return 'parked'
  const { connectionId } = into
  if (error instanceof LedgerError)
    app.log.warn({ connectionId, problem: error.problem, correlationId: error.correlationId }, 'sync failed')
  else
    app.log.error(
      { connectionId, problem: error instanceof Error ? (error.stack ?? problem) : problem },
      'sync failed unexpectedly',
    )
  return 'failed'
}
