import { describe, expect, it } from 'vitest'
import { day } from '../../src/chase/day.ts'
import { settleUnknown } from '../../src/flow/approve.ts'
import { sendChase } from '../../src/flow/send.ts'
import { MailRefused, MailUnknown, type Email } from '../../src/mail/mailer.ts'
import { accepted, openWorld, type World } from '../support/world.ts'

/** Tuesday 3 March, 08:50 in Madrid. */
const BEFORE_NINE = '2026-03-03T07:50:00Z'
const AT_NINE = Temporal.Instant.from('2026-03-03T08:00:00Z')

async function plannedChase(given: { email?: string; invoiceEmail?: string } = {}) {
  const world = await openWorld({ start: BEFORE_NINE })
  const acme = world.regular('Acme', given.email ? { email: given.email } : {})
  const invoice = world.invoice(acme.id, '2026-03-02', 50_000, { email: given.invoiceEmail ?? null })
  await world.advanceTo(BEFORE_NINE)
  return { world, acme, invoice }
}

/** The mail server answers the first tries as told, and accepts from then on. Returns every try. */
function answers(world: World, ...first: (() => Error)[]): Email[] {
  const tries: Email[] = []
  world.mailServer.answer = async (email) => {
    tries.push(email)
    const fail = first[tries.length - 1]
    if (fail) throw fail()
    return accepted(email)
  }
  return tries
}

const later = (): Error => new MailRefused('connection', '4.7.0 try again later', { permanent: false, code: 421 })
const noSuchUser =
  (...addresses: string[]) =>
  (): Error =>
    new MailRefused('recipient', '5.1.1 no such user', { permanent: true, code: 550, addresses })
const dropped = (): Error => new MailUnknown('the connection ended after the final dot')

const kinds = async (world: World): Promise<string[]> =>
  (await world.rows<{ kind: string }>('select kind from events where chase_id is not null order by id')).map(({ kind }) => kind) // prettier-ignore

