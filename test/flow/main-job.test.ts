import { describe, expect, it } from 'vitest'
import { openWorld } from '../support/world.ts'

describe('The main job', () => {
  it('writes once, leaves a note, and falls silent when the money comes', async () => {
    const world = await openWorld()
    const acme = world.regular('Acme')
    const invoice = world.invoice(acme.id, '2026-03-02')

    await world.until('2026-03-06')
    expect(world.problems).toEqual([])
    expect(await world.diary()).toEqual(['2026-03-03 09:00 first-overdue → pagos@acme.example'])
    expect(world.outbox.map(({ attachments }) => attachments.map(({ filename }) => filename))).toEqual([
      ['Factura-F-0001.pdf'],
    ])
    expect(world.notes(invoice.id)).toEqual([expect.stringContaining('pagos@acme.example')])

    world.books.pay(invoice.id, '2026-03-07' as never)
    await world.until('2026-04-20')
    expect((await world.diary()).slice(1)).toEqual(['2026-03-09 09:00 thank-you → pagos@acme.example'])
    expect(world.notes(invoice.id).slice(1)).toEqual([
      expect.stringContaining('Pago recibido'),
      expect.stringContaining('Agradecimiento por el pago'),
    ])
  })
})
