// Puts a text where SQLite's balancing of an index may leave one: into the unused middle of a page, where no query shows it
// and no statement overwrites it. For a log that nobody has open.

import { closeSync, fsyncSync, openSync, readSync, writeSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'

/** Into the page of `index` with the most room. https://www.sqlite.org/fileformat2.html#b_tree_pages */
export function plantStaleCopy(file: string, index: string, text: string): void {
  const db = new DatabaseSync(file)
  db.exec('pragma wal_checkpoint(truncate)')
  const size = Number(db.prepare('pragma page_size').get()?.['page_size'])
  const roomiest = db.prepare(
    `select pageno from dbstat where name = ? and pagetype = 'leaf' order by unused desc limit 1`,
  )
  const start = (Number(roomiest.get(index)?.['pageno']) - 1) * size
  db.close()

  const descriptor = openSync(file, 'r+')
  const page = Buffer.alloc(size)
  readSync(descriptor, page, 0, size, start)
  // Header of a leaf: 8 bytes; then two for each cell; the cells' contents lie at the end of the page.
  const cells = page.readUInt16BE(3)
  const [from, to] = [8 + 2 * cells, page.readUInt16BE(5) || 65_536]
  if (to - from < 3 * text.length) throw new Error(`no room for "${text}" in a page of ${index}`)
  writeSync(descriptor, text, Math.floor((from + to - text.length) / 2) + start, 'latin1')
  fsyncSync(descriptor)
  closeSync(descriptor)
}
