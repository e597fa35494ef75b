// The command line: every verb in one place, and how it ends.
//
// A verb is loaded when it is called. They need very different things (an HTTP client, an embedded database, schemas), and all of
// them together take three times as long to start as any one does.

import { Command, CommanderError } from 'commander'
import { PlatformError, type ErrorCode } from '#core/kernel/errors.ts'
import { ServerProblem } from './client.ts'
import { CliError, exitCodes, type ExitCode } from './exit-codes.ts'
import { examples } from './help-examples.ts'
import { plain, say } from './output.ts'
import type { Services } from './services.ts'

type Register = (program: Command, services: Services) => Promise<unknown>

/** In the order of the help. */
const verbs: Readonly<Record<string, Register>> = {
  demo: async (program, services) => (await import('./demo.ts')).registerDemo(program, services),
  up: async (program, services) => (await import('./up.ts')).registerUp(program, services),
  assess: async (program, services) => (await import('./assess.ts')).registerAssess(program, services),
  init: async (program) => (await import('./init.ts')).registerInit(program),
  apply: async (program) => (await import('./apply.ts')).registerApply(program),
  schema: async (program) => (await import('./schema.ts')).registerSchema(program),
  status: async (program) => (await import('./status.ts')).registerStatus(program),
  decide: async (program) => (await import('./decide.ts')).registerDecide(program),
  review: async (program) => (await import('./review.ts')).registerReview(program),
  action: async (program) => (await import('./action.ts')).registerAction(program),
  erase: async (program) => (await import('./erase.ts')).registerErase(program),
  hold: async (program) => (await import('./hold.ts')).registerHold(program),
  key: async (program) => (await import('./key.ts')).registerKey(program),
  log: async (program, services) =>
    (await import('./log-copy.ts')).registerLogCopy((await import('./log.ts')).registerLog(program), services),
  report: async (program) => (await import('./report.ts')).registerReport(program),
  verify: async (program) => (await import('./verify.ts')).registerVerify(program),
  rebuild: async (program, services) => (await import('./rebuild.ts')).registerRebuild(program, services),
  witness: async (program, services) => (await import('./witness.ts')).registerWitness(program, services),
}

/** With the verb that is called. Parsing ends in an exception, never in process.exit: `runCli` turns it into an exit code. */
async function buildProgram(args: readonly string[], services: Services): Promise<Command> {
  const program = new Command('airworthy')
    .description('Takes AI pilots into production and keeps them there, on evidence.')
    .version(services.version, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print help, with examples')
    // An option belongs to the verb that it follows: `assess --json FILE` and `assess list --json` are two.
    .enablePositionalOptions()
    .exitOverride()
    .showSuggestionAfterError()
    .showHelpAfterError('Try: airworthy --help')
    .addHelpText(
      'after',
      examples([
        ['npm start', 'in a clone: the demonstration on real mail, with the web UI'],
        ['airworthy assess --reference pilot.csv --live live.csv', 'what production will do to a pilot'],
        ['airworthy init', 'write a manifest by answering questions'],
        ['airworthy up', 'run a server on this machine'],
        ['airworthy apply -f airworthy.yaml', 'put the use case in force'],
        ['airworthy decide my-use-case --input case.json', 'ask for a decision'],
      ]),
    )
  // Anything else than a verb is help, or a mistake that help answers, and names them all.
  const called = args[0] !== undefined && Object.hasOwn(verbs, args[0]) ? [args[0]] : Object.keys(verbs)
  for (const name of called) await verbs[name]?.(program, services)
  return program
}

/** Runs one command line (without node and file) and answers the exit code. Never throws. */
export async function runCli(args: readonly string[], services: Services): Promise<ExitCode> {
  try {
    const program = await buildProgram(args, services)
    await program.parseAsync([...args], { from: 'user' })
    // A verb that has something to say about the thing it checked sets the code itself.
    return (process.exitCode as ExitCode | undefined) ?? exitCodes.done
  } catch (error) {
    return report(error)
  }
}

/** Prints what was wrong, where, and what to do; answers the exit code. */
function report(error: unknown): ExitCode {
  if (error instanceof CommanderError) {
    // commander has printed already; help and version are no errors.
    return error.exitCode === 0 ? exitCodes.done : exitCodes.wrongUse
  }
  if (error instanceof CliError) {
    say(`error: ${plain(error.message)}`)
    if (error instanceof ServerProblem) for (const line of problemLines(error)) say(line)
    if (error.hint) say(`  what to do: ${plain(error.hint)}`)
    return error.exitCode
  }
  const { message, hint, stack } = error as { message?: string; hint?: string; stack?: string }
  say(`error: ${message ?? String(error)}`)
  if (hint) say(`  what to do: ${hint}`)
  else if (stack && process.env['AIRWORTHY_DEBUG']) say(stack)
  const isWrong = error instanceof PlatformError && wronglyGiven.has(error.code)
  return isWrong ? exitCodes.wrongUse : exitCodes.couldNotBeDone
}

/** What is wrong stands on the command line, in the environment or in a file that was named. */
const wronglyGiven: ReadonlySet<ErrorCode> = new Set(['configuration_invalid', 'table_unreadable'])

function problemLines({ problem }: ServerProblem): string[] {
  const lines = (problem.problems ?? []).flatMap((one) => {
    const where = [one.file, one.line, one.column].filter((part) => part !== undefined).join(':')
    const head = `  ${[where, one.path].filter(Boolean).join(' ')}: ${one.message}`
    return one.hint ? [plain(head), plain(`      ${one.hint}`)] : [plain(head)]
  })
  return problem.instance ? [...lines, plain(`  request: ${problem.instance}`)] : lines
}
