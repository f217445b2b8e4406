import {
  createTheme,
  Drawer,
  Modal,
  type CSSVariablesResolver,
  type MantineColorsTuple,
} from '@mantine/core'

/** Petrol ink: the page's one strong colour. */
const petrol: MantineColorsTuple = [
  '#eaf4f2',
  '#d5e6e3',
  '#aacdc7',
  '#7cb2aa',
  '#559a91',
  '#3a877d',
  '#26766d',
  '#14615a',
  '#0d4e4a',
  '#0c3b3a',
]

/** Brick and amber in place of the louder stock colours: for what failed, and for what needs a look. */
const brick: MantineColorsTuple = [
  '#fcefed',
  '#f6dcd9',
  '#ebb6b0',
  '#df8d84',
  '#d56b60',
  '#cc5247',
  '#be4237',
  '#a8352b',
  '#922c24',
  '#7a231d',
]
const amber: MantineColorsTuple = [
  '#fdf5e4',
  '#faead0',
  '#f2d4a2',
  '#eabd70',
  '#e0a53c',
  '#cf9129',
  '#b87a14',
  '#a8660a',
  '#8a5306',
  '#6d4508',
]

const SANS = "'IBM Plex Sans', system-ui, -apple-system, 'Segoe UI', sans-serif"
const MONO = "'IBM Plex Mono', ui-monospace, 'Cascadia Mono', Menlo, monospace"

const dialogStyles = {
  header: { background: 'var(--sheet)' },
  content: { background: 'var(--sheet)' },
  title: { fontWeight: 600 },
}

const dialogProps = {
  // A page has one banner, and a dialog's head is none. The page beneath is held still by base.css.
  attributes: { header: { role: 'presentation' } },
  lockScroll: false,
  // `Esc` is dealt out by useLayer, to the topmost alone.
  closeOnEscape: false,
} as const

export const theme = createTheme({
  colors: { petrol, red: brick, yellow: amber },
  primaryColor: 'petrol',
  primaryShade: 7,
  fontFamily: SANS,
  fontFamilyMonospace: MONO,
  headings: {
    fontFamily: SANS,
    fontWeight: '600',
    sizes: {
      h1: { fontSize: '1.625rem', lineHeight: '1.25' },
      h2: { fontSize: '1.125rem', lineHeight: '1.35' },
      h3: { fontSize: '0.9375rem', lineHeight: '1.4' },
    },
  },
  defaultRadius: 6,
  cursorType: 'pointer',
  focusRing: 'auto',
  black: '#16211f',
  components: {
    Modal: Modal.extend({ styles: dialogStyles, defaultProps: dialogProps }),
    Drawer: Drawer.extend({ styles: dialogStyles, defaultProps: dialogProps }),
  },
})

export const cssVariables: CSSVariablesResolver = () => ({
  variables: {
    '--paper': '#f6f5f0',
    '--sheet': '#ffffff',
    '--rule': '#e0ded4',
    '--rule-strong': '#c9c6b8',
    '--ink': '#16211f',
    '--ink-soft': '#55605d',
    '--danger': '#a8352b',
    '--tone-waiting': '#646e6a',
    '--tone-working': '#2f6fb0',
    '--tone-done': '#1c7a55',
    '--tone-attention': '#a8660a',
    '--tone-failed': '#b3352b',
    '--tone-removed': '#646e6a',
    '--tone-waiting-bg': '#eeeeea',
    '--tone-working-bg': '#e6eff8',
    '--tone-done-bg': '#e3f2ea',
    '--tone-attention-bg': '#fbf0dc',
    '--tone-failed-bg': '#fbe8e5',
    '--tone-removed-bg': '#eeeeea',
  },
  light: { '--mantine-color-dimmed': '#55605d', '--mantine-color-body': '#f6f5f0' },
  dark: {},
})
