// `airworthy witness`: cosigns the checkpoints of other teams' logs, so that none of them can show two different ones.

import type { Command } from 'commander'
import { parseVkey } from '#core/tlog/note.ts'
import { wholeNumber } from './api-verb.ts'
import { CliError, exitCodes } from './exit-codes.ts'
import { examples } from './help-examples.ts'
import { formatCount, print, say } from './output.ts'
import type { RunningWitness, Services } from './services.ts'
import { listenForStop } from './stop-signal.ts'

type Options = {
  readonly dir: string
  readonly log: readonly string[]
  readonly name?: string
  readonly port: number
  readonly host: string
  readonly json?: boolean
}

const portDefault = 8701

export function registerWitness(program: Command, services: Services): void {
  program
    .command('witness')
    .description('run a witness: cosign checkpoints of logs, each only if it continues the last')
    .requiredOption('--dir <dir>', 'folder of its key and of what it saw; keep it as long as anybody trusts the key')
    .requiredOption(
      '--log <vkeys>',
      'verifier keys of the logs to follow, separated by commas; may be repeated',
      collect,
    )
    .option('--name <name>', 'name of its key, when that is made: like witness.example.org/one')
    .option('--port <n>', 'port (0 takes any free one)', wholeNumber(0, 65_535), portDefault)
    .option('--host <host>', 'address to listen at', '127.0.0.1')
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      examples([
        ['airworthy log status', 'on the server to be witnessed: prints its verifier key'],
        ['airworthy witness --dir witness --log airworthy/5f…+1a2b3c4d+AV…', 'follow that log'],
        ['AIRWORTHY_WITNESS_POLICY=policy.txt airworthy up', 'the server, with the lines that the witness printed'],
      ]),
    )
    .action(async (options: Options) => {
      for (const vkey of options.log) checkKey(vkey)
      const { stopped } = listenForStop()
      const witness = await services.startWitness({
        dir: options.dir,
        logs: options.log,
        port: options.port,
        host: options.host,
        onFailure: (error) => say(`The witness cannot write what it sees, so it cosigns nothing: ${error.message}`),
        ...(options.name === undefined ? {} : { name: options.name }),
      })
      const { url, name, vkey, logs } = witness
      print({ url, name, vkey, logs }, options, () => welcome(witness))
      await stopped
      await witness.close()
    })
}

function collect(value: string, before: readonly string[] = []): string[] {
  return [...before, ...value.split(',').flatMap((vkey) => vkey.trim() || [])]
}

function checkKey(vkey: string): void {
  try {
    parseVkey(vkey)
  } catch (cause) {
    const hint = 'A server says its own at GET /api/v1/log, and `airworthy log status` prints it.'
    throw new CliError(exitCodes.wrongUse, `--log: ${(cause as Error).message}`, { cause, hint })
  }
}

function welcome({ url, name, vkey, logs }: RunningWitness): string[] {
  return [
    `The witness runs at ${url}`,
    ...logs.map(({ origin, size }) => `It follows ${origin}, of which it saw ${formatCount(size)} entries.`),
    'Whoever wants its cosignatures puts these lines into the policy file (AIRWORTHY_WITNESS_POLICY):',
    `  witness ${name} ${vkey} ${url}`,
    `  quorum ${name}`,
    'With several witnesses a group comes before the quorum: "group both all <name> <name>", then "quorum both".',
    'Ctrl-C stops it.',
  ]
}
