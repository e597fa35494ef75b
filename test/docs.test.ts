// What the documents tell people to type and to open is there: commands, their options, scripts, links and the headings that they
// lead to. Whether it works is the business of the tests that use it.

import { execFile } from 'node:child_process'
import { existsSync, globSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'

const root = resolve(import.meta.dirname, '..')
const files = globSync(['*.md', '{docs,examples,bench}/**/*.md'], {
  cwd: root,
  exclude: (name) => name.includes('node_modules'),
})
const textOf = (file: string) => readFileSync(join(root, file), 'utf8')

type Command = { readonly words: readonly string[]; readonly options: readonly string[] }

/** Commands of the command line in fences and in `code`, each up to where a comment or another command begins. */
function commandsIn(text: string): Command[] {
  const fences = Array.from(text.matchAll(/^```[^\n]*\n(.*?)^```/gms), ([, block = '']) => block.split('\n')).flat()
  const spans = Array.from(text.replaceAll(/^```.*?^```/gms, '').matchAll(/`([^`\n]+)`/g), ([, span = '']) => span)
  return [...fences, ...spans].flatMap((line) => {
    const called = /^(?:\S+=\S+ )*(?:npm run --silent airworthy --|npm start --|airworthy) (.+)$/.exec(line.trim())
    if (called === null) return []
    const [typed = ''] = (called[1] ?? '').split(/\s#|[|>;]|&&/)
    const parts = typed.match(/"[^"]*"|\S+/g) ?? []
    const first = parts.findIndex((part) => !/^[a-z][a-z-]*$/.test(part))
    const words = parts.slice(0, first === -1 ? parts.length : first)
    const options = parts.flatMap((part) => /^--?[a-zA-Z][\w-]*/.exec(part) ?? [])
    return [{ words: line.includes('npm start') ? ['demo'] : words, options }]
  })
}

const helps = new Map<string, Promise<string>>()

/** Of the verb, as it prints it. Errors: when there is none. */
function helpOf(verb: readonly string[]): Promise<string> {
  const key = verb.join(' ')
  const asked = helps.get(key)
  if (asked) return asked
  const args = [
    '--conditions=source',
    '--disable-warning=ExperimentalWarning',
    join(root, 'src/main.ts'),
    ...verb,
    '--help',
  ]
  const help = promisify(execFile)(process.execPath, args).then(({ stdout }) => stdout)
  helps.set(key, help)
  return help
}

/** The verb alone, without its arguments: the second word belongs to it where the first has verbs of its own. */
async function verbOf([first = '', second]: readonly string[]): Promise<readonly string[]> {
  if (second === undefined) return [first]
  return /^Commands:/m.test(await helpOf([first])) ? [first, second] : [first]
}

describe('the documents', () => {
  it.each(files)('%s names verbs and options that there are', async (file) => {
    for (const { words, options } of commandsIn(textOf(file))) {
      if (words.length === 0) continue
      const verb = await verbOf(words)
      const help = await helpOf(verb)
      expect(help, `airworthy ${verb.join(' ')}`).toContain(`Usage: airworthy ${verb.join(' ')}`)
      for (const option of options)
        expect(help, `${option} of airworthy ${verb.join(' ')}`).toMatch(new RegExp(`${option}\\b`))
    }
  })

  it('name scripts that there are', () => {
    const { scripts } = JSON.parse(textOf('package.json')) as { scripts: Record<string, string> }
    const named = files.flatMap((file) =>
      Array.from(textOf(file).matchAll(/\bnpm run (?:--silent )?([a-z][\w:-]*)/g), ([, script = '']) => script),
    )
    expect([...new Set(named)].filter((script) => scripts[script] === undefined)).toEqual([])
  })

  it.each(files)('%s leads nowhere wrong', (file) => {
    const links = Array.from(textOf(file).matchAll(/\]\((?!https?:)([^)\s]+)\)/g), ([, link = '']) => link)
    const wrong = links.filter((link) => {
      const [path = '', anchor] = link.split('#')
      const target = path === '' ? file : relative(root, resolve(root, dirname(file), path))
      if (!existsSync(join(root, target))) return true
      return anchor !== undefined && target.endsWith('.md') && !anchorsOf(target).has(anchor)
    })
    expect(wrong).toEqual([])
  })
})

/** As GitHub makes them of headings. */
function anchorsOf(file: string): Set<string> {
  return new Set(
    Array.from(textOf(file).matchAll(/^#+ (.+)$/gm), ([, heading = '']) =>
      heading
        .toLowerCase()
        .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
        .replaceAll(' ', '-'),
    ),
  )
}
