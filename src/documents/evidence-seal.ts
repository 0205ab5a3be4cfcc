import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { zipSync, type Zippable } from 'fflate'
import { evidenceReadme } from './evidence-readme.ts'

/** One thing in a pack: what it is, when it happened, and its bytes. */
export type EvidenceFile = {
  /** Letters, digits, dots, dashes and underscores, in folders. */
  readonly path: string
  readonly kind: string
  readonly at: Temporal.Instant
  readonly content: Uint8Array
}

export type SealedEvidence = {
  readonly archive: Uint8Array
  /** The hash of the manifest's last line. Noted elsewhere, it names this pack and no other. */
  readonly head: string
  readonly entries: number
}

/**
 * Seals files into one archive: a manifest in which each line carries the hash of the line before it, and a seal with
 * the last hash. `verify-evidence.mjs` checks it, and travels inside it.
 *
 * Equal files and moment give equal bytes. The files come in the order of their times. Throws a RangeError for a name
 * that a pack does not use, a name used twice, and for more than a zip can hold.
 */
export function sealEvidence(
  files: readonly EvidenceFile[],
  about: { readonly subject: string; readonly madeAt: Temporal.Instant },
): SealedEvidence {
  const { madeAt } = about
  const own = (path: string, kind: string, text: string): EvidenceFile => ({
    path,
    kind,
    at: madeAt,
    content: Buffer.from(text),
  })
  const ours = [own('README.txt', 'readme', evidenceReadme(about)), own('verify-evidence.mjs', 'verifier', VERIFIER)]
  const listed = [...files, ...ours]
  refuseNames(listed)
  const all = [...listed, own('SHA256SUMS', 'checksums', checksums(listed))].toSorted(byTime)

  let previous = BEFORE_THE_FIRST
  const lines = all.map(({ path, kind, at, content }, index) => {
    const line = manifestLine({
      index: index + 1,
      path,
      sha256: sha256(content),
      size: content.length,
      time: timeOf(at),
      kind,
      previous,
    })
    previous = sha256(line)
    return line
  })
  const head = previous
  const archive = zip([
    ...all.map(({ path, content }): [string, Uint8Array] => [path, content]),
    ['manifest.jsonl', Buffer.from(lines.join(''))],
    ['SEAL.json', Buffer.from(`${JSON.stringify({ format: FORMAT, entries: lines.length, head })}\n`)],
  ])
  return { archive, head, entries: lines.length }
}

const FORMAT = 'puntual-evidence-1'
const BEFORE_THE_FIRST = '0'.repeat(64)
const VERIFIER = readFileSync(fileURLToPath(new URL('verify-evidence.mjs', import.meta.url)), 'utf8')

type ManifestEntry = {
  readonly index: number
  readonly path: string
  readonly sha256: string
  readonly size: number
  readonly time: string
  readonly kind: string
  /** Of the line before this one, its line feed included: anybody can work it out with sha256sum. */
  readonly previous: string
}

/** A line of the manifest, with the line feed that is hashed with it. The order of the fields is part of the format. */
const manifestLine = ({ index, path, sha256, size, time, kind, previous }: ManifestEntry): string =>
  `${JSON.stringify({ index, path, sha256, size, time, kind, previous })}\n`

const sha256 = (content: string | Uint8Array): string => createHash('sha256').update(content).digest('hex')

/** Always with milliseconds, so that times compare as text. */
const timeOf = (at: Temporal.Instant): string => at.toString({ fractionalSecondDigits: 3 })

/** Oldest first, then by name: the same facts always come in the same order. */
function byTime(one: EvidenceFile, other: EvidenceFile): number {
  const [earlier, later] = [timeOf(one.at), timeOf(other.at)]
  if (earlier !== later) return earlier < later ? -1 : 1
  return one.path < other.path ? -1 : 1
}

/** The list that `sha256sum -c` reads. */
const checksums = (files: readonly EvidenceFile[]): string =>
  files
    .map(({ path, content }) => `${sha256(content)}  ${path}\n`)
    .toSorted()
    .join('')

const SAFE_PATH = /^(?:[A-Za-z0-9][A-Za-z0-9._-]*\/)*[A-Za-z0-9][A-Za-z0-9._-]*$/

function refuseNames(files: readonly EvidenceFile[]): void {
  const taken = new Set(['sha256sums', 'manifest.jsonl', 'seal.json'])
  for (const { path } of files) {
    // A name that is a number would be moved to the front by the object that fflate takes.
    if (!SAFE_PATH.test(path) || /^\d+$/.test(path)) throw new RangeError(`not a name for a pack: ${path}`)
    if (taken.has(path.toLowerCase())) throw new RangeError(`twice in one pack: ${path}`)
    taken.add(path.toLowerCase())
  }
  // Without zip's 64-bit form, which many tools cannot read.
  const bytes = files.reduce((sum, { content }) => sum + content.length, 0)
  if (bytes > MOST_BYTES || files.length > MOST_FILES) {
    throw new RangeError(`too much for one pack: ${files.length} files, ${bytes} bytes. Make one for each invoice.`)
  }
}

const MOST_BYTES = 1_500_000_000
const MOST_FILES = 60_000

/** Stored, not compressed: every byte of the container is determined, and the files can be read with the plainest of tools. */
function zip(entries: readonly [string, Uint8Array][]): Uint8Array {
  const zippable: Zippable = Object.fromEntries(entries)
  // fflate reads the local clock of this; it comes out the same in every zone.
  return zipSync(zippable, { level: 0, mtime: new Date(1980, 0, 1, 12), os: 0 })
}
