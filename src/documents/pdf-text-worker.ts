import { parentPort } from 'node:worker_threads'
import type { PdfTextQuestion, PdfTextAnswer } from './pdf-text.ts'

// Reads one PDF at a time, in a thread of its own: whatever a document does in here, the thread can be ended.

// The fast decompression hands out a gigabyte before anybody can look; the library's own works where it can be watched.
Reflect.deleteProperty(globalThis, 'DecompressionStream')
const { getDocumentProxy } = await import('unpdf')

parentPort?.on('message', ({ content, mostPages, mostCharacters }: PdfTextQuestion) => {
  textOf(content, mostPages, mostCharacters).then(
    (text) => answer({ text }),
    () => answer({ text: null }),
  )
})

// oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread's port, not a window
const answer = (said: PdfTextAnswer): void => parentPort?.postMessage(said)

async function textOf(content: Uint8Array, mostPages: number, mostCharacters: number): Promise<string | null> {
  const document = await getDocumentProxy(content, { verbosity: 0 })
  let text = ''
  try {
    for (const number of pagesOf(document.numPages, mostPages)) {
      const page = await document.getPage(number)
      const { items } = await page.getTextContent()
      for (const item of items) {
        if ('str' in item) text += item.hasEOL ? `${item.str}\n` : item.str
      }
      text += '\n\f\n'
      if (text.length > mostCharacters) break
    }
  } finally {
    await document.loadingTask.destroy()
  }
  return text.trim() === '' ? null : text.slice(0, mostCharacters)
}

/** The first pages and the last one, where the bank details of a long invoice stand. */
function pagesOf(count: number, most: number): number[] {
  const all = Array.from({ length: Math.min(count, most) }, (_, at) => at + 1)
  return count > most ? [...all.slice(0, -1), count] : all
}
