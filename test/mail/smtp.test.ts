import { afterEach, describe, expect, it } from 'vitest'
import { type Email, MailRefused, type Mailer, MailUnknown, type TimeLeft } from '../../src/mail/mailer.ts'
import { toMime } from '../../src/mail/mime.ts'
import { createSmtpMailer, type SmtpSettings } from '../../src/mail/smtp.ts'
import { type Fault, type Place, startFaultySmtp } from '../support/faulty-smtp.ts'

const closers: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close()
})

async function mailServer(faults: readonly Fault[] = [], settings: Partial<SmtpSettings> = {}) {
  const server = await startFaultySmtp(faults)
  const mailer = createSmtpMailer({
    url: `smtp://marta:hush%2Dhush@127.0.0.1:${server.port}`,
    answerTimeoutMs: 400,
    greetingTimeoutMs: 400,
    ...settings,
  })
  closers.push(
    () => server.close(),
    () => mailer.close(),
  )
  return { server, mailer }
}

const anEmail = (with_: Partial<Email> = {}): Email => ({
  messageId: '<chase-1@ferrer.example>',
  from: { name: 'Marta Ferrer', address: 'marta@ferrer.example' },
  replyTo: null,
  to: [{ name: 'Ana Vega', address: 'ana@vega.example' }],
  cc: [],
  subject: 'Factura F-2026-0147: vence hoy',
  html: '<p>Buenos días, Ana:</p>',
  text: 'Buenos días, Ana:\n',
  attachments: [],
  inReplyTo: null,
  references: [],
  sentAt: Temporal.Instant.from('2026-11-17T09:30:00Z'),
  unattended: true,
  ...with_,
})

/** A message too large for the sockets' buffers, so that its end cannot have left when the start arrives. */
const aLargeEmail = (): Email =>
  anEmail({ attachments: [{ filename: 'F.pdf', type: 'application/pdf', content: new Uint8Array(8_000_000) }] })

/** How a send ended, as plain values to compare. */
async function outcomeOf(mailer: Mailer, email: Email = anEmail(), timeLeft?: TimeLeft) {
  try {
    await mailer.send(email, timeLeft)
    return 'accepted'
  } catch (error) {
    if (error instanceof MailUnknown) return 'unknown'
    if (error instanceof MailRefused)
      return `refused ${error.about} ${error.permanent ? 'for good' : 'for now'} ${error.code ?? '-'}`
    throw error
  }
}

