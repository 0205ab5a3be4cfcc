/** What is inside a pack, how to check it by hand, what that proves and what it does not, in both languages. */
export function evidenceReadme({
  subject,
  madeAt,
}: {
  readonly subject: string
  readonly madeAt: Temporal.Instant
}): string {
  const made = madeAt.toString({ smallestUnit: 'second' })
  // Through functions: a name may hold what replace() would take for a pattern.
  const fill = (text: string): string => text.replace('{subject}', () => subject).replace('{made}', () => made)
  return `${fill(SPANISH)}\n${'='.repeat(78)}\n\n${fill(ENGLISH)}`
}

const SPANISH = `DOSSIER DE PRUEBAS
{subject}
Hecho el {made} con Puntual.

QUÉ HAY DENTRO

account/     La empresa, el cliente y la conexión con la contabilidad, y el estado
             de cuenta en el momento de hacer el dossier.
invoices/    Cada factura: sus datos según la contabilidad y el PDF original por
             versiones, tal como se leyó de la contabilidad y se adjuntó.
messages/    Cada mensaje enviado: el .eml (RFC 5322, con cabeceras y adjuntos) y
             un .json con el estado, la hora y la respuesta del servidor de correo.
             Los .eml se reconstruyen a partir del mensaje congelado antes del envío
             con el mismo programa que lo envió; no son una copia tomada en la red.
letters/     Los requerimientos formales: cada versión aprobada, byte a byte, y los
             que aún son borrador, como se leerían al hacer el dossier.
records/     Un registro por línea: hechos (events), disputas y pausas (holds),
             promesas (promises), planes de pago (payment-plans), conversaciones
             (contact-log), notas escritas en la contabilidad (notes), lecturas de la
             contabilidad en las que se basó cada envío (ledger-reads), cartas con quién
             aprobó y cómo se enviaron (letters, debtor-details), veredictos
             (verdicts, invoice-verdicts) con las reglas y los datos de que salieron
             (policies, standings), y lo demás que haya.
manifest.jsonl, SEAL.json, SHA256SUMS, verify-evidence.mjs: para comprobarlo todo.

CÓMO COMPROBARLO

Con Node 18 o posterior, sin instalar nada más (el programa está dentro y se puede
leer; úselo desde una copia que le merezca confianza):

    node verify-evidence.mjs DOSSIER.zip

A mano, tras extraer el archivo, con herramientas corrientes:

    sha256sum -c SHA256SUMS              cada fichero, uno a uno
    sed -n 3p manifest.jsonl | sha256sum     debe ser el "previous" de la línea 4
    tail -n 1 manifest.jsonl | sha256sum     debe ser el "head" de SEAL.json

Cada línea del manifiesto contiene el SHA-256 de su fichero y, en "previous", el
SHA-256 de la línea anterior entera, con su salto de línea. La primera lleva ceros.
Cambiar, quitar, añadir, renombrar o reordenar algo rompe la cadena.

QUÉ DEMUESTRA Y QUÉ NO

Demuestra que el contenido y su orden no han cambiado desde que se selló, siempre
que el "head" coincida con uno anotado en otro sitio. No demuestra quién lo escribió,
ni que lo escrito sea cierto, ni la fecha: quien tenga el dossier puede hacer otro
entero y sellarlo de nuevo. Por eso el "head" debe anotarse al hacerlo fuera de aquí:
en un acta notarial, un correo a la otra parte, un sello de tiempo cualificado, o
impreso y fechado. Un mensaje aceptado por el servidor de correo no prueba que se
leyera. Esto no es asesoramiento jurídico.
`

const ENGLISH = `EVIDENCE PACK
{subject}
Made on {made} with Puntual.

WHAT IS INSIDE

account/     The business, the customer and the connection to the ledger, and the
             statement of account at the time the pack was made.
invoices/    Each invoice: its facts as the ledger states them, and the original PDF
             by version, as it was read from the ledger and attached.
messages/    Each message sent: the .eml (RFC 5322, with headers and attachments) and
             a .json with its state, its time and the mail server's answer. The .eml
             files are rebuilt from the message as frozen before it was sent, by the
             same program that sent it; they are not a copy taken on the wire.
letters/     Formal demands: each version that was approved, byte for byte, and
             those that are drafts still, as they read when the pack was made.
records/     One record a line: what happened (events), disputes and pauses (holds),
             promises, payment-plans, conversations (contact-log), notes written into
             the ledger (notes), the readings of the ledger that each message rested
             on (ledger-reads), letters with who approved and how they went (letters,
             debtor-details), verdicts (verdicts, invoice-verdicts) with the rules
             and facts they came from (policies, standings), and whatever else there is.
manifest.jsonl, SEAL.json, SHA256SUMS, verify-evidence.mjs: to check all of it.

HOW TO CHECK IT

With Node 18 or later and nothing else to install (the program is inside and can be
read; run it from a copy that you trust):

    node verify-evidence.mjs PACK.zip

By hand, after unpacking, with ordinary tools:

    sha256sum -c SHA256SUMS              every file, one by one
    sed -n 3p manifest.jsonl | sha256sum     has to be the "previous" of line 4
    tail -n 1 manifest.jsonl | sha256sum     has to be the "head" in SEAL.json

Each line of the manifest has the SHA-256 of its file and, in "previous", the SHA-256
of the whole line before it, line feed included. The first has zeros there. To change,
remove, add, rename or reorder anything breaks the chain.

WHAT IT PROVES, AND WHAT NOT

It proves that contents and order have not changed since the pack was sealed, as long
as the "head" is the one that was noted somewhere else. It does not prove who wrote it,
nor that what is written is true, nor the date: whoever has the pack can make another
and seal it anew. That is why the head should be noted when the pack is made, outside
of it: with a notary, in an e-mail to the other side, in a qualified time stamp, or
printed and dated. That a mail server accepted a message does not prove that it was
read. This is not legal advice.
`
