import { describe, expect, it } from 'vitest'
import fc from 'fast-check'
import { sniffDelimited } from './sniff-text.ts'

function formOf(text: string) {
  const result = sniffDelimited(text, true)
  if (result.kind === 'problem') throw new Error(result.message)
  return result.form
}

describe('how delimited text is written', () => {
  it.each([
    ['comma', 'a,b\n1,2\n', ','],
    ['semicolon, with decimal commas', 'a;b;c\n1,5;2,5;3\n2,5;3,5;1\n', ';'],
    ['tab', 'a\tb\n1,2\t2\n', '\t'],
    ['bar', 'a|b|c\n1|2|3\n', '|'],
    ['comma inside quotes', 'name;note\n"a, b, c";1\n"d, e, f";2\n', ';'],
  ])('%s', (_, text, delimiter) => expect(formOf(text).delimiter).toBe(delimiter))

  it('takes one column without a delimiter', () => expect(formOf('text\nhello\nthere\n').names).toEqual(['text']))

  it('reads quotes over several lines, marks and Windows line ends', () => {
    expect(formOf('\uFEFF"a ""x""","b\r\nc"\r\n1,2\r\n').names).toEqual(['a "x"', 'b\r\nc'])
  })

  it('makes names unique and says so', () => {
    const { names, notes } = formOf('a,b,a,\n1,2,3,4\n')
    expect(names).toEqual(['a', 'b', 'a (2)', 'column 4'])
    expect(notes).toHaveLength(2)
  })

  it.each([
    ['numbers first', '5.1,3.5,red\n4.9,3.0,blue\n', 'no header'],
    ['values first', 'yes,red\nno,blue\nyes,red\n', 'no header'],
    ['nothing', ' \n', 'is empty'],
    ['no text', 'a,b\0c\n', 'not text'],
  ])('refuses %s', (_, text, message) => {
    const result = sniffDelimited(text, true)
    expect(result.kind === 'problem' && result.message).toContain(message)
  })

  it('takes months as names of columns', () => {
    expect(formOf('part,1998-01,1998-02\n21029627,0,1\n').names).toHaveLength(3)
  })

  it('finds the delimiter of whatever is written by the rules', () => {
    const cell = fc.string({ maxLength: 8 }).map((text) => `"${text.replaceAll('"', '""')}"`)
    const row = fc.array(cell, { minLength: 4, maxLength: 4 })
    fc.assert(
      fc.property(
        fc.constantFrom(',', ';', '\t', '|'),
        fc.array(row, { minLength: 1, maxLength: 5 }),
        (delimiter, rows) => {
          const text = [['first', 'second', 'third', 'fourth'], ...rows]
            .map((cells) => cells.join(delimiter))
            .join('\n')
          expect(formOf(text)).toMatchObject({ delimiter, names: ['first', 'second', 'third', 'fourth'] })
        },
      ),
    )
  })
})