describe('sending over SMTP', () => {
  it('delivers a message and says what the server answered', async () => {
    const { server, mailer } = await mailServer()
    expect(await mailer.send(anEmail())).toEqual({
      accepted: ['ana@vega.example'],
      refused: [],
      answer: '250 2.0.0 Taken',
    })
    expect(server.received).toEqual([(await toMime(anEmail())).content.toString('latin1').replace(/\r\n$/, '')])
  })

  it.each<[string, Fault, string]>([
    [
      'the greeting is a refusal',
      { at: 'greeting', reply: '554 5.7.1 Not from there' },
      'refused connection for now 554',
    ],
    ['the server never greets', { at: 'greeting', silent: true }, 'refused connection for now -'],
    ['the server hangs up at the greeting', { at: 'greeting', drop: true }, 'refused connection for now -'],
    ['the server hangs up at EHLO', { at: 'EHLO', drop: true }, 'refused connection for now -'],
    ['the password is wrong', { at: 'AUTH', reply: '535 5.7.8 No such login' }, 'refused login for good 535'],
    ['the login cannot be checked just now', { at: 'AUTH', reply: '454 4.7.0 Try later' }, 'refused login for now 454'],
    ['the server hangs up at the login', { at: 'AUTH', drop: true }, 'refused connection for now -'],
    ['a login is wanted', { at: 'MAIL', reply: '530 5.7.0 Log in first' }, 'refused login for good 530'],
    ['the sender is not ours', { at: 'MAIL', reply: '553 5.7.1 Not your address' }, 'refused sender for good 553'],
    ['the sender has sent too much', { at: 'MAIL', reply: '450 4.7.1 Slow down' }, 'refused sender for now 450'],
    ['the message is announced as too big', { at: 'MAIL', reply: '552 5.3.4 Too big' }, 'refused message for good 552'],
    ['the server is full', { at: 'MAIL', reply: '452 4.3.1 No space' }, 'refused connection for now 452'],
    ['the recipient does not exist', { at: 'RCPT', reply: '550 5.1.1 No such user' }, 'refused recipient for good 550'],
    ['the recipient is greylisted', { at: 'RCPT', reply: '451 4.7.1 Greylisted' }, 'refused recipient for now 451'],
    ['the mailbox is full', { at: 'RCPT', reply: '452 4.2.2 Mailbox full' }, 'refused recipient for now 452'],
    ['we may not relay', { at: 'RCPT', reply: '554 5.7.1 Relay access denied' }, 'refused sender for good 554'],
    [
      'the server closes at the recipient',
      { at: 'RCPT', reply: '421 4.3.2 Closing' },
      'refused connection for now 421',
    ],
    ['the server hangs up at the recipient', { at: 'RCPT', drop: true }, 'refused connection for now -'],
    ['the server falls silent at the recipient', { at: 'RCPT', silent: true }, 'refused connection for now -'],
    ['DATA is refused for now', { at: 'DATA', reply: '451 4.3.0 Later' }, 'refused message for now 451'],
    ['DATA is refused for good', { at: 'DATA', reply: '554 5.6.0 Never' }, 'refused message for good 554'],
    ['the server hangs up at DATA', { at: 'DATA', drop: true }, 'refused connection for now -'],
    ['the message looks like spam', { at: 'dot', reply: '554 5.7.1 Spam' }, 'refused message for good 554'],
    [
      'our domain is not authenticated',
      { at: 'dot', reply: '550 5.7.26 Unauthenticated' },
      'refused sender for good 550',
    ],
    [
      'the recipient is found out only at the end',
      { at: 'dot', reply: '550 5.1.1 No such user' },
      'refused recipient for good 550',
    ],
    ['the message is put off at the end', { at: 'dot', reply: '451 4.3.0 Later' }, 'refused message for now 451'],
    [
      'the server closes after the dot, saying so',
      { at: 'dot', reply: '421 4.3.2 Closing' },
      'refused connection for now 421',
    ],
    ['the server hangs up after the dot', { at: 'dot', drop: true }, 'unknown'],
    ['the server falls silent after the dot', { at: 'dot', silent: true }, 'unknown'],
    ['the answer after the dot is no answer', { at: 'dot', reply: 'well, well' }, 'unknown'],
    ['the answer after the dot is slow but comes', { at: 'dot', lateMs: 150 }, 'accepted'],
    ['the session lost its order', { at: 'DATA', reply: '503 5.5.1 Bad sequence' }, 'refused message for now 503'],
  ])('when %s', async (_, fault, outcome) => {
    const { mailer } = await mailServer([fault])
    expect(await outcomeOf(mailer)).toBe(outcome)
  })

  it('calls a message that was cut off in the middle not sent', async () => {
    const { server, mailer } = await mailServer([{ at: 'mid-data', drop: true }])
    expect(await outcomeOf(mailer, aLargeEmail())).toBe('refused connection for now -')
    expect(server.received).toEqual([])
  })

  it('says which recipients were refused when others were not', async () => {
    const { mailer } = await mailServer([{ at: 'RCPT', reply: '550 5.1.1 Gone', only: 'old@' }])
    const delivery = await mailer.send(anEmail({ cc: [{ name: null, address: 'old@vega.example' }] }))
    expect(delivery).toEqual({
      accepted: ['ana@vega.example'],
      refused: [{ address: 'old@vega.example', code: 550, answer: '550 5.1.1 Gone' }],
      answer: '250 2.0.0 Taken',
    })
  })

  it('names the addresses when all were refused', async () => {
    const { mailer } = await mailServer([{ at: 'RCPT', reply: '550 5.1.1 Gone' }])
    const error: unknown = await mailer.send(anEmail()).catch((caught: unknown) => caught)
    expect(error).toMatchObject({ about: 'recipient', addresses: ['ana@vega.example'] })
  })

  it('refuses an address that would break into the conversation', async () => {
    const { server, mailer } = await mailServer()
    const email = anEmail({ to: [{ name: null, address: 'ana@vega.example>\r\nRCPT TO:<eve@evil.example' }] })
    expect(await outcomeOf(mailer, email)).toMatch(/^refused recipient for good/)
    expect(server.received).toEqual([])
  })

  it('reports a server that is not there as a connection to try later', async () => {
    const { server, mailer } = await mailServer()
    await server.close()
    expect(await outcomeOf(mailer)).toBe('refused connection for now -')
  })

  it('insists on TLS where it was asked for, and sends nothing without', async () => {
    const server = await startFaultySmtp()
    const mailer = createSmtpMailer({ url: `smtp://127.0.0.1:${server.port}?requireTLS=true` })
    closers.push(
      () => server.close(),
      () => mailer.close(),
    )
    expect(await outcomeOf(mailer)).toBe('refused connection for now 502')
    expect(server.received).toEqual([])
  })

  it('never repeats the password, whatever the server says', async () => {
    const login = Buffer.from('\u0000marta\u0000hush-hush').toString('base64')
    const { mailer } = await mailServer([{ at: 'AUTH', reply: `535 5.7.8 hush-hush is wrong, and so is ${login}` }])
    const error = await mailer.verify().catch((caught: unknown) => caught as Error)
    expect(error).toBeInstanceOf(MailRefused)
    expect(JSON.stringify([error?.message, error?.stack, error?.cause, error])).not.toMatch(
      /hush-hush|bWFydGE|aHVzaC1odXNo/,
    )
    expect(() => createSmtpMailer({ url: 'ftp://marta:hush-hush@host' })).toThrow(
      'the SMTP address must look like smtp://user:password@host:587 or smtps://host',
    )
  })

  it('checks the login without sending anything', async () => {
    const { server, mailer } = await mailServer()
    await mailer.verify()
    expect([server.connections, server.received]).toEqual([1, []])
  })
})

