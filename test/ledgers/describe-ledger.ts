import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { addDays, day } from '../../src/chase/day.ts'
import { money, type Money } from '../../src/chase/money.ts'
import type { BookCustomer, BookInvoice, Books, NewInvoice } from '../../src/demo/books.ts'
import { LedgerError } from '../../src/ledgers/ledger.ts'
import type {
  Ledger,
  LedgerChanges,
  LedgerCredit,
  LedgerCustomer,
  LedgerInvoice,
  LedgerNote,
  LedgerPage,
  LedgerPayment,
} from '../../src/ledgers/ledger.ts'

/** A ledger over empty books that the suite fills as each story needs. */
export type OpenedLedger = {
  readonly ledger: Ledger
  readonly books: Books
  /** Moves the books' clock. Without it the clock is the wall's, and what needs time to pass is checked less sharply. */
  readonly advance?: (seconds: number) => void
  close(): Promise<void>
}

/** What the vendor behind a face can do at all. What it cannot is left out of the suite, never excused in it. */
export type LedgerAbilities = {
  /** Invoices have an address where they can be paid online. */
  readonly payLinks: boolean
  /** The ledger says whether it sends reminders itself; otherwise the answer is null. */
  readonly ownReminders: boolean
  readonly groups: boolean
  /** A customer has people of its own, some of whom are copied on invoices. */
  readonly copies: boolean
  readonly archived: boolean
  /** A merged customer points on to the one it became. */
  readonly merges: boolean
  /** Addresses are kept on the invoice itself. */
  readonly invoiceAddresses?: boolean
  readonly expectedDates?: boolean
  readonly threeDecimals?: boolean
  /** The ledger knows drafts. */
  readonly drafts?: boolean
  /** The longest list the vendor gives in one answer; the suite makes more than one page of it. 1,000 unless said. */
  readonly pageSize?: number
  /** What one note may hold, in characters; 2,500 unless said. */
  readonly noteCharacters?: number
}

