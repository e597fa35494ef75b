// A receiver of webhooks on loopback: keeps what came, checks nothing by itself, answers what a test tells it to.

import { serveHttp } from './loopback-server.ts'

export type Received = {
  readonly id: string
  readonly headers: Record<string, string>
  readonly body: string
}

export type WebhookReceiver = {
  readonly url: string
  readonly port: number
  readonly received: readonly Received[]
  /** Statuses for the next requests, each when it is there; 204 after them. */
  answerNext(...statuses: readonly (number | Promise<number>)[]): void
}

export async function receiveWebhooks(): Promise<WebhookReceiver> {
  const received: Received[] = []
  const statuses: (number | Promise<number>)[] = []
  const { url, port } = await serveHttp((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const headers = request.headers as Record<string, string>
      received.push({ id: String(headers['webhook-id']), headers, body: Buffer.concat(chunks).toString('utf8') })
      void Promise.resolve(statuses.shift() ?? 204).then((status) => response.writeHead(status).end())
    })
  })
  return { url, port, received, answerNext: (...next) => void statuses.push(...next) }
}
