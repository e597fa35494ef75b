// What personal data looks like inside a text. Each detector gives the text with its finds replaced, the same text when
// there are none, in time linear in the text.

import { isIPv6 } from 'node:net'

export type DetectorName = 'email' | 'iban' | 'card' | 'ip' | 'phone'

/** In the order in which they must run. */
export const detectors: Readonly<Record<DetectorName, (text: string) => string>> = {
  email: (text) => (text.includes('@') ? redactEmails(text) : text),
  iban: (text) => (hasDigit(text) ? redactIbans(text) : text),
  card: (text) => (hasDigit(text) ? redactCards(text) : text),
  ip: (text) => (text.includes('.') || text.includes(':') ? redactAddresses(text) : text),
  phone: (text) => (hasDigit(text) ? redactPhones(text) : text),
}

function hasDigit(text: string): boolean {
  return /\d/.test(text)
}

/** Grows each `@` to both sides. Neither side may hold another `@`, so no character is looked at more than twice. */
function redactEmails(text: string): string {
  let out = ''
  let done = 0
  for (let at = text.indexOf('@'); at >= 0; at = text.indexOf('@', at + 1)) {
    let start = at
    while (start > done && localPart.test(text.charAt(start - 1))) start--
    let end = at + 1
    while (end < text.length && domainPart.test(text.charAt(end))) end++
    while (end > at && /[.-]/.test(text.charAt(end - 1))) end--
    if (start === at || !hasTopLevel(text.slice(at + 1, end))) continue
    out += `${text.slice(done, start)}[email]`
    done = end
  }
  return done === 0 ? text : out + text.slice(done)
}

