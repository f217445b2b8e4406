import { Anchor, Stack } from '@mantine/core'
import { Link } from 'react-router'

import { useText } from '@/lib/i18n/locale-context'
import { paths } from '@/lib/paths'

import { PageTitle } from './page-title'

export function NotFoundPage() {
  const { t } = useText()
  return (
    <Stack>
      <PageTitle title={t.app.notFoundTitle} lead={t.app.notFoundBody} />
      <Anchor component={Link} to={paths.uploads}>
        {t.app.backToUploads}
      </Anchor>
    </Stack>
  )
}
