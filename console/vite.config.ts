import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

// Paths that the platform answers; everything else is the console's.
const platformPaths = ['/quayside', '/v3', '/v5', '/health', '/resources', '/docs', '/metrics']
const target = process.env.CONSOLE_DEV_TARGET ?? 'http://127.0.0.1:8080'

export default defineConfig({
  plugins: [react()],
  // The server puts a fresh nonce in its place with each answer: styles made at run time need it (style-nonce.ts).
  html: { cspNonce: '__CSP_NONCE__' },
  build: {
    target: 'es2023',
    // Nothing as a data: address, so that every file has its own name and is kept by the browser for long.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: true,
    rolldownOptions: {
      treeshake: {
        // antd's own parts do not say of themselves that importing them does nothing. They import each other's
        // indexes: without this the whole of its forms is loaded for one context of them, before anything is shown.
        moduleSideEffects: [{ test: /node_modules\/@rc-component\//, sideEffects: false }],
      },
    },
  },
  server: {
    proxy: Object.fromEntries(platformPaths.map((path) => [path, { target }])),
  },
})
