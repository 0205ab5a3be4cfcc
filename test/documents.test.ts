import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { VARIABLES } from '../src/config.ts'

const ROOT = resolve(import.meta.dirname, '..')
const read = (file: string): string => readFileSync(join(ROOT, file), 'utf8')

const MARKDOWN = ['README.md', 'CHANGELOG.md', ...markdownIn('docs'), ...markdownIn('templates')]
const DOCUMENTS = [...MARKDOWN, 'docs/flow.svg', '.env.example', 'Dockerfile', 'compose.yaml', '.dockerignore']

describe('The environment’s example', () => {
  const named = [...read('.env.example').matchAll(/^#?([A-Z][A-Z0-9_]*)=/gm)].map(([, name = '']) => name)

  it('names every variable that is read, once, and no other', () => {
    expect(named.toSorted()).toEqual([...VARIABLES].toSorted())
  })

  it('sets nothing by itself, so that a mere copy changes nothing', () => {
    expect([...read('.env.example').matchAll(/^[A-Z].*$/gm)].map(([line]) => line)).toEqual([])
  })
})

describe('The documents', () => {
  it('are all there', () => {
    expect(MARKDOWN.length).toBeGreaterThanOrEqual(10)
    expect(DOCUMENTS.filter((file) => !existsSync(join(ROOT, file)))).toEqual([])
  })

  it('link only to what exists', () => {
    const dead = MARKDOWN.flatMap((file) =>
      linksIn(read(file))
        .filter((link) => !/^[a-z]+:/.test(link))
        .filter((link) => !leadsSomewhere(file, link))
        .map((link) => `${file}: ${link}`),
    )
    expect(dead).toEqual([])
  })

  it('name only files and folders of this repository that exist', () => {
    const missing = MARKDOWN.filter((file) => file !== 'CHANGELOG.md').flatMap((file) =>
      pathsIn(read(file))
        .filter((path) => !existsSync(join(ROOT, path)))
        .map((path) => `${file}: ${path}`),
    )
    expect(missing).toEqual([])
  })

  it('never name a place on somebody’s machine', () => {
    const places = DOCUMENTS.flatMap((file) =>
      [...read(file).matchAll(/(?<![\w.:/])(?:\/(?:work|home|root|tmp|mnt|opt|Users)\/|[A-Z]:\\)\S*/g)].map(
        ([place]) => `${file}: ${place}`,
      ),
    )
    expect(places).toEqual([])
  })
})

describe('The README', () => {
  const readme = read('README.md')

  it('says where to change what, with paths that exist', () => {
    const rows = tableUnder(readme, 'Where do I change…')
    expect(rows.length).toBeGreaterThanOrEqual(15)
    expect(rows.filter(([, where = '']) => pathsIn(where).length === 0)).toEqual([])
  })

  it('lists every command, and no other', () => {
    const commands = readdirSync(join(ROOT, 'src/cli'))
      .flatMap((file) => [...read(`src/cli/${file}`).matchAll(/program\s*\.command\('([a-z-]+)'/g)])
      .map(([, name = '']) => name)
    const listed = tableUnder(readme, 'The command line').map(
      ([command = '']) => /npx puntual ([a-z-]+)/.exec(command)?.[1] ?? '',
    )
    expect(listed.toSorted()).toEqual(commands.toSorted())
  })

  it('names scripts that package.json has', () => {
    const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> }
    const named = MARKDOWN.flatMap((file) =>
      [...read(file).matchAll(/npm run ([a-z-]+)/g)].map(([, name = '']) => name),
    )
    expect(named.filter((name) => !(name in scripts))).toEqual([])
  })
})

describe('The architecture page', () => {
  const page = read('docs/ARCHITECTURE.md')

  it('has a row for every folder of the sources', () => {
    const folders = readdirSync(join(ROOT, 'src'), { withFileTypes: true }).filter((entry) => entry.isDirectory())
    const rows = tableUnder(page, 'Folders, and who may import whom').map(([folder = '']) => codeIn(folder)[0] ?? '')
    expect(rows.toSorted()).toEqual(folders.map(({ name }) => name).toSorted())
  })

  it('names a test for every invariant', () => {
    const rows = tableUnder(page, 'Invariants')
    expect(rows.length).toBeGreaterThanOrEqual(14)
    expect(rows.filter(([, , guards = '']) => !pathsIn(guards).some((path) => path.startsWith('test/')))).toEqual([])
  })

  it('gives a reason for every dependency, and for none that is not there', () => {
    const manifest = JSON.parse(read('package.json')) as Record<string, Record<string, string> | undefined>
    const installed = ['dependencies', 'devDependencies', 'optionalDependencies'].flatMap((kind) =>
      Object.keys(manifest[kind] ?? {}),
    )
    const rows = tableUnder(page, 'Dependencies')
    expect(rows.flatMap(([names = '']) => codeIn(names)).toSorted()).toEqual(installed.toSorted())
    expect(rows.filter(([, reason = '']) => reason === '')).toEqual([])
  })
})

describe('The policy page', () => {
  const page = read('docs/POLICY.md')

  it.each([
    ['What the founding texts ask for', 'S', 83],
    ['What hurts in this field', 'P', 25],
  ])('answers every line of "%s", and names a test that shows it', (heading, letter, count) => {
    const rows = tableUnder(page, heading)
    expect(rows.map(([id]) => id)).toEqual(Array.from({ length: count }, (_, index) => `${letter}${index + 1}`))
    const untested = rows.filter(([, , , shown = '']) => !pathsIn(shown).some((path) => path.startsWith('test/')))
    // There is no SMS, so there is nothing to test.
    expect(untested.map(([id]) => id)).toEqual(letter === 'S' ? ['S54'] : [])
  })

  it('names the diary of every story', () => {
    const rows = tableUnder(page, 'Stories that must end well')
    expect(rows.length).toBe(26)
    expect(
      rows.filter(([, , shown = '']) => !pathsIn(shown).some((path) => path.startsWith('test/scenarios/'))),
    ).toEqual([])
  })
})

function markdownIn(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.md'))
    .map((file) => join(folder, file))
}

/** Code within a line. Blocks go first: their three backticks would be taken for the ends of other code. */
const codeIn = (text: string): string[] =>
  [...text.replaceAll(/^ *```[\s\S]*?^ *```/gm, '').matchAll(/`([^`\n]+)`/g)].map(([, code = '']) => code)

/** What stands as code and looks like a path of this repository. */
const pathsIn = (text: string): string[] =>
  codeIn(text).filter((code) =>
    /^(?:src|test|docs|migrations|templates|scripts|\.ci)(?:\/[\w.-]+)*$|^\.env\.example$/.test(code),
  )

const linksIn = (text: string): string[] =>
  [...text.matchAll(/\]\(([^)\s]+)\)|\b(?:src|href)="([^"]+)"/g)].map(([, link, attribute]) => link ?? attribute ?? '')

function leadsSomewhere(file: string, link: string): boolean {
  const [path = '', anchor] = link.split('#')
  const target = path === '' ? join(ROOT, file) : resolve(ROOT, dirname(file), path)
  if (!existsSync(target)) return false
  return anchor === undefined || headingsOf(readFileSync(target, 'utf8')).includes(anchor)
}

/** The anchors of a page's headings, as code hosts make them. */
const headingsOf = (text: string): string[] =>
  [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\s-]/gu, '')
      .replaceAll(' ', '-'),
  )

/** The cells of the first table under a heading, without its head. */
function tableUnder(text: string, heading: string): string[][] {
  const lines = text.split('\n')
  const from = lines.findIndex((line) => /^#+ /.test(line) && line.replace(/^#+ /, '') === heading)
  if (from < 0) throw new Error(`there is no heading "${heading}"`)
  const first = lines.findIndex((line, at) => at > from && line.startsWith('|'))
  const end = lines.findIndex((line, at) => at > first && !line.startsWith('|'))
  return lines.slice(first + 2, end < 0 ? undefined : end).map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  )
}
