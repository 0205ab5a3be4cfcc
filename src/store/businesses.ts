import { sql } from 'kysely'
import type { Mode } from '../chase/standing.ts'
import { instant } from './columns.ts'
import type { BusinessDb } from './db.ts'
import type { EventKind } from './events.ts'

/** A business as the flow needs it: how it chases, and what its messages say about it. */
export type Business = {
  readonly id: string
  readonly name: string
  readonly country: string | null
  readonly region: string | null
  readonly timeZone: string
  readonly baseCurrency: string | null
  readonly language: 'es' | 'en'
  readonly mode: Mode
  readonly stopped: boolean
  readonly senderName: string | null
  readonly senderRole: string | null
  readonly senderPhone: string | null
  readonly senderEmail: string | null
  /** Who signs the steps of a senior sender; null where the usual one does. */
  readonly seniorName: string | null
  readonly seniorRole: string | null
  readonly seniorPhone: string | null
  readonly seniorEmail: string | null
  readonly paymentDetails: string | null
  readonly lateCharges: string | null
  /** What formal letters say of it: the name before the law (the everyday one where null), numbers and address. */
  readonly legalName: string | null
  readonly taxId: string | null
  readonly registration: string | null
  readonly postalAddress: string | null
  /** When somebody said yes to quoting legal amounts; null while nobody has. */
  readonly lawConsentedAt: string | null
  readonly sellsToBusinessesOnly: boolean
  /** On which side of the limit of art. 80.Cuatro its turnover lies; null while nobody said. */
  readonly vatTurnover: 'up-to-limit' | 'above-limit' | null
}

/** The business's columns under the names of `Business`, for a statement that reads it with other things. */
export const businessColumns = sql<Business>`jsonb_build_object(
  'id', b.id, 'name', b.name, 'country', b.country, 'region', b.region, 'timeZone', b.time_zone,
  'baseCurrency', b.base_currency, 'language', b.language, 'mode', b.mode, 'stopped', b.stopped_at is not null,
  'senderName', b.sender_name, 'senderRole', b.sender_role, 'senderPhone', b.sender_phone, 'senderEmail', b.sender_email,
  'seniorName', b.senior_name, 'seniorRole', b.senior_role, 'seniorPhone', b.senior_phone, 'seniorEmail', b.senior_email,
  'paymentDetails', b.payment_details, 'lateCharges', b.late_charges, 'legalName', b.legal_name, 'taxId', b.tax_id,
  'registration', b.registration, 'postalAddress', b.postal_address,
  'lawConsentedAt', b.law_consented_at, 'sellsToBusinessesOnly', b.sells_to_businesses_only, 'vatTurnover', b.vat_turnover)`

/** The business this transaction is bound to. Throws when it does not exist. */
export async function readBusiness(db: BusinessDb, businessId: string): Promise<Business> {
  const { rows } = await sql<{ business: Business }>`
    select ${businessColumns} as business from businesses b where b.id = ${businessId}`.execute(db)
  const [row] = rows
  if (!row) throw new Error('this business does not exist')
  return row.business
}

/** Fills in what the ledger knows of the business, without touching what is already set. */
export async function adoptOrganisation(
  db: BusinessDb,
  businessId: string,
  organisation: { country: string | null; baseCurrency: string; timeZone: string | null; language: 'es' | 'en' },
): Promise<void> {
  const before = await db
    .selectFrom('businesses')
    .select(['country', 'base_currency'])
    .where('id', '=', businessId)
    .executeTakeFirstOrThrow()
  // Country and currency are unset only until the first ledger is connected; zone and language follow it then.
  const first = before.country === null && before.base_currency === null
  await db
    .updateTable('businesses')
    .set({
      base_currency: organisation.baseCurrency,
      ...(first && { country: organisation.country, language: organisation.language }),
      ...(first && organisation.timeZone !== null && { time_zone: organisation.timeZone }),
    })
    .where('id', '=', businessId)
    .execute()
}

/** Whether the history already has such a line since an instant. Holds the business's row, so that of many at once one tells. */
export async function wasToldSince(
  db: BusinessDb,
  businessId: string,
  kind: EventKind,
  since: Temporal.Instant,
): Promise<boolean> {
  await sql`select from businesses where id = ${businessId} for no key update`.execute(db)
  const { rows } = await sql`
    select from events where business_id = ${businessId} and kind = ${kind} and at > ${instant(since)} limit 1`.execute(
    db,
  )
  return rows.length > 0
}

/** Whether the database is the one a person confirmed, and not a restored copy or a clone of it. */
export async function databaseIsConfirmed(db: BusinessDb): Promise<boolean> {
  const row = await db
    .selectFrom('instance')
    .select((e) => e('confirmed_fingerprint', '=', e.fn<string>('database_fingerprint', [])).as('confirmed'))
    .executeTakeFirstOrThrow()
  return Boolean(row.confirmed)
}
