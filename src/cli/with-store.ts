import { checkDatabase, openDatabase } from '../app.ts'
import { readConfig, type Config } from '../config.ts'
import { openStore, type Store } from '../store/db.ts'

/** Opens the database of the environment for a command that reads or changes a little, and closes it again. */
export async function withStore(work: (given: { store: Store; config: Config }) => Promise<void>): Promise<void> {
  const config = readConfig()
  const database = await openDatabase(config)
  try {
    await checkDatabase(database.url)
    const store = openStore(database.url, { connections: 2 })
    try {
      await work({ store, config })
    } finally {
      await store.close()
    }
  } finally {
    await database.stop()
  }
}
