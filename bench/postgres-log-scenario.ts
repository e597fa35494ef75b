// Appends on PostgreSQL against COPY of the same entries in the same batches into a bare table, on the server that
// BENCH_DATABASE_URL names (else the usual place on this machine). Each round measures both in turn.
//
// Writers are a closed loop: each appends its next entry, with an id as the gateway makes them, when the last is durable. The
// batches that this gives on average are what COPY is then given, each a transaction of its own.

import { randomBytes } from 'node:crypto'
import { Client, type Connection } from 'pg'
import { uuidV7 } from '#core/kernel/id.ts'
import { openPostgresLog } from '#log/postgres-log.ts'
import type { Figure, Scenario } from './scenarios.ts'
import { median, spread } from './summarise.ts'

const serverUrl = process.env['BENCH_DATABASE_URL'] ?? 'postgres://postgres@127.0.0.1:5432/postgres'
const entryBytes = 1_024
const rounds = 5
const roundMs = 3_000

export const postgresLogScenario: Scenario = { name: 'postgres-log', run }

async function run(): Promise<readonly Figure[]> {
  const name = `airworthy_bench_${randomBytes(4).toString('hex')}`
  await onServer(`create database ${name}`)
  const url = Object.assign(new URL(serverUrl), { pathname: `/${name}` }).href
  try {
    return [...(await withWriters(url, 32)), ...(await withWriters(url, 512))]
  } finally {
    await onServer(`drop database ${name} with (force)`)
  }
}

async function onServer(statement: string): Promise<void> {
  const client = new Client({ connectionString: serverUrl })
  await client.connect()
  await client.query(statement)
  await client.end()
}

async function withWriters(url: string, writers: number): Promise<readonly Figure[]> {
  const log = await openPostgresLog({ url })
  const copier = new Client({ connectionString: url })
  await copier.connect()
  await copier.query('set synchronous_commit = on')
  await copier.query('create table if not exists public.bare (idx bigint primary key, bytes bytea not null)')
  const append = () => appendFor(log, writers)
  await append()
  const ratios: number[] = []
  const rates: number[] = []
  for (let round = 0; round < rounds; round++) {
    const ours = await append()
    const peer = await copyFor(copier, ours.perBatch)
    ratios.push(ours.perSecond / peer)
    rates.push(ours.perSecond)
  }
  await copier.query('drop table public.bare')
  await copier.end()
  await log.close()
  return [
    {
      what: `appends/s on PostgreSQL against COPY in the same batches, ${writers} writers, 1-KiB entries`,
      value: spread(ratios),
      target: '≥ 0.3',
      holds: median(ratios) >= 0.3,
    },
    {
      what: `appends/s on PostgreSQL, ${writers} writers, for orientation`,
      value: spread(rates, 0),
      target: '–',
      holds: undefined,
    },
  ]
}

type Appends = { readonly perSecond: number; readonly perBatch: number }

async function appendFor(log: Awaited<ReturnType<typeof openPostgresLog>>, writers: number): Promise<Appends> {
  const started = performance.now()
  let entries = 0
  let batches = 0
  // A batch is answered as a whole, and then the head moves once.
  const stop = log.onGrowth(() => batches++)
  const writer = async () => {
    while (performance.now() - started < roundMs) {
      await log.append({ id: uuidV7(Date.now(), randomBytes(10)), entry: randomBytes(entryBytes) })
      entries++
    }
  }
  await Promise.all(Array.from({ length: writers }, writer))
  stop()
  return {
    perSecond: entries / ((performance.now() - started) / 1_000),
    perBatch: Math.max(1, Math.round(entries / batches)),
  }
}

/** Rows per second. */
async function copyFor(client: Client, perBatch: number): Promise<number> {
  await client.query('truncate public.bare')
  const started = performance.now()
  let rows = 0
  while (performance.now() - started < roundMs) {
    await copyBatch(client, rows, perBatch)
    rows += perBatch
  }
  return rows / ((performance.now() - started) / 1_000)
}

const copyHead = Buffer.from('PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0', 'latin1')
const copyEnd = Buffer.from([0xff, 0xff])

/** https://www.postgresql.org/docs/18/sql-copy.html, binary format: the fastest that a client can send. */
function copyBatch(client: Client, from: number, count: number): Promise<void> {
  const rows = Array.from({ length: count }, (_, n) => {
    const row = Buffer.allocUnsafe(18 + entryBytes)
    row.writeInt16BE(2, 0)
    row.writeInt32BE(8, 2)
    row.writeBigInt64BE(BigInt(from + n), 6)
    row.writeInt32BE(entryBytes, 14)
    randomBytes(entryBytes).copy(row, 18)
    return row
  })
  return copyIn(client, Buffer.concat([copyHead, ...rows, copyEnd]))
}

type CopyConnection = Connection & { sendCopyFromChunk(chunk: Buffer): void; endCopyFrom(): void }

/** One COPY, one transaction. The driver leaves this much of the protocol to whoever submits a query of his own. */
function copyIn(client: Client, data: Buffer): Promise<void> {
  return new Promise((resolve, reject) => {
    const query = {
      submit(connection: Connection) {
        connection.query('copy public.bare from stdin binary')
      },
      handleCopyInResponse(connection: CopyConnection) {
        connection.sendCopyFromChunk(data)
        connection.endCopyFrom()
      },
      handleCommandComplete: () => undefined,
      handleReadyForQuery: () => resolve(),
      handleError: reject,
      callback: (error?: Error) => error && reject(error),
    }
    client.query(query)
  })
}
