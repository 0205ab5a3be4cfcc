import { execFileSync, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdtempSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fc } from '../support/random.ts'
import { unzipSync, zipSync } from 'fflate'
import { afterAll, describe, expect, it } from 'vitest'
import { sealEvidence, type EvidenceFile } from '../../src/documents/evidence-seal.ts'
import { verifyEvidence } from '../../src/documents/verify-evidence.mjs'

const ABOUT = {
  subject: 'Talleres Vega – Cerámicas Peñagolosa – $& $1',
  madeAt: Temporal.Instant.from('2026-05-04T16:05:00Z'),
}

const file = (path: string, content: string, at = '2026-03-02T08:00:00Z'): EvidenceFile => ({
  path,
  kind: 'note',
  at: Temporal.Instant.from(at),
  content: Buffer.from(content),
})

const FILES = [
  file('account/facts.json', '{"name":"Peña"}\n', '2026-05-04T16:05:00Z'),
  file('messages/2026-03-02_1.eml', 'Subject: =?utf-8?Q?Pe=C3=B1a?=\r\n\r\nHola\r\n'),
  file('messages/2026-03-10_2.eml', 'Subject: F-0012\r\n\r\nHola de nuevo\r\n', '2026-03-10T08:00:00Z'),
  file('records/events.jsonl', '{"kind":"mail-sent"}\n', '2026-03-10T08:00:01Z'),
]
const PACK = sealEvidence(FILES, ABOUT)

const problemsOf = (archive: Uint8Array): readonly string[] => verifyEvidence(archive).problems

const changed = (archive: Uint8Array, at: number, to: number): Uint8Array => {
  const copy = Uint8Array.from(archive)
  copy[at] = to
  return copy
}

/** The files of a pack, to be put together again in another way: as somebody with a zip tool would. */
type Entries = [string, Uint8Array][]
const entriesOf = (archive: Uint8Array): Entries => Object.entries(unzipSync(archive))
const rezipped = (entries: Entries): Uint8Array =>
  zipSync(Object.fromEntries(entries), { level: 0, mtime: new Date(1980, 0, 1, 12), os: 0 })

const text = (entries: Entries, path: string): string =>
  Buffer.from(entries.find(([name]) => name === path)?.[1] ?? []).toString('utf8')
const withText = (entries: Entries, path: string, content: string): Entries =>
  entries.map(([name, old]) => [name, name === path ? Buffer.from(content) : old])

