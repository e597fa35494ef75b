// The keys that work on this page, and the switch for those without Ctrl.

import { Fragment } from 'react'
import { Dialog } from '../ui/dialog.tsx'
import { Keycap } from '../ui/keycap.tsx'
import { useKeyboard } from './keys.tsx'

export function KeysOverlay({ isOpen, onClose }: { isOpen: boolean; onClose: () => void }) {
  return (
    <Dialog open={isOpen} onClose={onClose} title="Keys">
      <KeyList />
    </Dialog>
  )
}

/** Drawn anew each time that the dialog opens: which keys there are depends on the page. */
function KeyList() {
  const { registry, singleKeys, setSingleKeys } = useKeyboard()
  return (
    <>
      {registry.groups().map((group) => (
        <section key={group.title} className="mt-4">
          <h3 className="mb-1 text-13 text-soft">{group.title}</h3>
          <dl className="grid grid-cols-[6rem_1fr] gap-y-1.5">
            {group.bindings.map((binding) => (
              <Fragment key={binding.keys}>
                <dt>
                  <Keycap>{binding.keys}</Keycap>
                  <span className="sr-only">{binding.keys}</span>
                </dt>
                <dd>{binding.does}</dd>
              </Fragment>
            ))}
          </dl>
        </section>
      ))}
      <label className="mt-5 flex items-start gap-2 border-t border-line pt-3">
        <input
          type="checkbox"
          className="mt-1 accent-ink"
          checked={singleKeys}
          onChange={(event) => setSingleKeys(event.target.checked)}
        />
        <span>
          Keys without Ctrl
          <span className="block text-12 text-faint">
            Switch them off if you dictate or press keys unwillingly. Everything can be done without them.
          </span>
        </span>
      </label>
    </>
  )
}
