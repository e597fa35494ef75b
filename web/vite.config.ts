// How the UI is built and developed. The server answers with a strict content security policy, so nothing may be inlined:
// no data: URLs, no inline scripts, no inline styles.
//
//   vite web                developed against a running server (AIRWORTHY_SERVER, default http://127.0.0.1:8700)
//   vite web --mode mock    developed against the mock API of web/mock; sign in with any of the keys it prints
//   vite build web          web/dist

import { resolve } from 'node:path'
import tailwindcss from '@tailwindcss/vite'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'
import { mockApiPlugin } from './mock/mock-api-plugin.ts'

const server = process.env['AIRWORTHY_SERVER'] ?? 'http://127.0.0.1:8700'

export default defineConfig(({ mode }) => ({
  root: import.meta.dirname,
  // Limits that the server says too; everything else of the wire is types alone.
  resolve: { alias: { '#wire': resolve(import.meta.dirname, '../src/wire') } },
  plugins: [react(), tailwindcss(), ...(mode === 'mock' ? [mockApiPlugin()] : [])],
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    target: 'es2023',
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
  server: { port: 8701, proxy: mode === 'mock' ? {} : { '/api': server, '/v1': server } },
}))
