// `airworthy schema`: the manifest's JSON Schema, for editors that complete and check while one types.

import { writeFile } from 'node:fs/promises'
import type { Command } from 'commander'
import { manifestJsonSchema } from '#core/use-case/manifest-json-schema.ts'
import { CliError, exitCodes } from './exit-codes.ts'
import { examples } from './help-examples.ts'
import { addJsonOption, print, type OutputOptions } from './output.ts'

type Options = OutputOptions & { readonly out?: string }

export function registerSchema(program: Command): void {
  addJsonOption(program.command('schema').description('print the JSON Schema of manifests'))
    .option('--out <file>', 'write it to a file')
    .addHelpText(
      'after',
      `${examples([
        ['airworthy schema --out airworthy.schema.json', 'for an editor'],
        ['airworthy schema | jq .properties.decision', 'to look something up'],
      ])}
An editor uses it when the manifest begins with:
  # yaml-language-server: $schema=./airworthy.schema.json\n`,
    )
    .action(async ({ out, json }: Options) => {
      const schema = manifestJsonSchema()
      if (out === undefined) return print(schema, { json: true }, [])
      try {
        await writeFile(out, `${JSON.stringify(schema, null, 2)}\n`)
      } catch (error) {
        throw new CliError(exitCodes.couldNotBeDone, `${out} cannot be written: ${(error as Error).message}.`, {
          cause: error,
        })
      }
      print({ file: out }, { json }, [`Wrote ${out}.`])
    })
}
