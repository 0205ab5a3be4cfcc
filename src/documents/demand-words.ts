import type { Demand, Enclosure, LeftOut } from './demand.ts'

/** The sentences of a formal demand in one language. What is left out of a letter is left out by `demand-letter.ts`. */
export type DemandWords = {
  readonly title: Readonly<Record<Demand['kind'], string>>
  readonly subject: (invoices: string, count: number, total: string) => string
  readonly reference: string
  readonly creditor: string
  readonly debtor: string
  readonly opening: (creditor: string, on: string, kind: Demand['kind'], person: boolean) => string
  readonly basis: string
  readonly written: (facts: { on: string; parties: string; what: string }) => string
  readonly copyOnRequest: string
  readonly oral: (facts: { on: string; where: string; between: string; what: string }) => string
  readonly assigned: (facts: { from: string; to: string; on: string; originalDebt: string }) => string
  readonly invoices: string
  readonly invoiceColumns: readonly [string, string, string, string, string, string, string]
  readonly total: string
  readonly settled: (on: string, what: 'payment' | 'credit-note', amount: string, invoice: string) => string
  readonly credited: (amount: string, invoice: string) => string
  readonly leftOut: (invoices: string) => string
  readonly leftOutBecause: Readonly<Record<LeftOut['because'], string>>
  readonly interest: string
  readonly workedOut: (basis: string, upTo: string) => string
  readonly interestColumns: readonly [string, string, string, string, string, string, string]
  readonly rateSource: (rate: string, source: string) => string
  readonly provisional: string
  readonly perDay: (amounts: string) => string
  readonly interestStops: string
  readonly noCharges: string
  readonly compensation: string
  readonly compensationColumns: readonly [string, string, string]
  readonly claimed: string
  readonly parts: {
    readonly principal: string
    readonly interest: string
    readonly compensation: string
    readonly total: string
  }
  readonly demand: string
  readonly payBy: (total: string, deadline: string, person: boolean) => string
  readonly interrupts: string
  readonly pay: string
  readonly quote: (reference: string, person: boolean) => string
  readonly answer: string
  readonly disagree: (person: boolean) => string
  readonly contact: (who: string, ways: string) => string
  readonly plan: string
  readonly offerPlan: (person: boolean) => string
  readonly negotiation: (person: boolean) => string
  /** Only in the language in which the letters for the United Kingdom are written. */
  readonly british: {
    readonly replyForm: (address: string, deadline: string) => string
    readonly protocolWaits: string
    readonly financialStatement: string
    readonly disputeResolution: string
  } | null
  readonly instalments: (why: string) => string
  readonly otherwise: string
  readonly next: (step: NonNullable<Demand['nextStep']>, creditor: string) => string
  readonly creditFile: (name: string, clause: string) => string
  readonly enclosed: string
  readonly enclosures: Readonly<Record<Enclosure, string>>
  readonly close: string
  readonly noAuthority: (creditor: string) => string
  readonly draft: { readonly word: string; readonly sentence: string }
  readonly review: {
    readonly title: string
    readonly lead: string
    readonly points: Readonly<Record<ReviewPoint, string>>
  }
}

/** What the person who approves has to look at; ticked by hand or on a screen. */
export type ReviewPoint =
  | 'facts'
  | 'not-disputed'
  | 'signatory'
  | 'next-step-true'
  | 'provable-channel'
  | 'negotiation-first'
  | 'lawyer-for-offer'
  | 'credit-file-true'
  | 'provisional'
  | 'charges-true'
  | 'forms'
  | 'by-post'
  | 'local-law'
  | 'enclosures'
  | 'credits'

