// What leaves the server: which addresses it may call, and with which secrets. The process of an assessment, which may ask a model,
// is held to the same.

import { createAddressGuard, type AddressGuard } from '#outgoing/address-guard.ts'
import { createSecretResolver, type ResolveSecret } from '#outgoing/secret.ts'
import { createWebhookSender } from '#outgoing/webhook-sender.ts'
import type { Configuration } from './configuration.ts'

/** Plain, so that another process can be told. */
export type OutsideSetting = Pick<Configuration, 'allowInternal' | 'host' | 'dataDir' | 'modelDir'>

export type ModelReach = {
  readonly modelDir: string | undefined
  readonly guard: AddressGuard
  readonly resolveSecret: ResolveSecret
}

export function openOutside(setting: OutsideSetting) {
  const { allowInternal: allow, host } = setting
  const { guard: modelGuard, resolveSecret } = modelReach(setting)
  const guard = createAddressGuard({ allow, allowLoopback: isLoopback(host) })
  return { modelGuard, resolveSecret, sender: createWebhookSender({ guard, clock: Date.now }) }
}

export function modelReach({ allowInternal: allow, host, dataDir, modelDir }: OutsideSetting): ModelReach {
  return {
    modelDir,
    guard: createAddressGuard({ allow, allowLoopback: isLoopback(host), allowPrivate: true }),
    resolveSecret: createSecretResolver({
      env: process.env,
      reservedNames: ['AIRWORTHY_ADMIN_KEY', 'DATABASE_URL'],
      reservedFolders: [dataDir],
    }),
  }
}

export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || host.startsWith('127.')
}
