// Names a module that a worker thread is to run: `.ts` beside a source, `.js` beside what tsc made of it.
//
// tsc rewrites the endings of imports, not of strings, so a worker's file cannot simply be written as a string.

/** `sibling(import.meta.url, 'sqlite-writer')` → the URL of that module in the same folder. */
export function siblingModule(moduleUrl: string, stem: string): URL {
  return new URL(`./${stem}${moduleUrl.endsWith('.ts') ? '.ts' : '.js'}`, moduleUrl)
}
