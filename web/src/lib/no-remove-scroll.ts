/** In the place of a package of the dialogs' that the page's security policy would stop. */
import { createElement, Fragment, type ReactNode } from 'react'

export const RemoveScroll = Object.assign(
  ({ children }: { children: ReactNode }) => createElement(Fragment, null, children),
  { classNames: { fullWidth: '', zeroRight: '' } },
)