const localPart = /[\w.%+'\-\u0080-\uffff]/
const domainPart = /[\w.\-\u0080-\uffff]/

/** `host.tld`: a dot, and at least two characters after the last one. */
function hasTopLevel(domain: string): boolean {
  const dot = domain.lastIndexOf('.')
  return dot > 0 && domain.length - dot > 2
}

/** A country, two check digits, and at most 30 more, in groups or not. The country's length cuts off what follows. */
function redactIbans(text: string): string {
  const candidate = /(?<![A-Za-z0-9])[A-Za-z]{2}\d{2}(?:[ -]?[A-Za-z0-9]){11,30}/g
  return replaceCandidates(text, { candidate, replacement: '[iban]' }, (found) => {
    const length = ibanLengths[found.slice(0, 2).toUpperCase()] ?? 0
    const end = endOfCharacters(found, length)
    const iban = found.slice(0, end).replaceAll(/[ -]/g, '').toUpperCase()
    return length > 0 && iban.length === length && isIban(iban) ? end : 0
  })
}

/**
 * `lengthOf` says how much of a candidate is a find; 0 is none. The search goes on right behind a find, and behind the first
 * character of what was none: candidates may overlap. `candidate` must be bounded, so that this stays linear.
 */
function replaceCandidates(
  text: string,
  { candidate, replacement }: { candidate: RegExp; replacement: string },
  lengthOf: (found: string, at: number) => number,
): string {
  let out = ''
  let done = 0
  for (let match = candidate.exec(text); match !== null; match = candidate.exec(text)) {
    const length = lengthOf(match[0], match.index)
    candidate.lastIndex = match.index + Math.max(1, length)
    if (length === 0) continue
    out += text.slice(done, match.index) + replacement
    done = match.index + length
  }
  return done === 0 ? text : out + text.slice(done)
}

/** The position after the `count`th letter or digit. */
function endOfCharacters(text: string, count: number): number {
  let left = count
  let at = 0
  while (at < text.length && left > 0) {
    if (text[at] !== ' ' && text[at] !== '-') left--
    at++
  }
  return at
}

/** ISO 13616: moved to the end, letters as numbers, the rest of a division by 97 is 1. */
function isIban(iban: string): boolean {
  let rest = 0
  for (let i = 0; i < iban.length; i++) {
    const code = iban.charCodeAt((i + 4) % iban.length)
    rest = (code < 65 ? rest * 10 + code - 48 : rest * 100 + code - 55) % 97
  }
  return rest === 1
}

// The IBAN registry of SWIFT (ISO 13616): characters by country.
const ibanLengths: Readonly<Record<string, number>> = Object.fromEntries(
  (
    'AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BR29 BY28 CH21 CR22 CY28 CZ24 DE22 DK18 DO28 EE20 EG29 ES24 FI18 FO18 ' +
    'FR27 GB22 GE22 GI23 GL18 GR27 GT28 HR21 HU28 IE22 IL23 IQ23 IS26 IT27 JO30 KW30 KZ20 LB28 LC32 LI21 LT20 LU20 LV21 ' +
    'LY25 MC27 MD24 ME22 MK19 MR27 MT31 MU30 NL18 NO15 PK24 PL28 PS29 PT25 QA29 RO24 RS22 SA24 SC31 SD18 SE24 SI19 SK24 ' +
    'SM27 ST25 SV28 TL23 TN24 TR26 UA29 VA22 VG24 XK20'
  )
    .split(' ')
    .map((entry) => [entry.slice(0, 2), Number(entry.slice(2))]),
)

/** 13 to 19 digits, alone or in groups, of which a prefix that ends where a group ends passes the Luhn check. */
function redactCards(text: string): string {
  const candidate = /(?<![\dA-Za-z])[2-6](?:[ -]?\d){12,18}/g
  return replaceCandidates(text, { candidate, replacement: '[card]' }, (found, at) =>
    cardLength(found, text[at + found.length]),
  )
}

/**
 * The longest prefix that is a card number. Which digits Luhn doubles depends on how many there are, so both sums are kept
 * while the digits are read once: a text may begin a candidate at every second character.
 */
function cardLength(found: string, next: string | undefined): number {
  let digits = 0
  let evenDoubled = 0
  let oddDoubled = 0
  let longest = 0
  for (let at = 0; at < found.length; at++) {
    const digit = found.charCodeAt(at) - 48
    if (digit < 0 || digit > 9) continue
    const doubled = digit > 4 ? digit * 2 - 9 : digit * 2
    evenDoubled += digits % 2 === 0 ? doubled : digit
    oddDoubled += digits % 2 === 0 ? digit : doubled
    digits++
    const sum = digits % 2 === 0 ? evenDoubled : oddDoubled
    const after = at + 1 < found.length ? found[at + 1] : next
    if (digits >= 13 && sum % 10 === 0 && !isDigit(after)) longest = at + 1
  }
  return longest
}

function isDigit(char: string | undefined): boolean {
  return char !== undefined && char >= '0' && char <= '9'
}

function redactAddresses(text: string): string {
  const withoutV4 = text.replace(/(?<![\w.])\d{1,3}(?:\.\d{1,3}){3}(?![\w]|\.\d)/g, (found) =>
    found.split('.').every((part) => Number(part) <= 255) ? '[ip]' : found,
  )
  if (!withoutV4.includes(':')) return withoutV4
  return withoutV4.replace(/(?<![\w:.])[0-9A-Fa-f:]{3,39}(?![\w:])/g, (found) =>
    isIPv6(found) && /\w/.test(found) ? '[ip]' : found,
  )
}

/** International (+49…, 0049…), national with a leading 0, and North American (555-123-4567). */
const phone = new RegExp(
  [
    String.raw`(?<![\w+])(?:\+|00)[1-9](?:[ ().\/-]{0,3}\d){6,14}(?!\d)`,
    String.raw`(?<![\w+.,-])\(?0[1-9](?:[ ()\/.-]{0,3}\d){6,10}(?![\d])`,
    String.raw`(?<![\w+.,-])(?:1[ .-])?\(?[2-9]\d{2}\)?[ .-]{1,2}\d{3}[ .-]\d{4}(?![\d])`,
  ].join('|'),
  'g',
)

function redactPhones(text: string): string {
  return text.replace(phone, (found) => (/^\d{2}([./-])\d{2}\1\d{4}/.test(found) ? found : '[phone]'))
}
