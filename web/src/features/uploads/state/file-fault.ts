/** Why a file is not even sent; null when it may be. `bytesMax` is null while the limit is unknown. */
export function faultOf(file: File, bytesMax: number | null): 'empty' | 'tooLarge' | null {
  if (file.size === 0) return 'empty'
  return bytesMax !== null && file.size > bytesMax ? 'tooLarge' : null
}
