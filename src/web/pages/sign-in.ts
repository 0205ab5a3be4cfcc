import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { mailSignInLink, openBusiness, signOut, switchBusiness, useSignInLink } from '../../flow/sign-in.ts'
import { anybodyKnown, setLanguage } from '../../store/people.ts'
import type { WebDependencies } from '../dependencies.ts'
import { EMAIL_ADDRESS } from '../email-address.ts'
import { Refused } from '../errors.ts'
import { html, type Html } from '../html.ts'
import { WORDS } from '../language.ts'
import { plainPage, sendPage } from '../layout.ts'
import { createBrake } from '../brake.ts'
import type { SessionCookie } from '../session-cookie.ts'
import { isId } from '../visit.ts'

const EMAIL = z.object({ email: EMAIL_ADDRESS })
const NAME = z.object({ name: z.string().trim().min(1).max(200) })
const CHOICE = z.object({ choose: z.string() })
const LANGUAGE = z.object({ language: z.enum(['es', 'en']) })

/** Signing in and out, and what a person settles about themselves. */
export function signInPages(server: FastifyInstance, app: WebDependencies, cookie: SessionCookie): void {
  // Each try may send a mail: a few per address of the network and minute are plenty for people.
  const brake = createBrake({ most: 5, perSeconds: 60 }, app.wallClock)
  const mailsOnTheirWay = new Set<Promise<void>>()
  server.addHook('onClose', async () => {
    await Promise.all(mailsOnTheirWay)
  })

  server.get('/sign-in', async (request, reply) => {
    if (request.visitor.signedIn) return reply.redirect('/', 302)
    if (!(await anybodyKnown(app.db))) return reply.redirect('/set-up', 302)
    return showSignIn(request, reply, app)
  })

  server.post('/sign-in', async (request, reply) => {
    const words = WORDS[request.visitor.language]
    if (!brake.passes(request.ip)) return showSignIn(request, reply.code(429), app, words.signIn.tooMany)
    const { data } = EMAIL.safeParse(request.body)
    if (data && app.config.smtpUrl !== null) {
      // Not awaited: how long a mail takes would tell whether we know the address.
      const onItsWay = mailSignInLink(app, { email: data.email, publicUrl: app.config.publicUrl, write: writeMail })
        .catch((error: unknown) => app.log.error({ error }, 'a sign-in link could not be mailed'))
        .finally(() => mailsOnTheirWay.delete(onItsWay))
      mailsOnTheirWay.add(onItsWay)
    }
    const body = html`<h1>${words.signIn.sentTitle}</h1>
      <p>${words.signIn.sent}</p>
      ${app.config.smtpUrl === null && byCommand(words)}`
    return sendPage(reply, plainPage({ language: request.visitor.language, title: words.signIn.sentTitle, body }))
  })

  server.get<{ Params: { token: string } }>('/sign-in/:token', async (request, reply) => {
    const sessionId = await useSignInLink(app, { token: request.params.token, earlierSessionId: cookie.read(request) })
    if (sessionId === null) {
      const { signIn } = WORDS[request.visitor.language]
      return showSignIn(request, reply.code(410), app, signIn.spent, signIn.spentTitle)
    }
    cookie.set(reply, sessionId)
    return reply.redirect('/', 302)
  })

  server.post('/sign-out', async (request, reply) => {
    if (request.visitor.sessionId) await signOut(app, request.visitor.sessionId)
    cookie.clear(reply)
    return reply.redirect('/sign-in', 303)
  })

  server.post('/business', async (request, reply) => {
    const { signedIn } = request.visitor
    if (!signedIn) return reply.redirect('/sign-in', 303)
    const { data } = CHOICE.safeParse(request.body)
    if (!isId(data?.choose) || !(await switchBusiness(app, signedIn, data.choose))) throw new Refused('notFound')
    return reply.redirect('/', 303)
  })

  server.post('/language', async (request, reply) => {
    const { data } = LANGUAGE.safeParse(request.body)
    if (!data) throw new Refused('invalid')
    if (request.visitor.signedIn) await setLanguage(app.db, request.visitor.signedIn.person.id, data.language)
    return reply.redirect('/?done=languageSet', 303)
  })

  server.get('/welcome', async (request, reply) => {
    if (!request.visitor.signedIn) return reply.redirect('/sign-in', 302)
    if (request.visitor.signedIn.chosen) return reply.redirect('/', 302)
    return showWelcome(request, reply, null)
  })

  server.post('/welcome', async (request, reply) => {
    const { signedIn, language } = request.visitor
    if (!signedIn) return reply.redirect('/sign-in', 303)
    // Members are added by an owner; only who belongs nowhere may begin a business of their own.
    if (signedIn.chosen) throw new Refused('forbidden')
    const { data } = NAME.safeParse(request.body)
    if (!data) throw new Refused('invalid')
    const made = await openBusiness(app.db, { name: data.name, ownerId: signedIn.person.id, language })
    if (!made) return showWelcome(request, reply.code(409), WORDS[language].welcome.taken)
    return reply.redirect('/', 303)
  })
}

function showSignIn(
  { visitor: { language } }: FastifyRequest,
  reply: FastifyReply,
  app: WebDependencies,
  problem: string | null = null,
  title: string | null = null,
): FastifyReply {
  const words = WORDS[language]
  const { signIn } = words
  const body = html` <h1>${title ?? signIn.title}</h1>
    ${problem && html`<div class="banner warning" role="alert"><p>${problem}</p></div>`}
    ${
      app.config.smtpUrl === null
        ? byCommand(words)
        : html` <p>${signIn.intro}</p>
            <form method="post" action="/sign-in" class="stack">
              <label
                >${signIn.email} <input type="email" name="email" required autocomplete="email" maxlength="254"
              /></label>
              <button class="primary">${signIn.send}</button>
            </form>`
    }`
  return sendPage(reply, plainPage({ language, title: title ?? signIn.title, body }))
}

const byCommand = ({ signIn }: (typeof WORDS)['en']): Html =>
  html` <p>${signIn.noMail}</p>
    <pre><code>npx puntual sign-in-link --email you@example.com</code></pre>`

function showWelcome(
  { visitor: { language } }: FastifyRequest,
  reply: FastifyReply,
  problem: string | null,
): FastifyReply {
  const { welcome } = WORDS[language]
  const body = html` <h1>${welcome.title}</h1>
    ${problem && html`<div class="banner warning" role="alert"><p>${problem}</p></div>`}
    <p>${welcome.intro}</p>
    <form method="post" action="/welcome" class="stack">
      <label>${welcome.name} <input name="name" required maxlength="200" autocomplete="organization" /></label>
      <button class="primary">${welcome.create}</button>
    </form>`
  return sendPage(reply, plainPage({ language, title: welcome.title, body }))
}

function writeMail(language: 'es' | 'en', link: string): { subject: string; text: string; html: string } {
  const { signIn } = WORDS[language]
  const page = html` <html lang="${language}">
    <body>
      <p><a href="${link}">${signIn.mailButton}</a></p>
      <p>${signIn.mailHint}</p>
    </body>
  </html>`
  return { subject: signIn.mailSubject, text: signIn.mailText(link), html: `<!doctype html>${page.markup}` }
}