export const SPANISH: DemandWords = {
  title: {
    spain: 'Requerimiento de pago',
    generic: 'Reclamación formal de pago',
    'uk-company': 'Reclamación formal de pago',
    'uk-individual': 'Reclamación formal de pago',
  },
  subject: (invoices, count, total) =>
    `${count === 1 ? 'Factura' : 'Facturas'} ${invoices}. Importe reclamado: ${total}.`,
  reference: 'Referencia',
  creditor: 'Acreedor',
  debtor: 'Deudor',
  opening: (creditor, on, _kind, person) =>
    `${creditor} ${person ? 'le' : 'les'} comunica que, a ${on}, siguen sin pagarse las facturas vencidas que se detallan en esta carta, y ${person ? 'le' : 'les'} requiere formalmente su pago.`,
  basis: 'Origen de la deuda',
  written: ({ on, parties, what }) => `La deuda nace de lo acordado por escrito el ${on} entre ${parties}: ${what}.`,
  copyOnRequest: 'Enviaremos una copia de ese documento a quien nos la pida.',
  oral: ({ on, where, between, what }) =>
    `La deuda nace de un acuerdo verbal del ${on}, hecho en ${where} entre ${between}. Lo acordado fue: ${what}.`,
  assigned: ({ from, to, on, originalDebt }) =>
    `El crédito se cedió el ${on}: el acreedor original era ${from} y hoy lo es ${to}. Deuda original: ${originalDebt}.`,
  invoices: 'Facturas pendientes',
  invoiceColumns: ['Factura', 'Fecha', 'Vencimiento', 'Pedido', 'Importe', 'Descontado', 'Pendiente'],
  total: 'Total',
  settled: (on, what, amount, invoice) =>
    `Descontado de ${invoice}: ${what === 'payment' ? 'pago' : 'abono'} del ${on}, ${amount}.`,
  credited: (amount, invoice) => `Descontado de ${invoice}: abonos y otros descuentos, ${amount}.`,
  leftOut: (invoices) => `No se reclaman en esta carta, aunque siguen abiertas: ${invoices}.`,
  leftOutBecause: { disputed: 'en revisión', promised: 'con pago prometido', excluded: 'apartada' },
  interest: 'Intereses de demora',
  workedOut: (basis, upTo) => `${basis} Calculados hasta el ${upTo} incluido:`,
  interestColumns: ['Factura', 'Desde', 'Hasta', 'Días', 'Sobre', 'Tipo anual', 'Interés'],
  rateSource: (rate, source) => `Tipo ${rate}: ${source}.`,
  provisional: '* Tipo provisional: aún no comprobado en su publicación oficial.',
  perDay: (amounts) => `Desde el día siguiente se añaden ${amounts} por cada día hasta el pago.`,
  interestStops: 'No se añaden más intereses después de esa fecha.',
  noCharges: 'No se reclaman intereses ni otros cargos en esta carta.',
  compensation: 'Indemnización por costes de cobro',
  compensationColumns: ['Factura', 'Fundamento', 'Importe'],
  claimed: 'Importe reclamado',
  parts: {
    principal: 'Facturas',
    interest: 'Intereses de demora',
    compensation: 'Indemnización',
    total: 'Total reclamado',
  },
  demand: 'Lo que se pide',
  payBy: (total, deadline, person) =>
    `${person ? 'Le' : 'Les'} requerimos el pago de ${total}, a más tardar el ${deadline}.`,
  interrupts:
    'Con esta carta se reclama extrajudicialmente el pago de la deuda, lo que interrumpe su prescripción conforme al artículo 1973 del Código Civil.',
  pay: 'Cómo pagar',
  quote: (reference, person) => `${person ? 'Indique' : 'Indiquen'} en el concepto: ${reference}.`,
  answer: 'Cómo responder',
  disagree: (person) =>
    `Si alguna factura no es correcta, ya está pagada o no ${person ? 'está' : 'están'} de acuerdo con ella, ${person ? 'díganos' : 'dígannos'} cuál y por qué antes de esa fecha. Lo revisaremos antes de dar ningún otro paso.`,
  contact: (who, ways) => `Responde a esta carta ${who}: ${ways}.`,
  plan: 'Si no es posible pagar todo de una vez',
  offerPlan: (person) =>
    `Estamos dispuestos a acordar un pago a plazos. ${person ? 'Envíenos' : 'Envíennos'} una propuesta con fechas e importes, o ${person ? 'llámenos' : 'llámennos'}, y contestaremos.`,
  negotiation: (person) =>
    `Además, ${person ? 'le' : 'les'} invitamos a negociar directamente una solución antes de acudir a los tribunales, a los efectos de la Ley Orgánica 1/2025, de 2 de enero. Si en los treinta días siguientes a la recepción de esta carta no hay respuesta, el intento de negociación se entenderá hecho y terminado sin acuerdo. Lo que se hable en la negociación será confidencial.`,
  british: null,
  instalments: (why) => `Se están pagando o se han ofrecido plazos que no podemos aceptar como están: ${why}`,
  otherwise: 'Si no hay pago ni respuesta',
  next: (step, creditor) =>
    ({
      'court-claim': `Pasado ese día sin pago ni respuesta, ${creditor} tiene intención de reclamar la deuda ante los tribunales.`,
      'order-for-payment': `Pasado ese día sin pago ni respuesta, ${creditor} tiene intención de reclamar la deuda por el proceso monitorio.`,
      lawyer: `Pasado ese día sin pago ni respuesta, ${creditor} tiene intención de encargar la reclamación a un abogado.`,
    })[step],
  creditFile: (name, clause) =>
    `Conforme al artículo 20 de la Ley Orgánica 3/2018 y a la cláusula ${clause} del contrato, si la deuda sigue impagada sus datos podrán comunicarse al fichero de solvencia ${name}, que avisará de la inclusión y ante el que se pueden ejercer los derechos de acceso, rectificación, supresión y oposición.`,
  enclosed: 'Documentos que se acompañan',
  enclosures: {
    invoices: 'Copia de las facturas',
    'delivery-notes': 'Albaranes de entrega',
    statement: 'Extracto de la cuenta a la fecha de esta carta',
    contract: 'Copia del contrato o pedido',
    'information-sheet': 'Information Sheet',
    'reply-form': 'Reply Form',
    'financial-statement': 'Financial Statement',
  },
  close: 'Atentamente,',
  noAuthority: (creditor) => `Esta carta es de ${creditor}. No procede de ningún tribunal ni de ninguna autoridad.`,
  draft: { word: 'BORRADOR', sentence: 'pendiente de que una persona lo revise y lo apruebe; no enviar' },
  review: {
    title: 'Para quien revisa',
    lead: 'Esta hoja no forma parte de la carta y desaparece al aprobarla. Esto no es asesoramiento jurídico.',
    points: {
      facts: '☐ Los datos de las dos partes, las facturas, los pagos y los importes son correctos a día de hoy.',
      'not-disputed':
        '☐ Ninguna de estas facturas está en discusión, y no queda ninguna respuesta del cliente sin leer.',
      signatory: '☐ Quien firma puede hacerlo en nombre del acreedor.',
      'next-step-true': '☐ Lo que se anuncia para después del plazo es verdad: está decidido y se puede hacer.',
      'provable-channel':
        '☐ Se enviará por un medio que pruebe quién la envía, su contenido, la fecha y la recepción: burofax con certificación de texto y acuse de recibo, correo electrónico certificado o notario. Un correo corriente o WhatsApp no bastan.',
      'negotiation-first':
        '☐ Desde el 3 de abril de 2025 la demanda y el monitorio nacional exigen acreditar antes un intento de negociación (LO 1/2025). Esta carta no lo abre: decida si debe hacerlo.',
      'lawyer-for-offer':
        '☐ Esta carta invita a negociar; no es una oferta vinculante, para la que por encima de 2.000 € hace falta abogado.',
      'credit-file-true':
        '☐ La empresa es miembro del fichero citado, y la deuda es cierta, vencida, exigible y no discutida.',
      provisional: '☐ Los tipos con asterisco son provisionales: compruébelos en su publicación oficial o quítelos.',
      'charges-true':
        '☐ Los intereses y la indemnización se reclaman solo entre empresas, y el contrato no dice otra cosa.',
      forms: '☐ Se acompañan los formularios oficiales.',
      'by-post': '☐ Se envía por correo postal el mismo día o el siguiente.',
      'local-law':
        '☐ El derecho del país del deudor permite lo que la carta dice; en caso de duda, consulte a un abogado de allí.',
      credits: '☐ El cliente tiene dinero sin asignar a ninguna factura: no corresponde a las que se reclaman.',
      enclosures: '☐ Están preparados todos los documentos que la carta dice acompañar.',
    },
  },
}

