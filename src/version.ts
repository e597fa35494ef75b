// The product's version, from package.json.

import { readFileSync } from 'node:fs'

type PackageFile = { readonly version: string }

export const version = (JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as PackageFile)
  .version
