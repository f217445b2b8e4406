import type { ReactNode } from 'react'

import classes from './below.module.css'
import { LoadingRows } from './loading-rows'

type BelowProps = {
  /** Whether it is known how much room is taken above. */
  isKnown: boolean
  /** None where what stands above says itself that it loads. */
  loadingRows?: number | undefined
  children: ReactNode
}

/**
 * What stands below something whose height is not known yet: it comes when that is known, so that nothing
 * pushes it down. Meanwhile it is there unseen, and asks for what it will show.
 */
export function Below({ isKnown, loadingRows = 16, children }: BelowProps) {
  return (
    <>
      {!isKnown && loadingRows > 0 && <LoadingRows rows={loadingRows} />}
      <div className={classes.below} hidden={!isKnown}>
        {children}
      </div>
    </>
  )
}
