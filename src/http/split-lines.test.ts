import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { PlatformError } from '#core/kernel/errors.ts'
import { splitLines } from './split-lines.ts'

async function* chunksOf(bytes: Buffer, cuts: readonly number[]): AsyncGenerator<Uint8Array> {
  let from = 0
  for (const cut of [...cuts, bytes.length]) {
    yield bytes.subarray(from, cut)
    from = cut
  }
}

async function linesOf(text: string, options: { cuts?: readonly number[]; max?: number } = {}): Promise<string[]> {
  const lines: string[] = []
  for await (const line of splitLines(chunksOf(Buffer.from(text), options.cuts ?? []), options.max ?? 1000)) {
    lines.push(line instanceof PlatformError ? line.code : Buffer.from(line).toString('utf8'))
  }
  return lines
}

describe('splitLines', () => {
  it('gives the same lines however the stream is cut', async () => {
    const texts = fc.array(
      fc.string({ unit: 'grapheme-ascii' }).filter((text) => text.trim() !== ''),
      { maxLength: 20 },
    )
    await fc.assert(
      fc.asyncProperty(texts, fc.array(fc.nat(200)), async (lines, at) => {
        const text = lines.join('\n')
        const cuts = at.filter((cut) => cut <= text.length).toSorted((a, b) => a - b)
        expect(await linesOf(text, { cuts })).toEqual(lines)
      }),
    )
  })

  it('skips blank lines and needs no newline at the end', async () => {
    expect(await linesOf('a\n\n \r\nb')).toEqual(['a', 'b'])
    expect(await linesOf('')).toEqual([])
  })

  it('puts an error in the place of a line over the limit and goes on', async () => {
    expect(await linesOf(`a\n${'x'.repeat(50)}\nb\n`, { max: 10, cuts: [3, 9, 30] })).toEqual([
      'a',
      'request_too_large',
      'b',
    ])
  })
})
