import pg from 'pg'

/**
 * Confirms a database that nobody has used yet as the real one. A database with businesses in it that does not
 * look as it did is a restored copy or a clone, and stays unconfirmed until a person says otherwise.
 */
export async function confirmFirstDatabase(databaseUrl: string): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl })
  await client.connect()
  try {
    await client.query(
      `update instance set confirmed_fingerprint = database_fingerprint(), confirmed_at = now()
        where confirmed_fingerprint is null and not exists (select from businesses)`,
    )
  } finally {
    await client.end()
  }
}
