import { describe, expect, it } from 'vitest'
import { readMails } from './corpus.ts'
import { mailRoles, mailRow, tableText } from './mail-row.ts'

describe('a mail as a row', () => {
  it('has the columns that an assessment is told of, and nothing nested', async () => {
    const [mail] = await readMails(['hard-ham-1'])
    if (!mail) throw new Error('no mail')
    const row = mailRow({ ...mail, answer: { label: 'junk', junkProbability: 0.9 } })
    const { target, prediction, score, timestamp } = mailRoles
    expect([row[target], row[prediction], row[score]]).toEqual(['inbox', 'junk', 0.9])
    expect(Date.parse(row[timestamp])).toBe(mail.receivedAt)
    for (const value of Object.values(row)) expect(typeof value === 'object' && value !== null).toBe(false)
  })

  it('says nothing for a model that was not asked, and stands on a line of its own', async () => {
    const [mail] = await readMails(['hard-ham-1'])
    if (!mail) throw new Error('no mail')
    const row = mailRow({ ...mail, input: { ...mail.input, from: null, body: 'two\nlines' }, answer: undefined })
    expect(row).toMatchObject({ prediction: null, junkProbability: null, senderDomain: null })
    expect(tableText([row, row]).split('\n')).toHaveLength(3)
  })
})