describe('keeping connections', () => {
  it('sends several messages over one connection', async () => {
    const { server, mailer } = await mailServer()
    for (const id of ['<1@x>', '<2@x>', '<3@x>']) await mailer.send(anEmail({ messageId: id }))
    expect([server.connections, server.received.length]).toEqual([1, 3])
  })

  it('opens no more connections than allowed', async () => {
    const { server, mailer } = await mailServer([{ at: 'dot', lateMs: 30 }], { maxConnections: 2 })
    await Promise.all(
      ['<1@x>', '<2@x>', '<3@x>', '<4@x>', '<5@x>'].map((messageId) => mailer.send(anEmail({ messageId }))),
    )
    expect([server.connections, server.received.length]).toEqual([2, 5])
  })

  it('renews a connection after its share of messages', async () => {
    const { server, mailer } = await mailServer([], { maxMessagesPerConnection: 2 })
    for (const id of ['<1@x>', '<2@x>', '<3@x>']) await mailer.send(anEmail({ messageId: id }))
    expect(server.connections).toBe(2)
  })

  it('tries once more when a kept connection turns out to be closed before the message left', async () => {
    const { server, mailer } = await mailServer()
    await mailer.send(anEmail({ messageId: '<1@x>' }))
    server.hangUp()
    await mailer.send(anEmail({ messageId: '<2@x>' }))
    expect([server.connections, server.received.length]).toEqual([2, 2])
  })

  it('never tries again by itself once the message has been handed over, on a kept connection either', async () => {
    const { server, mailer } = await mailServer()
    await mailer.send(anEmail({ messageId: '<1@x>' }))
    server.faults = [{ at: 'dot', drop: true }]
    expect(await outcomeOf(mailer, anEmail({ messageId: '<2@x>' }))).toBe('unknown')
    expect([server.connections, server.received.length]).toEqual([1, 2])
  })

  it('does not take an earlier message’s dot for this one’s', async () => {
    const { server, mailer } = await mailServer()
    await mailer.send(anEmail({ messageId: '<1@x>' }))
    server.faults = [{ at: 'RCPT', drop: true }]
    expect(await outcomeOf(mailer, anEmail({ messageId: '<2@x>' }))).toBe('refused connection for now -')
    expect([server.connections, server.received.length]).toEqual([2, 1])
  })

  it('gives up on a fresh connection that fails: retrying is the caller’s decision', async () => {
    const { server, mailer } = await mailServer([{ at: 'MAIL', drop: true }])
    expect(await outcomeOf(mailer)).toBe('refused connection for now -')
    expect(server.connections).toBe(1)
  })

  it('closes only when the message under way has its answer', async () => {
    const { server, mailer } = await mailServer([{ at: 'dot', lateMs: 100 }])
    const order: string[] = []
    const sending = mailer.send(anEmail()).then(({ answer }) => order.push(answer))
    while (server.received.length === 0) await new Promise((resolve) => setImmediate(resolve))
    await mailer.close()
    order.push('closed')
    await sending
    expect(order).toEqual(['250 2.0.0 Taken', 'closed'])
    expect(await outcomeOf(mailer)).toBe('refused connection for now -')
  })
})

