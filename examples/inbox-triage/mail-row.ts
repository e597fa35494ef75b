// A mail as a row of a table, as an assessment compares them: the pilot's test mails with those that came live.
//
// What differs from mail to mail by nature is left out (the Date header), and so are senders’ names and addresses: they are people.
// Lists become how many there are.

import type { MailInput } from './parse-mail.ts'

export type MailRow = {
  /** RFC 3339. */
  readonly receivedAt: string
  readonly senderDomain: string | null
  readonly subject: string | null
  readonly body: string
  readonly format: string
  readonly charset: string | null
  readonly delayHours: number | null
  readonly undecodableShare: number
  readonly recipients: number
  readonly links: number
  readonly attachments: number
  readonly mailingList: boolean
  /** What turned out. */
  readonly label: string
  /** What the model said, and how likely it held junk to be; null where it was not asked. */
  readonly prediction: string | null
  readonly junkProbability: number | null
}

/** Which column is what. */
export const mailRoles = {
  target: 'label',
  prediction: 'prediction',
  score: 'junkProbability',
  positive: 'junk',
  timestamp: 'receivedAt',
  chunk: '1mo',
} as const

export type RowFacts = {
  readonly input: MailInput
  /** Milliseconds since 1970 UTC. */
  readonly receivedAt: number
  readonly label: string
  readonly answer: { readonly label: string; readonly junkProbability: number } | undefined
}

export function mailRow({ input, receivedAt, label, answer }: RowFacts): MailRow {
  const { from, subject, body, format, charset, delayHours, undecodableShare, mailingList } = input
  return {
    receivedAt: new Date(receivedAt).toISOString(),
    senderDomain: from?.split('@').at(-1)?.toLowerCase() ?? null,
    subject,
    body,
    format,
    charset,
    delayHours,
    undecodableShare,
    recipients: input.to.length,
    links: input.links.length,
    attachments: input.attachments.length,
    mailingList,
    label,
    prediction: answer?.label ?? null,
    junkProbability: answer?.junkProbability ?? null,
  }
}

/** NDJSON. */
export function tableText(rows: readonly MailRow[]): string {
  return rows.map((row) => `${JSON.stringify(row)}\n`).join('')
}