describe('A message that the mail server refuses', () => {
  it('for now: is tried again with growing pauses, as the same message with the same PDF', async () => {
    const { world } = await plannedChase()
    const tries = answers(world, later, later)
    await world.until('2026-03-03', '11:00')

    expect(await world.diary()).toEqual(['2026-03-03 09:30 first-overdue → pagos@acme.example'])
    expect(tries.length).toBe(3)
    const same = (email: Email) => [email.messageId, email.subject, email.html, email.text, email.to]
    expect(tries.map(same)).toEqual([tries[0], tries[0], tries[0]].map((email) => same(email as Email)))
    expect(world.counted.get('pdf')).toBe(1)
    expect(await kinds(world)).toEqual([
      'chase-planned',
      'mail-postponed',
      'mail-postponed',
      'mail-sent',
      'note-written',
    ])
  })

  it('for now, six times: is given up for the day, and tomorrow the rules decide anew', async () => {
    const { world } = await plannedChase()
    const tries = answers(world, later, later, later, later, later, later)
    await world.until('2026-03-03', '20:00')
    expect(await world.chases()).toEqual(['day-1 failed (421 4.7.0 try again later)'])

    await world.until('2026-03-04', '10:00')
    expect(await world.diary()).toEqual(['2026-03-04 09:00 first-overdue → pagos@acme.example'])
    expect(tries.length).toBe(7)
  })

  it('because nobody is there: the address is given up and a person is asked for another', async () => {
    const { world, acme } = await plannedChase()
    answers(world, noSuchUser('pagos@acme.example'))
    await world.until('2026-03-03', '10:00')

    expect(world.outbox).toEqual([])
    expect(await world.chases()).toEqual(['day-1 failed (550 5.1.1 no such user)'])
    expect(await world.verdict(acme.id)).toEqual({ decision: 'ask', reason: 'no-address', segment: 'regular' })
    expect(await kinds(world)).toEqual(['chase-planned', 'mail-refused', 'address-broken'])
  })

  it('because the address on the invoice is dead: asks the main address for the right person, and a person for an address', async () => {
    const { world, acme, invoice } = await plannedChase({ invoiceEmail: 'facturas@acme.example' })
    answers(world, noSuchUser('facturas@acme.example'))
    await world.until('2026-03-03', '10:00')
    expect(await world.diary()).toEqual(['2026-03-03 09:00 right-person → pagos@acme.example'])

    await world.until('2026-03-09', '10:00')
    // Also after the books were compared, which know the dead address as ever.
    expect(await world.verdict(acme.id)).toEqual({ decision: 'ask', reason: 'no-address', segment: 'regular' })
    expect(world.notes(invoice.id).map((note) => note.includes('facturas@'))).toEqual([false])
  })

  it('because of what it is: the customer pauses for a week and a person sees why', async () => {
    const { world, acme } = await plannedChase()
    answers(world, () => new MailRefused('message', '5.7.1 looks like spam', { permanent: true, code: 550 }))
    await world.until('2026-03-03', '10:00')
    expect(await world.verdict(acme.id)).toEqual({ decision: 'wait', reason: 'paused', segment: 'regular' })
    expect(await world.rows(`select kind, until, why from holds`)).toEqual([
      { kind: 'pause', until: expect.anything(), why: '550 5.7.1 looks like spam' },
    ])
    await world.until('2026-03-11', '10:00')
    expect((await world.diary()).length).toBe(1)
  })

  it('because it does not know us: every message waits, one line tells it, and all go once the mailbox works', async () => {
    const { world } = await plannedChase()
    world.invoice(world.regular('Brisa').id, '2026-03-02')
    let broken = true
    world.mailServer.answer = async (email) => {
      if (broken) throw new MailRefused('login', '5.7.8 wrong password', { permanent: true, code: 535 })
      return accepted(email)
    }
    await world.rows(`update connections set next_sync_at = '2026-03-03T07:55:00Z'`)
    await world.until('2026-03-03', '16:30')
    expect(await world.chases()).toEqual(['day-1 planned', 'day-1 planned'])
    expect((await kinds(world)).filter((kind) => kind === 'mailbox-broken')).toEqual(['mailbox-broken'])

    broken = false
    await world.until('2026-03-03', '17:10')
    expect(await world.diary()).toEqual([
      '2026-03-03 17:00 first-overdue → pagos@acme.example',
      '2026-03-03 17:00 first-overdue → pagos@brisa.example',
    ])
  })

  it('for one of two recipients: is sent to the other, and the note names only who got it', async () => {
    const { world, invoice } = await plannedChase({ email: 'ana@acme.example; luis@acme.example' })
    world.mailServer.answer = async (email) => ({
      accepted: ['ana@acme.example'],
      refused: email.to.some(({ address }) => address === 'luis@acme.example')
        ? [{ address: 'luis@acme.example', code: 550, answer: '550 no such user' }]
        : [],
      answer: '250 ok',
    })
    await world.until('2026-03-03', '10:00')
    expect(world.notes(invoice.id).map((note) => /correo a ([^,]+), asunto/.exec(note)?.[1])).toEqual([
      'ana@acme.example',
    ])

    await world.until('2026-03-09', '10:00')
    expect(world.outbox.map(({ to }) => to.map(({ address }) => address))).toEqual([
      ['ana@acme.example', 'luis@acme.example'],
      ['ana@acme.example'],
    ])
  })
})

