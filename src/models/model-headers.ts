// The headers that a manifest adds to its model's requests, secrets resolved when the model is opened: a call reads no files.

import { PlatformError } from '#core/kernel/errors.ts'
import { isSecretReference, type ResolveSecret } from '#outgoing/secret.ts'

/** `Bearer env:TOKEN`: a scheme of one word may stand before the reference. */
const schemeAndReference = /^(?:([A-Za-z][A-Za-z0-9-]*) )?((?:env|file):.+)$/

/** Belong to the connection or to the message, and the HTTP client writes them. */
const reserved: ReadonlySet<string> = new Set([
  'connection',
  'content-length',
  'expect',
  'host',
  'keep-alive',
  'transfer-encoding',
  'upgrade',
])

/** Names and values in turn. Errors: secret_unavailable, manifest_invalid. */
export async function resolveHeaders(
  headers: Readonly<Record<string, string>>,
  resolveSecret: ResolveSecret,
): Promise<string[]> {
  const resolved: string[] = []
  for (const [name, text] of Object.entries(headers)) {
    if (reserved.has(name.toLowerCase())) {
      throw new PlatformError('manifest_invalid', `model.endpoint.headers: ${name} is written by the server itself.`, {
        hint: 'Leave it out.',
      })
    }
    resolved.push(name, await valueOf(name, text, resolveSecret))
  }
  return resolved
}

async function valueOf(name: string, text: string, resolveSecret: ResolveSecret): Promise<string> {
  const [, scheme, reference = ''] = schemeAndReference.exec(text) ?? []
  const isSecret = isSecretReference(reference)
  const secret = isSecret ? await resolveSecret(reference) : text
  const value = isSecret && scheme !== undefined ? `${scheme} ${secret}` : secret
  if (/^[\t\x20-\x7e]*$/.test(value)) return value
  throw new PlatformError(
    isSecret ? 'secret_unavailable' : 'manifest_invalid',
    `The header ${name} ${isSecret ? `takes its value from ${reference}, which` : 'has a value that'} holds characters that a header cannot carry.`,
    { hint: 'One line of printable ASCII.' },
  )
}
