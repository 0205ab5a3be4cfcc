import type { EventFacts, EventWords } from './event-words.ts'

const invoice = ({ invoice: number }: EventFacts): string => (number ? `Factura ${number}` : 'Una factura')
const because = ({ reason, text }: EventFacts): string => {
  const why = reason ?? text('why') ?? text('answer') ?? text('problem')
  return why ? `: ${why.replace(/\.$/, '')}.` : '.'
}
const message = ({ stage }: EventFacts): string => (stage ? `mensaje «${stage}»` : 'mensaje')
const letter = ({ text }: EventFacts): string =>
  text('reference') ? `Carta formal ${text('reference')}` : 'Carta formal'
const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)
const someone = ({ text }: EventFacts): string => text('who') ?? 'alguien'
const recipients = (facts: EventFacts): string => {
  const to = facts.list('to') ?? facts.text('to')
  return to ? ` a ${to}` : ''
}

export const SPANISH_EVENTS: EventWords = {
  connected: (facts) => `${facts.text('organisation') ?? 'Contabilidad'}: conectada.`,
  disconnected: (facts) =>
    facts.is('ledgerNotTold')
      ? `${facts.text('organisation') ?? 'Contabilidad'}: no se pudo avisar de la desconexión; quite la aplicación también allí.`
      : `${facts.text('organisation') ?? 'Contabilidad'}: desconectada.`,
  'reconnect-needed': () => 'Hay que renovar la conexión con la contabilidad.',
  'first-load-done': () => 'Los libros se han leído por primera vez.',
  'sync-failed': (facts) => `No se pudieron leer los libros${because(facts)}`,
  'invoice-paid': (facts) => `${invoice(facts)}: pagada.`,
  'invoice-part-paid': (facts) =>
    `${invoice(facts)}: pagada en parte${facts.money('afterMinor') ? `; quedan ${facts.money('afterMinor')}` : ''}.`,
  'invoice-voided': (facts) => `${invoice(facts)}: anulada.`,
  'invoice-deleted': (facts) => `${invoice(facts)}: eliminada en la contabilidad.`,
  'invoice-reopened': (facts) =>
    `${invoice(facts)}: vuelve a estar pendiente${facts.money('afterMinor') ? ` con ${facts.money('afterMinor')}` : ''}.`,
  'due-day-changed': (facts) =>
    `${invoice(facts)}: el vencimiento cambia${facts.day('from') && facts.day('to') ? ` del ${facts.day('from')} al ${facts.day('to')}` : ''}.`,
  'invoice-changed': (facts) =>
    `${invoice(facts)}: modificada${facts.money('afterMinor') ? `; ahora se deben ${facts.money('afterMinor')}` : ''}.`,
  'customer-merged': () => 'Unido a otro cliente en la contabilidad.',
  'chase-planned': (facts) => `${capital(message(facts))} previsto.`,
  'approval-asked': (facts) => `Se pide aprobación para el ${message(facts)}.`,
  'call-asked': () => 'Se pide a una persona que llame.',
  'decision-asked': () => 'Se pide a una persona que decida cómo seguir.',
  'letter-asked': () => 'Se pide a una persona que revise una carta formal.',
  'message-held': (facts) => `${capital(message(facts))} retenido hasta que lo vea una persona${because(facts)}`,
  'chase-cancelled': (facts) => `${capital(message(facts))} retirado${because(facts)}`,
  'mail-sent': (facts) =>
    `${capital(message(facts))} enviado${recipients(facts)}${facts.list('cc') ? `, con copia a ${facts.list('cc')}` : ''}${facts.text('signedBy') ? `, firmado por ${facts.text('signedBy')}` : ''}.`,
  'mail-refused': (facts) => `${capital(message(facts))} rechazado${because(facts)}`,
  'mail-postponed': (facts) => `${capital(message(facts))} aplazado${because(facts)}`,
  'mail-unknown': (facts) => `No se sabe si el ${message(facts)} llegó.`,
  'mail-resolved': () => 'Aclarado si el mensaje llegó.',
  'address-broken': (facts) =>
    `${facts.text('address') ?? facts.text('email') ?? 'La dirección'} fue rechazada definitivamente; ya no se le escribe.`,
  'mailbox-broken': (facts) => `El buzón no envía${because(facts)}`,
  'pdf-missing': (facts) => `${invoice(facts)}: no se puede obtener el PDF de la contabilidad.`,
  'fell-silent': () => 'Saldado: Puntual vuelve a callar.',
  'note-written': (facts) => `${invoice(facts)}: nota escrita en la contabilidad.`,
  'note-failed': (facts) => `${invoice(facts)}: no se pudo escribir la nota${because(facts)}`,
  approved: (facts) => `${capital(message(facts))} aprobado.`,
  skipped: (facts) => `${capital(message(facts))} omitido.`,
  'task-done': () => 'Tarea hecha.',
  'mode-changed': (facts) =>
    facts.mode('from') && facts.mode('to')
      ? `Cambio de modo: ${facts.mode('from')} → ${facts.mode('to')}.`
      : 'Cambio de modo.',
  stopped: () => 'Todos los mensajes detenidos.',
  resumed: () => 'Mensajes reanudados.',
  'segment-set': (facts) =>
    facts.segment ? `Segmento fijado en «${facts.segment}».` : 'El segmento vuelve a decidirlo Puntual.',
  'chasing-set': (facts) => {
    const delay = facts.number('delayDays')
    const said = [
      facts.is('excluded') ? 'apartada de la reclamación' : '',
      facts.no('excluded') ? 'se vuelve a reclamar' : '',
      delay === null
        ? ''
        : delay === 0
          ? 'ningún paso se retrasa'
          : `cada paso ${delay} ${delay === 1 ? 'día' : 'días'} más tarde`,
      facts.number('paymentRunDay') === null ? '' : `paga el día ${facts.number('paymentRunDay')} de cada mes`,
    ].filter((one) => one !== '')
    const about = facts.invoice ? `${invoice(facts)}: ` : ''
    return said.length === 0 ? `${about}se cambió cómo se reclama.` : capital(`${about}${said.join('; ')}.`)
  },
  'contact-set': (facts) => {
    const said = [
      facts.is('escalation') ? 'recibe copia de los pasos tardíos' : '',
      facts.no('escalation') ? 'ya no recibe copias' : '',
      facts.text('treatment') === 'tu'
        ? 'se le trata de tú'
        : facts.text('treatment') === null
          ? ''
          : 'se le trata de usted',
      facts.text('language') === 'es'
        ? 'se le escribe en español'
        : facts.text('language') === null
          ? ''
          : 'se le escribe en inglés',
    ].filter((one) => one !== '')
    return `${facts.text('email') ?? 'Un contacto'}: ${said.length === 0 ? 'modificado' : said.join('; ')}.`
  },
  'contact-added': (facts) =>
    `Contacto añadido: ${facts.text('email') ?? 'alguien'}${facts.text('name') ? ` (${facts.text('name')})` : ''}.`,
  'contact-removed': (facts) => `Contacto quitado: ${facts.text('email') ?? 'alguien'}.`,
  'hold-set': (facts) =>
    `${facts.hold ?? 'Silencio'}${facts.invoice ? `, factura ${facts.invoice}` : ''}${facts.day('until') ? `, hasta el ${facts.day('until')}` : ''}${facts.text('why') ? `: ${facts.text('why')}` : '.'}`,
  'hold-ended': (facts) =>
    `Terminado: ${facts.hold ?? 'silencio'}${facts.invoice ? `, factura ${facts.invoice}` : ''}.`,
  'hold-reviewed': (facts) =>
    `Revisado: ${facts.hold ?? 'silencio'}${facts.day('reviewOn') ? `, próxima revisión el ${facts.day('reviewOn')}` : ''}.`,
  'promise-recorded': (facts) =>
    `Pago prometido${facts.money('minor') ? `: ${facts.money('minor')}` : ''}${facts.day('on') ? ` para el ${facts.day('on')}` : ''}${facts.text('saidBy') ? ` (${facts.text('saidBy')})` : ''}.`,
  'promise-withdrawn': (facts) => `Promesa${facts.day('on') ? ` para el ${facts.day('on')}` : ''} retirada.`,
  'expected-day-written': (facts) =>
    `Fecha prevista de pago anotada en la contabilidad${facts.day('on') ? `: ${facts.day('on')}` : ''}.`,
  'expected-day-cleared': (facts) =>
    `Fecha prevista de pago retirada de la contabilidad${facts.day('on') ? `: ${facts.day('on')}` : ''}.`,
  'expected-day-stays': (facts) =>
    `La contabilidad no deja retirar la fecha prevista de pago${facts.day('on') ? `: ${facts.day('on')}` : ''}. Retírala allí, por favor.`,
  'plan-offered': (facts) =>
    `Plan de pagos propuesto: ${facts.number('count') ?? ''} plazos${facts.money('minor') ? `, ${facts.money('minor')} en total` : ''}.`,
  'plan-agreed': (facts) => `Plan de pagos acordado${facts.text('saidBy') ? ` (${facts.text('saidBy')})` : ''}.`,
  'plan-withdrawn': () => 'Plan de pagos retirado.',
  'contact-logged': (facts) =>
    `${facts.text('way') === 'reply' ? 'Respuesta' : 'Llamada'} anotada${facts.contact ? `: ${facts.contact}` : ''}${facts.text('who') ? `, ${facts.text('who')}` : ''}${facts.text('address') ? ` <${facts.text('address')}>` : ''}.`,
  'notice-requested': (facts) => `Se pide: ${message(facts)}.`,
  'letter-begun': (facts) => `${letter(facts)}: empezada.`,
  'letter-edited': (facts) => `${letter(facts)}: modificada.`,
  'letter-approved': (facts) =>
    `${letter(facts)}: aprobada${facts.money('minor') ? `, ${facts.money('minor')}` : ''}${facts.text('signedBy') ? `; firma ${facts.text('signedBy')}` : ''}.`,
  'letter-sent': (facts) =>
    `${letter(facts)}: enviada${facts.means ? ` (${facts.means})` : ''}${facts.day('on') ? ` el ${facts.day('on')}` : ''}${facts.text('who') ? `, ${facts.text('who')}` : ''}${facts.text('note') ? ` (${facts.text('note')})` : ''}.`,
  'letter-discarded': (facts) => `${letter(facts)}: apartada.`,
  'evidence-made': (facts) => `Dossier de pruebas hecho${facts.text('head') ? `. Huella: ${facts.text('head')}` : ''}.`,
  'law-consented': () => 'Consentido que los mensajes citen importes legales.',
  'law-consent-withdrawn': () => 'Consentimiento retirado: los mensajes no citan importes legales.',
  'debtor-set': (facts) => `Indicado quién debe: ${facts.debtor ?? 'según el nombre y los ajustes'}.`,
  'debt-event-logged': (facts) =>
    `Anotado: ${facts.debtEvent ?? 'una reclamación'}${facts.day('on') ? `, ${facts.day('on')}` : ''}.`,
  'debt-event-withdrawn': (facts) =>
    `Retirado: ${facts.debtEvent ?? 'una reclamación'}${facts.day('on') ? `, ${facts.day('on')}` : ''}.`,
  'settings-changed': () => 'Ajustes cambiados.',
  'policy-applied': (facts) =>
    `Política cambiada${facts.number('version') === null ? '' : `: rige la versión ${facts.number('version')}`}${facts.text('why') ? ` (${facts.text('why')})` : ''}.`,
  'database-confirmed': () => 'Confirmado que esta base de datos es la auténtica.',
  'member-invited': (facts) =>
    `Invitación a ${someone(facts)}${facts.role('role') ? ` con la función «${facts.role('role')}»` : ''}.`,
  'member-role-changed': (facts) =>
    facts.role('from') && facts.role('to')
      ? `La función de ${someone(facts)} cambia de «${facts.role('from')}» a «${facts.role('to')}».`
      : `Cambia la función de ${someone(facts)}.`,
  'member-removed': (facts) =>
    `Fin del acceso de ${someone(facts)}${facts.role('role') ? ` (función: «${facts.role('role')}»)` : ''}.`,
  'signed-in': () => 'Entrada en la aplicación.',
}
