import type { useText } from '@/lib/i18n/locale-context'
import type { Upload } from '@/lib/schemas'

/** What was paid of a file, and what the bank refused of it; nothing where nothing is, or nothing is counted yet. */
export function settledWords(upload: Upload, { t, format }: ReturnType<typeof useText>): string[] {
  const { paid, paid_cents: cents, refused } = upload
  const words: string[] = []
  if (paid !== null && cents !== null && cents > 0) {
    words.push(t.uploads.paid(paid, format.integer(paid), format.money(cents)))
  }
  if (refused !== null && refused > 0) words.push(t.uploads.refused(refused, format.integer(refused)))
  return words
}
