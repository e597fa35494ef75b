// The command line: every verb in one place, and how it ends.

import { Command, CommanderError } from 'commander'
import { PlatformError } from '#core/kernel/errors.ts'
import { registerAction } from './action.ts'
import { registerApply } from './apply.ts'
import { ServerProblem } from './client.ts'
import { registerDecide } from './decide.ts'
import { registerDemo } from './demo.ts'
import { CliError, exitCodes, type ExitCode } from './exit-codes.ts'
import { examples } from './help-examples.ts'
import { registerInit } from './init.ts'
import { registerKey } from './key.ts'
import { plain, say } from './output.ts'
import { registerRebuild } from './rebuild.ts'
import { registerReview } from './review.ts'
import { registerSchema } from './schema.ts'
import type { Services } from './services.ts'
import { registerStatus } from './status.ts'
import { registerUp } from './up.ts'

/** All verbs. Parsing ends in an exception, never in process.exit: `runCli` turns it into an exit code. */
function buildProgram(services: Services): Command {
  const program = new Command('airworthy')
    .description('Takes AI pilots into production and keeps them there, on evidence.')
    .version(services.version, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print help, with examples')
    .exitOverride()
    .showSuggestionAfterError()
    .showHelpAfterError('Try: airworthy --help')
    .addHelpText(
      'after',
      examples([
        ['npm start', 'in a clone: the demonstration on real mail, with the web UI'],
        ['airworthy init', 'write a manifest by answering questions'],
        ['airworthy up', 'run a server on this machine'],
        ['airworthy apply -f airworthy.yaml', 'put the use case in force'],
        ['airworthy decide my-use-case --input case.json', 'ask for a decision'],
      ]),
    )
  registerDemo(program, services)
  registerUp(program, services)
  registerInit(program)
  registerApply(program)
  registerSchema(program)
  registerStatus(program)
  registerDecide(program)
  registerReview(program)
  registerAction(program)
  registerKey(program)
  registerRebuild(program, services)
  return program
}

/** Runs one command line (without node and file) and answers the exit code. Never throws. */
export async function runCli(args: readonly string[], services: Services): Promise<ExitCode> {
  try {
    await buildProgram(services).parseAsync([...args], { from: 'user' })
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
  const isWrongSetting = error instanceof PlatformError && error.code === 'configuration_invalid'
  return isWrongSetting ? exitCodes.wrongUse : exitCodes.couldNotBeDone
}

function problemLines({ problem }: ServerProblem): string[] {
  const lines = (problem.problems ?? []).flatMap((one) => {
    const where = [one.file, one.line, one.column].filter((part) => part !== undefined).join(':')
    const head = `  ${[where, one.path].filter(Boolean).join(' ')}: ${one.message}`
    return one.hint ? [plain(head), plain(`      ${one.hint}`)] : [plain(head)]
  })
  return problem.instance ? [...lines, plain(`  request: ${problem.instance}`)] : lines
}