describe('A message of unknown fate', () => {
  async function dropTheFirst() {
    const story = await plannedChase()
    const tries = answers(story.world, dropped)
    await story.world.until('2026-03-03', '09:30')
    return { ...story, tries }
  }

  it('is held, asked about and noted in the ledger, and never sent again by itself, weeks on', async () => {
    const { world, acme, invoice, tries } = await dropTheFirst()
    expect(await world.chases()).toEqual(['day-1 unknown (the connection ended after the final dot)'])
    expect(await world.verdict(acme.id)).toEqual({ decision: 'ask', reason: 'delivery-unknown', segment: 'regular' })
    expect(world.notes(invoice.id)).toEqual([expect.stringContaining('puede haber llegado')])

    await world.until('2026-03-13', '20:00')
    expect(tries.length).toBe(1)
    // The hold of ten days has ended: the conversation goes on with the next step, not with the same one.
    await world.until('2026-03-24', '20:00')
    expect(tries.map(({ sentAt }) => sentAt.toString().slice(0, 10))).toEqual([
      '2026-03-03',
      '2026-03-16',
      '2026-03-24',
    ])
    expect(new Set(tries.map(({ messageId }) => messageId)).size).toBe(3)
    expect((await world.chases()).map((line) => line.replace(/ \(.*/, ''))).toEqual([
      'day-1 unknown',
      'day-7 sent',
      'day-15 sent',
    ])
  })

  it('counts as sent for the gap, even without its hold', async () => {
    const { world, acme, tries } = await dropTheFirst()
    await world.rows(`update holds set ended_at = now()`)
    world.invoice(acme.id, '2026-02-20')
    await world.until('2026-03-04', '20:00')
    expect(tries.length).toBe(1)
  })

  it('has arrived, says a person: it is sent as of then, and the next step comes at its time', async () => {
    const { world } = await dropTheFirst()
    const chase = await world.waiting()
    expect(await settleUnknown(world.app, { ...chase, userId: world.userId, arrived: true })).toBe('settled')
    expect(await settleUnknown(world.app, { ...chase, userId: world.userId, arrived: false })).toBe('gone')
    await world.until('2026-03-09', '20:00')
    expect(await world.diary()).toEqual([
      '2026-03-03 09:00 first-overdue → pagos@acme.example',
      '2026-03-09 09:00 firm → pagos@acme.example',
    ])
  })

  it('has not arrived, says a person: the same step is sent anew', async () => {
    const { world, tries } = await dropTheFirst()
    await settleUnknown(world.app, { ...(await world.waiting()), userId: world.userId, arrived: false })
    await world.until('2026-03-03', '10:00')
    expect(await world.diary()).toEqual(['2026-03-03 09:30 first-overdue → pagos@acme.example'])
    expect(tries.length).toBe(2)
  })

  it('was in the hands of a worker that died: found when its lease is over', async () => {
    const { world, invoice } = await plannedChase()
    const { promise: never } = Promise.withResolvers<never>()
    world.mailServer.answer = () => never
    void sendChase({ ...world.app, now: () => AT_NINE }, await world.waiting())
    await expect.poll(() => world.chases()).toEqual(['day-1 sending'])

    await world.until('2026-03-03', '09:14')
    expect(await world.chases()).toEqual(['day-1 sending'])
    await world.until('2026-03-03', '09:20')
    expect(await world.chases()).toEqual(['day-1 unknown (the worker that was sending it did not come back)'])
    expect(world.notes(invoice.id)).toEqual([expect.stringMatching(/pagos@acme\.example.*puede haber llegado/)])
  })

  it('is settled by the server’s late answer', async () => {
    const { world, acme, invoice } = await plannedChase()
    const { promise, resolve } = Promise.withResolvers<void>()
    world.mailServer.answer = async (email) => {
      await promise
      return accepted(email)
    }
    const sending = sendChase({ ...world.app, now: () => AT_NINE }, await world.waiting())
    await expect.poll(() => world.chases()).toEqual(['day-1 sending'])
    await world.until('2026-03-03', '09:20')
    resolve()
    expect(await sending).toBe('sent')

    await world.until('2026-03-03', '09:30')
    expect(await world.diary()).toEqual(['2026-03-03 09:00 first-overdue → pagos@acme.example'])
    expect(world.notes(invoice.id).length).toBe(2)
    expect((await world.verdict(acme.id))?.reason).toBe('step-not-due-yet')
  })

  it('is what an accepted message becomes when that cannot be written down', async () => {
    const { world } = await plannedChase()
    await world.rows(`create function no_sent_notes() returns trigger language plpgsql as
      $$ begin if new.kind = 'sent' then raise exception 'the disk is full'; end if; return new; end $$`)
    await world.rows(
      `create trigger no_sent_notes before insert on notes for each row execute function no_sent_notes()`,
    )
    const tries = answers(world)
    await world.until('2026-03-04', '20:00')

    expect(tries.length).toBe(1)
    expect(await world.chases()).toEqual([
      'day-1 unknown (the mail server took it (250 2.0.0 queued), but that could not be written down)',
    ])
    expect((await world.rows<{ kind: string }>('select kind from notes')).map(({ kind }) => kind)).toEqual(['unknown'])
    expect(world.problems.length).toBe(1)
  })
})

describe('A surprise in the middle', () => {
  it('moves the message out of the way, says so in the log, and tries again in a quarter of an hour', async () => {
    const { world } = await plannedChase()
    let failures = 0
    const { pickAttachments } = world.app
    Object.assign(world.app, {
      pickAttachments: (...given: Parameters<typeof pickAttachments>) => {
        if ((failures += 1) === 1) throw new TypeError('nobody expected this')
        return pickAttachments(...given)
      },
    })
    await world.until('2026-03-03', '10:00')
    expect(await world.diary()).toEqual(['2026-03-03 09:15 first-overdue → pagos@acme.example'])
    expect(world.problems).toEqual([expect.objectContaining({ job: 'send', message: 'a job failed' })])
  })
})

it('keeps quiet about an invoice that was paid while the mailbox was broken', async () => {
  const { world, invoice } = await plannedChase()
  answers(world, later)
  await world.until('2026-03-03', '09:05')
  world.books.pay(invoice.id, day('2026-03-03'))
  await world.until('2026-03-03', '12:00')
  expect(world.outbox).toEqual([])
  expect(await world.chases()).toEqual(['day-1 cancelled (paid)'])
})
