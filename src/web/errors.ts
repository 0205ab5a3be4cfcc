import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify'
import type { Log } from '../flow/dependencies.ts'
import { WORDS } from './language.ts'
import { html } from './html.ts'
import { plainPage, sendPage } from './layout.ts'
import type { Words } from './words/english.ts'

export type RefusalKind = 'notFound' | 'forbidden' | 'crossSite' | 'otherBusiness' | 'invalid'

/** A request that is answered with a page that says why not. */
export class Refused extends Error {
  override readonly name = 'Refused'
  readonly kind: RefusalKind

  constructor(kind: RefusalKind) {
    super(kind)
    this.kind = kind
  }
}

const STATUS: Readonly<Record<RefusalKind, number>> = {
  notFound: 404,
  forbidden: 403,
  crossSite: 403,
  otherBusiness: 409,
  invalid: 400,
}

/** Shows what went wrong, in the visitor's language, and logs what was nobody's wish. Once: here. */
export function showErrors(log: Log) {
  return async (error: FastifyError | Refused, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
    if (error instanceof Refused) return showRefusal(request, reply, error.kind)
    const status = 'statusCode' in error ? (error.statusCode ?? 500) : 500
    if (status === 413) return showProblem(request, reply, 413, ({ errors }) => [errors.tooLarge, ''])
    if (status < 500) return showProblem(request, reply, status, ({ errors }) => [errors.invalid, ''])
    log.error({ error, method: request.method, route: request.routeOptions.url ?? '' }, 'a request failed')
    return showProblem(request, reply, 500, ({ errors }) => [errors.failed, errors.failedText])
  }
}

export function showRefusal(request: FastifyRequest, reply: FastifyReply, kind: RefusalKind): FastifyReply {
  return showProblem(request, reply, STATUS[kind], ({ errors }) => {
    const texts = {
      notFound: [errors.notFound, errors.notFoundText],
      forbidden: [errors.forbidden, errors.forbiddenText],
      crossSite: [errors.crossSite, errors.crossSiteText],
      otherBusiness: [errors.otherBusiness, errors.otherBusinessText],
      invalid: [errors.invalid, ''],
    } as const
    return texts[kind]
  })
}

function showProblem(
  request: FastifyRequest,
  reply: FastifyReply,
  status: number,
  texts: (words: Words) => readonly [string, string],
): FastifyReply {
  const { language } = request.visitor
  const words = WORDS[language]
  const [title, text] = texts(words)
  const body = html` <h1>${title}</h1>
    ${text !== '' && html`<p>${text}</p>`}
    <p><a class="button" href="/">${words.errors.home}</a></p>`
  return sendPage(reply.code(status), plainPage({ language, title, body }))
}
