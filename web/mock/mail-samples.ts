// Mails made up for the mock. Senders are roles; the domains are reserved for examples (RFC 2606).

export type Mail = {
  readonly from: string
  readonly subject: string
  readonly date: string
  readonly charset: string
  readonly links: readonly string[]
  readonly body: string
}

const long = `Dear subscriber,

this is the weekly digest of the list. Please find the topics of the last seven days below; replies go to the list, not to
this address.

1. Build fails on the older compiler
   The change of last Tuesday uses a header that the older compiler does not ship. Two of us could reproduce it on a clean
   machine, one could not. The proposal is to guard the include and to add the older compiler to the nightly build, so that
   it is seen before a release and not after.

2. Mirrors
   Three mirrors answer slowly. If yours is among them, check whether the nightly synchronisation still runs at the full
   hour: everybody's does, and the main server cannot serve them all at once. Spreading it over the hour was suggested twice
   and found no opponent.

3. Meeting
   The next meeting is on the second Thursday at the usual place. Topics so far: the release, the mirrors, who keeps the
   archive. Whoever wants to speak about something else writes it on the page.

4. Licence of the pictures
   The pictures in the manual come from at least two sources. One of them asks to be named. A list of what comes from where
   would help; whoever drew one knows best.

To leave the list, send a mail with the word "unsubscribe" in the subject to the address of the list's robot.

-- 
The list's robot
`

const texts: readonly Pick<Mail, 'from' | 'subject' | 'body' | 'links'>[] = [
  {
    from: 'offers@shop.example',
    subject: 'Last chance: everything must go!!!',
    body: 'Dear friend,\n\nyou have been SELECTED. Reply within 24 hours to claim your prize. No purchase necessary, no questions asked.\n\nClick: http://shop.example/claim?id=[redacted]\n',
    links: ['http://shop.example/claim'],
  },
  { from: 'list@lists.example', subject: '[digest] Build, mirrors, meeting, pictures', body: long, links: [] },
  {
    from: 'billing@hosting.example',
    subject: 'Your invoice for February',
    body: 'Hello,\n\nyour invoice for February is attached. The amount will be charged on the 15th.\n\nRegards\nBilling\n',
    links: ['https://hosting.example/invoices'],
  },
  {
    from: 'winner@lottery.example',
    subject: 'CONGRATULATIONS you won',
    body: 'Your address was drawn from a pool of 25,000 names. To receive the sum send your bank details to the office below.\n\nTelephone: [redacted]\n',
    links: [],
  },
  {
    from: 'support@software.example',
    subject: 'Re: crash when saving',
    body: 'Thank you for the report. Could you send the log of the moment it crashed? It lies next to the program.\n\n> It crashes whenever I save twice within a second.\n',
    links: [],
  },
]

/** The n-th mail; they repeat. */
export function mail(n: number): Mail {
  const text = texts[n % texts.length]
  if (text === undefined) throw new Error('Invariant broken: there are texts')
  return { date: '2026-03-03T14:02:51Z', charset: 'utf-8', ...text }
}
