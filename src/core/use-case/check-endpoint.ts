// The model's endpoint and the webhooks: what each protocol needs and takes, and that no secret stands in the clear.

import type { ManifestDraft } from './manifest-draft.ts'
import type { Report } from './manifest-problem.ts'

const endpoint = '/model/endpoint'

/** Which keys belong to which protocol; the others are for all. */
const keysOf: Readonly<Record<string, readonly string[]>> = {
  'oip-v2': ['url', 'headers', 'model', 'inputs'],
  mlflow: ['url', 'headers', 'model', 'inputs'],
  http: ['url', 'headers', 'method', 'request', 'response'],
  module: ['path'],
  onnx: ['path', 'inputs'],
}
const special = [...new Set(Object.values(keysOf).flat())]

export function checkEndpoint(draft: ManifestDraft, report: Report): void {
  const protocol = draft.text(`${endpoint}/protocol`) ?? ''
  const keys = Object.hasOwn(keysOf, protocol) ? keysOf[protocol] : undefined
  if (keys !== undefined) checkKeys(draft, { protocol, keys }, report)
  const path = draft.text(`${endpoint}/path`)
  if (path !== undefined && (/^([/\\]|[A-Za-z]:)/.test(path) || path.split(/[/\\]/).includes('..'))) {
    const hint = 'Write it relative to AIRWORTHY_MODEL_DIR, without "..".'
    report({ path: `${endpoint}/path`, message: 'The file is outside the folder that the server trusts.', hint })
  }
  checkSecrets(draft, report)
}

function checkKeys(
  draft: ManifestDraft,
  { protocol, keys }: { protocol: string; keys: readonly string[] },
  report: Report,
): void {
  const target = keys[0] ?? ''
  if (!draft.has(`${endpoint}/${target}`)) {
    const hint =
      target === 'url'
        ? 'Where the model answers, for example http://models:8080/score.'
        : 'The file under AIRWORTHY_MODEL_DIR.'
    report({ path: `${endpoint}/${target}`, message: `The protocol ${protocol} needs ${target}.`, hint })
  }
  for (const key of special) {
    if (keys.includes(key) || !draft.has(`${endpoint}/${key}`)) continue
    const owners = Object.keys(keysOf).filter((name) => keysOf[name]?.includes(key))
    const message = `The protocol ${protocol} takes no ${key}; ${owners.join(', ')} ${owners.length === 1 ? 'does' : 'do'}.`
    report({
      path: `${endpoint}/${key}`,
      message,
      hint: `Leave ${key} out, or change the protocol.`,
      part: { kind: 'key' },
    })
  }
}

const secretName = /auth|api-?key|token|secret|password|cookie|credential|signature/i
/** A scheme of one word may stand before it: `Bearer env:TOKEN`. */
const secretRef = /^(?:[A-Za-z][A-Za-z0-9-]* )?(?:env:[A-Za-z_]\w*|file:.+)$/s

/** A manifest is read by many and kept for ever, so it names secrets and never holds them. Values are not repeated. */
function checkSecrets(draft: ManifestDraft, report: Report): void {
  const hint = 'Name it instead: env:NAME, file:PATH, or with a scheme before it: Bearer env:NAME.'
  for (const name of draft.names(`${endpoint}/headers`)) {
    const path = `${endpoint}/headers/${name}`
    if (secretName.test(name) && !secretRef.test(draft.text(path) ?? 'env:X')) {
      report({ path, message: `The header ${name} holds a secret in the clear.`, hint })
    }
  }
  for (const path of [`${endpoint}/url`, ...draft.items('/actions').map((action) => `${action}/webhook/url`)]) {
    const text = draft.text(path)
    if (text === undefined || !/^https?:/.test(text)) continue
    if (!URL.canParse(text))
      report({ path, message: 'This is not a URL.', hint: 'For example http://models:8080/score.' })
    else if (holdsSecret(new URL(text)))
      report({
        path,
        message: 'The URL holds a secret in the clear.',
        hint: 'Use a header (env:NAME), or the webhook’s secretRef.',
      })
  }
}

function holdsSecret(url: URL): boolean {
  return (
    url.username !== '' ||
    url.password !== '' ||
    [...url.searchParams.keys()].some((name) => secretName.test(name) || name === 'key')
  )
}
