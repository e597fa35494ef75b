import { describe, expect, it } from 'vitest'
import { liveGroups, pilotGroups, readMails, type Mail } from './corpus.ts'
import { splitPilot, textKey } from './pilot-split.ts'

describe('splitPilot', () => {
  it('keeps the pilot and the live mail apart', () => {
    expect(pilotGroups.filter((group) => liveGroups.includes(group))).toEqual([])
  })

  // The junk of the corpus was collected from many mailboxes: the same text is there several times.
  it('puts copies of a text on one side, every mail on exactly one, and about a quarter to the test', async () => {
    const mails = await readMails(['spam-1'])
    const { train, test } = splitPilot(mails)
    expect(new Set([...train, ...test].map(({ id }) => id)).size).toBe(mails.length)
    const trained = new Set(train.map(textKey))
    expect(trained.size).toBeLessThan(train.length)
    expect(test.filter((mail) => trained.has(textKey(mail)))).toEqual([])
    expect(test.length / mails.length).toBeGreaterThan(0.15)
    expect(test.length / mails.length).toBeLessThan(0.35)
  })

  it('calls texts the same that differ in figures and spaces only', () => {
    const mail = (subject: string, body: string) => ({ input: { subject, body } }) as Mail
    expect(textKey(mail('Win $100', 'now, 12:30'))).toBe(textKey(mail('WIN $ 200', 'now  13:30')))
    expect(textKey(mail('Win', 'now'))).not.toBe(textKey(mail('Win', 'later')))
  })

  it('reads mails in the order of their receipt', async () => {
    const mails = await readMails(['hard-ham-1'])
    expect(mails).toHaveLength(250)
    for (const [at, mail] of mails.entries()) {
      expect(mail.receivedAt).toBeGreaterThan(Date.UTC(2001, 0))
      expect(mail.receivedAt).toBeGreaterThanOrEqual(mails[at - 1]?.receivedAt ?? 0)
    }
  })
})
