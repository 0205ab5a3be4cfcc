import { InvalidArgumentError, type Command } from 'commander'
import type { Mode } from '../chase/standing.ts'
import { setModeByName } from '../flow/operator.ts'
import { createSignInLink } from '../flow/sign-in.ts'
import { listBusinesses } from '../store/work.ts'
import { withStore } from './with-store.ts'

const MODES: readonly Mode[] = ['observe', 'approve', 'automatic']

/** businesses, mode, sign-in-link: what the operator of an installation does by hand. */
export function addBusinessCommands(program: Command): void {
  program
    .command('businesses')
    .description('list the businesses of this installation')
    .option('--json', 'print JSON')
    .action((options: { json?: boolean }) =>
      withStore(async ({ store }) => {
        const businesses = await listBusinesses(store.db)
        if (options.json) return console.log(JSON.stringify(businesses, null, 2))
        if (businesses.length === 0)
          return console.log('No business yet: npx puntual sign-in-link --email … --business …')
        for (const { name, mode, stopped } of businesses) console.log(`${name}\t${stopped ? 'stopped' : mode}`)
      }),
    )

  program
    .command('mode')
    .description('say what Puntual may do by itself for a business: observe, approve or automatic')
    .requiredOption('--business <name>', 'the business')
    .argument('<mode>', MODES.join(', '), (value): Mode => {
      const mode = MODES.find((each) => each === value)
      if (!mode) throw new InvalidArgumentError(`must be one of ${MODES.join(', ')}`)
      return mode
    })
    .option('--json', 'print JSON')
    .action((mode: Mode, options: { business: string; json?: boolean }) =>
      withStore(async ({ store, config }) => {
        const clock = { now: () => config.testClock ?? Temporal.Now.instant() }
        const before = await setModeByName({ db: store.db, ...clock }, options.business, mode)
        if (before === null) throw new Error(`There is no business called "${options.business}".`)
        console.log(
          options.json
            ? JSON.stringify({ business: options.business, mode, before })
            : `${options.business}: ${mode} (was ${before})`,
        )
      }),
    )

  program
    .command('sign-in-link')
    .description(
      'print a one-time URL that signs a person in; makes the user and the business where they do not exist yet',
    )
    .requiredOption('--email <address>', 'the person')
    .option('--business <name>', 'the business to open; the person becomes its owner')
    .option('--json', 'print JSON')
    .action((options: { email: string; business?: string; json?: boolean }) =>
      withStore(async ({ store, config }) => {
        const url = await createSignInLink(
          { db: store.db, wallClock: () => Temporal.Now.instant() },
          {
            email: options.email,
            publicUrl: config.publicUrl,
            ...(options.business && { businessName: options.business }),
          },
        )
        console.log(options.json ? JSON.stringify({ url }) : url)
      }),
    )
}
