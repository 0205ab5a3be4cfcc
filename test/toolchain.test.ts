import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'

const ROOT = resolve(import.meta.dirname, '..')
const run = promisify(execFile)

/** What a command says when it is unhappy; empty when it is content. */
async function complaints(command: string, ...args: string[]): Promise<string> {
  return run(command, args, { cwd: ROOT, maxBuffer: 16 * 1024 * 1024 }).then(
    () => '',
    (error: { stdout?: string; stderr?: string }) => `${error.stdout ?? ''}${error.stderr ?? ''}`.trim(),
  )
}

const bin = (name: string): string => resolve(ROOT, 'node_modules/.bin', name)

describe('The toolchain', () => {
  it('finds no type errors, and none in the rules without Node or a browser', async () => {
    expect(await complaints(bin('tsc'), '-p', '.')).toBe('')
    expect(await complaints(bin('tsc'), '-p', 'src/chase')).toBe('')
  })

  it('finds nothing to lint', async () => {
    expect(await complaints(bin('oxlint'), '--type-aware', '--deny-warnings')).toBe('')
  })

  it('finds every file formatted', async () => {
    expect(await complaints(bin('oxfmt'), '--check', '.')).toBe('')
  })

  it('has database types that match the migrations', async () => {
    expect(await complaints(process.execPath, 'scripts/database-types.ts', '--verify')).toBe('')
  })

  it('pins every dependency exactly', () => {
    const { dependencies, devDependencies, optionalDependencies } = JSON.parse(
      readFileSync(resolve(ROOT, 'package.json'), 'utf8'),
    ) as Record<string, Record<string, string>>
    const loose = Object.entries({ ...dependencies, ...devDependencies, ...optionalDependencies }).filter(
      ([, version]) => !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version),
    )
    expect(loose).toEqual([])
  })

  it('runs on the Node that npm brought along', () => {
    expect(Number(process.versions.node.split('.')[0])).toBeGreaterThanOrEqual(26)
  })
})
