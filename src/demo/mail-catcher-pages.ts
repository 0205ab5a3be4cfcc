import { html } from 'ghtml'
import type { CaughtMail } from './mail-catcher.ts'

/** Our own pages: one style in the page, the preview in a frame of the same origin, forms to ourselves. */
export const PAGE_POLICY =
  "default-src 'none'; style-src 'unsafe-inline'; frame-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

/** A caught page: no scripts, nothing fetched, an origin of its own; links may open a new window, as in a mail program. */
export const PREVIEW_POLICY =
  "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'; " +
  "frame-ancestors 'self'; sandbox allow-popups allow-popups-to-escape-sandbox"

/** Newest first. */
export function listPage(mails: readonly CaughtMail[], kept: number, hasOlder: boolean): string {
  const rows = mails.map(
    (mail) =>
      html`<tr>
        <td class="when">${whenOf(mail)}</td>
        <td>${mail.to.join(', ')}</td>
        <td><a href="/messages/${mail.id}">${mail.subject === '' ? '(no subject)' : mail.subject}</a></td>
        <td class="count">${mail.attachments.length === 0 ? '' : countOf(mail.attachments.length, 'file')}</td>
      </tr>`,
  )
  const table = html`<table>
    <caption class="hidden">
      Caught messages, newest first
    </caption>
    <thead>
      <tr>
        <th scope="col">Sent</th>
        <th scope="col">To</th>
        <th scope="col">Subject</th>
        <th scope="col">Attached</th>
      </tr>
    </thead>
    <tbody>
      !${rows.join('')}
    </tbody>
  </table>`
  const older = html`<p><a href="/?before=${mails.at(-1)?.id ?? 0}">Older messages</a></p>`
  const empty = html`<p class="empty">
    Nothing has been caught yet. Whatever is sent to this mail server appears here and goes no further.
  </p>`
  return frame(
    'Caught mail',
    html`<header class="bar">
        <div>
          <h1>Caught mail</h1>
          <p class="quiet">${countOf(kept, 'message')} kept. Nothing is delivered to anybody.</p>
        </div>
        <form method="post" action="/clear"><button>Empty</button></form>
      </header>
      !${mails.length === 0 ? empty : table} !${hasOlder ? older : ''}`,
  )
}

export function messagePage(mail: CaughtMail): string {
  const files = mail.attachments.map(
    ({ filename, content }, at) =>
      html`<li>
        <a href="/messages/${mail.id}/attachments/${at}">${filename}</a>
        <span class="quiet">${sizeOf(content.byteLength)}</span>
      </li>`,
  )
  const headers = mail.headers.map(
    ({ name, value }) =>
      html`<tr>
        <th scope="row">${name}</th>
        <td>${value}</td>
      </tr>`,
  )
  return frame(
    mail.subject,
    html`<p><a href="/">All messages</a></p>
      <h1>${mail.subject === '' ? '(no subject)' : mail.subject}</h1>
      <dl>
        <dt>From</dt>
        <dd>${mail.from}</dd>
        <dt>To</dt>
        <dd>${mail.to.join(', ')}</dd>
        <dt>Sent</dt>
        <dd>${whenOf(mail)}</dd>
      </dl>
      !${
        files.length > 0
          ? html`<h2>Attachments</h2>
              <ul class="files">
                !${files.join('')}
              </ul>`
          : ''
      }
      !${
        mail.html === ''
          ? ''
          : html`<h2>As the customer sees it</h2>
              <iframe
                src="/messages/${mail.id}/html"
                title="The message as a page"
                sandbox="allow-popups allow-popups-to-escape-sandbox"
              ></iframe>`
      }
      <details open>
        <summary>Text part</summary>
        <pre>${mail.text}</pre>
      </details>
      <details>
        <summary>Headers</summary>
        <table class="headers">
          <tbody>
            !${headers.join('')}
          </tbody>
        </table>
      </details>
      <p><a href="/messages/${mail.id}/raw">Raw message</a></p>`,
  )
}

export const notFoundPage = (): string =>
  frame(
    'Not here',
    html`<h1>Not here</h1>
      <p>There is no such message. <a href="/">All messages</a></p>`,
  )

const frame = (title: string, body: string): string =>
  html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>${title}</title>
        <style>
          !${STYLE}
        </style>
      </head>
      <body>
        <main>!${body}</main>
      </body>
    </html> `

/** The Date header, to the minute; the sender's clock, which in a demo is the test clock. */
function whenOf(mail: CaughtMail): string {
  const instant = mail.date ?? mail.receivedAt.toString()
  return `${instant.slice(0, 10)} ${instant.slice(11, 16)} UTC`
}

const countOf = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`

const sizeOf = (bytes: number): string => (bytes < 1000 ? `${bytes} bytes` : `${Math.round(bytes / 1000)} kB`)

const STYLE = `
:root { color-scheme: light dark; --ink: #1f2328; --quiet: #57606a; --line: #d8dde3; --paper: #fff; --soft: #f3f5f7; --link: #1d4f73; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e8eaed; --quiet: #b6bcc4; --line: #3a4048; --paper: #17191c; --soft: #22262b; --link: #8ec5ef; }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 16px/1.5 system-ui, -apple-system, 'Segoe UI', Roboto, sans-serif; }
main { max-width: 1000px; margin: 0 auto; padding: 24px 20px 64px; }
h1 { font-size: 24px; line-height: 1.3; margin: 0 0 8px; overflow-wrap: anywhere; }
h2, summary { font-size: 16px; font-weight: 600; margin: 28px 0 8px; }
summary { cursor: pointer; }
a { color: var(--link); }
.quiet { color: var(--quiet); margin: 0; }
.bar { display: flex; gap: 16px; justify-content: space-between; align-items: start; margin-bottom: 20px; }
button { font: inherit; color: var(--ink); background: var(--soft); border: 1px solid var(--line); border-radius: 6px; padding: 6px 14px; cursor: pointer; }
table { width: 100%; border-collapse: collapse; }
th, td { text-align: left; vertical-align: top; padding: 9px 16px 9px 0; border-bottom: 1px solid var(--line); overflow-wrap: anywhere; }
thead th { white-space: nowrap; color: var(--quiet); font-size: 14px; font-weight: 600; }
.when, .count { white-space: nowrap; font-variant-numeric: tabular-nums; color: var(--quiet); }
.headers { font-size: 14px; }
.headers th { width: 180px; font-weight: 600; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 4px 16px; margin: 0; }
dt { color: var(--quiet); }
dd { margin: 0; overflow-wrap: anywhere; }
.files { list-style: none; margin: 0; padding: 0; }
iframe { width: 100%; height: 900px; border: 1px solid var(--line); border-radius: 8px; background: #fff; }
pre { margin: 0; padding: 16px; background: var(--soft); border-radius: 8px; white-space: pre-wrap; overflow-wrap: anywhere; font: 14px/1.5 ui-monospace, Consolas, monospace; }
.empty { color: var(--quiet); padding: 48px 0; text-align: center; }
.hidden { position: absolute; clip-path: inset(50%); }
@media (max-width: 600px) {
  thead { display: none; }
  main > table:not(.headers) tr, main > table tbody { display: block; }
  main > table td { display: block; border: 0; padding: 0; }
  main > table tr { padding: 10px 0; border-bottom: 1px solid var(--line); }
}
`
