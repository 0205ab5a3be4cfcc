import { fork, type ChildProcess } from 'node:child_process'

/** A helper in a process of its own, which answers each request with one message. */
export type Helper = {
  readonly pid: number
  ask<Answer>(request?: unknown): Promise<Answer>
  stop(): Promise<void>
}

/** Starts a script beside this one and resolves with it and its first message. */
export async function startHelper<Ready>(
  script: string,
  options: unknown,
  args: readonly string[] = [],
): Promise<Helper & { ready: Ready }> {
  const child = fork(new URL(script, import.meta.url), [JSON.stringify(options)], {
    execArgv: [...args],
    serialization: 'advanced',
  })
  const ready = await nextMessage<Ready>(child, script)
  return {
    ready,
    pid: child.pid ?? 0,
    ask: async <Answer>(request: unknown) => {
      const answer = nextMessage<Answer>(child, script)
      child.send(request as object)
      return answer
    },
    stop: () =>
      new Promise((done) => {
        if (child.exitCode !== null || child.signalCode !== null) return done()
        child.once('exit', () => done())
        child.kill('SIGTERM')
      }),
  }
}

/** Runs a script beside this one to its end and returns the one message it sent. */
export async function runHelper<Answer>(script: string, options: unknown): Promise<Answer> {
  const helper = await startHelper<Answer>(script, options)
  await helper.stop()
  return helper.ready
}

/** In a helper: the options it was started with. It ends with whoever started it, however that ends. */
export function helperOptions<Options>(): Options {
  process.once('disconnect', () => process.exit(0))
  return JSON.parse(process.argv[2] ?? '{}') as Options
}

/** In a helper: says something to whoever started it. */
export const tell = (message: unknown): void => void process.send?.(message)

function nextMessage<Message>(child: ChildProcess, script: string): Promise<Message> {
  return new Promise((resolve, reject) => {
    const ended = (code: number | null): void => reject(new Error(`${script} ended with ${code}`))
    child.once('exit', ended)
    child.once('message', (message) => {
      child.off('exit', ended)
      resolve(message as Message)
    })
  })
}
