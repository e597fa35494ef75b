// What the classifier looks at: the words of a mail and a few marks of its form, each hashed to a place in a vector.
//
// Hashing (the "hashing trick") needs no vocabulary, so an unseen word costs nothing and the model has a fixed size. Two
// words that fall on one place share a weight; with 2^17 places for some 60,000 words that is rare enough.

import type { MailInput } from './parse-mail.ts'

/** Places in the vector; a power of two, so that a mask finds the place. */
export const placesCount = 2 ** 17

/** More distinct marks than this are not looked at: the first ones say enough, and time stays bounded. */
const marksMax = 3000
const word = /[\p{L}\p{N}$€£%!][\p{L}\p{N}$€£%!'-]{1,24}/gu

/** The distinct marks of a mail, as text: `body:word`, `subject:word`, `host:…`, `form:…`. Their order is that of the mail. */
export function marksOf(mail: MailInput): string[] {
  const marks = new Set<string>()
  for (const mark of formMarks(mail)) marks.add(mark)
  addWords(marks, 'subject', mail.subject ?? '')
  addWords(marks, 'sender', mail.fromName)
  addWords(marks, 'body', mail.body)
  return [...marks]
}

/** Where each mark has its weight. 32-bit FNV-1a over UTF-16 code units. */
export function placeOf(mark: string): number {
  let hash = 0x81_1c_9d_c5
  for (let i = 0; i < mark.length; i++) {
    hash ^= mark.charCodeAt(i)
    hash = Math.imul(hash, 0x01_00_01_93)
  }
  return (hash ^ (hash >>> 15)) & (placesCount - 1)
}

export function placesOf(mail: MailInput): Uint32Array {
  return Uint32Array.from(new Set(marksOf(mail).map(placeOf)))
}

function addWords(marks: Set<string>, where: string, text: string): void {
  for (const [found] of text.matchAll(word)) {
    if (marks.size >= marksMax) return
    marks.add(`${where}:${found.toLowerCase()}`)
  }
}

function* formMarks(mail: MailInput): Generator<string> {
  yield `form:${mail.format}`
  yield `charset:${mail.charset ?? 'none'}`
  yield `list:${mail.mailingList}`
  yield `links:${bucket(mail.links.length)}`
  yield `length:${bucket(mail.body.length / 100)}`
  for (const host of mail.links) yield `host:${host}`
  for (const { type } of mail.attachments) yield `attachment:${type}`
  const domain = mail.from?.split('@').at(-1)?.toLowerCase()
  if (domain) yield `domain:${domain}`
  if (mail.subject !== null && mail.subject.length > 8 && mail.subject === mail.subject.toUpperCase())
    yield 'form:loud-subject'
  if (/^(re|aw|sv):/i.test(mail.subject ?? '')) yield 'form:reply'
}

/** 0, 1, 2, 4, 8 …: the size matters, not the exact figure. */
function bucket(n: number): number {
  return n < 1 ? 0 : 2 ** Math.floor(Math.log2(n))
}
