import type { FastifyReply } from 'fastify'
import type { Language } from '../store/people.ts'
import { STYLE_ADDRESS } from './assets.ts'
import { html, type Html, type Piece } from './html.ts'
import { WORDS } from './language.ts'
import type { BusinessVisit } from './visit.ts'

/** Sends a page. */
export const sendPage = (reply: FastifyReply, page: Html): FastifyReply =>
  reply.type('text/html; charset=utf-8').send(`<!doctype html>${page.markup}`)

/** A page without a business: signing in, setting up, errors. */
export function plainPage(page: { language: Language; title: string; body: Html }): Html {
  return frame(
    page.language,
    page.title,
    html` <header class="top">
        <div class="bar"><a class="brand" href="/">Puntual</a></div>
      </header>
      <main id="content" class="narrow">${page.body}</main>`,
  )
}

export type Tab = 'receivables' | 'queue' | 'work' | 'money' | 'connect' | 'settings'

/** A page of a business: who and where one is, what stands in the way, and the stop. */
export function businessPage(visit: BusinessVisit, page: { title: string; tab: Tab; body: Html }): Html {
  const { words, shell, business } = visit
  const tabs: readonly (readonly [tab: Tab, address: string, name: string, waiting: number])[] = [
    ['receivables', '/', words.nav.receivables, 0],
    ['queue', '/queue', words.nav.queue, shell.approvals],
    ['work', '/work', words.nav.work, shell.work],
    ['money', '/money', words.nav.money, 0],
    ['connect', '/connect', words.nav.connect, 0],
    ['settings', '/settings', words.nav.settings, 0],
  ]
  return frame(
    visit.language,
    `${page.title} · ${business.name}`,
    html` <a class="skip" href="#content">${words.skipToContent}</a>
      ${
        visit.testClockAt &&
        html` <div class="clock" role="status">
          ${words.banners.testClock(visit.format.instantWithZone(visit.testClockAt))}
        </div>`
      }
      <header class="top">
        <div class="bar">
          <a class="brand" href="/">Puntual</a>
          ${switcher(visit)}
          <span class="badge mode-${business.mode}">${words.modes[business.mode]}</span>
          <div class="spacer"></div>
          ${
            !business.stopped &&
            mayAct(visit) &&
            html` ${form(visit, '/stop', html`<button class="quiet-danger">${words.stop.stop}</button>`)}`
          }
        </div>
        <nav class="bar tabs" aria-label="${words.nav.main}">
          ${tabs.map(
            ([tab, address, name, waiting]) =>
              html` <a href="${address}" ${tab === page.tab && html` aria-current="page"`}
                >${name} ${waiting > 0 && html`<span class="count">${visit.format.number(waiting)}</span>`}
              </a>`,
          )}
        </nav>
      </header>
      <main id="content">${doneMessage(visit)} ${banners(visit)} ${page.body}</main>
      <footer class="bar">
        <span>${visit.signedIn.person.email} · ${words.roles[visit.role]}</span>
        <form method="post" action="/language">
          <input type="hidden" name="language" value="${visit.language === 'es' ? 'en' : 'es'}" />
          <button class="link" lang="${visit.language === 'es' ? 'en' : 'es'}">${words.language.change}</button>
        </form>
        <form method="post" action="/sign-out"><button class="link">${words.signIn.signOut}</button></form>
      </footer>`,
  )
}

function frame(language: Language, title: string, body: Html): Html {
  return html`<html lang="${language}">
    <head>
      <meta charset="utf-8" />
      <title>${title} – Puntual</title>
      <meta name="viewport" content="width=device-width, initial-scale=1" />
      <meta name="color-scheme" content="light dark" />
      <link rel="stylesheet" href="${STYLE_ADDRESS}" />
      <link rel="icon" href="/assets/icon.svg" type="image/svg+xml" />
    </head>
    <body>
      ${body}
    </body>
  </html>`
}

