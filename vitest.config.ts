import { defineConfig } from 'vitest/config'

export default defineConfig({
  // Tests run the sources: `#core/*` resolves to src, as it does under `node --conditions=source`.
  resolve: { conditions: ['source'] },
  ssr: { resolve: { conditions: ['source'], externalConditions: ['source'] } },
  test: {
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: [
            'src/**/*.test.ts',
            'examples/**/*.test.ts',
            'scripts/**/*.test.ts',
            'test/*.test.ts',
            'test/conformance/**/*.test.ts',
          ],
        },
      },
      { extends: true, test: { name: 'web', include: ['web/src/**/*.test.{ts,tsx}'] } },
      // Whole servers, real faults, a real browser: slower, and one at a time so that they do not starve each other.
      {
        extends: true,
        test: {
          name: 'system',
          include: ['test/{e2e,faults}/**/*.test.ts'],
          testTimeout: 120_000,
          hookTimeout: 120_000,
          fileParallelism: false,
        },
      },
    ],
  },
})
