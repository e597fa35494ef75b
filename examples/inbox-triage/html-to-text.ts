// The words of an HTML mail: what a reader would see, roughly. Not a renderer.
//
// One pass over the text with indexOf, so that broken or hostile markup costs no more than its length. Comments vanish
// without a trace, because senders of junk split words with them (`V<!--x-->iagra`); other tags leave a space.

const silent = new Set(['script', 'style', 'title', 'head'])
/** Tags that do not end a word. */
const inline = new Set(['a', 'b', 'big', 'em', 'font', 'i', 'small', 'span', 'strong', 'u'])

const entities: Readonly<Record<string, string>> = {
  amp: '&',
  apos: "'",
  copy: '©',
  euro: '€',
  gt: '>',
  hellip: '…',
  ldquo: '“',
  lsquo: '‘',
  lt: '<',
  mdash: '—',
  nbsp: ' ',
  ndash: '–',
  pound: '£',
  quot: '"',
  rdquo: '”',
  reg: '®',
  rsquo: '’',
  trade: '™',
}

/** Plain text with single spaces. Never throws. */
export function htmlToText(html: string): string {
  const out: string[] = []
  let at = 0
  while (at < html.length) {
    const open = html.indexOf('<', at)
    if (open < 0) {
      out.push(html.slice(at))
      break
    }
    out.push(html.slice(at, open))
    const tag = readTag(html, open)
    if (tag.name !== undefined && !inline.has(tag.name)) out.push(' ')
    at = tag.end
  }
  return decodeEntities(out.join('')).replace(/\s+/g, ' ').trim()
}

/** `name` is undefined for what leaves no space: comments, and a `<` that opens no tag. */
function readTag(html: string, open: number): { readonly name?: string; readonly end: number } {
  if (html.startsWith('<!--', open)) return { end: after(html, '-->', open + 4) }
  const name = /^[a-z][a-z0-9]*/i.exec(html.slice(open + 1, open + 12))?.[0].toLowerCase()
  if (name !== undefined) {
    if (silent.has(name)) return { name, end: afterElement(html, name, open) }
    return { name, end: after(html, '>', open) }
  }
  const next = html[open + 1]
  if (next === '/' || next === '!' || next === '?')
    return { name: closingName(html, open), end: after(html, '>', open) }
  return { end: open + 1 }
}

function closingName(html: string, open: number): string {
  return /^[a-z][a-z0-9]*/i.exec(html.slice(open + 2, open + 13))?.[0].toLowerCase() ?? ''
}

/** Behind the next `text`, or the end: what is never closed swallows the rest, as it does in a reader. */
function after(html: string, text: string, from: number): number {
  const found = html.indexOf(text, from)
  return found < 0 ? html.length : found + text.length
}

/** Behind the element's closing tag. An element that is never closed hides nothing but its own tag. */
function afterElement(html: string, name: string, open: number): number {
  const close = new RegExp(`</${name}`, 'gi')
  close.lastIndex = open
  const found = close.exec(html)
  return after(html, '>', found ? found.index : open)
}

function decodeEntities(text: string): string {
  return text.replace(/&(#\d{1,7}|#x[0-9a-f]{1,6}|[a-z]{2,8});?/gi, (whole, body: string) => {
    if (!body.startsWith('#')) return entities[body.toLowerCase()] ?? whole
    const code = /^#x/i.test(body) ? Number.parseInt(body.slice(2), 16) : Number(body.slice(1))
    const isCharacter = code > 0 && code <= 0x10_ff_ff && (code < 0xd8_00 || code > 0xdf_ff)
    return isCharacter ? String.fromCodePoint(code) : ' '
  })
}
