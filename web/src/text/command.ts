// Commands to copy. In a clone the program is run by npm; installed, its name alone is enough.

export function command(verb: string): string {
  return `npm run --silent airworthy -- ${verb}`
}