export const ENGLISH: DemandWords = {
  title: {
    spain: 'Formal demand for payment (requerimiento de pago)',
    'uk-company': 'Letter before action',
    'uk-individual': 'Letter of Claim under the Pre-Action Protocol for Debt Claims',
    generic: 'Formal demand for payment',
  },
  subject: (invoices, count, total) => `${count === 1 ? 'Invoice' : 'Invoices'} ${invoices}. Amount claimed: ${total}.`,
  reference: 'Our reference',
  creditor: 'Creditor',
  debtor: 'Debtor',
  opening: (creditor, on, kind) =>
    ({
      spain: `${creditor} informs you that on ${on} the overdue invoices listed in this letter are still unpaid, and formally demands their payment.`,
      'uk-company': `On ${on} the invoices listed in this letter are overdue and unpaid. ${creditor} writes to you, as the Practice Direction on Pre-Action Conduct asks, to set out the claim and to settle it without a court if that is possible.`,
      'uk-individual': `On ${on} the debt described in this letter is overdue and unpaid. ${creditor} writes to you under the Pre-Action Protocol for Debt Claims. Please read the enclosed Information Sheet: it explains what you can do and where to get free advice.`,
      generic: `${creditor} informs you that on ${on} the overdue invoices listed in this letter are still unpaid, and formally demands their payment.`,
    })[kind],
  basis: 'What the debt is for',
  written: ({ on, parties, what }) => `The debt arises from a written agreement of ${on} between ${parties}: ${what}.`,
  copyOnRequest: 'You can ask us for a copy of the written agreement.',
  oral: ({ on, where, between, what }) =>
    `The debt arises from an oral agreement made on ${on} at ${where} between ${between}. What was agreed: ${what}.`,
  assigned: ({ from, to, on, originalDebt }) =>
    `The debt was assigned on ${on}: the original creditor was ${from}; the debt is now owed to ${to}. Original debt: ${originalDebt}.`,
  invoices: 'Unpaid invoices',
  invoiceColumns: ['Invoice', 'Date', 'Due', 'Order', 'Amount', 'Deducted', 'Outstanding'],
  total: 'Total',
  settled: (on, what, amount, invoice) =>
    `Deducted from ${invoice}: ${what === 'payment' ? 'payment' : 'credit note'} of ${on}, ${amount}.`,
  credited: (amount, invoice) => `Deducted from ${invoice}: credit notes and other deductions, ${amount}.`,
  leftOut: (invoices) => `Still open but not claimed in this letter: ${invoices}.`,
  leftOutBecause: { disputed: 'under review', promised: 'payment promised', excluded: 'set aside' },
  interest: 'Interest',
  workedOut: (basis, upTo) => `${basis} Worked out up to and including ${upTo}:`,
  interestColumns: ['Invoice', 'From', 'To', 'Days', 'On', 'Rate a year', 'Interest'],
  rateSource: (rate, source) => `Rate ${rate}: ${source}.`,
  provisional: '* Provisional rate: not yet checked against its official publication.',
  perDay: (amounts) => `Interest continues: from the following day it grows by ${amounts} a day until payment.`,
  interestStops: 'Interest does not continue after that day.',
  noCharges: 'No interest or other charges are being added to the debt in this letter.',
  compensation: 'Compensation for recovery costs',
  compensationColumns: ['Invoice', 'Ground', 'Amount'],
  claimed: 'Amount claimed',
  parts: { principal: 'Invoices', interest: 'Interest', compensation: 'Compensation', total: 'Total claimed' },
  demand: 'What we ask',
  payBy: (total, deadline) => `Please pay ${total} by ${deadline} at the latest.`,
  interrupts:
    'By this letter payment of the debt is claimed out of court, which interrupts the limitation period (article 1973 of the Spanish Civil Code).',
  pay: 'How to pay',
  quote: (reference) => `Please quote: ${reference}.`,
  answer: 'How to reply',
  disagree: () =>
    'If an invoice is wrong, has been paid, or you do not agree with it, tell us which and why by that day. We will look into it before we do anything else.',
  contact: (who, ways) => `Your contact for this letter is ${who}: ${ways}.`,
  plan: 'If you cannot pay it all at once',
  offerPlan: () =>
    'We are willing to discuss payment by instalments. Send us a proposal with dates and amounts, or call us, and we will answer it.',
  negotiation: () =>
    'We also invite you to negotiate a solution directly before any court is asked, for the purposes of the Spanish Organic Law 1/2025 of 2 January. If there is no answer within thirty days of your receiving this letter, the attempt to negotiate will be taken as made and ended without agreement. What is said in the negotiation is confidential.',
  british: {
    replyForm: (address, deadline) =>
      `Please fill in the enclosed Reply Form and return it by ${deadline}, which is at least 30 days from the date of this letter, to: ${address}.`,
    protocolWaits:
      'If your Reply Form says that you are getting debt advice or asks for documents, we will not start a court claim less than 30 days after we receive it, or after we have sent you the documents, whichever is later. If you reply in part and we cannot agree, we will give you at least 14 days’ notice before we start a claim.',
    financialStatement: 'If you cannot pay in full, please also complete the enclosed Financial Statement.',
    disputeResolution:
      'We are willing to settle this out of court: by talking, by mediation or by another form of alternative dispute resolution (ADR). Tell us which you would prefer.',
  },
  instalments: (why) =>
    `Instalments are being paid or have been offered. We cannot accept them as they are, because ${why}`,
  otherwise: 'If there is no payment and no reply',
  next: (step, creditor) =>
    ({
      'court-claim': `If there is neither payment nor a reply by that day, ${creditor} intends to start a court claim for the debt.`,
      'order-for-payment': `If there is neither payment nor a reply by that day, ${creditor} intends to claim the debt by an order for payment (proceso monitorio).`,
      lawyer: `If there is neither payment nor a reply by that day, ${creditor} intends to instruct a lawyer to recover the debt.`,
    })[step],
  creditFile: (name, clause) =>
    `Under article 20 of Spain’s Organic Law 3/2018 and clause ${clause} of the contract, if the debt remains unpaid it may be reported to the credit file ${name}, which will tell you of the entry and where you can ask for access, rectification, erasure and objection.`,
  enclosed: 'Enclosed',
  enclosures: {
    invoices: 'Copies of the invoices',
    'delivery-notes': 'Delivery notes',
    statement: 'Statement of account at the date of this letter',
    contract: 'Copy of the agreement or order',
    'information-sheet': 'Information Sheet (Annex 1 of the Protocol)',
    'reply-form': 'Reply Form (Annex 1 of the Protocol)',
    'financial-statement': 'Financial Statement (Annex 2 of the Protocol)',
  },
  close: 'Yours sincerely,',
  noAuthority: (creditor) => `This letter is from ${creditor}. It does not come from any court or authority.`,
  draft: { word: 'DRAFT', sentence: 'for a person to review and approve; do not send' },
  review: {
    title: 'For the reviewer',
    lead: 'This sheet is not part of the letter and goes when the letter is approved. It is not legal advice.',
    points: {
      facts: '☐ The details of both parties, the invoices, payments and amounts are right today.',
      'not-disputed': '☐ None of these invoices is disputed, and no reply from the customer is left unread.',
      signatory: '☐ Whoever signs may do so for the creditor.',
      'next-step-true':
        '☐ What the letter says will happen after the deadline is true: it is decided and it can be done.',
      'provable-channel':
        '☐ It goes by a channel that proves sender, content, date and receipt: burofax with certified text, certified e-mail or a notary. Ordinary e-mail and WhatsApp are not enough.',
      'negotiation-first':
        '☐ Since 3 April 2025 a claim and the domestic monitorio need proof of an earlier attempt to negotiate (LO 1/2025). This letter does not open one: decide whether it should.',
      'lawyer-for-offer':
        '☐ This letter invites to negotiate; it is not a binding offer, which above EUR 2,000 needs a lawyer.',
      'credit-file-true':
        '☐ The creditor is a member of the file named, and the debt is certain, due, payable and undisputed.',
      provisional:
        '☐ Rates with an asterisk are provisional: check them in their official publication or leave them out.',
      'charges-true':
        '☐ Interest and compensation are claimed between businesses only, and the contract says nothing else.',
      forms:
        '☐ The official Information Sheet, Reply Form and Financial Statement are printed and enclosed, unchanged.',
      'by-post':
        '☐ It is posted on the day of its date or the next, to the person’s address; by e-mail only if they asked for that.',
      'local-law': '☐ The law of the debtor’s country allows what the letter says; when in doubt, ask a lawyer there.',
      credits: '☐ The customer has money that is on no invoice yet: it does not belong to those claimed here.',
      enclosures: '☐ Every document that the letter says is enclosed is there.',
    },
  },
}
