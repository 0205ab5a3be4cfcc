import { readFile, writeFile } from 'node:fs/promises'
import { InvalidArgumentError, type Command } from 'commander'
import { day } from '../chase/day.ts'
import { money } from '../chase/money.ts'
import { sealEvidence, type EvidenceFile } from '../documents/evidence-seal.ts'
import type { AccountStatement } from '../documents/statement.ts'
import { statementPaper } from '../documents/statement-paper.ts'
import { verifyEvidence } from '../documents/verify-evidence.mjs'
import { gatherEvidence } from '../flow/evidence.ts'
import { localeOf } from '../flow/language.ts'
import { toMime } from '../mail/mime.ts'
import { readBusiness, type Business } from '../store/businesses.ts'
import { inBusiness, type Db } from '../store/db.ts'
import {
  findCustomersByName,
  readAccount,
  readEvidenceScope,
  type AccountRows,
  type EvidenceScope,
} from '../store/evidence.ts'
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
    const madeAt = (config.testClock ?? Temporal.Now.instant()).round('millisecond')
    const businessId = await findBusinessByName(store.db, business)
    if (businessId === null) throw new Error(`There is no business called "${business}".`)
    const { name, scope } = await findScope(store.db, businessId, customer, invoice ?? null)
    const app = {
      db: store.db,
      rawMessage: async (email: Parameters<typeof toMime>[0]) => (await toMime(email)).content,
    }
    const gathered = await gatherEvidence(app, businessId, scope, madeAt)
    const papers = await statements(store.db, businessId, name, scope, madeAt)
    const subject = `${business} – ${name}${invoice ? ` – ${invoice}` : ''}`
    const { archive, head, entries } = sealEvidence([...gathered, ...papers], { subject, madeAt })
    await writeFile(out, archive)
    if (json) return console.log(JSON.stringify({ file: out, entries, head }))
    console.log(`${out}: ${entries} files, ${archive.length} bytes`)
    console.log(`Head: ${head}`)
    console.log(
      'Note the head somewhere else now (an e-mail to the other side, a notary, a dated print): it names this pack.',
    )
  })
}

async function findScope(
  db: Db,
  businessId: string,
  customer: string,
  invoice: string | null,
): Promise<{ name: string; scope: EvidenceScope }> {
  return await inBusiness(db, businessId, async (tx) => {
    const [first, ...others] = await findCustomersByName(tx, customer)
    if (!first) throw new Error(`There is no customer called "${customer}".`)
    if (others.length > 0) {
      const ids = [first, ...others].map(({ ledgerId, state }) => `${ledgerId} (${state})`).join(', ')
      throw new Error(`Several customers are called "${customer}". Name one by its id in the ledger: ${ids}.`)
    }
    const scope = await readEvidenceScope(tx, first.id, invoice)
    if (!scope) throw new Error(`"${first.name}" has no invoice with the number "${invoice}".`)
    return { name: first.name, scope }
  })
}

/** The account as it stands when the pack is made, in both languages. */
async function statements(
  db: Db,
  businessId: string,
  customerName: string,
  { customerIds }: EvidenceScope,
  madeAt: Temporal.Instant,
): Promise<EvidenceFile[]> {
  const { business, rows } = await inBusiness(db, businessId, async (tx) => {
    const found = await readBusiness(tx, businessId)
    const today = day(madeAt.toZonedDateTimeISO(found.timeZone).toPlainDate().toString())
    return { business: found, rows: await readAccount(tx, customerIds, today) }
  })
  const files: EvidenceFile[] = []
  for (const language of ['es', 'en'] as const) {
    const content = await statementPaper(statementOf(business, customerName, rows, language, madeAt))
    files.push({ path: `account/statement-${language}.pdf`, kind: 'statement', at: madeAt, content })
  }
  return files
}

function statementOf(
  business: Business,
  customerName: string,
  { items, credits, payments, syncedAt }: AccountRows,
  language: 'es' | 'en',
  asOf: Temporal.Instant,
): AccountStatement {
  return {
    language,
    locale: localeOf(language, business.country),
    timeZone: business.timeZone,
    asOf,
    booksReadAt: syncedAt,
    business: {
      name: business.name,
      details: [business.senderPhone, business.senderEmail].filter((line) => line !== null),
    },
    customer: { name: customerName, details: [] },
    items: items.map(({ currency, totalMinor, balanceMinor, ...item }) => ({
      ...item,
      total: money(totalMinor, currency),
      balance: money(balanceMinor, currency),
    })),
    credits: credits.map(({ kind, currency, remainingMinor }) => ({
      kind,
      reference: null,
      remaining: money(remainingMinor, currency),
    })),
    payments: payments.map(({ on, number, currency, amountMinor }) => ({
      on,
      invoice: number,
      amount: money(amountMinor, currency),
    })),
    payTo: (business.paymentDetails ?? '').split('\n').filter((line) => line.trim() !== ''),
  }
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
