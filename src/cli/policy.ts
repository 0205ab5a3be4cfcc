import type { Command } from 'commander'
import { readOpenings } from '../app.ts'
import type { Policy } from '../chase/policy.ts'
import type { Config } from '../config.ts'
import { applyPolicy, checkDocument } from '../flow/apply-policy.ts'
import { OPERATOR } from '../flow/operator.ts'
import { documentInForce, policyInForce, type PolicyInForce } from '../flow/policy.ts'
import { differencesBetween } from '../policy/diff.ts'
import { policyHash } from '../policy/hash.ts'
import { policyJsonSchema } from '../policy/json-schema.ts'
import { POLICY_WORDS, sayDifferences, type PolicyEffect } from '../policy/words.ts'
import { inBusiness, type Db } from '../store/db.ts'
import { findBusinessByName } from '../store/people.ts'
import { listVersions } from '../store/policies.ts'
import {
  checked,
  endingWithTwo,
  lineOf,
  plain,
  printJson,
  readText,
  report,
  required,
  wrongUse,
} from './policy-file.ts'
import { withStore } from './with-store.ts'

/** Says what another policy would change in the messages of the next days, on the business's own books. */
export type MeasureEffect = (
  given: { readonly db: Db; readonly config: Config },
  businessId: string,
  next: Policy,
) => Promise<PolicyEffect>

type Options = { readonly business?: string; readonly file?: string; readonly why?: string; readonly json?: boolean }

/**
 * policy show, check, diff, apply, history, schema. Exits with 0 when all is well, 1 when a file has errors, 2 when the
 * command was used wrongly.
 *
 * `measureEffect` counts on the business's books what an edit would send; without it, `diff` tells what the edit says.
 */
export function addPolicyCommands(program: Command, measureEffect: MeasureEffect | null = null): void {
  const policy = program.command('policy').description('the chase policy of a business, as a text file')
  endingWithTwo(policy)

  command(policy, 'show', 'print the policy in force').action((options: Options) =>
    withPolicy(options, async ({ business, inForce, document }) => {
      const { version, hash } = inForce
      if (options.json) return printJson({ business, version, hash, document, policy: inForce.policy })
      process.stdout.write(document)
    }),
  )

  command(policy, 'check', 'prove what can be proven about a policy; a file needs no business')
    .option('--file <path>', 'a file instead of the policy in force; - for the standard input')
    .action(async (options: Options) => {
      const text = options.file === undefined ? null : readText(options.file)
      if (text !== null && options.business === undefined)
        return report(await checked(text), options.file ?? '', options)
      return withPolicy(options, async ({ given, business, businessId, document }) => {
        const app = { db: given.db, now: nowOf(given.config), openings: await readOpenings() }
        report(await checkDocument(app, businessId, text ?? document), options.file ?? business, options)
      })
    })

  command(policy, 'diff', 'say what a file changes in the policy in force')
    .option('--file <path>', 'the file; - for the standard input')
    .action((options: Options) => {
      const text = readText(required(options.file, '--file'))
      return withPolicy(options, async ({ given, businessId, business, inForce }) => {
        const next = await checked(text)
        if (next.policy === null || !next.sound) return report(next, options.file ?? '', options)
        const effect = measureEffect && (await measureEffect(given, businessId, next.policy))
        if (options.json) {
          const differences = differencesBetween(inForce.policy, next.policy)
          return printJson({
            business,
            from: inForce.hash,
            to: policyHash(next.policy),
            differences,
            ...(effect && { effect }),
          })
        }
        for (const sentence of sayDifferences(inForce.policy, next.policy, 'en')) console.log(sentence)
        if (effect) console.log(POLICY_WORDS.en.effect(effect))
      })
    })

  command(policy, 'apply', 'put a file in force as the next version; refused when it has errors')
    .option('--file <path>', 'the file; - for the standard input')
    .option('--why <text>', 'why, for the history')
    .action((options: Options) => {
      const document = readText(required(options.file, '--file'))
      return withPolicy(options, async ({ given, businessId, business }) => {
        const app = { db: given.db, now: nowOf(given.config), openings: await readOpenings() }
        const act = {
          businessId,
          userId: OPERATOR,
          document,
          why: options.why?.slice(0, MOST_WHY) ?? null,
          basedOn: null,
        }
        const applied = await applyPolicy(app, act)
        if (applied.kind === 'refused') return report(applied.checked, options.file ?? '', options)
        if (applied.kind === 'applied') {
          const { version, hash, checked: { remarks } } = applied // prettier-ignore
          if (options.json) return printJson({ business, version, hash, applied: true, remarks: remarks.map(plain) })
          for (const remark of remarks) console.log(lineOf(remark, options.file ?? ''))
          return console.log(`${business}: version ${version} is in force (${hash.slice(0, 12)}).`)
        }
        if (options.json) return printJson({ business, applied: false })
        return console.log(`${business}: this is in force already.`)
      })
    })

  command(policy, 'history', 'list the versions, the newest first').action((options: Options) =>
    withPolicy(options, async ({ given, businessId }) => {
      const versions = await inBusiness(given.db, businessId, (db) => listVersions(db, businessId, MOST_VERSIONS))
      if (options.json) return printJson(versions.map(({ document: _document, ...version }) => version))
      if (versions.length === 0) return console.log('No version yet: the default policy is in force.')
      for (const { version, hash, who, why, inForceFrom } of versions) {
        const at = inForceFrom.toString({ smallestUnit: 'second' })
        console.log(`${version}\t${at}\t${hash.slice(0, 12)}\t${who ?? 'a former user'}\t${why ?? ''}`)
      }
    }),
  )

  policy
    .command('schema')
    .description('print the JSON Schema of policy files')
    .action(() => printJson(policyJsonSchema()))
}

/** What fits on a line of the history. */
const MOST_WHY = 300
const MOST_VERSIONS = 1000

const command = (policy: Command, name: string, description: string): Command =>
  policy
    .command(name)
    .description(description)
    .option('--business <name>', 'the business')
    .option('--json', 'print JSON')

type Given = {
  readonly given: { readonly db: Db; readonly config: Config }
  readonly business: string
  readonly businessId: string
  readonly inForce: PolicyInForce
  readonly document: string
}

function withPolicy(options: Options, work: (given: Given) => Promise<void>): Promise<void> {
  const business = required(options.business, '--business')
  return withStore(async ({ store: { db }, config }) => {
    const businessId = await findBusinessByName(db, business)
    if (businessId === null) throw wrongUse(`There is no business called "${business}".`)
    const { inForce, document } = await inBusiness(db, businessId, async (inside) => {
      const found = await policyInForce(inside, businessId, nowOf(config)())
      return { inForce: found, document: await documentInForce(inside, businessId, found) }
    })
    await work({ given: { db, config }, business, businessId, inForce, document })
  })
}

const nowOf = (config: Config) => (): Temporal.Instant => config.testClock ?? Temporal.Now.instant()
