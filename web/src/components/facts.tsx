import type { ReactNode } from 'react'

import classes from './facts.module.css'

export type Fact = [name: string, value: ReactNode]

/** What is known of one thing: in a row, or in two columns. */
export function Facts({ facts, isGrid = false }: { facts: Fact[]; isGrid?: boolean }) {
  return (
    <dl className={classes.facts} data-grid={isGrid}>
      {facts.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  )
}
