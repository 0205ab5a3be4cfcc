import { spawn, type ChildProcess } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll } from 'vitest'

const MAIN = resolve(import.meta.dirname, '../../src/main.ts')

export type Finished = { readonly code: number | null; readonly out: string; readonly err: string }

const directories: string[] = []
const children: ChildProcess[] = []

// Registered once for the file: what a test registers while it runs is never called.
afterAll(() => {
  for (const child of children) child.kill('SIGKILL')
  for (const directory of directories) {
    stopPostgres(directory)
    rmSync(directory, { recursive: true, force: true })
  }
})

/** An empty directory to run commands in, as a newcomer's would be. Removed after the file's tests. */
export function emptyDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'puntual-cli-'))
  directories.push(directory)
  return directory
}

/** Runs a command to its end. */
export async function puntual(
  directory: string,
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<Finished> {
  const child = start(directory, args, environment)
  const code = await new Promise<number | null>((done) => child.process.once('close', done))
  return { code, out: child.out(), err: child.err() }
}

/** Starts a command and leaves it running; `said` resolves when it has printed something. */
export function start(directory: string, args: readonly string[], environment: Readonly<Record<string, string>> = {}) {
  const child: ChildProcess = spawn(process.execPath, [MAIN, ...args], {
    cwd: directory,
    // Only what is said here: the machine's own variables must not decide a test.
    env: { PATH: process.env['PATH'], HOME: directory, LOG_LEVEL: 'warn', ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let [out, err] = ['', '']
  child.stdout?.on('data', (chunk: Buffer) => (out += chunk.toString()))
  child.stderr?.on('data', (chunk: Buffer) => (err += chunk.toString()))
  children.push(child)
  const said = (what: RegExp): Promise<void> =>
    new Promise((done, fail) => {
      const look = (): void => {
        if (what.test(out)) done()
      }
      child.stdout?.on('data', look)
      child.once('close', (code) => fail(new Error(`it ended with ${code} before saying ${what}: ${err}`)))
      look()
    })
  return { process: child, said, out: () => out, err: () => err }
}

export async function freePort(): Promise<number> {
  const probe = createServer()
  await new Promise<void>((done) => probe.listen(0, '127.0.0.1', done))
  const address = probe.address()
  await new Promise((done) => probe.close(done))
  if (address === null || typeof address === 'string') throw new Error('no free port')
  return address.port
}

/** Ends a database server that a killed process left behind. */
function stopPostgres(directory: string): void {
  try {
    const pid = Number(readFileSync(join(directory, 'data/postgres/postmaster.pid'), 'utf8').split('\n')[0])
    if (pid > 1) process.kill(pid, 'SIGQUIT')
  } catch {
    // None was left.
  }
}