/** A form that does something. It names the business it was shown for, so that a page left open does nothing to another one. */
export function form(visit: BusinessVisit, action: string, content: Piece, className = ''): Html {
  return html` <form method="post" action="${action}" class="${className}">
    <input type="hidden" name="business" value="${visit.business.id}" />
    ${content}
  </form>`
}

export const mayAct = (visit: BusinessVisit): boolean => visit.role !== 'viewer'

function switcher({ words, business, signedIn }: BusinessVisit): Html {
  if (signedIn.memberships.length < 2) return html`<span class="business">${business.name}</span>`
  return html` <details class="switcher">
    <summary title="${words.business.switchTitle}">${business.name}</summary>
    <form method="post" action="/business">
      ${signedIn.memberships.map(
        ({ businessId, businessName }) =>
          html` <button name="choose" value="${businessId}" ${businessId === business.id && html` aria-current="true"`}>
            ${businessName}
          </button>`,
      )}
    </form>
  </details>`
}

function doneMessage({ words, request }: BusinessVisit): Html | false {
  const { done } = request.query as { done?: unknown }
  if (typeof done !== 'string' || !Object.hasOwn(words.done, done)) return false
  return html`<div class="notice" role="status">${words.done[done as keyof typeof words.done]}</div>`
}

/** What stands in the way of chasing, the gravest first. */
function banners(visit: BusinessVisit): Html {
  const { words, shell, business, format, role } = visit
  const { connection } = shell
  const said: Html[] = []
  if (business.stopped) {
    const at = visit.stoppedAt ? format.instantWithZone(visit.stoppedAt) : ''
    said.push(
      banner(
        'danger',
        words.stop.stopped(at),
        mayAct(visit) && form(visit, '/resume', html`<button>${words.stop.resume}</button>`),
      ),
    )
  }
  if (!shell.confirmed) {
    const button =
      role === 'owner' && form(visit, '/confirm-database', html`<button>${words.banners.confirmDatabase}</button>`)
    said.push(banner('danger', words.banners.unconfirmed, button))
  }
  if (!connection) {
    said.push(
      banner(
        'warning',
        words.banners.notConnected,
        html`<a class="button" href="/connect">${words.banners.connectNow}</a>`,
      ),
    )
  } else if (connection.status === 'reconnect-needed') {
    const link = html`<a class="button" href="/connect/${connection.ledger}">${words.banners.reconnectNow}</a>`
    said.push(banner('danger', words.banners.reconnect(connection.organisationName), role === 'owner' && link))
  } else if (connection.status === 'disconnected') {
    const link = html`<a class="button" href="/connect">${words.banners.connectNow}</a>`
    said.push(banner('warning', words.banners.disconnected(connection.organisationName), role === 'owner' && link))
  } else if (!connection.firstLoadedAt) {
    said.push(banner('info', words.banners.firstLoad(connection.organisationName)))
  } else if (visit.booksStale && connection.lastSyncedAt) {
    said.push(banner('warning', words.banners.stale(format.instantWithZone(connection.lastSyncedAt))))
  }
  if (connection?.status === 'connected' && connection.ownReminders === true) {
    said.push(banner('warning', words.banners.ownReminders(LEDGER_NAMES[connection.ledger])))
  }
  if (shell.defects > 0) {
    said.push(
      banner(
        'info',
        words.banners.defects(shell.defects),
        html`<a href="/connect#defects">${words.banners.seeDefects}</a>`,
      ),
    )
  }
  return html`${said}`
}

const banner = (weight: 'danger' | 'warning' | 'info', text: string, act: Piece = null): Html =>
  html` <div class="banner ${weight}">
    <p>${text}</p>
    ${act}
  </div>`

export const LEDGER_NAMES = { xero: 'Xero', quickbooks: 'QuickBooks' } as const

/** The language's words, for pages that are shown to nobody in particular. */
export const wordsFor = (language: Language) => WORDS[language]
