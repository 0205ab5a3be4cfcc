// Compiles the e-mail layout with MJML. The compiled page is committed, so that the running app never loads MJML
// (75 MB of memory). Run it after changing templates/layout.mjml: node scripts/compile-templates.ts
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import mjml2html from 'mjml'
import { layoutMark } from '../src/mail/layout.ts'

/** The compiled layout as it is committed: a first line that says what it was made from, then the page. */
export async function compileLayout(source: string): Promise<string> {
  // No fonts: MJML would otherwise add a link to Google's, which tells a third party when a mail is read.
  const { html, errors } = await mjml2html(source, { ignoreIncludes: true, keepComments: false, fonts: {} })
  if (errors.length > 0) throw new Error(errors.map((error) => error.formattedMessage).join('\n'))
  return `${layoutMark(source)}\n${squeeze(html)}`
}

// Indentation is a fifth of every message; nothing in the layout depends on white space between tags.
const squeeze = (html: string): string =>
  `${html
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .join('\n')}\n`

if (import.meta.main) {
  const templates = join(import.meta.dirname, '..', 'templates')
  const source = await readFile(join(templates, 'layout.mjml'), 'utf8')
  await writeFile(join(templates, 'compiled', 'layout.html'), await compileLayout(source))
}
