// How the report of an assessment is built for Node: one module without dependencies, its style inside. See
// docs/decisions/0013-one-report-for-file-and-ui.md.

import react from '@vitejs/plugin-react'
import { resolve } from 'node:path'
import { defineConfig } from 'vite'

export default defineConfig({
  root: import.meta.dirname,
  publicDir: false,
  plugins: [react()],
  ssr: { noExternal: true },
  // React's own build for production; read when the bundle is made.
  define: { 'process.env.NODE_ENV': JSON.stringify('production') },
  build: {
    ssr: 'src/report/render-report.tsx',
    outDir: resolve(import.meta.dirname, '../dist/report'),
    emptyOutDir: true,
    target: 'node20',
    minify: true,
    rollupOptions: { output: { entryFileNames: 'render-report.js', codeSplitting: false } },
  },
})
