import { Stack } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'

import { MailMode } from '@/components/mail-mode'
import { MailHolds } from '@/features/outbox/components/mail-holds'
import { DayBars } from '@/features/overview/components/day-bars'
import { daysOfAddress, PeriodFigures } from '@/features/overview/components/period-figures'
import { useWaiting } from '@/features/overview/use-waiting'
import { FileDrop } from '@/features/uploads/components/file-drop'
import { NeedsYou } from '@/features/uploads/today/needs-you'
import { aboutQuery } from '@/lib/about-query'
import { useText } from '@/lib/i18n/locale-context'
import { useKeyset } from '@/lib/use-keyset'

import { PageTitle } from './page-title'

/** What to do first in the morning, and what the days came to. */
export default function HomePage() {
  const { t, format } = useText()
  const { params } = useKeyset()
  const about = useQuery(aboutQuery)
  const further = useWaiting(daysOfAddress(params))
  const today = format.today(new Date())
  const drop = (
    <Stack gap="sm">
      <FileDrop bytesMax={about.data?.upload_bytes_max ?? null} />
      <MailMode mail={about.data?.mail} />
    </Stack>
  )
  return (
    <Stack gap="xl">
      <PageTitle title={t.today.page} lead={today} />
      <MailHolds>
        <NeedsYou
          further={further}
          below={(hasFiles) => (
            <>
              {/* Where nothing has come yet, sending a file is what there is to do. */}
              {!hasFiles && drop}
              <PeriodFigures />
              <DayBars />
              {hasFiles && drop}
            </>
          )}
        />
      </MailHolds>
    </Stack>
  )
}
