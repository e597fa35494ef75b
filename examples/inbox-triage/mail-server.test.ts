import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Webhook } from 'standardwebhooks'
import { request } from 'undici'
import { describe, expect, it } from 'vitest'
import { startMailServer, type MailServer } from './mail-server.ts'

type Message = { readonly id: string; readonly label: string; readonly secret: string; readonly sentBody?: string }

async function send(server: MailServer, { id, label, secret, sentBody }: Message): Promise<number> {
  const body = JSON.stringify({ type: 'decision.decided', data: { value: label } })
  const at = new Date()
  const headers = {
    'content-type': 'application/json',
    'webhook-id': id,
    'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
    'webhook-signature': new Webhook(secret).sign(id, at, body),
  }
  const answer = await request(server.url, { method: 'POST', headers, body: sentBody ?? body, reset: true })
  await answer.body.dump()
  return answer.statusCode
}

describe('the mail server', () => {
  it('files each mail once, also after a restart, at the same address with the same secret', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'mail-server-'))
    const env: NodeJS.ProcessEnv = {}
    const first = await startMailServer(folder, env)
    const secret = env['INBOX_TRIAGE_SECRET'] ?? ''
    expect(await send(first, { id: 'a', label: 'junk', secret })).toBe(204)
    expect(await send(first, { id: 'a', label: 'junk', secret })).toBe(204)
    expect(await send(first, { id: 'b', label: 'inbox', secret })).toBe(204)
    expect(first.filed()).toEqual({ junk: 1, inbox: 1 })
    await first.close()

    const second = await startMailServer(folder, env)
    expect(second.url).toBe(first.url)
    expect(env['INBOX_TRIAGE_SECRET']).toBe(secret)
    expect(await send(second, { id: 'b', label: 'inbox', secret })).toBe(204)
    expect(await send(second, { id: 'c', label: 'inbox', secret })).toBe(204)
    expect(second.filed()).toEqual({ junk: 1, inbox: 2 })
    await second.close()
  })

  it('refuses what is not signed with its secret, and what was changed on the way', async () => {
    const env: NodeJS.ProcessEnv = {}
    const server = await startMailServer(mkdtempSync(join(tmpdir(), 'mail-server-')), env)
    const secret = env['INBOX_TRIAGE_SECRET'] ?? ''
    const other = `whsec_${Buffer.from('another secret of 24 byt').toString('base64')}`
    expect(await send(server, { id: 'a', label: 'junk', secret: other })).toBe(401)
    expect(await send(server, { id: 'a', label: 'junk', secret, sentBody: '{"data":{"value":"inbox"}}' })).toBe(401)
    expect(server.filed()).toEqual({})
    await server.close()
  })
})
