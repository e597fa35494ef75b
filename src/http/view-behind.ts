// Lists come from the view. When it has not caught up in time, the answer says by how much it is old; and every answer says
// which position of the view it is at least as new as, so that a client that opens the live stream next can name it there
// (Last-Event-ID) and misses nothing in between.

import type { FastifyInstance, FastifyReply } from 'fastify'

/** Entries of the log that the answer does not know yet. */
const viewBehindHeader = 'airworthy-view-behind'

export function sayViewBehind(reply: FastifyReply, behind: number): void {
  if (behind > 0) void reply.header(viewBehindHeader, String(behind))
}

const viewPositionHeader = 'airworthy-view-position'

/** On every route of `app`. */
export function sayViewPosition(app: FastifyInstance, view: { position(): number }): void {
  app.addHook('onRequest', (_request, reply, done) => {
    void reply.header(viewPositionHeader, String(view.position()))
    done()
  })
}