describe('A sealed pack', () => {
  it('is accepted as it was sealed, with its head', () => {
    expect(verifyEvidence(PACK.archive)).toEqual({ problems: [], entries: 7, head: PACK.head })
    expect(verifyEvidence(PACK.archive, PACK.head.toUpperCase()).problems).toEqual([])
    expect(verifyEvidence(PACK.archive, '0'.repeat(64)).problems).toEqual([
      expect.stringContaining('this is another pack'),
    ])
  })

  it('has the same bytes for the same facts, in whatever order they came and whatever the clock’s zone', () => {
    expect(Buffer.compare(sealEvidence(FILES.toReversed(), ABOUT).archive, PACK.archive)).toBe(0)
    const script = `
      import { createHash } from 'node:crypto'
      import { sealEvidence } from '${join(import.meta.dirname, '../../src/documents/evidence-seal.ts')}'
      const files = ${JSON.stringify(FILES.map(({ path, kind, at, content }) => ({ path, kind, at: at.toString(), content: Buffer.from(content).toString('base64') })))}
        .map((each) => ({ ...each, at: Temporal.Instant.from(each.at), content: Buffer.from(each.content, 'base64') }))
      const { archive } = sealEvidence(files, { subject: ${JSON.stringify(ABOUT.subject)}, madeAt: Temporal.Instant.from('${ABOUT.madeAt.toString()}') })
      process.stdout.write(createHash('sha256').update(archive).digest('hex'))`
    const hashes = ['Pacific/Auckland', 'America/Los_Angeles'].map((TZ) =>
      execFileSync(process.execPath, ['--input-type=module', '-e', script], { env: { TZ }, encoding: 'utf8' }),
    )
    const expected = createHash('sha256').update(PACK.archive).digest('hex')
    expect(hashes).toEqual([expected, expected])
  })

  it('is refused when any one byte of it is another, wherever that byte is', () => {
    fc.assert(
      fc.property(fc.nat(PACK.archive.length - 1), fc.integer({ min: 1, max: 255 }), (at, difference) => {
        expect(problemsOf(changed(PACK.archive, at, (PACK.archive[at] ?? 0) ^ difference))).not.toEqual([])
      }),
      { numRuns: 3000 },
    )
  })

  it('is refused when a byte of any file is another, even when the container was made anew around it', () => {
    const entries = entriesOf(PACK.archive)
    fc.assert(
      fc.property(
        fc.nat(entries.length - 1),
        fc.nat(),
        fc.integer({ min: 1, max: 255 }),
        (which, where, difference) => {
          const touched = entries.map(([name, content], at): [string, Uint8Array] => {
            const place = where % content.length
            return [name, at === which ? changed(content, place, (content[place] ?? 0) ^ difference) : content]
          })
          expect(problemsOf(rezipped(touched))).not.toEqual([])
        },
      ),
      { numRuns: 1000 },
    )
  })

  it('is refused when a file is removed, added, renamed, doubled or moved', () => {
    const entries = entriesOf(PACK.archive)
    expect(problemsOf(rezipped(entries))).toEqual([])
    entries.forEach(([name], at) => {
      expect(problemsOf(rezipped(entries.toSpliced(at, 1)))).not.toEqual([])
      expect(problemsOf(rezipped(entries.with(at, [`${name}x`, entries[at]?.[1] ?? new Uint8Array()])))).not.toEqual([])
      for (let to = 0; to < entries.length; to += 1) {
        if (to === at) continue
        expect(
          problemsOf(rezipped(entries.toSpliced(at, 1).toSpliced(to, 0, ...entries.slice(at, at + 1)))),
        ).not.toEqual([])
        expect(problemsOf(rezipped(entries.with(at, [name, entries[to]?.[1] ?? new Uint8Array()])))).not.toEqual([])
      }
    })
    for (let at = 0; at <= entries.length; at += 1) {
      expect(problemsOf(rezipped(entries.toSpliced(at, 0, ['records/more.jsonl', Buffer.from('{}\n')])))).not.toEqual(
        [],
      )
    }
  })

  it('is refused when the manifest’s lines are removed, added, doubled or moved', () => {
    const entries = entriesOf(PACK.archive)
    const lines = text(entries, 'manifest.jsonl').split('\n').slice(0, -1)
    const judged = (others: readonly string[]): readonly string[] =>
      problemsOf(rezipped(withText(entries, 'manifest.jsonl', others.map((line) => `${line}\n`).join(''))))
    expect(judged(lines)).toEqual([])
    lines.forEach((line, at) => {
      expect(judged(lines.toSpliced(at, 1))).not.toEqual([])
      expect(judged(lines.toSpliced(at, 0, line))).not.toEqual([])
      for (let to = 0; to < lines.length; to += 1) {
        if (to === at) continue
        expect(judged(lines.toSpliced(at, 1).toSpliced(to, 0, line))).not.toEqual([])
      }
      expect(judged(lines.with(at, `${line} `))).not.toEqual([])
      expect(judged(lines.with(at, line.replace('{', '{"more":1,')))).not.toEqual([])
    })
  })

  it('is refused when a file and its line agree with each other and not with the chain', () => {
    const entries = entriesOf(PACK.archive)
    const [forged, path] = ['Subject: F-0012\r\n\r\nYou owe more\r\n', 'messages/2026-03-10_2.eml']
    const old = text(entries, path)
    const sha = (of: string): string => createHash('sha256').update(of).digest('hex')
    const manifest = text(entries, 'manifest.jsonl')
      .replace(sha(old), sha(forged))
      .replace(`"size":${old.length}`, `"size":${forged.length}`)
    const problems = problemsOf(rezipped(withText(withText(entries, path, forged), 'manifest.jsonl', manifest)))
    expect(problems).toEqual([
      expect.stringContaining('does not follow from the line before it'),
      expect.stringContaining('SHA256SUMS was changed'),
    ].slice(0, problems.length)) // prettier-ignore
    expect(problems).not.toEqual([])
  })

  it('is refused when somebody seals it anew in another form, and known by its head when in the same', () => {
    const entries = entriesOf(PACK.archive)
    const sha = (of: string): string => createHash('sha256').update(of).digest('hex')
    const sealedAnew = (change: (entry: Record<string, unknown>) => Record<string, unknown>): Uint8Array => {
      let previous = '0'.repeat(64)
      const lines = text(entries, 'manifest.jsonl').split('\n').slice(0, -1).map((line) => {
        const written = `${JSON.stringify({ ...change(JSON.parse(line) as Record<string, unknown>), previous })}\n`
        previous = sha(written)
        return written
      }) // prettier-ignore
      const seal = `${JSON.stringify({ format: 'puntual-evidence-1', entries: lines.length, head: previous })}\n`
      return rezipped(withText(withText(entries, 'manifest.jsonl', lines.join('')), 'SEAL.json', seal))
    }
    expect(problemsOf(sealedAnew((entry) => entry))).toEqual([])
    expect(problemsOf(sealedAnew((entry) => ({ ...entry, index: Number(entry['index']) + 1 })))).not.toEqual([])
    expect(problemsOf(sealedAnew((entry) => ({ ...entry, note: 'x' })))).not.toEqual([])
    const backwards = (entry: Record<string, unknown>) => ({
      ...entry,
      time: `20${50 - Number(entry['index'])}-01-01T00:00:00.000Z`,
    })
    expect(problemsOf(sealedAnew(backwards))).not.toEqual([])
    // This is what a chain cannot show, and why the head belongs in another place.
    const forged = sealedAnew((entry) => ({ ...entry, kind: 'another' }))
    expect(problemsOf(forged)).toEqual([])
    expect(verifyEvidence(forged, PACK.head).problems).toEqual([expect.stringContaining('this is another pack')])
  })

  it('names each problem in words a person can act on', () => {
    const entries = entriesOf(PACK.archive)
    const without = entries.filter(([name]) => name !== 'messages/2026-03-02_1.eml')
    expect(problemsOf(rezipped(without))[0]).toBe('messages/2026-03-02_1.eml is missing')
    expect(problemsOf(rezipped(withText(entries, 'records/events.jsonl', '{"kind":"mail-lost"}\n')))).toEqual([
      'records/events.jsonl was changed: its SHA-256 is not the sealed one',
    ])
    expect(problemsOf(Buffer.from('not a zip'))).toEqual([
      expect.stringContaining('not in the form in which it was sealed'),
      'manifest.jsonl and SEAL.json are not the last two files',
      'manifest.jsonl is missing',
      'SEAL.json is missing',
    ])
    expect(problemsOf(new Uint8Array())).not.toEqual([])
    expect(problemsOf(Buffer.concat([PACK.archive, Buffer.from('x')]))).toEqual([
      expect.stringContaining(`from byte ${PACK.archive.length} on`),
    ])
  })

  it('refuses names that could unpack elsewhere or stand for two files', () => {
    for (const path of ['../up', '/root', 'a/../b', 'C:\\x', 'ñ', '', 'a//b', 'folder/', '12', '.hidden']) {
      expect(() => sealEvidence([file(path, 'x')], ABOUT)).toThrow('not a name for a pack')
    }
    expect(() => sealEvidence([file('A.txt', 'x'), file('a.txt', 'y')], ABOUT)).toThrow('twice')
    expect(() => sealEvidence([file('seal.json', 'x')], ABOUT)).toThrow('twice')
    const escaping = rezipped([['../up', Buffer.from('x')], ...entriesOf(PACK.archive)])
    expect(problemsOf(escaping)).toContain('"../up" is not a name that a pack uses')
  })

  it('seals whatever it is given, and what it seals is accepted', () => {
    const aFile = fc.record({
      name: fc.stringMatching(/^[A-Za-z][A-Za-z0-9._-]{0,12}$/),
      content: fc.uint8Array({ maxLength: 200 }),
      minutes: fc.integer({ min: -1_000_000, max: 0 }),
    })
    fc.assert(
      fc.property(fc.uniqueArray(aFile, { selector: ({ name }) => name.toLowerCase(), maxLength: 12 }), (some) => {
        const files = some.map(({ name, content, minutes }) => ({
          path: `records/${name}`, kind: 'x', at: ABOUT.madeAt.add({ minutes }), content,
        })) // prettier-ignore
        const { archive, head, entries } = sealEvidence(files, ABOUT)
        expect(verifyEvidence(archive, head)).toEqual({ problems: [], entries, head })
        expect(Object.keys(unzipSync(archive)).length).toBe(entries + 2)
      }),
    )
  })
})

