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
  const neverClosed = new Set<string>()
  let at = 0
  while (at < html.length) {
    const open = html.indexOf('<', at)
    if (open < 0) {
      out.push(html.slice(at))
      break
    }
    out.push(html.slice(at, open))
    const tag = readTag(html, open, neverClosed)
    out.push(tag.leaves)
    at = tag.end
  }
  return decodeEntities(out.join('')).replace(/\s+/g, ' ').trim()
}

/** Where what begins with the `<` at `open` ends, and what it leaves in the text. */
function readTag(
  html: string,
  open: number,
  neverClosed: Set<string>,
): { readonly leaves: string; readonly end: number } {
  if (html.startsWith('<!--', open)) return { leaves: '', end: after(html, '-->', open + 4) }
  const [isTag, slash, name] = /^<([/!?]?)([a-z][a-z0-9]{0,10}|)/i.exec(html.slice(open, open + 13)) ?? []
  if (!isTag || (slash === '' && name === '')) return { leaves: '<', end: open + 1 }
  const tag = (name ?? '').toLowerCase()
  const leaves = inline.has(tag) ? '' : ' '
  if (slash === '' && silent.has(tag)) return { leaves, end: afterElement(html, tag, { open, neverClosed }) }
  return { leaves, end: after(html, '>', open) }
}

/** Behind the next `text`, or the end: what is never closed swallows the rest, as it does in a reader. */
function after(html: string, text: string, from: number): number {
  const found = html.indexOf(text, from)
  return found < 0 ? html.length : found + text.length
}

/**
 * Behind the element's closing tag. An element that is never closed hides nothing but its own tag; that is remembered, or
 * each of a thousand such tags would search the rest of the text again.
 */
function afterElement(
  html: string,
  name: string,
  { open, neverClosed }: { open: number; neverClosed: Set<string> },
): number {
  if (neverClosed.has(name)) return after(html, '>', open)
  const close = new RegExp(`</${name}`, 'gi')
  close.lastIndex = open
  const found = close.exec(html)
  if (!found) neverClosed.add(name)
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
