import { Box, type BoxProps } from '@mantine/core'
import type { ReactNode } from 'react'

import classes from './sheet.module.css'

type SheetProps = Omit<BoxProps, 'className'> & {
  children: ReactNode
  label?: string
  /** With room at the edges: for text, not for tables. */
  isRoomy?: boolean
}

/** A white sheet on the paper: the frame of every part of a page. */
export function Sheet({ children, label, isRoomy = false, ...box }: SheetProps) {
  return (
    <Box
      component="section"
      className={classes.sheet}
      aria-label={label}
      data-roomy={isRoomy}
      {...box}
    >
      {children}
    </Box>
  )
}
