// Finds the file of an in-process model. Code runs only from the folder that the server was told to trust, and a link
// that leads out of it is outside: what counts is where the file really is.

import { createHash } from 'node:crypto'
import { readFile, realpath, stat } from 'node:fs/promises'
import { resolve, sep } from 'node:path'
import { PlatformError } from '#core/kernel/errors.ts'

export type ModelFile = {
  /** Without any link in it. */
  readonly path: string
  /** The first 16 hex digits of its SHA-256: other contents are another model. */
  readonly fingerprint: string
}

/** Errors: manifest_invalid when the server trusts no folder, or for a file that is missing or outside. */
export async function findModelFile(modelDir: string | undefined, path: string | undefined): Promise<ModelFile> {
  if (path === undefined) {
    throw new PlatformError('manifest_invalid', 'model.endpoint.path is missing.', {
      hint: 'Name the model’s file, relative to the folder in AIRWORTHY_MODEL_DIR.',
    })
  }
  const folder = await trustedFolder(modelDir)
  const real = await realpath(resolve(folder, path)).catch(() => {
    // Said before anything about the outside: whether a file exists there is nobody's business.
    if (!isInside(folder, resolve(folder, path))) throw outside(path)
    throw new PlatformError('manifest_invalid', `The model’s file ${path} does not exist in the model folder.`, {
      hint: 'Copy it into the folder in AIRWORTHY_MODEL_DIR on the server; the path in the manifest is relative to that folder.',
    })
  })
  if (!isInside(folder, real)) throw outside(path)
  if (!(await stat(real)).isFile()) {
    throw new PlatformError('manifest_invalid', `The model’s path ${path} is not a file.`, {
      hint: 'Name the file itself.',
    })
  }
  const fingerprint = createHash('sha256')
    .update(await readFile(real))
    .digest('hex')
    .slice(0, 16)
  return { path: real, fingerprint }
}

async function trustedFolder(modelDir: string | undefined): Promise<string> {
  if (modelDir === undefined || modelDir === '') {
    throw new PlatformError(
      'manifest_invalid',
      'model.endpoint.path: the server trusts no folder to run models from.',
      {
        hint: 'Start it with AIRWORTHY_MODEL_DIR=<folder>. Whoever can write there can run code in the server.',
      },
    )
  }
  return realpath(modelDir).catch((cause: unknown) => {
    throw new PlatformError('configuration_invalid', 'The folder in AIRWORTHY_MODEL_DIR cannot be read.', {
      cause,
      hint: 'Create it, or correct the setting.',
    })
  })
}

function isInside(folder: string, path: string): boolean {
  return path.startsWith(folder.endsWith(sep) ? folder : folder + sep)
}

function outside(path: string): PlatformError {
  return new PlatformError('manifest_invalid', `The model’s path ${path} leads out of the model folder.`, {
    hint: 'Models run only from the folder in AIRWORTHY_MODEL_DIR; links out of it do not count.',
  })
}
