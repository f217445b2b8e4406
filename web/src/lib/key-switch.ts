import { useState } from 'react'

const STORAGE_KEY = 'cobranca.keys'

/** Whether single keys act; who dictates, or rests a hand on the keyboard, turns them off (WCAG 2.1.4). */
export function areKeysOn(): boolean {
  return window.localStorage.getItem(STORAGE_KEY) !== 'off'
}

/** The switch of the single keys, kept in this browser. */
export function useKeySwitch(): [boolean, () => void] {
  const [on, setOn] = useState(areKeysOn)
  const turn = () => {
    window.localStorage.setItem(STORAGE_KEY, on ? 'off' : 'on')
    setOn(!on)
  }
  return [on, turn]
}
