// Progress of a long step: a bar on a terminal, now and then a line where there is none (a log, a CI run).

import { Presets, SingleBar } from 'cli-progress'
import { formatCount, say } from './output.ts'

export type Step = {
  /** Cheap: may be called for every item. */
  readonly update: (done: number, total: number) => void
  /** Ends the step with what came of it. */
  readonly end: (result: string) => void
}

export function startStep(name: string, stream: NodeJS.WriteStream = process.stderr): Step {
  return stream.isTTY ? barStep(name, stream) : lineStep(name)
}

function barStep(name: string, stream: NodeJS.WriteStream): Step {
  const bar = new SingleBar(
    { format: `${name} {bar} {value}/{total}`, stream, hideCursor: true, clearOnComplete: true, barsize: 30 },
    Presets.shades_classic,
  )
  let isStarted = false
  stream.write(`${name} …`)
  return {
    update(done, total) {
      if (!isStarted) stream.write('\r\u001b[K')
      if (!isStarted) bar.start(total, 0)
      isStarted = true
      bar.update(done)
    },
    end(result) {
      if (isStarted) bar.stop()
      else stream.write('\r\u001b[K')
      say(`${name}: ${result}`)
    },
  }
}

function lineStep(name: string): Step {
  let said = 0
  say(`${name} …`)
  return {
    update(done, total) {
      const quarter = Math.floor((done * 4) / total)
      if (quarter <= said || quarter === 4) return
      said = quarter
      say(`${name}: ${formatCount(done)} of ${formatCount(total)}`)
    },
    end: (result) => say(`${name}: ${result}`),
  }
}
