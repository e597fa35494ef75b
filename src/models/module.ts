// A model that is a TypeScript or JavaScript file: its default export takes (input, context) and gives the output, or a
// promise of it. `warmUp`, when exported, is awaited once before the model takes calls: for training or loading.
//
// The file is imported under an address that carries its contents' fingerprint, so a new revision with the same path runs
// the new code. Files that it imports are cached by node as always; Node keeps every version that was ever loaded.

import { extname } from 'node:path'
import { pathToFileURL } from 'node:url'
import { PlatformError } from '#core/kernel/errors.ts'
import type { JsonValue } from '#core/kernel/json.ts'
import type { Protocol } from './attempt.ts'
import { isolated, runInProcess } from './in-process.ts'
import { findModelFile } from './model-file.ts'

type ModelFunction = (input: JsonValue, context: JsonValue) => unknown

export type ModuleOptions = { readonly modelDir: string | undefined; readonly path: string | undefined }

const endings = new Set(['.js', '.mjs', '.cjs', '.ts', '.mts', '.cts'])

/** Errors: configuration_invalid, manifest_invalid; also when the module or its warmUp throws. */
export async function openModule({ modelDir, path }: ModuleOptions): Promise<Protocol> {
  const file = await findModelFile(modelDir, path)
  if (!endings.has(extname(file.path))) {
    throw notUsable(path, 'is no JavaScript or TypeScript file', { hint: `Use one of ${[...endings].join(', ')}.` })
  }
  const loaded = await importFresh(file, path)
  const answer = functionOf(loaded['default'])
  if (!answer) {
    throw notUsable(path, 'has no default export that is a function', {
      hint: 'export default (input, context) => ({ … })',
    })
  }
  await warmUp(loaded['warmUp'], path)
  return {
    target: path ?? file.path,
    attempt: (input, context, timeoutMs) => runInProcess(() => answer(isolated(input), isolated(context)), timeoutMs),
    close: () => Promise.resolve(),
  }
}

async function importFresh(file: { path: string; fingerprint: string }, path: string | undefined) {
  const address = `${pathToFileURL(file.path).href}?sha256=${file.fingerprint}`
  try {
    // The address is known to lie in the folder that the server was told to trust.
    return (await import(/* @vite-ignore */ address)) as Readonly<Record<string, unknown>>
  } catch (cause) {
    throw notUsable(path, `could not be loaded: ${messageOf(cause)}`, {
      hint: 'Run it with node to see where it fails.',
      cause,
    })
  }
}

async function warmUp(exported: unknown, path: string | undefined): Promise<void> {
  const run = functionOf(exported)
  if (!run) return
  try {
    await run(null, null)
  } catch (cause) {
    throw notUsable(path, `failed in its warmUp: ${messageOf(cause)}`, { hint: 'Correct it and apply again.', cause })
  }
}

function functionOf(value: unknown): ModelFunction | undefined {
  return typeof value === 'function' ? (value as ModelFunction) : undefined
}

function messageOf(cause: unknown): string {
  return cause instanceof Error
    ? (cause.message.split('\n')[0] ?? '').slice(0, 300)
    : 'it threw something that is no Error'
}

function notUsable(path: string | undefined, what: string, why: { hint: string; cause?: unknown }): PlatformError {
  return new PlatformError('manifest_invalid', `The model’s file ${path ?? ''} ${what}.`, why)
}
