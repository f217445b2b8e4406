/** What the build does beyond Vite: the theme as a style sheet, and compressed files beside the others. */
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { brotliCompressSync, constants, gzipSync } from 'node:zlib'

import {
  convertCssVariables,
  DEFAULT_THEME,
  defaultCssVariablesResolver,
  mergeMantineTheme,
} from '@mantine/core'
import type { Plugin } from 'vite'

import { cssVariables, theme } from './src/components/theme'

const THEME = 'virtual:theme.css'
/** The colours that the page's components take; Mantine has ten more. */
const COLORS = ['petrol', 'red', 'yellow', 'gray', 'dark']

function themeCss(): string {
  const merged = mergeMantineTheme(DEFAULT_THEME, theme)
  const used = Object.entries(merged.colors).filter(([name]) => COLORS.includes(name))
  const known = defaultCssVariablesResolver({
    ...merged,
    colors: Object.fromEntries(used) as typeof merged.colors,
  })
  const own = cssVariables(merged)
  return convertCssVariables({
    variables: { ...known.variables, ...own.variables },
    light: { ...known.light, ...own.light },
    dark: { ...known.dark, ...own.dark },
  })
}

/** `virtual:theme.css` has the theme's variables, which Mantine would write into the page at run time. */
export function themeStyleSheet(): Plugin {
  return {
    name: 'theme-style-sheet',
    resolveId: (id) => (id === THEME ? `\0${THEME}` : undefined),
    load: (id) => (id === `\0${THEME}` ? themeCss() : undefined),
  }
}

const COMPRESSIBLE = /\.(js|css|html|svg|json)$/
/** Below that a compressed file saves no packet. */
const BYTES_MIN = 1024

/** Write `.br` and `.gz` beside each file that gets smaller by it; the page's server chooses. */
export function compressedBeside(): Plugin {
  let folder = ''
  return {
    name: 'compressed-beside',
    apply: 'build',
    configResolved(config) {
      folder = config.build.outDir
    },
    closeBundle() {
      for (const name of readdirSync(folder, { recursive: true, encoding: 'utf-8' })) {
        const path = join(folder, name)
        if (!COMPRESSIBLE.test(name) || statSync(path).size < BYTES_MIN) continue
        const bytes = readFileSync(path)
        const params = { [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length }
        writeFileSync(`${path}.br`, brotliCompressSync(bytes, { params }))
        writeFileSync(`${path}.gz`, gzipSync(bytes, { level: 9 }))
      }
    },
  }
}
