// The frame of every verb that talks to a server: its options, one client that is closed at the end, ids checked early.

import type { Command } from 'commander'
import { InvalidArgumentError } from 'commander'
import { addServerOptions, createClient, type Client, type ClientOptions, type ServerOptions } from './client.ts'
import { addJsonOption, type OutputOptions } from './output.ts'

export type ApiOptions = ServerOptions & OutputOptions

/** Declares a verb below `parent` with `--server`, `--key` and `--json`. */
export function apiVerb(parent: Command, usage: string, description: string): Command {
  return addJsonOption(addServerOptions(parent.command(usage).description(description)))
}

/** Runs `work` with a client and closes it, however it ends. */
export async function withClient<T>(options: ClientOptions, work: (client: Client) => Promise<T>): Promise<T> {
  const client = createClient(options)
  try {
    return await work(client)
  } finally {
    await client.close()
  }
}

/** A path with its query; members that are undefined are left out. */
export function withQuery(path: string, query: Readonly<Record<string, string | number | undefined>>): string {
  const params = new URLSearchParams()
  for (const [name, value] of Object.entries(query)) if (value !== undefined) params.set(name, String(value))
  const text = params.toString()
  return text === '' ? path : `${path}?${text}`
}

/** A text that says something, for commander's argument parsers. */
export function notBlank(text: string): string {
  if (text.trim() === '') throw new InvalidArgumentError('It must not be empty.')
  return text
}

/** A time with its offset, as the API takes it, for commander's argument parsers. */
export function instant(text: string): string {
  if (/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/i.test(text)) return text
  throw new InvalidArgumentError('It must be a time with its offset: 2026-11-01T00:00:00Z.')
}

/** A whole number of at least `min`, for commander's argument parsers. */
export function wholeNumber(min: number, max: number): (text: string) => number {
  return (text) => {
    const value = Number(text)
    if (text.trim() === '' || !Number.isInteger(value) || value < min || value > max) {
      throw new InvalidArgumentError(`It must be a whole number from ${min} to ${max}.`)
    }
    return value
  }
}
