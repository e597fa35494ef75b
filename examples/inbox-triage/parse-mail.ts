// From the bytes of a mail to the input of a decision. Faults are passed on, not repaired: a date that is none stays as
// it was written, a charset that nobody knows keeps its name, so that the data contract can say what is wrong.

import PostalMime, { type Address, type Email } from 'postal-mime'
import { htmlToText } from './html-to-text.ts'

export type MailInput = {
  /** The sender's address; null when there is none. */
  readonly from: string | null
  readonly fromName: string
  readonly to: readonly string[]
  readonly subject: string | null
  /** The Date header as RFC 3339 in UTC, as it was written when it is no date, null when there is none. */
  readonly date: string | null
  /** Hours from the Date header to the receipt; null without a date. */
  readonly delayHours: number | null
  /** What a reader would see, as text. */
  readonly body: string
  readonly format: 'plain' | 'html'
  /** By its name in the WHATWG Encoding Standard; as it was written when that knows none; null when none is declared. */
  readonly charset: string | null
  /** Share of characters that are not in the declared charset. */
  readonly undecodableShare: number
  /** Hosts that it links to. */
  readonly links: readonly string[]
  readonly attachments: readonly { readonly name: string; readonly type: string }[]
  readonly mailingList: boolean
}

export type ParsedMail = {
  readonly input: MailInput
  /** When our side received it, milliseconds since 1970 UTC: the sender's Date header may say anything. Null when nothing says it. */
  readonly receivedAt: number | null
}

const linksMax = 20
const addressesMax = 50

/** Errors: only for what is no mail at all (headers over 2 MiB, nesting over 256). */
export async function parseMail(raw: Uint8Array): Promise<ParsedMail> {
  const mail = await PostalMime.parse(raw)
  const receivedAt = receiptOf(mail, raw)
  const date = readDate(mail.date)
  const { body, format } = bodyOf(mail)
  const undecodable = body.split('\ufffd').length - 1
  const input: MailInput = {
    from: mail.from?.address || null,
    fromName: mail.from?.name ?? '',
    to: (mail.to ?? []).flatMap(addressesOf).slice(0, addressesMax),
    subject: mail.subject ?? null,
    date: date.text,
    delayHours: date.at === null || receivedAt === null ? null : Math.round((receivedAt - date.at) / 360_000) / 10,
    body,
    format,
    charset: charsetOf(mail, raw),
    undecodableShare: body.length === 0 ? 0 : Math.round((undecodable / body.length) * 1e4) / 1e4,
    links: linksOf(mail),
    attachments: mail.attachments.map(({ filename, mimeType }) => ({
      name: clean(filename ?? ''),
      type: clean(mimeType),
    })),
    mailingList: mail.headers.some(isListHeader),
  }
  return { input: cleaned(input), receivedAt: receivedAt ?? date.at }
}

function bodyOf(mail: Email): { body: string; format: 'plain' | 'html' } {
  const text = (mail.text ?? '').trim()
  if (text !== '') return { body: text, format: 'plain' }
  return { body: htmlToText(mail.html ?? ''), format: mail.html ? 'html' : 'plain' }
}

function addressesOf(address: Address): string[] {
  return address.group ? address.group.map((one) => one.address) : [address.address].filter((text) => text !== '')
}

/**
 * A year of three digits counts from 1900 (RFC 5322 §4.3): programs of the nineties wrote 102 for 2002, and much mail
 * of that time has it.
 */
function readDate(text: string | undefined): { text: string | null; at: number | null } {
  if (text === undefined || text.trim() === '') return { text: null, at: null }
  const parsed = new Date(text)
  if (Number.isNaN(parsed.getTime())) return { text, at: null }
  const year = parsed.getUTCFullYear()
  if (year >= 100 && year <= 999) parsed.setUTCFullYear(year + 1900)
  return { text: parsed.toISOString(), at: parsed.getTime() }
}

/** The topmost Received header is our own server's; then the mailbox's separator line. */
function receiptOf(mail: Email, raw: Uint8Array): number | null {
  const received = mail.headers.find((header) => header.key === 'received')?.value ?? ''
  const stamps = [received.slice(received.lastIndexOf(';') + 1), separatorDate(raw)]
  for (const stamp of stamps) {
    const at = Date.parse(stamp)
    if (stamp.trim() !== '' && !Number.isNaN(at)) return at
  }
  return null
}

/** `From address  Thu Aug 22 12:36:23 2002`: the time has no zone; it is read as UTC. */
function separatorDate(raw: Uint8Array): string {
  const line = /^From \S+ +(.+)/.exec(latin1(raw.subarray(0, 500)))?.[1]
  return line === undefined ? '' : `${line.trim()} UTC`
}

/** The first charset that the mail or one of its text parts declares. */
function charsetOf(mail: Email, raw: Uint8Array): string | null {
  const top = mail.headers.find((header) => header.key === 'content-type')?.value ?? ''
  const declared = charsetIn(top) ?? (/^multipart\//i.test(top) ? partCharset(raw) : undefined)
  if (declared === undefined) return null
  try {
    return new TextDecoder(declared).encoding
  } catch {
    return declared.toLowerCase().slice(0, 100)
  }
}

function charsetIn(contentType: string): string | undefined {
  return /charset\s*=\s*["']?([^"';\s]+)/i.exec(contentType)?.[1]
}

function partCharset(raw: Uint8Array): string | undefined {
  const headers = latin1(raw).matchAll(/^content-type: *text\/[^\n]*(?:\n[ \t][^\n]*)*/gim)
  for (const [header] of headers) {
    const charset = charsetIn(header)
    if (charset !== undefined) return charset
  }
  return undefined
}

function linksOf(mail: Email): string[] {
  const hosts = new Set<string>()
  for (const match of `${mail.text ?? ''}\n${mail.html ?? ''}`.matchAll(/https?:\/\/([a-z0-9.-]{1,253})/gi)) {
    const host = match[1]?.toLowerCase().replace(/^www\.|\.+$/g, '')
    if (host) hosts.add(host)
    if (hosts.size === linksMax) break
  }
  return [...hosts]
}

function isListHeader({ key, value }: { key: string; value: string }): boolean {
  return key === 'list-id' || key === 'list-post' || (key === 'precedence' && /^\s*(list|bulk)/i.test(value))
}

/** JSON on the wire is UTF-8: half of a surrogate pair has no place in it. NUL is dropped, PostgreSQL and terminals dislike it. */
function clean(text: string): string {
  return text.toWellFormed().replaceAll('\u0000', '')
}

function cleaned(input: MailInput): MailInput {
  const { from, subject, date } = input
  return {
    ...input,
    from: from === null ? null : clean(from),
    fromName: clean(input.fromName),
    to: input.to.map(clean),
    subject: subject === null ? null : clean(subject),
    date: date === null ? null : clean(date),
    body: clean(input.body),
  }
}

function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1')
}
