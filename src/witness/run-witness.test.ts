import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { request } from 'undici'
import { createCosigner } from '#core/tlog/cosignature.ts'
import { generateKey } from '#core/tlog/note.ts'
import { SignedLog } from '../../test/support/signed-log.ts'
import { runWitness, type WitnessOptions } from './run-witness.ts'

const log = new SignedLog('airworthy/0123456789abcdef')

function newFolder(): string {
  const dir = mkdtempSync(join(tmpdir(), 'airworthy-witness-'))
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }))
  return dir
}

async function start(options: Partial<WitnessOptions> = {}) {
  const dir = options.dir ?? newFolder()
  const failures: Error[] = []
  const logs = [log.signer.vkey]
  const onFailure = (error: Error) => void failures.push(error)
  const witness = await runWitness({ dir, logs, port: 0, host: '127.0.0.1', clock: Date.now, onFailure, ...options })
  onTestFinished(() => witness.close())
  const post = async (body: string, headers: Record<string, string> = {}) => {
    const {
      statusCode,
      headers: back,
      body: stream,
    } = await request(`${witness.url}/add-checkpoint`, {
      method: 'POST',
      headers,
      body,
    })
    return { status: statusCode, type: back['content-type'], text: await stream.text() }
  }
  return { ...witness, dir, failures, post }
}

describe('a witness over HTTP', () => {
  it('answers as c2sp.org/tlog-witness says', async () => {
    const { post } = await start()
    const good = await post(log.submission(0, 20))
    expect(good).toMatchObject({ status: 200, type: expect.stringContaining('text/plain') })
    expect(good.text).toMatch(/^— \S+ \S+\n$/)
    expect(await post(log.submission(5, 30))).toEqual({ status: 409, type: 'text/x.tlog.size', text: '20\n' })
    expect((await post('hello')).status).toBe(400)
    expect((await post('')).status).toBe(400)
    expect((await post(log.submission(30, 20))).status).toBe(400)
    expect((await post(new SignedLog('other.example').submission(0, 3))).status).toBe(404)
    expect((await post(log.submission(20, 30, log.note(30).replace('\n30\n', '\n31\n')))).status).toBe(403)
    expect((await post(new SignedLog(log.signer.name, { forkAt: 9 }).submission(20, 30))).status).toBe(422)
    expect((await post(log.submission(20, 30), { 'content-type': 'application/json' })).status).toBe(200)
  })

  it('takes no body over its limit, and has nothing else', async () => {
    const { post, url } = await start()
    expect((await post('x'.repeat(600_000))).status).toBe(413)
    expect((await request(`${url}/checkpoint`)).statusCode).toBe(404)
    expect((await request(`${url}/add-checkpoint`)).statusCode).toBe(404)
  })

  it('says who it is and what it saw', async () => {
    const { post, url, vkey } = await start()
    await post(log.submission(0, 20))
    const { body } = await request(url)
    expect(await body.text()).toBe(`witness ${vkey}\nlog ${log.signer.name} 20\n`)
  })

  it('cosigns one of many that want to be first', async () => {
    const { post } = await start()
    const fork = new SignedLog(log.signer.name, { forkAt: 0 })
    const sizes = Array.from({ length: 30 }, (_, i) => 1 + (i % 15))
    const answers = await Promise.all(sizes.map((size, i) => post((i % 2 ? log : fork).submission(0, size))))
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1)
    expect(answers.filter(({ status }) => status === 409)).toHaveLength(29)
  })

  it('answers 500 when it cannot write, and says so to its operator', async () => {
    const { post, dir, failures } = await start()
    rmSync(join(dir, 'logs'), { recursive: true })
    expect((await post(log.submission(0, 20))).status).toBe(500)
    expect(failures).toHaveLength(1)
  })

  it('keeps its key and what it saw over a restart', async () => {
    const dir = newFolder()
    const first = await start({ dir, name: 'witness.example/one' })
    await first.post(log.submission(0, 20))
    await first.close()
    const again = await start({ dir })
    expect(again).toMatchObject({ vkey: first.vkey, name: 'witness.example/one', logs: [{ size: 20 }] })
    expect(await again.post(log.submission(0, 30))).toMatchObject({ status: 409, text: '20\n' })
    expect((await again.post(log.submission(20, 30))).status).toBe(200)
  })

  it('keeps its key where only its owner can read it', async () => {
    const { dir, vkey } = await start()
    const file = join(dir, 'witness-key')
    expect(statSync(file).mode & 0o777).toBe(0o600)
    expect(createCosigner(readFileSync(file, 'utf8').trim()).vkey).toBe(vkey)
  })
})

describe('a witness is not started', () => {
  const refusal = (code: string, message: RegExp) =>
    expect.objectContaining({ code, message: expect.stringMatching(message) })

  it('twice in a folder', async () => {
    const { dir } = await start()
    await expect(start({ dir })).rejects.toEqual(refusal('data_dir_in_use', /Another witness runs/))
  })

  it('under another name than its key has', async () => {
    const dir = newFolder()
    await (await start({ dir, name: 'witness.example/one' })).close()
    await expect(start({ dir, name: 'two' })).rejects.toEqual(refusal('configuration_invalid', /witness.example\/one/))
    await (await start({ dir })).close()
  })

  it('with a damaged key, which is not shown', async () => {
    const dir = newFolder()
    writeFileSync(join(dir, 'witness-key'), 'PRIVATE+KEY+secretsecret')
    await expect(start({ dir })).rejects.toEqual(refusal('data_dir_invalid', /^(?!.*secretsecret).*witness-key/))
  })

  it('with what is no key of a log', async () => {
    await expect(start({ logs: ['nonsense'] })).rejects.toEqual(refusal('note_malformed', /nonsense/))
    const witness = createCosigner(generateKey('w', Buffer.alloc(32)).skey).vkey
    await expect(start({ logs: [witness] })).rejects.toEqual(refusal('configuration_invalid', /not of a log/))
  })

  it('at a port that is taken', async () => {
    const { url } = await start()
    await expect(start({ port: Number(new URL(url).port) })).rejects.toEqual(refusal('address_in_use', /port/))
  })

  it('with a name that no key can have', async () => {
    await expect(start({ name: 'two words' })).rejects.toEqual(refusal('configuration_invalid', /name/))
  })
})