/** The promises of the ledger port, told as stories. Every face of the books, and so every adapter, keeps all of them. */
export function describeLedger(name: string, open: () => Promise<OpenedLedger>, able: LedgerAbilities): void {
  describe.for([name])('%s', () => {
    let opened: OpenedLedger
    let books: Books
    let ledger: Ledger

    beforeEach(async () => {
      opened = await open()
      books = opened.books
      ledger = opened.ledger
    })
    afterEach(async () => {
      await opened.close()
    })

    const issuedOn = day('2026-01-05')
    const dueOn = day('2026-02-04')

    const aCustomer = (given: Partial<BookCustomer> = {}): BookCustomer =>
      books.addCustomer({ name: 'Talleres Ebro', email: 'pagos@talleres-ebro.example', currency: 'EUR', ...given })
    const anInvoice = (given: Partial<NewInvoice> = {}): BookInvoice =>
      books.addInvoice({
        customerId: given.customerId ?? aCustomer().id,
        total: eur(125_50),
        number: 'F-100',
        issuedOn,
        dueOn,
        ...given,
      })
    /** Some time passes, so that what follows is later than what came before by the second hand of any ledger. */
    const later = (): Temporal.Instant => {
      opened.advance?.(120)
      return books.now()
    }
    const changesSince = (since: Temporal.Instant): Promise<LedgerChanges> => gather(ledger.changes(since))
    const openById = async (): Promise<Map<string, LedgerInvoice>> => byId(await all(ledger.openInvoices()))
    const asItStands = async (id: string): Promise<LedgerInvoice | null> => {
      const found = await ledger.invoices([id])
      expect([...found.keys()]).toEqual([id])
      return found.get(id) ?? null
    }

    describe('the organisation', () => {
      it('says whose books these are', async () => {
        const { company } = books
        const organisation = await ledger.organisation()
        expect({ ...organisation, id: 'its id', timeZone: null, isDemo: false }).toEqual({
          id: 'its id',
          name: company.name,
          country: company.country,
          baseCurrency: company.baseCurrency,
          timeZone: null,
          isDemo: false,
        })
        expect([company.timeZone, null]).toContain(organisation.timeZone)
      })

      it('says whether the ledger sends reminders of its own', async () => {
        expect(await ledger.ownReminders()).toBe(able.ownReminders ? false : null)
        books.company.ownReminders = true
        expect(await ledger.ownReminders()).toBe(able.ownReminders ? true : null)
      })
    })

    describe('open invoices', () => {
      it('states an open invoice in whole minor units, days and its own words', async () => {
        const customer = aCustomer({ name: 'Peñalver & Hijos, S.L.' })
        const invoice = anInvoice({ customerId: customer.id })
        const stated = (await openById()).get(invoice.id)
        expect({ ...stated, version: '', changedAt: '', emails: [], reference: null }).toEqual({
          id: invoice.id,
          customerId: customer.id,
          customerName: 'Peñalver & Hijos, S.L.',
          number: 'F-100',
          reference: null,
          issuedOn,
          dueOn,
          total: eur(12_550),
          balance: eur(12_550),
          state: 'open',
          paidOn: null,
          expectedOn: null,
          emails: [],
          version: '',
          changedAt: '',
        })
        expect(secondOf(stated?.changedAt)).toBe(secondOf(invoice.updatedAt))
      })

      it('brings every one of them, across as many pages as it takes, each once', async () => {
        const customer = aCustomer()
        const count = (able.pageSize ?? 1000) * 2 + 3
        for (let n = 1; n <= count; n++) anInvoice({ customerId: customer.id, number: `F-${n}`, total: eur(n) })
        const found = await all(ledger.openInvoices())
        expect(found.length).toBe(count)
        expect(new Set(found.map(({ number }) => number)).size).toBe(count)
        expect(found.reduce((sum, { balance }) => sum + balance.minor, 0)).toBe((count * (count + 1)) / 2)
      })

      it('goes on after any page, though some of what was read has left the list', async () => {
        const customer = aCustomer()
        const count = (able.pageSize ?? 1000) * 2 + 3
        for (let n = 1; n <= count; n++) anInvoice({ customerId: customer.id, number: `F-${n}`, total: eur(n) })
        const first = await ledger.openInvoices()[Symbol.asyncIterator]().next()
        const page: LedgerPage<LedgerInvoice> = first.done ? { items: [], defects: [] } : first.value
        opened.advance?.(60)
        const paid = page.items.slice(10, 20)
        for (const { id } of paid) books.pay(id, dueOn)
        const rest: LedgerInvoice[] = []
        let place: string | null | undefined = page.resumeFrom
        while (place) {
          const next = await ledger.openInvoices(place)[Symbol.asyncIterator]().next()
          if (next.done) break
          rest.push(...next.value.items)
          place = next.value.resumeFrom
        }
        const seen = new Set([...page.items, ...rest].map(({ id }) => id))
        expect([page.items.length < count, seen.size, place]).toEqual([true, count, null])
      })

      it('asks for the balance of a part-paid invoice, not its total', async () => {
        const invoice = anInvoice({ total: eur(100_00) })
        books.pay(invoice.id, addDays(dueOn, 2), eur(30_01))
        const stated = (await openById()).get(invoice.id)
        expect([stated?.total, stated?.balance, stated?.state]).toEqual([eur(10_000), eur(6_999), 'open'])
      })

      it('counts a credit that was applied as no longer due', async () => {
        const customer = aCustomer()
        const invoice = anInvoice({ customerId: customer.id, total: eur(100_00) })
        books.addCredit('credit-note', customer.id, addDays(issuedOn, 3), eur(25_00), [
          { invoiceId: invoice.id, amount: eur(25_00) },
        ])
        expect((await openById()).get(invoice.id)?.balance).toEqual(eur(7_500))
      })

      it('never shows a bill', async () => {
        const supplier = aCustomer({ name: 'A supplier' })
        const bill = anInvoice({ customerId: supplier.id, kind: 'bill', number: 'B-1' })
        const sale = anInvoice({ number: 'F-1' })
        const since = books.now().subtract({ hours: 1 })
        expect([...(await openById()).keys()]).toEqual([sale.id])
        expect((await changesSince(since)).invoices.map(({ id }) => id)).toEqual([sale.id])
        expect(await asItStands(bill.id)).toBe(null)
      })

      it('leaves out what is paid, void, deleted, credited in full, for nothing, or below nothing', async () => {
        const open = anInvoice({ number: 'still open' })
        books.pay(anInvoice({ number: 'paid' }).id, dueOn)
        books.updateInvoice(anInvoice({ number: 'void' }).id, { status: 'void' })
        books.updateInvoice(anInvoice({ number: 'deleted' }).id, { status: 'deleted' })
        const credited = anInvoice({ number: 'credited', total: eur(40_00) })
        books.addCredit('credit-note', credited.customerId, dueOn, eur(40_00), [
          { invoiceId: credited.id, amount: eur(40_00) },
        ])
        anInvoice({ number: 'for nothing', total: eur(0) })
        anInvoice({ number: 'below nothing', total: eur(-10_00) })
        if (able.drafts) anInvoice({ number: 'draft', status: 'draft' })
        expect([...(await openById()).values()].map(({ number }) => number)).toEqual([open.number])
      })

      it('lives with a missing number and a missing due date', async () => {
        const invoice = anInvoice({ number: null, dueOn: null })
        const stated = (await openById()).get(invoice.id)
        expect([stated?.number, stated?.dueOn, stated?.issuedOn, stated?.balance.minor]).toEqual([
          null,
          null,
          issuedOn,
          12_550,
        ])
      })

      it('reads due days at both ends of the calendar as they are written', async () => {
        const first = anInvoice({ dueOn: day('0001-01-01') })
        const last = anInvoice({ dueOn: day('9999-12-31') })
        const leap = anInvoice({ dueOn: day('2028-02-29') })
        const stated = await openById()
        expect([first, last, leap].map(({ id }) => stated.get(id)?.dueOn)).toEqual([
          '0001-01-01',
          '9999-12-31',
          '2028-02-29',
        ])
      })

      it('keeps yen whole and pence exact', async () => {
        const yen = anInvoice({ customerId: aCustomer({ currency: 'JPY' }).id, total: money(98_765, 'JPY') })
        const pence = anInvoice({ customerId: aCustomer({ currency: 'GBP' }).id, total: money(1_005, 'GBP') })
        const million = anInvoice({ total: eur(123_456_789_01) })
        const stated = await openById()
        expect([yen, pence, million].map(({ id }) => stated.get(id)?.balance)).toEqual([
          money(98_765, 'JPY'),
          money(1_005, 'GBP'),
          eur(12_345_678_901),
        ])
      })

      it.runIf(able.threeDecimals)('keeps the third decimal of the dinar', async () => {
        const dinars = anInvoice({ customerId: aCustomer({ currency: 'KWD' }).id, total: money(12_345, 'KWD') })
        expect((await openById()).get(dinars.id)?.balance).toEqual(money(12_345, 'KWD'))
      })

      it.runIf(able.expectedDates)('tells the day a person expects the money', async () => {
        const invoice = anInvoice({ expectedOn: day('2026-02-20') })
        expect((await openById()).get(invoice.id)?.expectedOn).toBe('2026-02-20')
      })

      it.runIf(able.invoiceAddresses)('tells every address on the invoice itself', async () => {
        const invoice = anInvoice({ email: 'one@ebro.example, two@ebro.example' })
        expect((await openById()).get(invoice.id)?.emails).toEqual(['one@ebro.example', 'two@ebro.example'])
      })

      it('carries a 300-character name with quotes and line breaks as data', async () => {
        const name = `"Ebro" <x@evil.example>, O'Neill; & Söhne\r\nBcc: all@evil.example\n${'ñ'.repeat(300)}`.slice(
          0,
          300,
        )
        const invoice = anInvoice({ customerId: aCustomer({ name }).id, number: `F"1<2>'3&4` })
        const stated = (await openById()).get(invoice.id)
        expect([spaced(stated?.customerName), stated?.number]).toEqual([spaced(name), `F"1<2>'3&4`])
        expect(spaced((await ledger.customer(invoice.customerId))?.name)).toBe(spaced(name))
      })
    })

    describe('the payment record', () => {
      it('shows what was settled, and when where the ledger knows', async () => {
        const customer = aCustomer()
        const paid = anInvoice({ customerId: customer.id, number: 'F-1' })
        books.pay(paid.id, day('2026-02-16'))
        anInvoice({ customerId: customer.id, number: 'F-2' })
        const settled = await all(ledger.settledInvoices(day('2025-01-01')))
        expect(settled.map(({ id, state, balance }) => [id, state, balance])).toEqual([[paid.id, 'paid', eur(0)]])
        expect(['2026-02-16', null]).toContain(settled[0]?.paidOn)
      })

      it('goes back as far as asked and no further, and counts no void as paid', async () => {
        const old = anInvoice({ number: 'old', issuedOn: day('2025-03-31'), dueOn: day('2025-04-30') })
        const edge = anInvoice({ number: 'edge', issuedOn: day('2025-04-01'), dueOn: day('2025-04-30') })
        books.pay(old.id, day('2025-05-02'))
        books.pay(edge.id, day('2025-05-02'))
        books.updateInvoice(anInvoice({ number: 'void' }).id, { status: 'void' })
        const settled = await all(ledger.settledInvoices(day('2025-04-01')))
        expect(settled.map(({ number }) => number)).toEqual(['edge'])
      })

      it('lists payments since a day with what each settled', async () => {
        const customer = aCustomer()
        const one = anInvoice({ customerId: customer.id, total: eur(10_00) })
        const two = anInvoice({ customerId: customer.id, total: eur(20_00) })
        books.pay(one.id, day('2026-01-31'), eur(1_00))
        const both = books.receive(customer.id, day('2026-02-01'), eur(29_00), [
          { invoiceId: one.id, amount: eur(9_00) },
          { invoiceId: two.id, amount: eur(20_00) },
        ])
        const listed = (await all(ledger.payments(day('2026-02-01')))).filter(({ deleted }) => !deleted)
        // Xero keeps one payment per invoice where QuickBooks keeps one for both: the sums are what is promised.
        const sums = new Map(appliedSums(listed))
        expect(sums).toEqual(
          new Map([
            [one.id, 900],
            [two.id, 2000],
          ]),
        )
        expect(new Set(listed.map(({ on }) => on))).toEqual(new Set([both.on]))
      })

      it('does not count a payment that was taken back', async () => {
        const invoice = anInvoice()
        const payment = books.pay(invoice.id, dueOn)
        books.deletePayment(payment.id)
        const listed = await all(ledger.payments(day('2026-01-01')))
        expect(listed.filter(({ deleted }) => !deleted)).toEqual([])
        expect((await openById()).get(invoice.id)?.balance).toEqual(eur(12_550))
      })
    })

    describe('credits', () => {
      it('lists what is left of each credit, in its currency', async () => {
        const customer = aCustomer()
        const invoice = anInvoice({ customerId: customer.id, total: eur(100_00) })
        const part = books.addCredit('credit-note', customer.id, issuedOn, eur(50_00), [
          { invoiceId: invoice.id, amount: eur(20_00) },
        ])
        books.addCredit('credit-note', customer.id, issuedOn, eur(5_00), [{ invoiceId: invoice.id, amount: eur(5_00) }])
        const credits = await all(ledger.credits())
        expect(credits).toEqual([{ id: part.id, kind: 'credit-note', customerId: customer.id, remaining: eur(3_000) }])
      })

      it('counts money that came without an invoice', async () => {
        const customer = aCustomer()
        books.receive(customer.id, day('2026-02-01'), eur(75_00), [])
        const credits = await ledger.creditsOf(customer.id)
        expect(credits.map(({ customerId, remaining }) => [customerId, remaining])).toEqual([[customer.id, eur(7_500)]])
        expect(['unapplied-payment', 'overpayment', 'prepayment']).toContain(credits[0]?.kind)
      })

      it('counts what was paid too much, and in advance', async () => {
        const customer = aCustomer()
        books.addCredit('overpayment', customer.id, issuedOn, eur(12_00))
        books.addCredit('prepayment', customer.id, issuedOn, eur(30_00))
        const credits = await ledger.creditsOf(customer.id)
        expect(new Set(credits.map(({ remaining }) => remaining.minor))).toEqual(new Set([1200, 3000]))
      })

      it('tells in one go whose credit changed since an instant, also where nothing is left of it', async () => {
        const [ours, theirs, before] = [
          aCustomer({ name: 'Ours' }),
          aCustomer({ name: 'Theirs' }),
          aCustomer({ name: 'Before' }),
        ]
        const old = books.addCredit('credit-note', before.id, issuedOn, eur(9_00))
        const invoice = anInvoice({ customerId: theirs.id, total: eur(22_00) })
        const used = books.addCredit('credit-note', theirs.id, issuedOn, eur(22_00))
        const since = later()
        const credit = books.addCredit('credit-note', ours.id, issuedOn, eur(11_00))
        books.applyCredit(used.id, invoice.id, eur(22_00))
        const { credits, defects } = await ledger.creditsChanged(since)
        const told = new Map(credits.map(({ id, remaining }) => [id, remaining.minor]))
        expect([told.get(credit.id), told.get(used.id) ?? 0, told.has(old.id), defects]).toEqual([1_100, 0, false, []])
        expect(credits.find(({ id }) => id === credit.id)?.customerId).toBe(ours.id)
      })

      it('gives one customer only that customer’s', async () => {
        const [ours, theirs] = [aCustomer({ name: 'Ours' }), aCustomer({ name: 'Theirs' })]
        const credit = books.addCredit('credit-note', ours.id, issuedOn, eur(11_00))
        books.addCredit('credit-note', theirs.id, issuedOn, eur(22_00))
        expect((await ledger.creditsOf(ours.id)).map(({ id, remaining }) => [id, remaining])).toEqual([
          [credit.id, eur(1_100)],
        ])
        expect(await ledger.creditsOf(aCustomer({ name: 'Nobody' }).id)).toEqual([])
      })
    })

    describe('customers', () => {
      it('brings every one of them, across as many pages as it takes', async () => {
        const count = (able.pageSize ?? 1000) + 2
        for (let n = 1; n <= count; n++) aCustomer({ name: `Customer ${n}` })
        const found = await all(ledger.customers())
        expect(new Set(found.map(({ id }) => id)).size).toBe(count)
        expect(found.length).toBe(count)
      })

      it('knows who to greet, where they are and how to call', async () => {
        const customer = aCustomer({
          firstName: 'Núria', lastName: 'Puig', phone: '+34 930 000 001', city: 'Girona', region: 'Cataluña',
          country: 'ES',
        }) // prettier-ignore
        const stated = await ledger.customer(customer.id)
        expect([stated?.name, stated?.state, stated?.firstName, stated?.region, stated?.country]).toEqual([
          'Talleres Ebro',
          'active',
          'Núria',
          'Cataluña',
          'ES',
        ])
        expect(stated?.phone?.replaceAll(/[^+\d]/g, '')).toBe('+34930000001')
        expect(stated?.people).toEqual([{ name: 'Núria Puig', email: 'pagos@talleres-ebro.example', role: 'main' }])
        expect(byId(await all(ledger.customers())).get(customer.id)).toEqual(stated)
      })

      it('finds several addresses in one field', async () => {
        const customer = aCustomer({ email: 'ana@ebro.example; luis@ebro.example,  pagos@ebro.example' })
        const stated = await ledger.customer(customer.id)
        expect(stated?.people.map(({ email, role }) => [email, role])).toEqual([
          ['ana@ebro.example', 'main'],
          ['luis@ebro.example', 'main'],
          ['pagos@ebro.example', 'main'],
        ])
      })

      it('lives with a customer without any address', async () => {
        const customer = aCustomer({ email: null })
        const stated = await ledger.customer(customer.id)
        expect([stated?.name, stated?.people]).toEqual(['Talleres Ebro', []])
      })

      it.runIf(able.copies)('tells who is copied on invoices from who is merely known', async () => {
        const customer = aCustomer({
          people: [
            { firstName: 'Marta', lastName: 'Gil', email: 'marta@ebro.example', included: true },
            { firstName: 'Iker', lastName: 'Sáez', email: 'iker@ebro.example', included: false },
          ],
        })
        const stated = byId(await all(ledger.customers())).get(customer.id)
        expect(stated?.people.filter(({ role }) => role !== 'main')).toEqual([
          { name: 'Marta Gil', email: 'marta@ebro.example', role: 'copied' },
          { name: 'Iker Sáez', email: 'iker@ebro.example', role: 'other' },
        ])
      })

      it.runIf(able.groups)('tells the group by its name', async () => {
        const customer = aCustomer({ groups: ['Estratégico'] })
        const plain = aCustomer({ name: 'Plain' })
        const stated = byId(await all(ledger.customers()))
        expect([stated.get(customer.id)?.groups, stated.get(plain.id)?.groups]).toEqual([['Estratégico'], []])
      })

      it.runIf(able.archived)('keeps archived customers in the list, and says so', async () => {
        const customer = aCustomer({ archived: true })
        expect(byId(await all(ledger.customers())).get(customer.id)?.state).toBe('archived')
        expect((await ledger.customer(customer.id))?.state).toBe('archived')
      })

      it('answers null for a customer it does not have', async () => {
        expect(await ledger.customer(anInvoice().id)).toBe(null)
      })
    })

    describe('what changed', () => {
      it('says nothing when nothing did', async () => {
        anInvoice()
        const since = later().add({ hours: 1 })
        opened.advance?.(7200)
        const { defects, ...changes } = await changesSince(since)
        expect([changes, defects]).toEqual([
          { invoices: [], customers: [], credits: [], payments: [], removed: [] },
          [],
        ])
      })

      it('leaves out what did not change, where the clock tells them apart', async () => {
        const before = anInvoice({ number: 'before' })
        const since = later()
        const after = anInvoice({ number: 'after' })
        const ids = (await changesSince(since)).invoices.map(({ id }) => id)
        expect(ids).toContain(after.id)
        expect(opened.advance !== undefined && ids.includes(before.id)).toBe(false)
      })

      it('sees a payment close an invoice', async () => {
        const invoice = anInvoice()
        const since = later()
        books.pay(invoice.id, day('2026-02-10'))
        const changes = await changesSince(since)
        const stated = byId(changes.invoices).get(invoice.id)
        expect([stated?.state, stated?.balance]).toEqual(['paid', eur(0)])
        expect(appliedSums(changes.payments)).toEqual([[invoice.id, 12_550]])
      })

      it('sees a part payment lower the balance and the version change', async () => {
        const invoice = anInvoice()
        const before = await asItStands(invoice.id)
        const since = later()
        books.pay(invoice.id, dueOn, eur(25_50))
        const stated = byId((await changesSince(since)).invoices).get(invoice.id)
        expect([stated?.state, stated?.balance]).toEqual(['open', eur(10_000)])
        expect(stated?.version === before?.version).toBe(false)
      })

      it('sees a returned payment open the invoice again', async () => {
        const invoice = anInvoice()
        const payment = books.pay(invoice.id, dueOn)
        const since = later()
        books.deletePayment(payment.id)
        const changes = await changesSince(since)
        const stated = byId(changes.invoices).get(invoice.id)
        expect([stated?.state, stated?.balance]).toEqual(['open', eur(12_550)])
        const gone = changes.removed.some(({ kind, id }) => kind === 'payment' && id === payment.id)
        const marked = changes.payments.some(({ id, deleted }) => id === payment.id && deleted)
        expect(gone || marked).toBe(true)
      })

      it('sees a void', async () => {
        const invoice = anInvoice()
        const since = later()
        books.updateInvoice(invoice.id, { status: 'void' })
        const stated = byId((await changesSince(since)).invoices).get(invoice.id)
        expect([stated?.state, stated?.balance]).toEqual(['void', eur(0)])
      })

      it('sees a deletion, as a row marked so or as an id that is gone', async () => {
        const invoice = anInvoice()
        const since = later()
        books.updateInvoice(invoice.id, { status: 'deleted' })
        const { invoices, removed } = await changesSince(since)
        const gone = removed.some(({ kind, id }) => kind === 'invoice' && id === invoice.id)
        expect(gone || byId(invoices).get(invoice.id)?.state === 'deleted').toBe(true)
        expect([null, 'deleted']).toContain((await asItStands(invoice.id))?.state ?? null)
      })

      it('sees the due day and the currency change', async () => {
        const invoice = anInvoice()
        const since = later()
        books.updateInvoice(invoice.id, { dueOn: day('2026-03-31'), total: money(99_99, 'GBP') })
        const stated = byId((await changesSince(since)).invoices).get(invoice.id)
        expect([stated?.dueOn, stated?.total, stated?.balance]).toEqual([
          '2026-03-31',
          money(9_999, 'GBP'),
          money(9_999, 'GBP'),
        ])
      })

      it('sees a customer’s edit', async () => {
        const customer = aCustomer()
        const since = later()
        books.updateCustomer(customer.id, { email: 'nuevo@talleres-ebro.example', region: 'Aragón' })
        const stated = byId((await changesSince(since)).customers).get(customer.id)
        expect([stated?.people.map(({ email }) => email), stated?.region]).toEqual([
          ['nuevo@talleres-ebro.example'],
          'Aragón',
        ])
      })

      it.runIf(able.archived)('sees a customer put away', async () => {
        const customer = aCustomer()
        const since = later()
        books.updateCustomer(customer.id, { archived: true })
        expect(byId((await changesSince(since)).customers).get(customer.id)?.state).toBe('archived')
      })

      it('sees two customers become one', async () => {
        const [from, into] = [aCustomer({ name: 'Ebro (old)' }), aCustomer({ name: 'Ebro' })]
        const invoice = anInvoice({ customerId: from.id })
        const since = later()
        books.mergeCustomers(from.id, into.id)
        const changes = await changesSince(since)
        const moved = byId(changes.invoices).get(invoice.id)
        expect([moved?.customerId, moved?.customerName, moved?.balance]).toEqual([into.id, 'Ebro', eur(12_550)])
        const old = byId(changes.customers).get(from.id)
        const pointsOn = old?.state === 'merged' && old.mergedIntoId === into.id
        expect([old?.state === 'active', pointsOn || !able.merges]).toEqual([false, true])
      })

      it('sees a new credit, and then that it is used up', async () => {
        const invoice = anInvoice({ total: eur(60_00) })
        const since = later()
        const credit = books.addCredit('credit-note', invoice.customerId, dueOn, eur(60_00))
        const fresh = await changesSince(since)
        expect(byId(fresh.credits).get(credit.id)?.remaining).toEqual(eur(6_000))

        const then = later()
        books.applyCredit(credit.id, invoice.id, eur(60_00))
        const used = await changesSince(then)
        expect(byId(used.invoices).get(invoice.id)?.state).toBe('paid')
        const left = byId(used.credits).get(credit.id)?.remaining.minor
        const removed = used.removed.some(({ kind, id }) => kind === 'credit' && id === credit.id)
        expect(removed || left === 0).toBe(true)
      })

      it('misses nothing when more changed than fits one answer', async () => {
        const customer = aCustomer()
        const count = (able.pageSize ?? 1000) + 5
        const ids = Array.from({ length: count }, () => anInvoice({ customerId: customer.id }).id)
        const since = later()
        for (const id of ids) books.updateInvoice(id, { dueOn: day('2026-03-01') })
        const stated = byId((await changesSince(since)).invoices)
        expect(ids.filter((id) => stated.get(id)?.dueOn !== '2026-03-01')).toEqual([])
      })
    })

    describe('invoices as they stand now', () => {
      it('reads many at once, and says null for what it does not have', async () => {
        const customer = aCustomer()
        const ids = Array.from({ length: 120 }, (_, n) => anInvoice({ customerId: customer.id, total: eur(n + 1) }).id)
        const found = await ledger.invoices([...ids, customer.id])
        expect([...found].map(([id, invoice]) => [id, invoice?.balance.minor ?? null])).toEqual([
          ...ids.map((id, n) => [id, n + 1]),
          [customer.id, null],
        ])
      })

      it('answers nothing to nothing', async () => {
        expect([...(await ledger.invoices([]))]).toEqual([])
      })

      it('knows of a payment made a moment ago', async () => {
        const invoice = anInvoice()
        expect((await asItStands(invoice.id))?.state).toBe('open')
        books.pay(invoice.id, dueOn)
        const stated = await asItStands(invoice.id)
        expect([stated?.state, stated?.balance]).toEqual(['paid', eur(0)])
      })

      it('says the same as the list does', async () => {
        const invoice = anInvoice()
        expect(await asItStands(invoice.id)).toEqual((await openById()).get(invoice.id))
      })

      it('shows a later reader nothing that an earlier one was given and changed', async () => {
        const invoice = anInvoice()
        const first = await asItStands(invoice.id)
        Object.assign(first?.balance ?? {}, { minor: 1 })
        Object.assign(first?.total ?? {}, { minor: 2 })
        Object.assign(first ?? {}, { dueOn: '2000-01-01' })
        const second = await asItStands(invoice.id)
        expect([second?.balance, second?.total, second?.dueOn]).toEqual([eur(12_550), eur(12_550), dueOn])
      })
    })

    describe('the paper', () => {
      it('gives the invoice as a PDF', async () => {
        const invoice = anInvoice()
        const pdf = await ledger.pdf(invoice.id)
        expect(Buffer.from(pdf.subarray(0, 5)).toString('latin1')).toBe('%PDF-')
        expect(Buffer.from(pdf.subarray(-8)).toString('latin1')).toContain('%%EOF')
      })

      it('has no PDF of an invoice it does not have', async () => {
        expect(await problemOf(ledger.pdf(aCustomer().id))).toBe('not-found')
      })

      it('says where an open invoice can be paid, where the ledger offers that', async () => {
        const invoice = anInvoice()
        const link = await ledger.payLink(invoice.id)
        expect(link === null ? null : new URL(link).protocol).toBe(able.payLinks ? 'https:' : null)
      })
    })

    describe('the expected payment day', () => {
      it('is written where the ledger has one, and read back', async () => {
        const invoice = anInvoice()
        expect(await ledger.writeExpectedDay(invoice.id, day('2026-03-20'))).toBe(
          able.expectedDates ? 'written' : 'not-kept',
        )
        expect((await asItStands(invoice.id))?.expectedOn).toBe(able.expectedDates ? '2026-03-20' : null)
      })

      it.runIf(able.expectedDates)('is replaced by a later one, and nothing else changes', async () => {
        const invoice = anInvoice()
        const { expectedOn: _on, version: _version, changedAt: _at, ...before } = (await asItStands(invoice.id)) ?? {}
        await ledger.writeExpectedDay(invoice.id, day('2026-03-20'))
        await ledger.writeExpectedDay(invoice.id, day('2026-03-27'))
        const { expectedOn, version: _later, changedAt: _then, ...after } = (await asItStands(invoice.id)) ?? {}
        expect([expectedOn, after]).toEqual(['2026-03-27', before])
      })

      it.runIf(able.expectedDates)('is taken away again, and nothing else changes', async () => {
        const invoice = anInvoice()
        const { version: _version, changedAt: _at, ...before } = (await asItStands(invoice.id)) ?? {}
        await ledger.writeExpectedDay(invoice.id, day('2026-03-20'))
        expect(await ledger.writeExpectedDay(invoice.id, null)).toBe('written')
        const { version: _later, changedAt: _then, ...after } = (await asItStands(invoice.id)) ?? {}
        expect(after).toEqual(before)
      })

      it('is not kept on an invoice that is partly paid', async () => {
        const invoice = anInvoice()
        books.pay(invoice.id, day('2026-03-02'), eur(100))
        expect(await ledger.writeExpectedDay(invoice.id, day('2026-03-20'))).toBe('not-kept')
        expect((await asItStands(invoice.id))?.expectedOn).toBe(null)
      })
    })

    describe('notes', () => {
      it('writes a note once, however often it is asked', async () => {
        const invoice = anInvoice()
        const note = noteOn(invoice, 'Reminder sent', 'k1')
        await ledger.writeNote(note)
        await ledger.writeNote(note)
        opened.advance?.(3600)
        await ledger.writeNote({ ...note, retry: true })
        expect(await oursOn(ledger, invoice)).toEqual(['Reminder sent [k1]'])
        expect(books.notesOn(invoice.id).filter(({ text }) => text.includes('[k1]')).length).toBe(1)
      })

      it('reads notes back in the order they were written, each on its own invoice', async () => {
        const [one, two] = [anInvoice({ number: 'F-1' }), anInvoice({ number: 'F-2' })]
        for (const [index, text] of ['Recordatorio enviado', 'Second mail', 'Paid'].entries()) {
          await ledger.writeNote(noteOn(one, text, `k${index + 1}`))
          opened.advance?.(60)
        }
        await ledger.writeNote(noteOn(two, 'Other', 'k9'))
        expect(await oursOn(ledger, one)).toEqual(['Recordatorio enviado [k1]', 'Second mail [k2]', 'Paid [k3]'])
        expect(await oursOn(ledger, two)).toEqual(['Other [k9]'])
      })

      it('cuts a note that is too long, and keeps its token', async () => {
        const invoice = anInvoice()
        await ledger.writeNote(noteOn(invoice, 'ñ'.repeat(3000), 'k7'))
        const [text] = await oursOn(ledger, invoice)
        expect([text?.startsWith('ññññ'), text?.includes('[k7]')]).toEqual([true, true])
        expect(text?.length).toBeLessThanOrEqual(able.noteCharacters ?? 2500)
        expect(text?.length).toBeGreaterThan(1500)
      })

      it('keeps accents, euro signs and quotes', async () => {
        const invoice = anInvoice()
        const text = `Enviado a "Íñigo" <pagos@ebro.example>: 1.234,50 € & gracias`
        await ledger.writeNote(noteOn(invoice, text, 'k1'))
        expect(await oursOn(ledger, invoice)).toEqual([`${text} [k1]`])
      })

      it('leaves the invoice itself as it was', async () => {
        const invoice = anInvoice()
        const before = await asItStands(invoice.id)
        opened.advance?.(60)
        await ledger.writeNote(noteOn(invoice, 'Reminder sent', 'k1'))
        expect(await asItStands(invoice.id)).toEqual(before)
      })
    })
  })
}

