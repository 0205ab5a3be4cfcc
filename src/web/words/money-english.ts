const days = (n: string | number): string => `${n} ${String(n) === '1' ? 'day' : 'days'}`

const ordinal = (n: number): string => {
  const ending = n % 100 > 10 && n % 100 < 14 ? 'th' : (['th', 'st', 'nd', 'rd'][n % 10] ?? 'th')
  return `${n}${ending}`
}

/** What the page about money and the habits of customers say, in English. */
export const ENGLISH_MONEY = {
  title: 'Money',
  intro: (asOf: string): string =>
    `How well money comes in, and what is likely to come. As of ${asOf}, by our copy of the books; amounts in different currencies are never added.`,
  credits:
    'Unapplied credits count against what is owed today. The copy does not know when they were given, so they are not taken back from sales.',
  untold: (n: string): string => `For ${n} paid invoices the ledger told no payment; their own day of payment is used.`,
  empty: 'There is nothing to measure yet. Connect your ledger, and the figures come with its invoices.',
  none: 'none',
  days,
  atLeast: (n: string): string => `at least ${days(n)}`,
  share: (percent: string, part: string | number, whole: string | number): string =>
    `${percent} % (${part} of ${whole})`,
  measures: {
    title: 'Key figures',
    measure: 'Figure',
    currency: 'Currency',
    dsoCountback: {
      name: 'DSO, countback',
      text: 'How many days of sales are still unpaid: what is owed is taken off the newest sales, month by month.',
    },
    dsoSimple: {
      name: 'DSO, simple',
      text: 'What is owed, divided by the sales of the last 91 days, times 91.',
    },
    cei: {
      name: 'Collection effectiveness (CEI)',
      text: 'Of what could have been collected in the last 91 days, the share that was. 100 % is everything.',
    },
    lateness: {
      name: 'Average days late',
      text: 'How late the money of the last 365 days came, each invoice weighing as much as its amount; early money counts as on time.',
    },
    promises: {
      name: 'Promises kept',
      text: 'Of the promises of the last 365 days whose day and two bank days of grace are over, those whose full amount had come.',
    },
    disputes: {
      name: 'Disputed',
      text: 'Of the invoices issued in the last 365 days, those that a customer has disputed, settled or not.',
    },
  },
  ageing: {
    title: 'Open balance by age',
    text: 'What is open, by how many days it is past its due day. Unapplied credits have no age and stand apart.',
  },
  forecast: {
    title: (currency: string): string => `The next 13 weeks in ${currency}`,
    text: 'When open invoices are likely to be paid, from how each customer pays, with promises and instalments on their days. Between low and high lie four weeks in five. Sales that are not invoiced yet are not in it.',
    week: 'Week from',
    expected: 'Expected',
    agreed: (amount: string): string => `of it promised: ${amount}`,
    range: 'Low to high',
    between: (low: string, high: string): string => `${low} to ${high}`,
    weeks: 'In these weeks',
    later: 'Later',
    unlikely: 'Unlikely by itself',
    disputed: 'Disputed',
    held: 'Set apart',
    credited: 'Settled by credits',
    open: 'Open today',
    parts: 'Everything that is open',
  },
  groups: {
    title: 'By group',
    dso: 'DSO, countback',
    late: 'Days late',
    kept: 'Promises kept',
    disputed: 'Disputed',
    percent: (percent: string): string => `${percent} %`,
    label: 'Group by',
    by: { customer: 'Customer', segment: 'Segment', sequence: 'Sequence' },
    sequence: (segments: string): string => `Sequence of ${segments}`,
    receivables: 'Owed',
    overdue: 'Overdue',
    most: (n: string): string => `The ${n} largest. The command line has all: puntual metrics --by customer`,
  },
  effects: {
    title: 'What wordings do',
    text: 'Messages of one kind are sent in several wordings, chosen by chance, and the days to payment are compared. Only a closed sample shows anything: figures looked at on the way are no evidence.',
    empty: 'No two wordings of the same message have gone out yet.',
    gathering: (n: string): string => `Comparisons that are still gathering: ${n}`,
    message: 'Message',
    wordings: 'Wordings',
    pair: (first: string, second: string): string => `Wording ${first} against wording ${second}`,
    customers: 'Customers',
    meanDays: 'Mean days to payment',
    difference: 'Difference',
    interval: (difference: string, low: string, high: string): string => `${difference} days (${low} to ${high})`,
    state: 'State',
    states: {
      gathering: 'still gathering: not evidence yet',
      waiting: 'sample closed, waiting for its last payments',
      concluded: 'concluded',
      'given-up': 'given up: too few customers within a year',
    },
    findings: {
      'first-sooner': 'the first is paid sooner',
      'second-sooner': 'the second is paid sooner',
      'no-difference-shown': 'no difference was shown, which does not say that there is none',
    },
    level: 'The interval holds the true difference 95 times in 100. Negative: the second wording is paid sooner.',
    collected: 'Collected after each step',
    collectedText:
      'What came in after a step and before the next, in the last 365 days. This is a count and not an effect: the invoices might have been paid all the same, and later steps only ever meet slow payers.',
    step: 'Step',
    beforeAny: 'before any step',
    invoices: 'Invoices',
    amount: 'Amount',
    medianDays: 'Median days after it',
  },
  habit: {
    late: (n: number): string => `Usually pays ${days(n)} late`,
    early: (n: number): string => `Usually pays ${days(n)} early`,
    onDay: 'Usually pays on the due day',
    open: 'More than half of its record is still unpaid, so no usual day can be named',
    around: (day: number): string => (day === 31 ? ', around the end of the month' : `, around the ${ordinal(day)}`),
    run: (day: number): string =>
      day === 31 ? ', in its payment run at the end of the month' : `, in its payment run on the ${ordinal(day)}`,
    from: (paid: string): string => ` (from ${paid} paid invoices).`,
    thin: (paid: string): string => `Too little is known of how it pays (paid invoices: ${paid}).`,
    slowing: 'It pays later and later.',
    expected: (day: string): string => `by habit around ${day}`,
    expectedBetween: (day: string, from: string, to: string): string => `by habit around ${day} (${from} to ${to})`,
    byOthers: 'as customers here usually pay',
    noRecord: 'nobody here has paid yet',
    beyond: 'nobody here ever paid so late',
    unforeseeable: 'cannot be foreseen from the record',
    column: 'Likely',
  },
}

/** What every language has to say about money. */
export type MoneyWords = typeof ENGLISH_MONEY