describe('a message that has to begin in time', () => {
  /** A clock of the caller's: the message may begin for another minute of it, however long that takes in truth. */
  const aMinute = () => {
    const clock = { ms: 0 }
    return { clock, timeLeft: () => 60_000 - clock.ms }
  }

  it.each<[string, Place, readonly Place[]]>([
    ['greets', 'greeting', ['greeting', 'EHLO', 'AUTH']],
    ['says what it can do', 'EHLO', ['greeting', 'EHLO', 'AUTH']],
    ['lets us in', 'AUTH', ['greeting', 'EHLO', 'AUTH']],
    ['takes the sender', 'MAIL', ['greeting', 'EHLO', 'AUTH', 'MAIL', 'RCPT', 'DATA']],
    ['takes the recipient', 'RCPT', ['greeting', 'EHLO', 'AUTH', 'MAIL', 'RCPT', 'DATA']],
    ['answers DATA', 'DATA', ['greeting', 'EHLO', 'AUTH', 'MAIL', 'RCPT', 'DATA']],
  ])('does not leave when the time has gone by before the server %s', async (_, at, reached) => {
    const { promise: until, resolve: goOn } = Promise.withResolvers<void>()
    const { server, mailer } = await mailServer([{ at, until }], { answerTimeoutMs: 60_000, greetingTimeoutMs: 60_000 })
    const { clock, timeLeft } = aMinute()
    const outcome = outcomeOf(mailer, anEmail(), timeLeft)
    await expect.poll(() => server.reached.at(-1)).toBe(at)
    clock.ms = 60_000
    goOn()
    expect([await outcome, server.reached, server.received]).toEqual(['refused connection for now -', reached, []])
  })

  it('does not leave on a server that is given the envelope and DATA in one go either', async () => {
    const { promise: until, resolve: goOn } = Promise.withResolvers<void>()
    const faults: Fault[] = [{ at: 'EHLO', reply: '250-faulty\r\n250-AUTH PLAIN\r\n250 PIPELINING' }, { at: 'DATA', until }] // prettier-ignore
    const { server, mailer } = await mailServer(faults, { answerTimeoutMs: 60_000 })
    const { clock, timeLeft } = aMinute()
    const outcome = outcomeOf(mailer, anEmail(), timeLeft)
    await expect.poll(() => server.reached.at(-1)).toBe('DATA')
    clock.ms = 60_000
    goOn()
    expect([await outcome, server.reached.includes('mid-data'), server.received]).toEqual([
      'refused connection for now -',
      false,
      [],
    ])
  })

  it.each<Place>(['greeting', 'EHLO', 'AUTH', 'MAIL', 'RCPT', 'DATA'])(
    'is given up when the time is up, not when a server that fell silent (%s) has had all the time it may take',
    async (at) => {
      const { server, mailer } = await mailServer([{ at, silent: true }], {
        answerTimeoutMs: 600_000,
        greetingTimeoutMs: 600_000,
        connectTimeoutMs: 600_000,
      })
      const begun = performance.now()
      expect(await outcomeOf(mailer, anEmail(), () => 150 - (performance.now() - begun))).toBe(
        'refused connection for now -',
      )
      expect([server.reached.at(-1), server.received]).toEqual([at, []])
    },
  )

  it('asks for no connection when the time is up before its turn comes', async () => {
    const { server, mailer } = await mailServer()
    expect(await outcomeOf(mailer, anEmail(), () => 0)).toBe('refused connection for now -')
    expect(server.connections).toBe(0)
  })

  it('leaves the connection that came too late for it to the next message', async () => {
    const { promise: until, resolve: goOn } = Promise.withResolvers<void>()
    const { server, mailer } = await mailServer([{ at: 'AUTH', until }])
    const { clock, timeLeft } = aMinute()
    const outcome = outcomeOf(mailer, anEmail(), timeLeft)
    await expect.poll(() => server.reached.at(-1)).toBe('AUTH')
    clock.ms = 60_000
    goOn()
    expect([await outcome, await outcomeOf(mailer)]).toEqual(['refused connection for now -', 'accepted'])
    expect([server.connections, server.received.length]).toEqual([1, 1])
  })

  it('is not offered a second time when a kept connection was too slow for it', async () => {
    const { server, mailer } = await mailServer()
    await mailer.send(anEmail({ messageId: '<1@x>' }))
    const { promise: until, resolve: goOn } = Promise.withResolvers<void>()
    server.faults = [{ at: 'DATA', until }]
    const { clock, timeLeft } = aMinute()
    const outcome = outcomeOf(mailer, anEmail({ messageId: '<2@x>' }), timeLeft)
    await expect.poll(() => server.reached.filter((place) => place === 'DATA').length).toBe(2)
    clock.ms = 60_000
    goOn()
    expect([await outcome, server.connections, server.received.length]).toEqual(['refused connection for now -', 1, 1])
  })

  it('is finished when it has begun in time, however long the rest takes', async () => {
    const { promise: until, resolve: goOn } = Promise.withResolvers<void>()
    const { server, mailer } = await mailServer([{ at: 'dot', until }], { answerTimeoutMs: 60_000 })
    const begun = performance.now()
    const timeLeft = (): number => 200 - (performance.now() - begun)
    const outcome = outcomeOf(mailer, anEmail(), timeLeft)
    await expect.poll(() => server.reached.at(-1)).toBe('dot')
    await expect.poll(timeLeft).toBeLessThan(-100)
    goOn()
    expect(await outcome).toBe('accepted')
  })
})

