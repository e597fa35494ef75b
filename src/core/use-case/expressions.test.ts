import { assert, double, integer, jsonValue, property, string } from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compileExpression, type ExpressionProblem, type Variables } from './expressions.ts'

const names = ['input', 'output', 'confidence', 'context']
const values: Variables = {
  input: {
    amount: 30000,
    n: 3,
    text: 'hello world long',
    tags: ['a', 'b'],
    items: [{ price: 3 }, { price: 5 }],
    nothing: null,
  },
  output: { score: 0.95 },
  confidence: 0.95,
  context: {},
}

function evaluate(text: string, variables: Variables = values) {
  const compiled = compileExpression(text, names)
  if (compiled.kind === 'invalid') throw new Error(`${text}: ${compiled.problem.message}`)
  return compiled.expression.evaluate(variables)
}

function problemOf(text: string): ExpressionProblem {
  const compiled = compileExpression(text, names)
  if (compiled.kind === 'expression') throw new Error(`${text} compiled`)
  return compiled.problem
}

describe('expressions over JSON', () => {
  it.each([
    ['input.amount > 20000', true],
    ['20000 < input.amount', true],
    ['confidence >= 0.92', true],
    ['confidence >= 1', false],
    ['input.n == 3', true],
    ['3 == input.n', true],
    ['input.n != 3', false],
    ['input.n == 3.5', false],
    ['-input.n < -2', true],
    ['size(input.text) > 10', true],
    ['size(input.tags) == 2', true],
    ['size(input.tags) == 2.0', true],
    ['size(input.tags) + input.n', 5],
    ['size(input.tags) / 4', 0.5],
    ['input.n + 1', 4],
    ['input.n % 2 == 1', true],
    ['7 / 2', 3.5],
    ['int(input.n)', 3],
    ['double(size(input.tags)) in [1, 2]', true],
    ['has(input.x)', false],
    ['has(input.n)', true],
    ['has(input.x) && input.x > 3', false],
    ['"a" in input.tags', true],
    ['input.n in [1, 2, 3]', true],
    ['input.n in [1, 2.5]', false],
    ['"n" in input', true],
    ['input.nothing == null', true],
    ['input.n == null', false],
    ['input.items.all(i, i.price > 2)', true],
    ['input.items.exists(i, i.price == 5)', true],
    ['input.items.map(i, i.price * 2)', [6, 10]],
    ['input.items.filter(i, i.price > 4)', [{ price: 5 }]],
    ['input.items[1].price', 5],
    ['input["n"]', 3],
    ['input.text.startsWith("hello") && input.text.contains("world")', true],
    ['input.text.substring(0, 5)', 'hello'],
    ['input.text.substring(size(input.text) - 4)', 'long'],
    ['input.text.indexOf("w") + 1', 7],
    ['input.text.matches("^h.*g$")', true],
    ['input.text.split(" ")[0]', 'hello'],
    ['input.n > 1 ? "big" : "small"', 'big'],
    ['{"a": input.n, "b": [1, "x"], "c": size(input.tags)}', { a: 3, b: [1, 'x'], c: 2 }],
    ['timestamp("2024-01-01T00:00:00Z")', '2024-01-01T00:00:00.000Z'],
    ['true || input.missing > 1', true],
    ['output', { score: 0.95 }],
  ])('%s', (text, value) => {
    expect(evaluate(text)).toEqual({ kind: 'value', value })
  })

  it.each([
    ['input.missing > 3', 'No such key: missing.'],
    ['input.nothing > 3', 'null > number'],
    ['confidence >= "x"', 'number >= string'],
    ['input.n / 0', 'not a JSON number'],
    ['int(9007199254740991) * int(2)', 'beyond what JSON numbers hold'],
    ['b"x"', 'no JSON form'],
    ['input.tags[7]', 'out of bounds'],
  ])('%s is an error, not an exception', (text, message) => {
    expect(evaluate(text)).toEqual({ kind: 'error', message: expect.stringContaining(message) as string })
  })

  it.each([
    ['input.amount >', 'Unexpected token: EOF.', 14],
    ['foo > 1', 'Unknown variable: foo.', 0],
    ['1 + input.text.matches(input.text)', 'written out', 4],
    ['input.text.matches("(a)\\\\1")', 'linear time', 19],
    ['9007199254740993', 'beyond what JSON numbers hold', 0],
    ['input.a.all(x, input.b.all(y, input.c.all(z, x == z)))', 'loops', 30],
    ['"a" + 1', 'string + number', 0],
  ])('%s does not compile', (text, message, offset) => {
    const problem = problemOf(text)
    expect(problem.message).toContain(message)
    expect(problem.offset).toBe(offset)
  })

  it('bounds what may be parsed', () => {
    expect(problemOf(`"${'x'.repeat(2000)}"`).message).toContain('longer than 2000')
    expect(problemOf(`${'('.repeat(200)}1${')'.repeat(200)}`).message).toBeTruthy()
    expect(problemOf(`[${Array.from({ length: 900 }, () => '1').join(',')}]`).message).toContain('too many parts')
  })

  it('matches patterns in linear time', () => {
    const text = `${'a'.repeat(500_000)}!`
    expect(evaluate('input.matches("^(a+)+$")', { input: text })).toEqual({ kind: 'value', value: false })
  })

  it('lists the variables it reads', () => {
    const compiled = compileExpression('input.items.all(i, i.price > confidence)', names)
    expect(compiled).toMatchObject({ kind: 'expression', expression: { reads: ['input', 'confidence'] } })
  })

  it('compares numbers as JSON does', () => {
    assert(
      property(double({ noNaN: true, noDefaultInfinity: true }), integer(), (a, b) => {
        for (const [operator, holds] of [
          ['<', a < b],
          ['>=', a >= b],
          ['==', a === b],
        ] as const) {
          expect(evaluate(`input ${operator} ${b < 0 ? `(${b})` : b}`, { input: a })).toEqual({
            kind: 'value',
            value: holds,
          })
        }
      }),
    )
  })

  it('never throws and never changes what it reads, whatever the input', () => {
    const texts = [
      'input.n > 3',
      'size(input)',
      'input.a.b',
      'input.all(i, i > 1)',
      '{"x": input}',
      'input == output',
      '"a" in input',
      'string(input)',
    ]
    assert(
      property(jsonValue(), jsonValue(), (input, output) => {
        const before = JSON.stringify([input, output])
        for (const text of texts) {
          const first = evaluate(text, { ...values, input, output } as Variables)
          expect(evaluate(text, { ...values, input, output } as Variables)).toEqual(first)
        }
        expect(JSON.stringify([input, output])).toBe(before)
      }),
    )
  })

  it('compiles or refuses any text', () => {
    assert(property(string(), (text) => void compileExpression(text, names)))
  })
})
