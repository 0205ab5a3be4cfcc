import { readFileSync } from 'node:fs'

/** What one run took: wall time, and what this process spent of the processor meanwhile. */
export type Run = { readonly seconds: number; readonly cpuSeconds: number }

/** Measures a piece of work in this process. */
export async function measure(work: () => Promise<unknown>): Promise<Run> {
  const [cpu, at] = [process.cpuUsage(), performance.now()]
  await work()
  const { user, system } = process.cpuUsage(cpu)
  return { seconds: (performance.now() - at) / 1000, cpuSeconds: (user + system) / 1e6 }
}

/** The middle value: on a shared machine the mean belongs to whoever else was busy. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((one, other) => one - other)
  const middle = Math.floor(sorted.length / 2)
  const [low, high] = [sorted[middle - 1] ?? Number.NaN, sorted[middle] ?? Number.NaN]
  return sorted.length % 2 === 1 ? high : (low + high) / 2
}

/** Runs the limit and ours in turn, so that a busy minute falls on both. */
export async function inTurn<Limit, Ours>(
  pairs: number,
  limit: () => Promise<Limit>,
  ours: () => Promise<Ours>,
): Promise<{ limit: Limit[]; ours: Ours[] }> {
  const results: { limit: Limit[]; ours: Ours[] } = { limit: [], ours: [] }
  for (let pair = 0; pair < pairs; pair += 1) {
    results.limit.push(await limit())
    results.ours.push(await ours())
  }
  return results
}

/** The median of the pairs' ratios: each of ours beside the limit that ran just before it. */
export const ratioOf = (ours: readonly number[], limit: readonly number[]): number =>
  median(ours.map((value, pair) => value / (limit[pair] ?? Number.NaN)))

/** One line: what it is, ours, the limit of the same run, and how much of it that is. */
export function say(what: string, ours: string, limit = '', ratio: number | null = null): void {
  const share = ratio === null ? '' : `ratio ${ratio.toFixed(2)}`
  console.log(`  ${what.padEnd(44)} ${ours.padStart(16)}   ${limit.padEnd(34)} ${share}`.trimEnd())
}

export const perSecond = (rate: number, of: string): string => `${Math.round(rate).toLocaleString('en')} ${of}/s`

export const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(0)} MB`

/** Resident and proportional memory of a process, in bytes; null where the system does not tell (Linux does). */
export function memoryOf(pid: number): { rss: number; pss: number } | null {
  try {
    const rollup = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8')
    const kilobytes = (name: string): number =>
      Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(rollup)?.[1] ?? Number.NaN)
    return { rss: kilobytes('Rss') * 1024, pss: kilobytes('Pss') * 1024 }
  } catch {
    return null
  }
}
