// An address that leads nowhere.

import { Link } from '@tanstack/react-router'

export function MissingPage() {
  return (
    <main className="mx-auto max-w-[40rem] px-4 py-16">
      <h1>There is no page at this address.</h1>
      <p className="mt-2 text-soft">It may have been mistyped, or the link is from another version.</p>
      <p className="mt-4">
        <Link to="/">Go to Home</Link>
      </p>
    </main>
  )
}
