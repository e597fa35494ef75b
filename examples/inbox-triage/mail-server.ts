// The other end of the actions: a small mail server on this machine that files each mail where the decision says.
//
// It does what every receiver of webhooks should: it checks the signature, and it acts once for each id however often the
// message comes.

import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { appendFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { Webhook, WebhookVerificationError } from 'standardwebhooks'

export type MailServer = {
  readonly url: string
  /** How many mails lie in each folder. */
  filed(): Readonly<Record<string, number>>
  close(): Promise<void>
}

type State = { readonly port: number; readonly secret: string }

const bodyBytesMax = 1024 * 1024
const preferredPort = 8702

/** The secret that the server finds by the manifest's `env:` reference is put into `env`. Errors: when no port can be taken. */
export async function startMailServer(folder: string, env: NodeJS.ProcessEnv): Promise<MailServer> {
  mkdirSync(folder, { recursive: true })
  const stateFile = join(folder, 'mail-server.json')
  const kept = existsSync(stateFile) ? (JSON.parse(readFileSync(stateFile, 'utf8')) as State) : undefined
  const secret = kept?.secret ?? `whsec_${randomBytes(24).toString('base64')}`
  const cabinet = openCabinet(join(folder, 'filed.ndjson'))
  const server = createServer((request, response) => {
    void answer(request, { webhook: new Webhook(secret), cabinet }).then((status) => response.writeHead(status).end())
  })
  // Another address would leave actions that still wait without a receiver, so the port is kept.
  const port = kept ? await listen(server, [kept.port]) : await listen(server, [preferredPort, 0])
  if (!kept) writeFileSync(stateFile, JSON.stringify({ port, secret }), { mode: 0o600 })
  env['INBOX_TRIAGE_SECRET'] = secret
  return {
    url: `http://127.0.0.1:${port}/filed`,
    filed: () => cabinet.counts(),
    async close() {
      server.close()
      server.closeAllConnections()
      await once(server, 'close')
    },
  }
}

type Cabinet = { file(id: string, label: string): void; counts(): Record<string, number> }

async function answer(
  request: IncomingMessage,
  { webhook, cabinet }: { webhook: Webhook; cabinet: Cabinet },
): Promise<number> {
  try {
    const body = await readBody(request)
    if (body === undefined) return 413
    const message = webhook.verify(body, request.headers as Record<string, string>) as { data?: { value?: string } }
    cabinet.file(String(request.headers['webhook-id']), message.data?.value ?? 'unknown')
    return 204
  } catch (error) {
    return error instanceof WebhookVerificationError ? 401 : 400
  }
}

async function readBody(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length
    if (bytes > bodyBytesMax) return undefined
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

/** One line a mail; read again at start, so that what was filed before is not filed twice. */
function openCabinet(file: string): Cabinet {
  const folders = new Map<string, string>()
  if (existsSync(file)) {
    for (const line of readFileSync(file, 'utf8').split('\n')) {
      const entry = readLine(line)
      if (entry) folders.set(entry.id, entry.label)
    }
  }
  return {
    file(id, label) {
      if (folders.has(id)) return
      appendFileSync(file, `${JSON.stringify({ id, label })}\n`)
      folders.set(id, label)
    },
    counts() {
      const counts: Record<string, number> = {}
      for (const label of folders.values()) counts[label] = (counts[label] ?? 0) + 1
      return counts
    },
  }
}

/** The last line may have been cut off by a crash: then the mail is filed again. */
function readLine(line: string): { id: string; label: string } | undefined {
  try {
    return JSON.parse(line) as { id: string; label: string }
  } catch {
    return undefined
  }
}

async function listen(server: Server, ports: readonly number[]): Promise<number> {
  for (const [at, port] of ports.entries()) {
    try {
      server.listen(port, '127.0.0.1')
      await once(server, 'listening')
      return (server.address() as AddressInfo).port
    } catch (error) {
      if (at === ports.length - 1) throw error
    }
  }
  throw new Error('no port given')
}
