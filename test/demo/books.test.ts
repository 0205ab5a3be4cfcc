import { fc } from '../support/random.ts'
import { describe, expect, it } from 'vitest'
import { day } from '../../src/chase/day.ts'
import { money, type Money } from '../../src/chase/money.ts'
import { Books, repeatableUuids, runningIds } from '../../src/demo/books.ts'

const eur = (minor: number): Money => money(minor, 'EUR')

function someBooks() {
  let now = Temporal.Instant.from('2026-02-10T09:00:00Z')
  const books = new Books(
    {
      name: 'Suministros Turia', legalName: 'Suministros Turia, S.L.', country: 'ES', baseCurrency: 'EUR',
      timeZone: 'Europe/Madrid', email: 'administracion@turia.example', ownReminders: false,
    },
    runningIds(),
    () => now,
  ) // prettier-ignore
  const customer = books.addCustomer({ name: 'Talleres Ebro' })
  const invoice = books.addInvoice({ customerId: customer.id, total: eur(100_00), issuedOn: day('2026-01-01') })
  const pass = (): void => {
    now = now.add({ hours: 1 })
  }
  return { books, customer, invoice, pass }
}

describe('The books', () => {
  it('give an invoice without a due day thirty days from its issue', () => {
    expect(someBooks().invoice.dueOn).toBe('2026-01-31')
  })

  it('count payments and credits off the balance, and put a payment back when the bank returns it', () => {
    const { books, customer, invoice } = someBooks()
    const payment = books.pay(invoice.id, day('2026-01-20'), eur(30_00))
    books.addCredit('credit-note', customer.id, day('2026-01-21'), eur(20_00), [
      { invoiceId: invoice.id, amount: eur(20_00) },
    ])
    expect([books.paid(invoice.id), books.credited(invoice.id), books.balance(invoice.id)]).toEqual([
      3000,
      2000,
      eur(5_000),
    ])
    books.deletePayment(payment.id)
    expect(books.balance(invoice.id)).toEqual(eur(8_000))
  })

  it('apply money that came without an invoice later on', () => {
    const { books, customer, invoice, pass } = someBooks()
    const payment = books.receive(customer.id, day('2026-01-20'), eur(120_00), [])
    expect(books.remaining(payment)).toEqual(eur(12_000))
    const before = invoice.version
    pass()
    books.applyPayment(payment.id, invoice.id, eur(100_00))
    expect([books.balance(invoice.id), books.remaining(payment), books.settledOn(invoice.id)]).toEqual([
      eur(0),
      eur(2_000),
      '2026-01-20',
    ])
    expect([invoice.version - before, String(invoice.updatedAt)]).toEqual([1, '2026-02-10T10:00:00Z'])
  })

  it('owe nothing on a void invoice, whatever it was for', () => {
    const { books, invoice } = someBooks()
    books.updateInvoice(invoice.id, { status: 'void' })
    expect([books.balance(invoice.id), books.settledOn(invoice.id)]).toEqual([eur(0), null])
  })

  it('move invoices, payments and credits along when two customers become one', () => {
    const { books, customer, invoice } = someBooks()
    const into = books.addCustomer({ name: 'Talleres Ebro, S.L.' })
    const payment = books.pay(invoice.id, day('2026-01-20'), eur(1_00))
    const credit = books.addCredit('credit-note', customer.id, day('2026-01-21'), eur(5_00))
    books.mergeCustomers(customer.id, into.id)
    expect([invoice.customerId, payment.customerId, credit.customerId]).toEqual([into.id, into.id, into.id])
    expect([customer.archived, customer.mergedIntoId]).toEqual([true, into.id])
  })

  it('tell whoever listens what changed, and stop when asked', () => {
    const { books, customer, invoice } = someBooks()
    const heard: string[] = []
    const stop = books.onChange(({ entity, change }) => heard.push(`${entity} ${change}`))
    const payment = books.pay(invoice.id, day('2026-01-20'))
    books.deletePayment(payment.id)
    books.updateInvoice(invoice.id, { status: 'void' })
    books.mergeCustomers(customer.id, books.addCustomer({ name: 'Other' }).id)
    books.addNote(invoice.id, 'Sent')
    stop()
    books.addNote(invoice.id, 'Not heard')
    expect(heard).toEqual([
      'payment created', 'invoice updated', 'payment deleted', 'invoice updated', 'invoice void', 'customer created',
      'customer merged', 'note created',
    ]) // prettier-ignore
    expect(books.notesOn(invoice.id).map(({ text }) => text)).toEqual(['Sent', 'Not heard'])
  })

  it('never count a payment twice, whatever order money comes, goes back and comes again', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.integer({ min: 1, max: 5_000 }), fc.boolean())), (moves) => {
        const { books, invoice } = someBooks()
        let left = invoice.total.minor
        for (const [minor, returned] of moves) {
          const payment = books.pay(invoice.id, day('2026-02-01'), eur(minor))
          if (returned) books.deletePayment(payment.id)
          else left -= minor
        }
        expect(books.balance(invoice.id).minor).toBe(left)
      }),
    )
  })

  it('take ids in the shape that each vendor uses', () => {
    const uuid = repeatableUuids(1)
    const again = repeatableUuids(1)
    const ids = [uuid(), uuid()]
    expect(ids).toEqual([again(), again()])
    for (const id of ids) expect(id).toMatch(/^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/)
    const running = runningIds(58)
    expect([running(), running()]).toEqual(['58', '59'])
  })
})
