// Sign-in with a key. It says where the first one is found, because everybody needs that once.

import { useNavigate, useSearch } from '@tanstack/react-router'
import { useEffect, useState, type SubmitEvent } from 'react'
import { failureWords } from '../api/failure.ts'
import { useServices } from '../app/services.ts'
import { command } from '../text/command.ts'
import { Button } from '../ui/button.tsx'
import { CopyText } from '../ui/copy-text.tsx'
import { TextField } from '../ui/field.tsx'
import { textOf } from '../ui/form-text.ts'
import { toneBox } from '../ui/verdict.tsx'

export function SignInPage() {
  const { api, session } = useServices()
  const navigate = useNavigate()
  const { next } = useSearch({ from: '/sign-in' })
  const [problem, setProblem] = useState<string>()
  const [isBusy, setBusy] = useState(false)
  useEffect(() => {
    document.title = 'Sign in – Airworthy'
  }, [])

  async function onSubmit(event: SubmitEvent<HTMLFormElement>): Promise<void> {
    event.preventDefault()
    const key = textOf(new FormData(event.currentTarget), 'key').trim()
    if (key === '') return setProblem('Paste a key first.')
    setBusy(true)
    try {
      await api.me({ key })
      session.signIn(key)
      await navigate({ href: next ?? '/' })
    } catch (error) {
      const words = failureWords(error)
      const isWrong = words.kind === 'unauthenticated'
      setProblem(
        isWrong ? 'This key is unknown or was revoked. Check that it was copied whole.' : `${words.what} ${words.todo}`,
      )
      setBusy(false)
    }
  }

  return (
    <main className="mx-auto max-w-[28rem] px-4 py-[12vh]">
      <h1 className="text-28">Airworthy</h1>
      <p className="mt-1 text-16 text-soft">Sign in with your key.</p>
      {session.reason() === null ? null : (
        <output className={`mt-4 block ${toneBox('watch')}`}>{session.reason()}</output>
      )}
      <form className="mt-6 flex flex-col gap-4" onSubmit={(event) => void onSubmit(event)} noValidate>
        <TextField
          label="Key"
          name="key"
          type="password"
          autoComplete="off"
          spellCheck={false}
          required
          problem={problem}
          hint="It stays in this tab and is forgotten when the tab is closed."
        />
        <Button kind="primary" type="submit" isBusy={isBusy}>
          Sign in
        </Button>
      </form>
      <section className="mt-8 border-t border-line pt-4 text-13 text-soft">
        <h2 className="text-13 text-ink">Where is my key?</h2>
        <p className="mt-1">
          The first key, with every right, was printed once when the server first started. It also lies in the server’s
          data folder:
        </p>
        <div className="mt-2">
          <CopyText text="cat .airworthy/admin-key" label="command" />
        </div>
        <p className="mt-3">Everybody else gets a key from somebody who has that right, on the page Keys or by:</p>
        <div className="mt-2">
          <CopyText text={command('key create --name service-desk --role reviewer')} label="command" />
        </div>
      </section>
    </main>
  )
}
