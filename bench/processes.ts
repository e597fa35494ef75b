// Starts what is measured as processes of their own, waits until they answer, and stops them.

import { spawn, type ChildProcess } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { request } from 'undici'

export const root = resolve(import.meta.dirname, '..')

export type Running = { readonly url: string; readonly pid: number; stop(): Promise<void> }

export type Start = {
  readonly name: string
  /** Arguments of the pinned Node. */
  readonly args: readonly string[]
  readonly port: number
  /** A path that answers anything once it is up. */
  readonly ready?: string
  readonly env?: Readonly<Record<string, string>>
}

const startMsMax = 60_000

/** Errors: what the process printed, when it ended or did not answer in time. */
export async function start({ name, args, port, ready = '/', env = {} }: Start): Promise<Running> {
  const output: string[] = []
  const child = spawn(process.execPath, [...args], {
    cwd: root,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => output.push(chunk.toString('utf8')))
  const url = `http://127.0.0.1:${port}`
  for (const deadline = Date.now() + startMsMax; ;) {
    if (child.exitCode !== null || Date.now() > deadline) throw new Error(`${name} did not start:\n${output.join('')}`)
    if (await answers(`${url}${ready}`)) break
    await setTimeout(50)
  }
  return { url, pid: child.pid ?? 0, stop: () => stop(child) }
}

async function answers(url: string): Promise<boolean> {
  try {
    const { body } = await request(url)
    await body.dump()
    return true
  } catch {
    return false
  }
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return
  const exited = new Promise((done) => child.once('exit', done))
  child.kill('SIGTERM')
  const killer = setTimeout(15_000, undefined, { ref: false }).then(() => child.kill('SIGKILL'))
  await Promise.race([exited, killer])
}

/** Resident memory of a process in MiB, by the kernel's account (Linux). */
export function residentMiB(pid: number): number {
  const match = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))
  return Number(match?.[1] ?? Number.NaN) / 1024
}

/** User and system time of a process so far, in seconds (Linux, 100 ticks a second). */
export function cpuSeconds(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? []
  return (Number(fields[11]) + Number(fields[12])) / 100
}

/** Time that the threads of a process had on a core so far, in seconds, by their name (Linux). */
export function threadSeconds(pid: number): ReadonlyMap<string, number> {
  const seconds = new Map<string, number>()
  for (const thread of readdirSync(`/proc/${pid}/task`)) {
    const of = (file: string) => readFileSync(`/proc/${pid}/task/${thread}/${file}`, 'utf8').trim()
    const name = of('comm')
    seconds.set(name, (seconds.get(name) ?? 0) + Number(of('schedstat').split(' ')[0]) / 1e9)
  }
  return seconds
}
