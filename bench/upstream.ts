// A model over HTTP that answers at once, in the form of a chat completion, which both gateways can stand in front of.
//
// Written on bare sockets: what it costs is taken from the cores that the gateways are measured on.

import { createServer, type Socket } from 'node:net'

const body = JSON.stringify({
  id: 'chatcmpl-1',
  object: 'chat.completion',
  created: 1_700_000_000,
  model: 'bench',
  choices: [{ index: 0, message: { role: 'assistant', content: 'approve' }, finish_reason: 'stop', logprobs: null }],
  usage: { prompt_tokens: 20, completion_tokens: 1, total_tokens: 21 },
})
const answer = Buffer.from(
  `HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\nconnection: keep-alive\r\n\r\n${body}`,
)

/** Answers each whole request; requests may come in pieces, but not pipelined. */
function serve(socket: Socket): void {
  let received = ''
  socket.setNoDelay(true)
  socket.on('error', () => socket.destroy())
  socket.on('data', (chunk) => {
    received += chunk.toString('latin1')
    if (!isWhole(received)) return
    received = ''
    socket.write(answer)
  })
}

function isWhole(text: string): boolean {
  const end = text.indexOf('\r\n\r\n')
  if (end < 0) return false
  const length = /\r\ncontent-length: *(\d+)/i.exec(text)?.[1]
  if (length !== undefined) return text.length >= end + 4 + Number(length)
  return !/\r\ntransfer-encoding: *chunked/i.test(text) || text.endsWith('0\r\n\r\n')
}

createServer(serve).listen(Number(process.argv[2]), '127.0.0.1')