describe('The expert’s way', () => {
  const folder = mkdtempSync(join(tmpdir(), 'puntual-pack-'))
  afterAll(() => rmSync(folder, { recursive: true, force: true }))
  for (const [name, content] of entriesOf(PACK.archive)) {
    mkdirSync(join(folder, dirname(name)), { recursive: true })
    writeFileSync(join(folder, name), content)
  }
  writeFileSync(join(folder, 'pack.zip'), PACK.archive)
  writeFileSync(join(folder, 'touched.zip'), changed(PACK.archive, 200, (PACK.archive[200] ?? 0) ^ 1))
  const verify = (name: string, ...more: string[]) =>
    spawnSync(process.execPath, ['verify-evidence.mjs', name, ...more], { cwd: folder, encoding: 'utf8' })

  it('runs the verifier that travels in the pack, with nothing beside it', () => {
    expect(verify('pack.zip')).toMatchObject({
      status: 0,
      stdout: `Untouched since it was sealed: 7 files, head ${PACK.head}\n`,
    })
    expect(verify('touched.zip').status).toBe(1)
    expect(verify('touched.zip').stdout).not.toBe('')
    expect(verify('pack.zip', 'f'.repeat(64)).status).toBe(1)
    expect(spawnSync(process.execPath, ['verify-evidence.mjs'], { cwd: folder }).status).toBe(2)
  })

  it.runIf(process.platform === 'linux')('checks it with sha256sum and sed, as the README tells', () => {
    const shell = (command: string): string =>
      execFileSync('sh', ['-c', command], { cwd: folder, encoding: 'utf8' }).trim()
    expect(shell('sha256sum -c SHA256SUMS --quiet && echo good')).toBe('good')
    const third = shell('sed -n 3p manifest.jsonl | sha256sum | cut -d" " -f1')
    expect(JSON.parse(shell('sed -n 4p manifest.jsonl'))).toMatchObject({ index: 4, previous: third })
    expect(shell('tail -n 1 manifest.jsonl | sha256sum | cut -d" " -f1')).toBe(PACK.head)
    expect(JSON.parse(shell('cat SEAL.json'))).toEqual({ format: 'puntual-evidence-1', entries: 7, head: PACK.head })
  })

  it('reads in both languages what the chain proves and what it does not', () => {
    const readme = text(entriesOf(PACK.archive), 'README.txt')
    for (const expected of [
      'No demuestra quién lo escribió',
      'It does not prove who wrote it',
      '\nTalleres Vega – Cerámicas Peñagolosa – $& $1\n',
    ])
      expect(readme).toContain(expected)
  })
})
