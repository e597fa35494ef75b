// The examples at the end of every verb's help: the quickest way to see what a verb is for.

/** A command and what it does, one to a line. For commander's `addHelpText('after', …)`. */
export function examples(lines: readonly (readonly [command: string, does: string])[]): string {
  const widest = Math.max(...lines.map(([command]) => command.length))
  return `\nExamples:\n${lines.map(([command, does]) => `  $ ${command.padEnd(widest)}   ${does}`).join('\n')}\n`
}
