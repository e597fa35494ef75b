import { describe, expect, it } from 'vitest'
import { listWords } from './list-words.ts'

describe('a list in words', () => {
  it('joins the last by and', () => {
    expect([listWords([]), listWords(['a']), listWords(['a', 'b']), listWords(['a', 'b', 'c'])]).toEqual([
      '',
      'a',
      'a and b',
      'a, b and c',
    ])
  })
})
