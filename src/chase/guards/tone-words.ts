/** A consequence that a message may name, because the policy declares it with its ground. */
export type DeclaredConsequence = 'pause-of-work' | 'late-charges' | 'formal-demand'

type Words = Readonly<Record<'es' | 'en', RegExp>>

/** Whole words only, in text without accents. */
const anyOf = (...words: readonly string[]): RegExp =>
  new RegExp(`(?<![\\p{L}])(?:${words.join('|')})(?![\\p{L}])`, 'giu')

/**
 * Consequences that a business has never declared because nobody may announce them in a reminder: crime, courts,
 * lawyers, seizure, credit files, publicity. (Codigo Penal Federal 284 Bis in Mexico, Administration of Justice Act
 * 1970 s. 40 in the UK, art. 20 LOPDGDD in Spain: an empty threat of these is an offence or an infringement.)
 */
export const ALWAYS_THREATS: Words = {
  es: anyOf(
    'carcel', 'prision', 'policia', 'guardia civil', 'denuncia\\p{L}*', 'delito\\p{L}*', 'penal(?:es)?', 'embarg\\p{L}+', 'judicial\\p{L}*',
    'juzgado\\p{L}*', 'tribunal\\p{L}*', 'juicio', 'demandar\\p{L}*', 'demanda judicial', 'monitorio', 'abogad\\p{L}+', 'letrad\\p{L}+',
    'acciones legales', 'medidas legales', 'via legal', 'procedimiento legal', 'lista(?:s)? negra(?:s)?', 'asnef', 'rai', 'badexcug',
    'ficheros? de (?:morosos|solvencia|morosidad)', 'registro de morosos', 'empresa de recobro', 'agencia de cobro\\p{L}*', 'hacer publico',
    'publicaremos', 'informaremos a (?:sus|tus) (?:clientes|proveedores)', 'sabemos donde', 'atengase a las consecuencias',
    'atente a las consecuencias', 'consecuencias graves', 'graves consecuencias', 'no nos deja(?:s|n)? otra opcion',
  ),
  en: anyOf(
    'prison', 'jail', 'police', 'criminal', 'crime', 'fraud', 'bailiffs?', 'seiz\\p{L}+', 'court\\p{L}*', 'judgment', 'sue', 'sued',
    'lawsuit', 'litigation', 'legal (?:action|proceedings|steps|measures)', 'lawyers?', 'solicitors?', 'attorneys?',
    'statutory demand', 'winding[- ]up', 'insolvency proceedings', 'black ?list\\p{L}*', 'credit (?:file|score|rating|bureau|record)',
    'collection agency', 'debt collectors?', 'collections? agents?', 'publicly', 'name and shame', 'we know where',
    'serious consequences', 'face the consequences', 'leave us no (?:choice|option)', 'no other (?:choice|option)',
  ),
} // prettier-ignore

/** Words that announce each consequence which may be declared; they are a threat where it is not. */
export const CONSEQUENCE_WORDS: Readonly<Record<DeclaredConsequence, Words>> = {
  'pause-of-work': {
    es: anyOf(
      'suspend\\p{L}+', 'suspension', 'paralizar\\p{L}*', 'dejaremos en pausa los trabajos', 'pausaremos', 'cortar\\p{L}* el (?:servicio|suministro)',
      'dejaremos de (?:servir|suministrar|trabajar)', 'bloquear\\p{L}*', 'cancelaremos (?:su|tu|el) (?:servicio|contrato|pedido)',
    ),
    en: anyOf(
      'suspend\\p{L}*', 'suspension', 'stop (?:supplying|work|deliver\\p{L}+|your)', 'put new work and orders on hold', 'cut off', 'disconnect\\p{L}*',
      'withdraw (?:the|your|our) service', 'block your', 'cancel your',
    ),
  },
  'late-charges': {
    es: anyOf('intereses', 'interes (?:legal )?de demora', 'recargos?', 'penalizacion(?:es)?', 'compensacion', 'costes de cobro', 'multas?'),
    en: anyOf('interest', 'late (?:fees?|charges?)', 'surcharges?', 'penalt(?:y|ies)', 'compensation', 'recovery costs', 'fined'),
  },
  'formal-demand': {
    es: anyOf('requerimiento', 'burofax', 'intimacion', 'reclamacion formal'),
    en: anyOf('formal demand', 'letter before (?:claim|action)', 'notice of default', 'formal claim'),
  },
} // prettier-ignore

