import { readFile, writeFile } from 'node:fs/promises'
import { InvalidArgumentError, type Command } from 'commander'
import { createPapers } from '../documents/create-papers.ts'
import { verifyEvidence } from '../documents/verify-evidence.mjs'
import { createHolidayLookup } from '../flow/calendar.ts'
import { makeEvidence } from '../flow/evidence.ts'
import { addressFrom } from '../mail/address.ts'
import { rawMessage } from '../mail/mime.ts'
import { inBusiness, type Db } from '../store/db.ts'
import { findCustomersByName } from '../store/evidence.ts'
import { findBusinessByName } from '../store/people.ts'
import { withStore } from './with-store.ts'

type Options = { business?: string; customer?: string; invoice?: string; out?: string; head?: string; json?: boolean }

/** evidence: what was said and done about a customer's debt, sealed so that a later change shows. */
export function addEvidenceCommand(program: Command): void {
  program
    .command('evidence')
    .description('make a sealed pack of what was said and done about a customer, or verify one (needs no database)')
    .argument('<act>', 'make or verify', (act): 'make' | 'verify' => {
      if (act !== 'make' && act !== 'verify') throw new InvalidArgumentError('must be make or verify')
      return act
    })
    .argument('[file]', 'the pack to verify')
    .option('--business <name>', 'make: the business')
    .option('--customer <name>', 'make: the customer, by name or by its id in the ledger')
    .option('--invoice <number>', 'make: only what concerns this invoice')
    .option('--out <file>', 'make: where to write the pack')
    .option('--head <hash>', 'verify: the head hash that was noted elsewhere')
    .option('--json', 'print JSON')
    .action(async (act: 'make' | 'verify', file: string | undefined, options: Options) => {
      if (act === 'make') return await make(options)
      await verify(file, options)
    })
}

async function make({ business, customer, invoice, out, json }: Options): Promise<void> {
  if (!business || !customer || !out) throw new Error('evidence make needs --business, --customer and --out')
  await withStore(async ({ store, config }) => {
    const madeAt = config.testClock ?? Temporal.Now.instant()
    const businessId = await findBusinessByName(store.db, business)
    if (businessId === null) throw new Error(`There is no business called "${business}".`)
    const app = {
      db: store.db,
      now: () => madeAt,
      holidays: createHolidayLookup(),
      mailFrom: addressFrom(config.mailFrom),
      papers: createPapers(),
      rawMessage,
    }
    const found = await findCustomer(store.db, businessId, customer)
    const sealed = await makeEvidence(app, { businessId, customer: found, invoice: invoice ?? null, actor: 'operator' })
    if (!sealed) throw new Error(`"${found.name}" has no invoice with the number "${invoice}".`)
    const { archive, head, entries } = sealed
    await writeFile(out, archive)
    if (json) return console.log(JSON.stringify({ file: out, entries, head }))
    console.log(`${out}: ${entries} files, ${archive.length} bytes`)
    console.log(`Head: ${head}`)
    console.log(
      'Note the head somewhere else now (an e-mail to the other side, a notary, a dated print): it names this pack.',
    )
  })
}

async function findCustomer(db: Db, businessId: string, customer: string): Promise<{ id: string; name: string }> {
  const [first, ...others] = await inBusiness(db, businessId, (tx) => findCustomersByName(tx, customer))
  if (!first) throw new Error(`There is no customer called "${customer}".`)
  if (others.length > 0) {
    const ids = [first, ...others].map(({ ledgerId, state }) => `${ledgerId} (${state})`).join(', ')
    throw new Error(`Several customers are called "${customer}". Name one by its id in the ledger: ${ids}.`)
  }
  return first
}

async function verify(file: string | undefined, { head, json }: Options): Promise<void> {
  if (file === undefined) throw new Error('evidence verify needs the file to verify')
  const found = verifyEvidence(await readFile(file), head ?? null)
  if (json) console.log(JSON.stringify({ file, ...found }))
  else if (found.problems.length === 0) {
    console.log(`Untouched since it was sealed: ${found.entries} files, head ${found.head ?? '–'}`)
    if (!head)
      console.log('Compare the head with the one that was noted elsewhere: without that, it may be another pack.')
  } else for (const problem of found.problems) console.log(problem)
  process.exitCode = found.problems.length === 0 ? 0 : 1
}
