import { fileURLToPath } from 'node:url'

import react from '@vitejs/plugin-react'
import { defineConfig } from 'vitest/config'

import { compressedBeside, themeStyleSheet } from './build-plugins'

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url))

export default defineConfig({
  // From the root: the page is read at paths of any depth.
  base: '/',
  plugins: [react(), themeStyleSheet(), compressedBeside()],
  resolve: {
    alias: {
      '@': here('./src'),
      // Writes style sheets by script, to hold the page still beneath a dialog; base.css does that.
      'react-remove-scroll': here('./src/lib/no-remove-scroll.ts'),
    },
  },
  worker: { format: 'es' },
  build: {
    outDir: here('../src/cobranca/web_dist'),
    emptyOutDir: true,
    // The page's security policy lets fonts come from the server only, never from data: addresses.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    target: 'es2022',
    chunkSizeWarningLimit: 900,
  },
  server: { host: '127.0.0.1', port: 8889, proxy: { '/config.json': 'http://127.0.0.1:8888' } },
  test: {
    environment: 'jsdom',
    environmentOptions: { jsdom: { url: 'http://127.0.0.1:8888/' } },
    setupFiles: [here('./src/testing/setup.ts')],
    css: false,
    restoreMocks: true,
    testTimeout: 15_000,
  },
})
