import { Worker } from 'node:worker_threads'

export type PdfTextQuestion = {
  readonly content: Uint8Array
  readonly mostPages: number
  readonly mostCharacters: number
}
export type PdfTextAnswer = { readonly text: string | null }

/** How much one document may cost before it counts as unreadable. */
export type PdfLimits = {
  readonly mostBytes: number
  readonly mostPages: number
  readonly mostCharacters: number
  readonly mostMs: number
  /** What the thread may hold, its buffers included. */
  readonly mostMegabytes: number
  /** The thread ends when it has had nothing to do for this long, and gives its memory back. */
  readonly idleMs: number
}

const LIMITS: PdfLimits = {
  mostBytes: 10 * 1024 * 1024,
  mostPages: 12,
  mostCharacters: 200_000,
  mostMs: 4000,
  mostMegabytes: 192,
  idleMs: 10_000,
}

/** So often the memory of a thread at work is looked at. */
const LOOK_EVERY_MS = 10

export type PdfReader = {
  /**
   * The text of a PDF as a reader would select it; null where there is none to be had: a scan, an encrypted, broken or
   * hostile document, or one that costs more than it may. Never throws and never keeps the caller's thread busy.
   */
  readonly textOf: (content: Uint8Array) => Promise<string | null>
  readonly close: () => Promise<void>
}

/**
 * Reads the texts of PDFs, one after the other, in a thread that is started with the first one and ends when there is
 * nothing to do: the library is never loaded by a process that reads no PDF.
 */
export function createPdfReader(given: Partial<PdfLimits> = {}): PdfReader {
  const limits = { ...LIMITS, ...given }
  let thread: Worker | null = null
  let idle: NodeJS.Timeout | undefined
  let last: Promise<unknown> = Promise.resolve()

  async function close(): Promise<void> {
    clearTimeout(idle)
    const ending = thread
    thread = null
    await ending?.terminate()
  }

  async function readNow(content: Uint8Array): Promise<string | null> {
    clearTimeout(idle)
    thread ??= startThread(limits)
    const text = await ask(thread, content, limits)
    // A thread that did not answer may never answer: the next document gets a fresh one.
    if (text === undefined) await close()
    else idle = setTimeout(() => void close(), limits.idleMs).unref()
    return text ?? null
  }

  return {
    textOf(content) {
      if (content.byteLength > limits.mostBytes) return Promise.resolve(null)
      const turn = last.then(() => readNow(content))
      last = turn.catch(() => null)
      return turn.catch(() => null)
    },
    close,
  }
}

function startThread({ mostMegabytes }: PdfLimits): Worker {
  const thread = new Worker(new URL('./pdf-text-worker.ts', import.meta.url), {
    resourceLimits: { maxOldGenerationSizeMb: mostMegabytes },
    // What a document's oddities print is nobody's log.
    stdout: true,
    stderr: true,
  })
  // Reading a PDF is no reason for the process to stay.
  thread.unref()
  // A thread that ends between two documents is replaced; while one is read, `ask` hears of it too.
  thread.on('error', () => {})
  return thread
}

/** Undefined: the thread said nothing in time, took too much, or ended. */
function ask(thread: Worker, content: Uint8Array, limits: PdfLimits): Promise<string | null | undefined> {
  return new Promise((resolve) => {
    const tooLate = setTimeout(() => finish(undefined), limits.mostMs)
    const lookAtMemory = async (): Promise<void> => {
      const { total_heap_size: heap, external_memory: buffers } = await thread.getHeapStatistics()
      if (heap + buffers > limits.mostMegabytes * 1024 * 1024) finish(undefined)
    }
    // A thread that has ended has no memory to look at: `exit` says so.
    const look = setInterval(() => void lookAtMemory().catch(() => {}), LOOK_EVERY_MS)
    const heard = ({ text }: PdfTextAnswer): void => finish(text)
    const ended = (): void => finish(undefined)
    const finish = (text: string | null | undefined): void => {
      clearTimeout(tooLate)
      clearInterval(look)
      thread.off('message', heard).off('exit', ended).off('error', ended)
      resolve(text)
    }
    thread.on('message', heard).on('exit', ended).on('error', ended)
    const { mostPages, mostCharacters } = limits
    // A copy: the caller still attaches these bytes.
    const question: PdfTextQuestion = { content: new Uint8Array(content), mostPages, mostCharacters }
    thread.postMessage(question, [question.content.buffer as ArrayBuffer])
  })
}
