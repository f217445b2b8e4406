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

/** Ink and paper by night, in the place of Mantine's neutral greys: text first, the ground last. */
const dark: MantineColorsTuple = [
  '#e8eeec',
  '#cdd8d5',
  '#a3b1ad',
  '#8b9a96',
  '#3c4b48',
  '#24312f',
  '#1c2826',
  '#101817',
  '#0d1413',
  '#0a100f',
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
  colors: { petrol, red: brick, yellow: amber, dark },
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
    '--ink-faint': '#8a938f',
    '--danger': '#a8352b',
    '--link': '#0d4e4a',
    '--head': '#0c3b3a',
    '--mark': '#0c3b3a',
    '--hover': '#eaf4f2',
    '--soft': '#fbfaf7',
    '--track': '#e8e6dc',
    '--notice': '#fdfaf1',
    '--notice-ink': '#6d4508',
    '--notice-rule': '#ecd9b2',
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
  dark: {
    '--mantine-color-dimmed': '#a3b1ad',
    '--mantine-color-body': '#101817',
    '--mantine-color-anchor': '#7cc4ba',
    '--mantine-color-error': '#f29a90',
    '--mantine-color-default': '#172120',
    '--paper': '#101817',
    '--sheet': '#172120',
    '--rule': '#2a3735',
    '--rule-strong': '#3c4b48',
    '--ink': '#e8eeec',
    '--ink-soft': '#a3b1ad',
    '--ink-faint': '#8b9a96',
    '--danger': '#f29a90',
    '--link': '#7cc4ba',
    '--head': '#0a2423',
    '--mark': '#7cc4ba',
    '--hover': '#1d312f',
    '--soft': '#1a2524',
    '--track': '#2a3735',
    '--notice': '#221d10',
    '--notice-ink': '#f0c98a',
    '--notice-rule': '#4a3a17',
    '--tone-waiting': '#a3b1ad',
    '--tone-working': '#8abbe8',
    '--tone-done': '#6fcf9f',
    '--tone-attention': '#f0bf6a',
    '--tone-failed': '#f29a90',
    '--tone-removed': '#a3b1ad',
    '--tone-waiting-bg': '#26312f',
    '--tone-working-bg': '#17293a',
    '--tone-done-bg': '#16302a',
    '--tone-attention-bg': '#33270f',
    '--tone-failed-bg': '#3a1c19',
    '--tone-removed-bg': '#26312f',
  },
})
