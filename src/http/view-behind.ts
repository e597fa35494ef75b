// Lists come from the view. When it has not caught up in time, the answer says by how much it is old.

import type { FastifyReply } from 'fastify'

/** Entries of the log that the answer does not know yet. */
const viewBehindHeader = 'airworthy-view-behind'

export function sayViewBehind(reply: FastifyReply, behind: number): void {
  if (behind > 0) void reply.header(viewBehindHeader, String(behind))
}
