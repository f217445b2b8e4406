/** Hand a blob to the browser's downloads under a name. */
export function saveBlob(blob: Blob, name: string): void {
  const address = URL.createObjectURL(blob)
  followDownload(address, name)
  // The download has its own hold on the blob once begun; a minute is ample for the browser to begin.
  setTimeout(() => URL.revokeObjectURL(address), 60_000)
}

/** Have the browser save what is at an address. */
export function followDownload(address: string, name: string): void {
  const link = document.createElement('a')
  link.href = address
  link.download = name
  document.body.append(link)
  link.click()
  link.remove()
}
