// The story that `npm start` tells, in the terms that the demonstration asks for.

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'
import type { DemoStory, LiveCase } from '#cli/demo-story.ts'
import { liveGroups, readMails, type Mail } from './corpus.ts'
import { startMailServer } from './mail-server.ts'
import type { Triage } from './model.ts'
import { proportion } from './proportion.ts'
import { trainWhenNeeded } from './train.ts'

const folder = import.meta.dirname

export const story: DemoStory = {
  useCase: 'inbox-triage',
  cases: 'mails',
  modelDir: folder,
  async pilot(onProgress) {
    const { report, isNew } = await trainWhenNeeded(onProgress)
    return { ...report, isNew }
  },
  async liveCases(onProgress) {
    return (await readMails(liveGroups, onProgress)).map(caseOf)
  },
  startReceiver: (stateFolder) => startMailServer(stateFolder, process.env),
  manifest: (receiver) => manifestFor(receiver.url),
  valueOf: (output) => (output as Triage | null)?.label,
  proportion,
}

function caseOf({ id, input, label, receivedAt }: Mail): LiveCase {
  return { key: id, request: { input }, label, receivedAt }
}

type Loose = {
  contract: { input: { schema: unknown }; output: { schema: unknown } }
  actions: { webhook: { url: string } }[]
}

function manifestFor(webhookUrl: string): unknown {
  const manifest = parse(readFileSync(join(folder, 'airworthy.yaml'), 'utf8')) as Loose
  for (const side of [manifest.contract.input, manifest.contract.output]) {
    side.schema = JSON.parse(readFileSync(join(folder, String(side.schema)), 'utf8'))
  }
  for (const action of manifest.actions) action.webhook.url = webhookUrl
  return manifest
}
