import { sql, type ColumnType, type RawBuilder } from 'kysely'

/** A timestamptz column: read as an instant, written as its text. */
export type Instant = ColumnType<Temporal.Instant, string, string>

/** A jsonb column: read as parsed, written as text made by JSON.stringify. */
export type Json = ColumnType<unknown, string, string>

/** An instant to compare a timestamptz column with. */
export const instant = (at: Temporal.Instant): RawBuilder<Temporal.Instant> => sql`${at.toString()}::timestamptz`