const eur = (minor: number): Money => money(minor, 'EUR')

const noteOn = (invoice: BookInvoice, text: string, key: string): LedgerNote => ({
  invoiceId: invoice.id,
  customerId: invoice.customerId,
  text: `${text} [${key}]`,
  token: `[${key}]`,
  key,
  retry: false,
})

/** The notes that carry one of our tokens: a ledger may keep lines of its own beside them. */
const oursOn = async (ledger: Ledger, invoice: BookInvoice): Promise<string[]> =>
  (await ledger.notes(invoice.id)).filter((text) => /\[k\d/.test(text))

async function all<T>(pages: AsyncIterable<LedgerPage<T>>): Promise<T[]> {
  const items: T[] = []
  for await (const page of pages) {
    expect(page.defects).toEqual([])
    items.push(...page.items)
  }
  return items
}

/** All pages of changes as one; of a record that came twice the later one counts, as it does in a sync. */
async function gather(pages: AsyncIterable<LedgerChanges>): Promise<LedgerChanges> {
  const invoices = new Map<string, LedgerInvoice>()
  const customers = new Map<string, LedgerCustomer>()
  const credits = new Map<string, LedgerCredit>()
  const payments = new Map<string, LedgerPayment>()
  const removed: LedgerChanges['removed'][number][] = []
  for await (const page of pages) {
    expect(page.defects).toEqual([])
    for (const invoice of page.invoices) invoices.set(invoice.id, invoice)
    for (const customer of page.customers) customers.set(customer.id, customer)
    for (const credit of page.credits) credits.set(credit.id, credit)
    for (const payment of page.payments) payments.set(payment.id, payment)
    removed.push(...page.removed)
  }
  return {
    invoices: [...invoices.values()],
    customers: [...customers.values()],
    credits: [...credits.values()],
    payments: [...payments.values()],
    removed,
    defects: [],
  }
}

const byId = <T extends { readonly id: string }>(records: readonly T[]): Map<string, T> =>
  new Map(records.map((record) => [record.id, record]))

function appliedSums(payments: readonly LedgerPayment[]): [string, number][] {
  const sums = new Map<string, number>()
  for (const { applied, deleted } of payments) {
    if (deleted) continue
    for (const { invoiceId, amount } of applied) sums.set(invoiceId, (sums.get(invoiceId) ?? 0) + amount.minor)
  }
  return [...sums]
}

/** Ledgers that count in whole seconds keep their promise to the second. */
const secondOf = (instant: Temporal.Instant | undefined): number | null =>
  instant ? Math.floor(instant.epochMilliseconds / 1000) : null

const spaced = (text: string | undefined): string | undefined => text?.replaceAll(/\s+/g, ' ').trim()

async function problemOf(call: Promise<unknown>): Promise<string> {
  try {
    await call
    return 'no error'
  } catch (error) {
    return error instanceof LedgerError ? error.problem : `not a LedgerError: ${String(error)}`
  }
}
