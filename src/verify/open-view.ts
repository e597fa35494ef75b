// Finds the view that belongs to a log, or the one that was named.
//
//   postgres://…     the database itself
//   https://host     the server that answers from it; asked with a key
//   a data folder    the server that runs on it, where there is one: the embedded database has a single session, which is the
//                    server's. Else a copy of the database's files

import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { request } from 'undici'
import { NotCheckable } from './finding.ts'
import { openViewDatabase, openViewFolder } from './view-database.ts'
import { openViewServer } from './view-server.ts'
import type { ViewSource } from './view-source.ts'

/** Errors: NotCheckable. */
export async function openView(
  where: string,
  { apiKey }: { readonly apiKey?: string | undefined },
): Promise<ViewSource> {
  if (/^postgres(?:ql)?:\/\//.test(where)) return openViewDatabase(where)
  if (/^https?:\/\//.test(where)) return openViewServer(serverOf(where), apiKey ?? keyMissing())
  if (!existsSync(join(where, 'log.sqlite')))
    throw new NotCheckable('use', `There is no view beside ${where}: a copy of a log has none.`, {
      hint: 'Name the view to compare the log with: --view https://host, --view postgres://… or --view <data folder>.',
    })
  const url = await runningServer(where)
  return url === undefined ? openViewFolder(where) : openViewServer(url, apiKey ?? adminKeyIn(where) ?? keyMissing())
}

/** The address of a log is that of its server and `/log`. */
function serverOf(address: string): string {
  return address.replace(/\/+$/, '').replace(/\/log$/, '')
}

/** A server leaves a note of itself; that of one that was killed says nothing. */
async function runningServer(dataDir: string): Promise<string | undefined> {
  try {
    const { url } = JSON.parse(readFileSync(join(dataDir, 'server.json'), 'utf8')) as { url?: string }
    if (url === undefined) return undefined
    const { body } = await request(`${url}/healthz`)
    await body.dump()
    return url
  } catch {
    return undefined
  }
}

/** Whoever may read the folder may read what lies in it. */
function adminKeyIn(dataDir: string): string | undefined {
  try {
    return readFileSync(join(dataDir, 'admin-key'), 'utf8').trim()
  } catch {
    return undefined
  }
}

function keyMissing(): never {
  throw new NotCheckable('use', 'A server shows its decisions only to those who have a key.', {
    hint: 'Give a key with --api-key that may read decisions of every use case.',
  })
}
