import { describe, expect, it } from 'vitest'
import { cosign, createCosigner } from './cosignature.ts'
import { formatNote, generateKey } from './note.ts'
import { describeQuorum, isQuorumMet, parseWitnessPolicy, witnessesOf } from './witness-policy.ts'

const cosignerOf = (fill: number, name = `witness.example/${fill}`) =>
  createCosigner(generateKey(name, Buffer.alloc(32, fill)).skey)
const vkeyOf = (fill: number): string => cosignerOf(fill).vkey
const logKey = generateKey('airworthy/0123456789abcdef', Buffer.alloc(32, 99)).vkey

// The example of c2sp.org/tlog-policy, with keys.
const published = `
log ${logKey}

witness X1 ${vkeyOf(1)}
witness X2 ${vkeyOf(2)} https://x2.example/witness
witness X3 ${vkeyOf(3)}
group X-witnesses 2 X1 X2 X3

\twitness  Y1\t${vkeyOf(4)}
witness Y2 ${vkeyOf(5)}
witness Y3 ${vkeyOf(6)}
  # of the other organisation
group Y-witnesses any Y1 Y2 Y3

group X-and-Y all X-witnesses Y-witnesses
quorum X-and-Y
`

describe('a trust policy', () => {
  it('is read as published', () => {
    const policy = parseWitnessPolicy(published)
    expect(policy.logs.map(({ key }) => key.vkey)).toEqual([logKey])
    expect(policy.witnesses.map(({ name }) => name)).toEqual(['X1', 'X2', 'X3', 'Y1', 'Y2', 'Y3'])
    expect(policy.witnesses[1]?.url).toBe('https://x2.example/witness')
    expect(policy.witnesses[0]).not.toHaveProperty('url')
    expect(describeQuorum(policy)).toBe('2 of (2 of (X1, X2, X3), 1 of (Y1, Y2, Y3))')
  })

  it.each([
    [[], false],
    [['X1', 'X2'], false],
    [['X1', 'Y1'], false],
    [['Y1', 'Y2', 'Y3'], false],
    [['X1', 'X3', 'Y2'], true],
    [['X1', 'X2', 'X3', 'Y1', 'Y2', 'Y3'], true],
    [['X1', 'X1', 'Y1'], false],
    [['X-witnesses', 'Y-witnesses', 'X-and-Y'], false],
    [['somebody', 'else'], false],
  ])('says whether %j are enough: %s', (names, enough) => {
    expect(isQuorumMet(parseWitnessPolicy(published), names)).toBe(enough)
  })

  it('may ask for nobody, or for one', () => {
    expect(isQuorumMet(parseWitnessPolicy('quorum none'), [])).toBe(true)
    const one = parseWitnessPolicy(`witness w ${vkeyOf(1)}\nquorum w\n`)
    expect(isQuorumMet(one, [])).toBe(false)
    expect(isQuorumMet(one, ['w'])).toBe(true)
    expect(describeQuorum(one)).toBe('w')
  })

  it('takes 40 witnesses and groups, and names of any letters', () => {
    const count = Array.from({ length: 40 }, (_, i) => i)
    const lines = [
      ...count.map((i) => `witness ż${i} ${vkeyOf(i)}`),
      ...count.map((i) => `group ${i} 1 ż${i}`),
      `group most 21 ${count.join(' ')}`,
      'quorum most',
    ]
    const policy = parseWitnessPolicy(lines.join('\n'))
    expect(
      isQuorumMet(
        policy,
        count.slice(0, 20).map((i) => `ż${i}`),
      ),
    ).toBe(false)
    expect(
      isQuorumMet(
        policy,
        count.slice(0, 21).map((i) => `ż${i}`),
      ),
    ).toBe(true)
  })

  it('finds the witnesses whose cosignatures hold', () => {
    const text = 'airworthy/0123456789abcdef\n12\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n'
    const forged = cosign(text.replace('12', '13'), 5, cosignerOf(2))
    const unknown = cosign(text, 5, cosignerOf(50))
    const note = formatNote(text, [cosign(text, 5, cosignerOf(1)), forged, unknown, cosign(text, 5, cosignerOf(4))])
    const policy = parseWitnessPolicy(published)
    expect(witnessesOf(policy, note)).toEqual(['X1', 'Y1'])
    expect(isQuorumMet(policy, witnessesOf(policy, note))).toBe(false)
  })

  const witness = `witness w ${vkeyOf(1)}`
  it.each([
    ['no quorum', '', /no quorum line/],
    ['two quorum lines', 'quorum none\nquorum none', /Line 2.*already/],
    ['a quorum that is not defined', 'quorum w', /Line 1.*not defined/],
    ['a quorum before its definition', `quorum w\n${witness}`, /Line 1.*not defined/],
    ['a word that is not known', 'witnes w', /Line 1.*begins with/],
    ['a witness without a key', 'witness w', /Line 1.*witness <name>/],
    ['a key that is none', 'witness w abc', /Line 1.*verifier key/],
    ['too many words', `${witness} https://a.example b`, /Line 1/],
    ['a witness called none', `witness none ${vkeyOf(1)}`, /none is taken/],
    ['a name twice', `${witness}\nwitness w ${vkeyOf(2)}`, /Line 2.*earlier/],
    ['a key twice', `${witness}\nwitness v ${cosignerOf(1, 'other.example').vkey}`, /Line 2.*earlier/],
    ['a log twice', `log ${logKey}\nlog ${logKey}`, /Line 2.*earlier/],
    ['a log with a key of a witness', `log ${vkeyOf(1)}`, /Line 1.*of type 4, not of type 1/],
    ['a witness with a key of a log', `witness w ${logKey}`, /Line 1.*of type 1, not of type 4/],
    ['a group without members', 'group g 1', /Line 1.*group <name>/],
    ['a group of what is not defined', 'group g 1 a', /Line 1.*a is not defined/],
    ['a group that asks for too many', `${witness}\ngroup g 2 w`, /Line 2.*from 1 to 1/],
    ['a group that asks for none', `${witness}\ngroup g 0 w`, /Line 2.*from 1 to 1/],
    ['a group that asks for what is no number', `${witness}\ngroup g most w`, /Line 2/],
    ['a member twice in a group', `${witness}\ngroup g 1 w w`, /Line 2.*member already/],
    ['a member in two groups', `${witness}\ngroup g 1 w\ngroup h 1 w`, /Line 3.*member already/],
    ['a carriage return', `${witness}\r\nquorum w`, /Line 1.*carriage return/],
  ])('with %s is refused', (_, text, message) => {
    const refused = expect.objectContaining({ code: 'configuration_invalid', message: expect.stringMatching(message) })
    expect(() => parseWitnessPolicy(text)).toThrow(refused)
  })
})
