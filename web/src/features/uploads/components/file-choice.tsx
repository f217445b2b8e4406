import { NativeSelect } from '@mantine/core'
import { useInfiniteQuery } from '@tanstack/react-query'

import { useText } from '@/lib/i18n/locale-context'
import type { Upload } from '@/lib/schemas'

import { uploadsQuery } from '../api/get-uploads'

type FileChoiceProps = { chosen: Upload | null; chosenId: string | null }

/** A choice among the newest files, and the one that is chosen already, as `upload_id` of a form. */
export function FileChoice({ chosen, chosenId }: FileChoiceProps) {
  const { t, format } = useText()
  const newest = useInfiniteQuery(uploadsQuery).data ?? []
  const told = (upload: Upload) => ({
    value: upload.id,
    label: `${upload.name} · ${format.instant(upload.createdat)}`,
  })
  const isListed = chosenId === null || newest.some((upload) => upload.id === chosenId)
  const apart = chosen === null ? { value: chosenId ?? '', label: t.listing.aFile } : told(chosen)
  return (
    <NativeSelect
      // The list comes after the form: the choice stays that of the address.
      key={newest.length}
      size="xs"
      label={t.listing.file}
      name="upload_id"
      defaultValue={chosenId ?? ''}
      data={[{ value: '', label: t.listing.anyFile }, ...(isListed ? [] : [apart]), ...newest.map(told)]}
      data-testid="file-choice"
    />
  )
}
