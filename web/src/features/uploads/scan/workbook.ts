/** A workbook (.xlsx, .ods, .xls) is told by how its bytes begin; the browser does not look inside. */

const BEGINNINGS = [
  [0x50, 0x4b, 0x03, 0x04],
  [0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1],
]

/** Whether these first bytes are a workbook's, or another archive's: the API tells them apart. */
export function isWorkbook(bytes: Uint8Array): boolean {
  return BEGINNINGS.some((beginning) => beginning.every((byte, at) => bytes[at] === byte))
}