export const ACCUSING: Words = {
  es: anyOf(
    'moros[oa]s?', 'verguenza', 'ultimatum', 'ha(?:n|s)? ignorado', 'ignora(?:do|ndo)', 'incumpl\\p{L}+', 'mala fe', 'mentira\\p{L}*', 'menti\\p{L}+',
    'enga\\p{L}+', 'excusas?', 'inaceptable', 'intolerable', 'irresponsab\\p{L}+', 'decepcion\\p{L}+', 'una y otra vez', 'exigimos', 'exijo',
    'urgente(?:mente)?', 'promesa (?:rota|incumplida)', 'falta de (?:seriedad|respeto|profesionalidad)', 'su culpa', 'tu culpa',
  ),
  en: anyOf(
    'deadbeats?', 'shame\\p{L}*', 'ashamed', 'ultimatum', 'ignored', 'ignoring', 'your failure', 'failed to', 'failure to', 'in breach', 'breach\\p{L}*',
    'bad faith', 'lie[ds]?', 'lying', 'dishonest\\p{L}*', 'excuses?(?! me)', 'unacceptable', 'intolerable', 'irresponsib\\p{L}+', 'disappoint\\p{L}+',
    'again and again', 'we demand', 'i demand', 'urgent(?:ly)?', 'asap', 'immediately', 'broken promise', 'your fault', 'default(?:ed|er|ing)?',
    'delinquent', 'final warning',
  ),
} // prettier-ignore

/** Deadlines without a day. "Pronto pago" is the trade's name for paying early. */
export const VAGUE: Words = {
  es: anyOf(
    'en breve', 'pronto(?! pago)', 'cuanto antes posible', 'lo antes posible', 'a la (?:mayor|maxima) brevedad', 'brevemente', 'en los proximos dias',
    'proximamente', 'de inmediato', 'inmediatamente', 'sin demora', 'sin dilacion', 'cuando puedas?', 'en unos dias', 'dentro de poco', 'antes de fin de mes',
    'esta semana', 'la semana que viene',
  ),
  en: anyOf(
    'soon', 'shortly', 'as soon as possible', 'at your earliest convenience', 'promptly', 'without delay', 'in the (?:next|coming) (?:few )?days',
    'in due course', 'right away', 'straight away', 'when you can', 'before long', 'by the end of the month', 'this week', 'next week',
  ),
} // prettier-ignore

export const IMPERSONAL: Words = {
  es: anyOf('muy señor(?:es)?(?: mio| nuestro)?s?', 'muy señora', 'a quien corresponda', 'estimad[oa](?:s|/a|\\(a\\))?', 'querid[oa]s?', 'apreciad[oa]s?'),
  en: anyOf('dear (?:sirs?|madam|sir/madam|sir or madam|customer|client|debtor)', 'to whom it may concern', 'esteemed'),
} // prettier-ignore

/** A text that calls itself the last one. */
export const LAST_NOTICE: Words = {
  es: anyOf(
    'ultim[oa] (?:aviso|mensaje|recordatorio|carta|comunicacion|notificacion|correo|oportunidad)(?: amistos[oa])?', 'aviso final',
    'terminan nuestros recordatorios', 'no habra mas avisos',
  ),
  en: anyOf(
    'final (?:friendly )?(?:notice|reminder|message|letter|demand|call)', 'last (?:friendly )?(?:notice|reminder|message|letter|chance|word)',
    'last of our reminders', 'no further reminders',
  ),
} // prettier-ignore

/** Words that can only be said to tú. */
export const TU = anyOf(
  'tú', 'ti', 'te', 'contigo', 'tus?', 'tuy[oa]s?', 'vosotr[oa]s', 'os', 'vuestr[oa]s?', 'tienes', 'puedes', 'podrías', 'necesitas', 'quieres',
  'has', 'estás', 'vas', 'debes', 'prefieres', 'ves', 'echas', 'recibirás', 'tendrás', 'pagarás', 'dime', 'dímel[oa]s?', 'tengas', 'envíame', 'envíal[oa]',
  'respóndeme', 'responde', 'escríbeme', 'llámame', 'disculpa', 'perdona', 'avísame', 'proponme', 'propónmel[oa]s', 'cuéntamel[oa]', 'indícame',
  'corrígeme', 'confírmame', 'reenvíal[oa]', 'reenvíale', 'ponme', 'olvida', 'hagas', 'haz', 'tómate', 'quedes', 'contestes', 'respondas', 'pagues',
) // prettier-ignore

/** Words that can only be said to usted or ustedes. "Su" may be anybody's, so it counts as a slip in a text to tú. */
export const USTED = anyOf(
  'ustedes', 'usted', 'les?', 'sus?', 'suy[oa]s?', 'se l[oa]s?', 'tienen', 'han recibido', 'han pagado', 'ha pagado', 'pueden hacerlo', 'pueden pagar', 'podría', 'dígame',
  'dígamel[oa]s?', 'tenga', 'envíeme', 'envíel[oa]', 'respóndame', 'responda', 'escríbame', 'llámeme', 'disculpe', 'perdone', 'avíseme', 'propóngame',
  'propóngamel[oa]s', 'cuéntemel[oa]', 'indíqueme', 'corríjame', 'confírmeme', 'póngame', 'olvide', 'hagan', 'tómese', 'necesiten?', 'prefieran', 'reenvíe(?:le)?',
) // prettier-ignore
