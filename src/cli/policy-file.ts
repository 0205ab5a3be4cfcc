import { readFileSync } from 'node:fs'
import { CommanderError, type Command } from 'commander'
import { readOpenings } from '../app.ts'
import type { Policy } from '../chase/policy.ts'
import { checkPolicyText, type CheckedText, type Remark } from '../policy/check.ts'
import { sayRemark } from '../policy/words.ts'

/** Proves what can be proven about a policy document, with the wordings there are. */
export const checked = async (text: string): Promise<CheckedText> => checkPolicyText(text, await readOpenings())

/**
 * The policy of a file, checked as `policy check` does. Null when it has errors: they are reported as there, and the exit
 * code is 1. What there is to remark on a sound file goes to the standard error, so that the answer itself stays clean.
 */
export async function policyFrom(path: string, options: { readonly json?: boolean }): Promise<Policy | null> {
  const result = await checked(readText(path))
  if (result.policy === null || !result.sound) {
    report(result, path, options)
    return null
  }
  for (const remark of result.remarks) console.error(lineOf(remark, path))
  return result.policy
}

/** Prints what a check found; with an error in it, the exit code is 1. */
export function report({ remarks, sound }: CheckedText, name: string, { json }: { readonly json?: boolean }): void {
  if (json) printJson({ sound, remarks: remarks.map(plain) })
  else {
    for (const remark of remarks) console.log(lineOf(remark, name))
    if (remarks.length === 0) console.log(`${name}: nothing to remark; every proof holds.`)
  }
  if (!sound) process.exitCode = 1
}

/** As compilers write it, so that editors find the place. */
export const lineOf = (remark: Remark, name: string): string =>
  `${name}:${remark.line}:${remark.column}: ${remark.weight}: ${sayRemark(remark, 'en')}${remark.path ? ` [${remark.path}]` : ''}`

/** A remark for machines. */
export const plain = (remark: Remark) => ({
  line: remark.line,
  column: remark.column,
  path: remark.path,
  weight: remark.weight,
  rule: 'problem' in remark.about ? remark.about.problem.fault : remark.about.finding.rule,
  say: sayRemark(remark, 'en'),
})

export const printJson = (value: unknown): void => console.log(JSON.stringify(value, null, 2))

/** The text of a file, or of the standard input for `-`. Throws a wrong use when it cannot be read. */
export function readText(path: string): string {
  try {
    return readFileSync(path === '-' ? 0 : path, 'utf8')
  } catch (error) {
    throw wrongUse(`${path} cannot be read: ${error instanceof Error ? error.message : String(error)}`)
  }
}

/** The value of an option that must be there. */
export function required(value: string | undefined, name: string): string {
  if (value === undefined) throw wrongUse(`the option ${name} is missing`)
  return value
}

/** Says what was wrong with how a command was used. Ends with 2, since 1 says that a file has errors. */
export function wrongUse(message: string): CommanderError {
  console.error(`error: ${message}`)
  return new CommanderError(WRONG_USE, 'puntual.wrongUse', message)
}

/** Lets a command, whose exit code 1 says that a file has errors, end with 2 for options it does not know or miss. */
export const endingWithTwo = (command: Command): Command =>
  command.exitOverride((error) => {
    throw error.exitCode === 0 ? error : new CommanderError(WRONG_USE, error.code, error.message)
  })

const WRONG_USE = 2
