import { Stack, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'

import { FileForm } from '@/features/uploads/components/file-form'
import { SubmittedFiles } from '@/features/uploads/components/submitted-files'
import { aboutQuery } from '@/lib/about-query'
import { useText } from '@/lib/i18n/locale-context'

import { PageTitle } from './page-title'

export function UploadsPage() {
  const { t } = useText()
  const about = useQuery(aboutQuery)
  const mail = about.data?.mail
  return (
    <Stack gap="xl">
      <Stack gap="md">
        <PageTitle
          title={t.file.title}
          lead={
            <>
              {t.file.lead}
              {mail !== undefined && (
                <Text span inherit data-testid="about-mail" data-mail={mail}>
                  {' '}
                  <strong>{t.mail.label}:</strong> {t.mail.modes[mail] ?? mail}.
                </Text>
              )}
            </>
          }
        />
        <FileForm about={about.data ?? null} />
      </Stack>
      <SubmittedFiles />
    </Stack>
  )
}
