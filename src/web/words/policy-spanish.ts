import type { ENGLISH_POLICY, ENGLISH_STEPS } from './policy-english.ts'

const count = (number: number, one: string, many: string): string => `${number} ${number === 1 ? one : many}`

/** What the policy page says, in Spanish. */
export const SPANISH_POLICY: typeof ENGLISH_POLICY = {
  title: 'Política',
  lead: 'Cómo reclama esta empresa, en un solo texto: cuándo, cuántas veces, en qué tono y qué no puede hacer nunca.',
  ownerOnly: 'Solo un propietario puede cambiar la política.',
  defaultInForce: 'Rige la política de serie: nadie la ha cambiado todavía.',
  inForce: (version, since, who) => `Rige la versión ${version} desde el ${since}; la aplicó ${who}.`,
  sequences: 'Quién recibe qué y cuándo',
  sequencesText:
    'Cada cliente sigue la secuencia de su segmento. Los intervalos, los topes, los festivos y lo que digan las personas mandan: un paso puede llegar más tarde, nunca antes.',
  text: 'Lo que rige',
  typedText: 'Lo que ha escrito, línea a línea',
  checkedText: (lines) => `El texto que entra en vigor (${count(lines, 'línea', 'líneas')})`,
  leftOut: (n) => `${n} líneas sin observaciones`,
  edit: 'Cambiar',
  editOn: 'Seguir cambiando',
  document: 'La política, en YAML',
  documentHint: 'Lo que deje fuera toma el valor de serie. Los comentarios y el orden se quedan como los escriba.',
  why: 'Por qué (para el historial)',
  check: 'Comprobar',
  checkHint: 'Muestra los errores junto a su línea o lo que el texto cambiaría. Todavía no entra nada en vigor.',
  applyTitle: 'Ponerlo en vigor',
  apply: 'Poner en vigor',
  weights: { error: 'Error:', warning: 'Aviso:' },
  errors: (n) =>
    `${count(n, 'error', 'errores')}: este texto no puede entrar en vigor. Cada uno está junto a su línea.`,
  sound: (n) =>
    n === 0
      ? 'Todo lo comprobable se cumple. Aún no ha entrado en vigor.'
      : `Sin errores y con ${count(n, 'aviso', 'avisos')}. Aún no ha entrado en vigor.`,
  overtaken: (version) =>
    `Mientras escribía entró en vigor la versión ${version}. Mire abajo qué cambió; si pone en vigor la suya, la sustituye.`,
  changes: 'Qué cambia',
  effect: {
    title: (days) => `Lo que traerían los próximos ${days} días`,
    text: 'Calculado con sus propios libros, como si nadie pagara ni contestara y cada mensaje se aprobara al momento.',
    sample: (told, all) =>
      `Calculado para ${told} de ${all} clientes elegidos al azar; las cifras son las suyas. Este comando los calcula todos:`,
    counted: 'En esos días',
    now: 'Ahora',
    proposed: 'Con este texto',
    counts: {
      messages: 'Mensajes',
      approvals: 'Aprobaciones',
      calls: 'Llamadas',
      letters: 'Cartas',
      decisions: 'Decisiones',
    },
    nobody: 'Nadie lo notaría: salen los mismos mensajes los mismos días.',
    noticing: (n, day) =>
      n === 1 ? `1 cliente lo notaría, desde el ${day}` : `${n} clientes lo notarían, desde el ${day}`,
    customer: 'Cliente',
    messages: (before, after) => `${before} → ${after} mensajes`,
    otherwise: 'los mismos mensajes, otros días o de otra forma',
    from: (day) => `desde el ${day}`,
    more: (n) => `Hay ${n} más que no se muestran.`,
  },
  history: 'Historial',
  version: (n) => `Versión ${n}`,
  hash: 'Huella:',
  unreadable: 'Esta versión se escribió para otra edición del programa y no se puede comparar.',
  older: 'Versiones anteriores: npx puntual policy history.',
}

/** What steps are called and when they come, in Spanish. */
export const SPANISH_STEPS: typeof ENGLISH_STEPS = {
  channels: { email: 'Correo', call: 'Llamada', letter: 'Carta', decision: 'Decisión' },
  days: (n) => count(n, 'día', 'días'),
  businessDays: (n) => count(n, 'día hábil', 'días hábiles'),
  dayRange: (from, to) => `de ${from} a ${to} días`,
  businessDayRange: (from, to) => `de ${from} a ${to} días hábiles`,
  beforeDue: (span) => `${span} antes del vencimiento`,
  onDue: 'el día del vencimiento',
  afterDue: (span) => `${span} después del vencimiento`,
  afterStep: (span) => `${span} después del paso anterior`,
  afterContact: (span) => `${span} después de una conversación`,
  ofMonth: (date) => (date === 31 ? 'el último día del mes' : `el día ${date} del mes`),
  repeated: (span, times) => `cada ${span}, ${times} veces en total`,
  needsYes: 'espera su aprobación',
  gone: 'ya no es un paso',
}
