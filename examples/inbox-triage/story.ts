// The story that `npm start` tells, in the terms that the demonstration asks for.

import { readFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parse } from 'yaml'
import type { CaseAnswer, DemoStory, LiveCase } from '#cli/demo-story.ts'
import { liveGroups, readMails, type Mail } from './corpus.ts'
import { startMailServer } from './mail-server.ts'
import { mailRoles, mailRow, tableText } from './mail-row.ts'
import type { Triage } from './model.ts'
import type { MailInput } from './parse-mail.ts'
import { proportion } from './proportion.ts'
import { trainWhenNeeded } from './train.ts'
import { testedFile } from './trained-model.ts'

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
  answerOf(output) {
    const { label: value, confidence } = (output as Triage | null) ?? {}
    return value === undefined || confidence === undefined ? undefined : { value, confidence }
  },
  tables: {
    settings: mailRoles,
    pilot: () => readFile(testedFile, 'utf8'),
    live: (cases) => tableText(cases.map(rowOf)),
  },
  proportion,
}

function caseOf({ id, input, label, receivedAt }: Mail): LiveCase {
  return { key: id, request: { input }, label, receivedAt }
}

function rowOf({ case: { request, label, receivedAt }, answer }: Parameters<DemoStory['tables']['live']>[0][number]) {
  return mailRow({ input: request.input as MailInput, receivedAt, label, answer: answerColumns(answer) })
}

/** What is listed of a decision is the confidence in its label. */
function answerColumns({ value, confidence }: CaseAnswer): { label: string; junkProbability: number } | undefined {
  if (value === null || confidence === null) return undefined
  return { label: value, junkProbability: value === 'junk' ? confidence : Math.round((1 - confidence) * 1e4) / 1e4 }
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
