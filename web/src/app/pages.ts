// The pages that exist, in the order of the rail.

export const pages = [
  { to: '/', words: 'Home' },
  { to: '/review', words: 'Review' },
  { to: '/use-cases', words: 'Use cases' },
  { to: '/assessments', words: 'Assessments' },
  { to: '/decisions', words: 'Decisions' },
  { to: '/actions', words: 'Actions' },
  { to: '/keys', words: 'Keys' },
  { to: '/log-status', words: 'Log' },
] as const
