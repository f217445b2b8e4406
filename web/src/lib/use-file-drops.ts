import { useEffect, useRef } from 'react'

type FileDropsOptions = {
  /** Whether files are held over the window. */
  onOver: (isOver: boolean) => void
  onDrop: (files: File[]) => void
}

/** Hear of files that are let fall anywhere; left alone, the browser would leave the page for them. */
export function useFileDrops(options: FileDropsOptions): void {
  const latest = useRef(options)
  useEffect(() => {
    latest.current = options
  })
  useEffect(() => {
    const over = (event: DragEvent) => {
      event.preventDefault()
      if (event.dataTransfer?.types.includes('Files')) latest.current.onOver(true)
    }
    const leave = (event: DragEvent) => {
      // Only who leaves the window goes to nothing.
      if (!event.relatedTarget) latest.current.onOver(false)
    }
    const drop = (event: DragEvent) => {
      event.preventDefault()
      latest.current.onOver(false)
      const files = [...(event.dataTransfer?.files ?? [])]
      if (files.length > 0) latest.current.onDrop(files)
    }
    window.addEventListener('dragover', over)
    window.addEventListener('dragleave', leave)
    window.addEventListener('drop', drop)
    return () => {
      window.removeEventListener('dragover', over)
      window.removeEventListener('dragleave', leave)
      window.removeEventListener('drop', drop)
    }
  }, [])
}
