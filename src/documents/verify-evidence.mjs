// Checks a Puntual evidence pack: node verify-evidence.mjs PACK.zip [HEAD]
//
// It needs Node 18 or later and nothing else: no package, no network, no database. It prints each problem that it
// finds and exits with 1, or says what it checked and exits with 0. HEAD is the head hash that was noted elsewhere.
import { createHash } from 'node:crypto'
import { readFileSync, realpathSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const FORMAT = 'puntual-evidence-1'
const MANIFEST = 'manifest.jsonl'
const SEAL = 'SEAL.json'
const BEFORE_THE_FIRST = '0'.repeat(64)
const FIELDS = ['index', 'path', 'sha256', 'size', 'time', 'kind', 'previous']

/** Letters, digits, dots, dashes and underscores, in folders: nothing that could unpack elsewhere. */
const SAFE_PATH = /^(?:[A-Za-z0-9][A-Za-z0-9._-]*\/)*[A-Za-z0-9][A-Za-z0-9._-]*$/

/**
 * @param {Uint8Array} archive
 * @param {string | null} expectedHead
 */
export function verifyEvidence(archive, expectedHead = null) {
  const problems = []
  const bytes = Buffer.from(archive.buffer, archive.byteOffset, archive.byteLength)
  const files = readStored(bytes, problems)
  checkNames(files, problems)
  const manifest = files.find(({ path }) => path === MANIFEST)
  const seal = files.find(({ path }) => path === SEAL)
  if (!manifest) problems.push(`${MANIFEST} is missing`)
  if (!seal) problems.push(`${SEAL} is missing`)
  if (!manifest || !seal) return { problems, entries: 0, head: null }

  const lines = linesOf(manifest.content, problems)
  const evidence = files.filter(({ path }) => path !== MANIFEST && path !== SEAL)
  checkChain(lines, evidence, problems)
  const head = lines.length === 0 ? BEFORE_THE_FIRST : sha256(lines[lines.length - 1])
  if (!seal.content.equals(Buffer.from(sealText(lines.length, head)))) {
    problems.push(
      `${SEAL} does not belong to this manifest: it should name ${lines.length} entries and the head ${head}`,
    )
  }
  if (expectedHead !== null && expectedHead.toLowerCase() !== head) {
    problems.push(`the head is ${head}, not ${expectedHead}, which was noted elsewhere: this is another pack`)
  }
  return { problems, entries: lines.length, head }
}

const sealText = (entries, head) => `${JSON.stringify({ format: FORMAT, entries, head })}\n`

/** The manifest's lines, each with the line feed that is part of what is hashed. */
function linesOf(content, problems) {
  const text = content.toString('utf8')
  if (!Buffer.from(text).equals(content)) problems.push(`${MANIFEST} is not UTF-8`)
  if (text !== '' && !text.endsWith('\n')) problems.push(`${MANIFEST} does not end with a line feed`)
  return text
    .split('\n')
    .slice(0, -1)
    .map((line) => `${line}\n`)
}

/** Each line must follow from the one before it, and describe the file at its own place in the archive. */
function checkChain(lines, evidence, problems) {
  let previous = BEFORE_THE_FIRST
  let latest = ''
  lines.forEach((line, at) => {
    const name = `line ${at + 1} of ${MANIFEST}`
    const entry = readEntry(line)
    if (entry === null) problems.push(`${name} is not an entry`)
    else {
      if (entry.index !== at + 1) problems.push(`${name} says that it is line ${entry.index}`)
      if (entry.previous !== previous) problems.push(`${name} does not follow from the line before it`)
      if (entry.time < latest) problems.push(`${name} is earlier than the line before it`)
      latest = entry.time
      checkFile(entry, evidence[at], evidence, problems)
    }
    previous = sha256(line)
  })
  for (const { path } of evidence.slice(lines.length))
    problems.push(`${path} is in the archive and not in the manifest`)
}

function checkFile(entry, file, evidence, problems) {
  if (!file || file.path !== entry.path) {
    const elsewhere = evidence.some(({ path }) => path === entry.path)
    problems.push(`${entry.path} is ${elsewhere ? 'not at its place in the archive' : 'missing'}`)
    return
  }
  if (file.content.length !== entry.size)
    problems.push(`${entry.path} has ${file.content.length} bytes instead of ${entry.size}`)
  if (sha256(file.content) !== entry.sha256)
    problems.push(`${entry.path} was changed: its SHA-256 is not the sealed one`)
}

/** A line as an entry; null unless it is written exactly as we write it. */
function readEntry(line) {
  try {
    const entry = JSON.parse(line)
    const written = Object.fromEntries(FIELDS.map((field) => [field, entry[field]]))
    return `${JSON.stringify(written)}\n` === line ? entry : null
  } catch {
    return null
  }
}

function checkNames(files, problems) {
  const seen = new Set()
  for (const { path } of files) {
    if (!SAFE_PATH.test(path)) problems.push(`${JSON.stringify(path)} is not a name that a pack uses`)
    if (seen.has(path.toLowerCase())) problems.push(`${path} is in the archive twice`)
    seen.add(path.toLowerCase())
  }
  const last = files.slice(-2).map(({ path }) => path)
  if (last[0] !== MANIFEST || last[1] !== SEAL) problems.push(`${MANIFEST} and ${SEAL} are not the last two files`)
}

const sha256 = (content) => createHash('sha256').update(content).digest('hex')

// The container. A pack is a zip that stores its files as they are, in one fixed form, so that it can be written anew
// from its files and compared: a byte that nobody would read is noticed as well.

const LOCAL = 0x04034b50
const CENTRAL = 0x02014b50
const END = 0x06054b50
const VERSION = 20
const FLAGS = 0
const STORED = 0
/** Noon of 1 January 1980, where zip's calendar begins. */
const TIME = 0x6000
const DATE = 0x0021

function readStored(bytes, problems) {
  const files = []
  let at = 0
  while (at + 30 <= bytes.length && bytes.readUInt32LE(at) === LOCAL) {
    const size = bytes.readUInt32LE(at + 22)
    const start = at + 30 + bytes.readUInt16LE(at + 26) + bytes.readUInt16LE(at + 28)
    if (start + size > bytes.length) break
    const path = bytes.toString('latin1', at + 30, at + 30 + bytes.readUInt16LE(at + 26))
    files.push({ path, content: bytes.subarray(start, start + size) })
    at = start + size
  }
  const expected = writeStored(files)
  if (!expected.equals(bytes))
    problems.push(
      `the archive is not in the form in which it was sealed, from byte ${firstDifference(expected, bytes)} on`,
    )
  return files
}

function firstDifference(one, other) {
  const length = Math.min(one.length, other.length)
  for (let at = 0; at < length; at += 1) if (one[at] !== other[at]) return at
  return length
}

function writeStored(files) {
  const parts = []
  const directory = []
  let offset = 0
  for (const { path, content } of files) {
    const name = Buffer.from(path, 'latin1')
    const facts = Buffer.alloc(26)
    ;[VERSION, FLAGS, STORED, TIME, DATE].forEach((value, at) => facts.writeUInt16LE(value, 2 * at))
    facts.writeUInt32LE(crc32(content), 10)
    facts.writeUInt32LE(content.length, 14)
    facts.writeUInt32LE(content.length, 18)
    facts.writeUInt16LE(name.length, 22)
    const place = Buffer.alloc(14)
    place.writeUInt32LE(offset, 10)
    parts.push(word(LOCAL), facts, name, content)
    directory.push(word(CENTRAL), Buffer.from([VERSION, 0]), facts, place, name)
    offset += 30 + name.length + content.length
  }
  const listing = Buffer.concat(directory)
  const end = Buffer.alloc(22)
  end.writeUInt32LE(END, 0)
  end.writeUInt16LE(files.length, 8)
  end.writeUInt16LE(files.length, 10)
  end.writeUInt32LE(listing.length, 12)
  end.writeUInt32LE(offset, 16)
  return Buffer.concat([...parts, listing, end])
}

function word(value) {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32LE(value)
  return bytes
}

const CRC_TABLE = Array.from({ length: 256 }, (_, start) => {
  let value = start
  for (let bit = 0; bit < 8; bit += 1) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1
  return value >>> 0
})

function crc32(content) {
  let crc = 0xffffffff
  for (const byte of content) crc = (crc >>> 8) ^ CRC_TABLE[(crc ^ byte) & 0xff]
  return (crc ^ 0xffffffff) >>> 0
}

// Run by hand, not imported.
if (process.argv[1] !== undefined && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  const [file, head = null] = process.argv.slice(2)
  if (file === undefined) {
    console.error('Usage: node verify-evidence.mjs PACK.zip [HEAD]')
    process.exitCode = 2
  } else {
    const found = verifyEvidence(readFileSync(file), head)
    for (const problem of found.problems) console.log(problem)
    if (found.problems.length === 0)
      console.log(`Untouched since it was sealed: ${found.entries} files, head ${found.head}`)
    process.exitCode = found.problems.length === 0 ? 0 : 1
  }
}
