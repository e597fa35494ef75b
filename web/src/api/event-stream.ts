// Reads server-sent events from a fetch body. EventSource cannot send an Authorization header, so the stream is read here.
// https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation

export type ServerEvent = { readonly event: string; readonly data: string; readonly id: string | undefined }

/** Keeps what a chunk left unfinished. `push` takes text as it arrives, cut anywhere, and gives the events now complete. */
export function createEventParser(): { push(text: string): ServerEvent[] } {
  let rest = ''
  let event = ''
  let data: string[] = []
  let id: string | undefined

  function line(text: string): ServerEvent | undefined {
    if (text === '') {
      const complete =
        data.length > 0 ? { event: event === '' ? 'message' : event, data: data.join('\n'), id } : undefined
      event = ''
      data = []
      return complete
    }
    const colon = text.indexOf(':')
    const name = colon < 0 ? text : text.slice(0, colon)
    const value = colon < 0 ? '' : text.slice(colon + 1).replace(/^ /, '')
    if (name === 'event') event = value
    else if (name === 'data') data.push(value)
    else if (name === 'id') id = value
    return undefined
  }

  return {
    push(text) {
      const lines = (rest + text).split(/\r\n|\n|\r(?!$)/)
      rest = lines.pop() ?? ''
      return lines.flatMap((each) => line(each) ?? [])
    },
  }
}
