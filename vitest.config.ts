import { defineConfig } from 'vitest/config'

export default defineConfig({
  // Tests run the sources: `#core/*` resolves to src, as it does under `node --conditions=source`.
  resolve: { conditions: ['source'] },
  ssr: { resolve: { conditions: ['source'], externalConditions: ['source'] } },
  test: {
    // Limits find what hangs; they say nothing about speed, and machines that are shared can be very slow. Slowest is what waits
    // for the embedded database: its thread stands back, and gets a tenth of a core that another program wants as well.
    testTimeout: 900_000,
    hookTimeout: 900_000,
    expect: { poll: { timeout: 300_000, interval: 20 } },
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
      // Whole servers and whole files of data.
      {
        extends: true,
        test: { name: 'system', include: ['test/{e2e/gateway,assess}/**/*.test.ts'] },
      },
      // Real faults and a real browser: after the others and one at a time, so that they do not starve each other.
      {
        extends: true,
        test: {
          name: 'alone',
          include: ['test/{e2e/ui,faults}/**/*.test.ts'],
          fileParallelism: false,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
})