const full = (): Email =>
  anEmail({
    replyTo: { name: 'Cobros', address: 'cobros@ferrer.example' },
    cc: [{ name: null, address: 'admin@vega.example' }],
    inReplyTo: '<chase-0@ferrer.example>',
    references: ['<chase-00@ferrer.example>', '<chase-0@ferrer.example>'],
    attachments: [
      { filename: 'Factura-F-1.pdf', type: 'application/pdf', content: new TextEncoder().encode('%PDF-1.7') },
    ],
  })

describe('the bytes of a message', () => {
  it('are the same each time', async () => {
    const [first, second] = [await toMime(full()), await toMime(full())]
    expect(first.content.equals(second.content)).toBe(true)
    const other = await toMime({ ...full(), messageId: '<chase-2@ferrer.example>' })
    expect(other.content.equals(first.content)).toBe(false)
  })

  it('carry the headers that a conversation needs, and no others', async () => {
    const [head = ''] = (await toMime(full())).content.toString('utf8').split('\r\n\r\n')
    const headers = head.replace(/\r\n\s+/g, ' ').split('\r\n')
    expect(headers.map((header) => header.split(':')[0])).toEqual([
      'Auto-Submitted', 'From', 'To', 'Cc', 'Reply-To', 'In-Reply-To', 'References', 'Subject', 'Message-ID', 'Date',
      'MIME-Version', 'Content-Type',
    ]) // prettier-ignore
    expect(headers).toContain('Auto-Submitted: auto-generated')
    expect(headers).toContain('In-Reply-To: <chase-0@ferrer.example>')
    expect(headers).toContain('References: <chase-00@ferrer.example> <chase-0@ferrer.example>')
    expect(headers).toContain('Message-ID: <chase-1@ferrer.example>')
    expect(headers).toContain('Date: Tue, 17 Nov 2026 09:30:00 +0000')
  })

  it('end each line as mail does', async () => {
    const { content } = await toMime({ ...full(), text: 'one\ntwo\r\nthree\rfour', html: '<p>one</p>\n<p>two</p>' })
    expect(content.toString('latin1')).not.toMatch(/(?<!\r)\n|\r(?!\n)/)
  })

  it('do not say "automatic" of a message that a person approved', async () => {
    const { content } = await toMime({ ...full(), unattended: false })
    expect(content.toString('utf8')).not.toContain('Auto-Submitted')
  })

  it('put the text part first and keep no-break spaces', async () => {
    const { content } = await toMime(anEmail({ text: 'Son 1.234,50\u00a0€\n' }))
    const mime = content.toString('utf8')
    expect(mime.indexOf('text/plain')).toBeLessThan(mime.indexOf('text/html'))
    expect(mime).toContain('1.234,50=C2=A0=E2=82=AC')
  })

  it('let no name or subject add a header', async () => {
    const { content } = await toMime(
      anEmail({
        subject: 'Factura\r\nBcc: eve@evil.example',
        to: [
          {
            name: `"Vega", <eve@evil.example>;\r\nBcc: eve@evil.example${'x'.repeat(300)}`,
            address: 'ana@vega.example',
          },
        ],
      }),
    )
    const [head = ''] = content.toString('utf8').split('\r\n\r\n')
    expect(head).not.toMatch(/^Bcc/im)
    expect((await toMime(anEmail({ to: [{ name: 'a,b;<c@d.e>', address: 'ana@vega.example' }] }))).envelope.to).toEqual(
      ['ana@vega.example'],
    )
  })
})
