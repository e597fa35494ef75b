// `npm run bench`: every scenario, or those named. Prints the figures and, when all ran, keeps them in bench/RESULTS.md.

import { writeFileSync } from 'node:fs'
import { cpus, release, totalmem } from 'node:os'
import { join } from 'node:path'
import { root } from './processes.ts'
import { appendScenario } from './append-scenario.ts'
import { assessScenario } from './assess-scenario.ts'
import { postgresLogScenario } from './postgres-log-scenario.ts'
import { receiptsScenario } from './receipts-scenario.ts'
import { scenarios as gatewayScenarios, type Figure, type Scenario } from './scenarios.ts'
import { treeScenario } from './tree-scenario.ts'
import { verifyScenario } from './verify-scenario.ts'

const scenarios: readonly Scenario[] = [
  ...gatewayScenarios,
  treeScenario,
  receiptsScenario,
  appendScenario,
  postgresLogScenario,
  verifyScenario,
  assessScenario,
]

const named = process.argv.slice(2)
const unknown = named.filter((name) => !scenarios.some((scenario) => scenario.name === name))
if (unknown.length > 0) {
  console.error(`There is no scenario ${unknown.join(', ')}. Known: ${scenarios.map(({ name }) => name).join(', ')}.`)
  process.exit(2)
}

const figures: Figure[] = []
for (const scenario of scenarios) {
  if (named.length > 0 && !named.includes(scenario.name)) continue
  console.log(`${scenario.name} …`)
  for (const figure of await scenario.run()) {
    figures.push(figure)
    console.log(`  ${verdict(figure)}  ${figure.what}: ${figure.value}  (target ${figure.target})`)
  }
}

if (named.length === 0) writeFileSync(join(root, 'bench/RESULTS.md'), page(figures))
process.exit(figures.every(({ holds }) => holds !== false) ? 0 : 1)

function verdict({ holds }: Figure): string {
  if (holds === undefined) return ''
  if (holds === 'inconclusive') return holds
  return holds ? 'holds' : 'missed'
}

function page(rows: readonly Figure[]): string {
  const [cpu] = cpus()
  return `${[
    '# Results of `npm run bench`',
    '',
    'Median of five rounds (lowest–highest); each round measures the product and its peer in turn on the same machine.',
    '',
    `Machine: ${cpus().length} × ${cpu?.model ?? 'unknown'}, ${(totalmem() / 2 ** 30).toFixed(0)} GiB, Linux ${release()}, Node ${process.version}, ${new Date().toISOString().slice(0, 10)}.`,
    'The load generator runs on the same machine and takes its share of the cores.',
    '',
    '| what | figure | target | |',
    '|---|---|---|---|',
    ...rows.map((row) => `| ${row.what} | ${row.value} | ${row.target} | ${verdict(row)} |`),
  ].join('\n')}\n`
}
