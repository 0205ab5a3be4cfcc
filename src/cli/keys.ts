import { InvalidArgumentError, type Command } from 'commander'
import { rewrapKeys } from '../store/sealed.ts'
import { withStore } from './with-store.ts'

/** keys: what changing the installation's keys needs. */
export function addKeyCommands(program: Command): void {
  program
    .command('keys')
    .description('protect every business’s key with the first of APP_KEYS, so that the ones after it can be retired')
    .argument('<act>', 'rewrap', (act): 'rewrap' => {
      if (act !== 'rewrap') throw new InvalidArgumentError('must be rewrap')
      return act
    })
    .option('--json', 'print JSON')
    .action((_act: 'rewrap', options: { json?: boolean }) =>
      withStore(async ({ store, config }) => {
        const rewrapped = await rewrapKeys(store.db, config.appKeys)
        const [first, ...others] = config.appKeys.map(({ id }) => id)
        if (options.json) return console.log(JSON.stringify({ key: first, rewrapped, unneeded: others }))
        console.log(`Every business’s key is protected by "${first}" now; ${rewrapped} of them were not before.`)
        if (others.length > 0) {
          console.log(
            `No longer needed here, only for backups made before: ${others.map((id) => `"${id}"`).join(', ')}.`,
          )
        }
      }),
    )
}
