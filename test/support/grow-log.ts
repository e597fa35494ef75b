// A process that appends to a log and grows its tree until it is killed: `node grow-log.ts <folder>`. Every checkpoint that
// it was told of, it prints: whoever reads the line may rely on it.

import { openSqliteLog } from '#log/sqlite-log.ts'
import { openSqliteTree } from '#log/sqlite-tree.ts'

const dir = process.argv[2] ?? ''
const log = await openSqliteLog({ dir })
const tree = await openSqliteTree({ dir, log })
tree.onCheckpoint(({ size, root }) => process.stdout.write(`${size} ${root}\n`))
for (;;) {
  const from = log.head()
  await Promise.all(
    Array.from({ length: 50 }, (_, i) =>
      log.append({ entry: Buffer.from(`entry ${from + i}`), id: `entry-${from + i}` }),
    ),
  )
}
