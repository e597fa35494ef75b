import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { createSecretResolver, secretBytesMax } from './secret.ts'

async function folder() {
  const path = await mkdtemp(join(tmpdir(), 'secret-'))
  onTestFinished(() => rm(path, { recursive: true }))
  return path
}

const fails = (naming: string) =>
  expect.objectContaining({ code: 'secret_unavailable', message: expect.stringContaining(naming) })

describe('createSecretResolver', () => {
  it('reads variables and files, without white space around them', async () => {
    const path = join(await folder(), 'token')
    await writeFile(path, '\n s3cret \n')
    const resolveSecret = createSecretResolver({ env: { TOKEN: ' abc\n' } })
    expect(await resolveSecret('env:TOKEN')).toBe('abc')
    expect(await resolveSecret(`file:${path}`)).toBe('s3cret')
  })

  it('names the reference, never the value, when there is no secret', async () => {
    const path = await folder()
    await writeFile(join(path, 'big'), 'x'.repeat(secretBytesMax + 1))
    const resolveSecret = createSecretResolver({ env: { BLANK: ' \n', LONG: 'x'.repeat(secretBytesMax + 1) } })
    await expect(resolveSecret('env:NONE')).rejects.toEqual(fails('env:NONE'))
    await expect(resolveSecret('env:BLANK')).rejects.toEqual(fails('env:BLANK'))
    await expect(resolveSecret('env:LONG')).rejects.toEqual(fails('env:LONG'))
    await expect(resolveSecret(`file:${path}/none`)).rejects.toEqual(fails('ENOENT'))
    await expect(resolveSecret(`file:${path}`)).rejects.toEqual(fails(path))
    await expect(resolveSecret(`file:${path}/big`)).rejects.toEqual(fails('over'))
    await expect(resolveSecret('file:/dev/zero')).rejects.toEqual(fails('regular'))
  })

  it('does not repeat a text that is no reference: it may be the secret', async () => {
    const resolveSecret = createSecretResolver({ env: {} })
    const error: unknown = await resolveSecret('hunter2').catch((caught: unknown) => caught)
    expect(error).toMatchObject({ code: 'secret_unavailable' })
    expect(JSON.stringify(error) + String(error)).not.toContain('hunter2')
  })

  it('keeps what belongs to the server', async () => {
    const path = await folder()
    await mkdir(join(path, 'data'))
    await writeFile(join(path, 'data/admin-key'), 'k')
    await symlink(join(path, 'data/admin-key'), join(path, 'link'))
    const resolveSecret = createSecretResolver({
      env: { AIRWORTHY_ADMIN_KEY: 'k' },
      reservedNames: ['AIRWORTHY_ADMIN_KEY'],
      reservedFolders: [join(path, 'data')],
    })
    await expect(resolveSecret('env:AIRWORTHY_ADMIN_KEY')).rejects.toEqual(fails('belongs to the server'))
    await expect(resolveSecret(`file:${path}/data/admin-key`)).rejects.toEqual(fails('belongs to the server'))
    await expect(resolveSecret(`file:${path}/link`)).rejects.toEqual(fails('belongs to the server'))
  })
})
