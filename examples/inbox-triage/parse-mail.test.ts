import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseMail, type MailInput } from './parse-mail.ts'

const head = {
  from: 'From: Service Desk <desk@example.com>',
  to: 'To: list@example.org, Second <second@example.org>',
  subject: 'Subject: Hello',
  date: 'Date: Thu, 22 Aug 2002 12:00:00 +0200',
}

function mail(headers: readonly string[], body: string | Buffer = 'text'): Buffer {
  return Buffer.concat([Buffer.from(`${headers.join('\n')}\n\n`, 'latin1'), Buffer.from(body)])
}

async function read(headers: readonly string[], body?: string | Buffer): Promise<MailInput> {
  return (await parseMail(mail(headers, body))).input
}

describe('parseMail', () => {
  it('reads an ordinary mail', async () => {
    const { input, receivedAt } = await parseMail(
      mail(
        [
          'From desk@example.com  Thu Aug 22 10:36:23 2002',
          'Received: from a by b; Thu, 22 Aug 2002 11:00:00 +0000',
          'Received: from x by a; Mon, 01 Jan 2001 00:00:00 +0000',
          ...Object.values(head),
        ],
        'See http://www.Example.com/a and https://two.example/b?c',
      ),
    )
    expect(receivedAt).toBe(Date.UTC(2002, 7, 22, 11))
    expect(input).toEqual({
      from: 'desk@example.com',
      fromName: 'Service Desk',
      to: ['list@example.org', 'second@example.org'],
      subject: 'Hello',
      date: '2002-08-22T10:00:00.000Z',
      delayHours: 1,
      body: 'See http://www.Example.com/a and https://two.example/b?c',
      format: 'plain',
      charset: null,
      undecodableShare: 0,
      links: ['example.com', 'two.example'],
      attachments: [],
      mailingList: false,
    })
  })

  it('takes the receipt from the separator line when no Received header says it', async () => {
    const { receivedAt } = await parseMail(mail(['From a@b.c  Thu Aug 22 12:36:23 2002', head.from]))
    expect(receivedAt).toBe(Date.UTC(2002, 7, 22, 12, 36, 23))
  })

  it.each([
    ['no From header', [head.date]],
    ['an empty address', ['From: "" <>', head.date]],
    ['an empty header', ['From: ', head.date]],
  ])('says that there is no sender: %s', async (_, headers) => {
    expect((await read(headers)).from).toBeNull()
  })

  it('leaves a date that is none as it was written, and says when there is none', async () => {
    expect((await read([head.from, 'Date: Fri, 30 Aug 02 21:48:08 Eastern Daylight Time'])).date).toBe(
      'Fri, 30 Aug 02 21:48:08 Eastern Daylight Time',
    )
    expect(await read([head.from])).toMatchObject({ date: null, delayHours: null })
  })

  it('counts a year of three digits from 1900', async () => {
    expect((await read([head.from, 'Date: Thu, 22 Aug 102 12:00:00 +0000'])).date).toBe('2002-08-22T12:00:00.000Z')
  })

  it('decodes quoted-printable, base64 and encoded words', async () => {
    const quoted = await read(
      [
        head.from,
        'Subject: =?iso-8859-1?Q?Gr=FC=DFe?=',
        'Content-Type: text/plain; charset=iso-8859-1',
        'Content-Transfer-Encoding: quoted-printable',
      ],
      'Sch=F6n=\n er',
    )
    expect(quoted).toMatchObject({ subject: 'Grüße', body: 'Schön er', charset: 'windows-1252', undecodableShare: 0 })
    const base64 = await read(
      [head.from, 'Content-Type: text/plain; charset=utf-8', 'Content-Transfer-Encoding: base64'],
      Buffer.from('Zażółć').toString('base64'),
    )
    expect(base64).toMatchObject({ body: 'Zażółć', charset: 'utf-8' })
  })

  it('keeps the name of a charset that nobody knows', async () => {
    expect((await read([head.from, 'Content-Type: text/plain; charset="DEFAULT_CHARSET"'])).charset).toBe(
      'default_charset',
    )
  })

  it('counts what is not in the declared charset', async () => {
    const { undecodableShare } = await read(
      [head.from, 'Content-Type: text/plain; charset=utf-8'],
      Buffer.from([0x61, 0xff, 0x62, 0xfe]),
    )
    expect(undecodableShare).toBe(0.5)
  })

  it('takes the text of a multipart mail, the charset of its text part, and lists attachments', async () => {
    const input = await read(
      [head.from, 'Content-Type: multipart/mixed; boundary="b"'],
      '--b\nContent-Type: text/plain;\n charset=koi8-r\n\nplain\n--b\nContent-Type: application/pdf; name="a.pdf"\nContent-Disposition: attachment; filename="a.pdf"\n\nx\n--b--\n',
    )
    expect(input).toMatchObject({
      body: 'plain',
      charset: 'koi8-r',
      format: 'plain',
      attachments: [{ name: 'a.pdf', type: 'application/pdf' }],
    })
  })

  it('survives a multipart mail without its boundary, and one that is never closed', async () => {
    expect((await read([head.from, 'Content-Type: multipart/mixed'], 'body')).from).toBe('desk@example.com')
    expect(
      (await read([head.from, 'Content-Type: multipart/mixed; boundary=b'], '--b\nContent-Type: text/plain\n\nopen'))
        .body,
    ).toBe('open')
  })

  it('makes text of a mail that has only HTML', async () => {
    const input = await read(
      [head.from, 'Content-Type: text/html'],
      '<html><style>p{}</style><p>Buy&nbsp;V<!-- x -->iagra<br>now &#8364; 5 <a href="http://junk.example/x">here</a>',
    )
    expect(input).toMatchObject({ body: 'Buy Viagra now € 5 here', format: 'html', links: ['junk.example'] })
  })

  it('says when the body is empty', async () => {
    expect((await read([head.from], ' \n\n ')).body).toBe('')
    expect((await read([head.from, 'Content-Type: text/html'], '<html><img src=x></html>')).body).toBe('')
  })

  it('knows mailing lists', async () => {
    expect((await read([head.from, 'List-Id: <a.example>'])).mailingList).toBe(true)
    expect((await read([head.from, 'Precedence: bulk'])).mailingList).toBe(true)
  })

  it('gives JSON without lone surrogates or NUL for any bytes', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 400 }), fc.boolean(), async (bytes, hasHead) => {
        const raw = hasHead ? mail([head.from, 'Content-Type: text/html; charset=utf-16le'], Buffer.from(bytes)) : bytes
        const { input } = await parseMail(raw)
        const text = JSON.stringify(input)
        expect(JSON.parse(text)).toEqual(input)
        expect(text).not.toMatch(/\\ud[89a-f]|\\u0000/)
      }),
    )
  })
})
