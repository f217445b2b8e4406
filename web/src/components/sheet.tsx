import { Box, type BoxProps } from '@mantine/core'
import type { ReactNode } from 'react'

import classes from './sheet.module.css'

type SheetProps = BoxProps & { children: ReactNode; label?: string; testId?: string }

/** A white sheet on the paper: the frame of every part of a page. */
export function Sheet({ children, label, testId, ...box }: SheetProps) {
  return (
    <Box
      component="section"
      className={classes.sheet}
      aria-label={label}
      data-testid={testId}
      {...box}
    >
      {children}
    </Box>
  )
}
