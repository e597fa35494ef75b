// A new view begins as a copy of an empty database that was made once for this installation.
//
// Making one (initdb, compiled to WebAssembly) takes seconds; copying takes a fraction of one. The template lies in the
// installation's own cache folder, named by the version of PGlite. Where it cannot be kept (a read-only installation) every
// view is made from nothing, which is only slower.

import { cpSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { findPackageJSON } from 'node:module'
import { dirname, join } from 'node:path'
import { PGlite } from '@electric-sql/pglite'

/** Opens the database in `dataDir`, made from the template when there is none yet. Errors: PGlite's own. */
export async function openOrCopy(dataDir: string): Promise<PGlite> {
  const template = existsSync(dataDir) ? undefined : await copyTemplate(dataDir)
  try {
    return await PGlite.create(dataDir)
  } catch (error) {
    if (template === undefined) throw error
    // The template may be what is damaged: it is made anew next time.
    for (const dir of [template, dataDir]) rmSync(dir, { recursive: true, force: true })
    return PGlite.create(dataDir)
  }
}

/** Which template was copied; undefined when there is none to copy. */
async function copyTemplate(dataDir: string): Promise<string | undefined> {
  // Copied beside its place and renamed, so that half a copy is never taken for a database.
  const copy = `${dataDir}.new`
  try {
    const template = await ensureTemplate()
    if (template === undefined) return undefined
    rmSync(copy, { recursive: true, force: true })
    cpSync(template, copy, { recursive: true })
    renameSync(copy, dataDir)
    return template
  } catch {
    // A full disk, no right to write: PGlite makes its own files and says what is wrong if they cannot be made either.
    rmSync(copy, { recursive: true, force: true })
    return undefined
  }
}

async function ensureTemplate(): Promise<string | undefined> {
  const packageFile = findPackageJSON('@electric-sql/pglite', import.meta.url)
  if (packageFile === undefined) return undefined
  const { version } = JSON.parse(readFileSync(packageFile, 'utf8')) as { version: string }
  const cache = join(dirname(packageFile), '../../.cache/airworthy')
  const template = join(cache, `empty-view-${version}`)
  if (!existsSync(template)) await makeTemplate(cache, template)
  return template
}

async function makeTemplate(cache: string, template: string): Promise<void> {
  mkdirSync(cache, { recursive: true })
  const draft = `${template}.${process.pid}`
  const db = await PGlite.create(draft)
  await db.close()
  try {
    renameSync(draft, template)
  } catch (error) {
    rmSync(draft, { recursive: true, force: true })
    // Another process was first: its template is as good.
    if (!existsSync(template)) throw error
  }
}
