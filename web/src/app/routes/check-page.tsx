import { Anchor, Group, Stack } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useEffect } from 'react'
import { Link, useParams } from 'react-router'

import { IconArrowLeft } from '@/components/icons'
import { QueryView } from '@/components/query-view'
import { checkQuery } from '@/features/uploads/checks/api/get-checks'
import { CheckGone } from '@/features/uploads/checks/components/check-notices'
import { CheckView } from '@/features/uploads/checks/components/check-view'
import { NewCheck } from '@/features/uploads/checks/components/new-check'
import { useFiles } from '@/features/uploads/state/files-context'
import { useText } from '@/lib/i18n/locale-context'
import { paths } from '@/lib/paths'
import { asProblem } from '@/lib/problem'
import type { UploadCheck } from '@/lib/schemas'

import { PageTitle } from './page-title'

function CheckTitle({ check }: { check: UploadCheck }) {
  const { t, format } = useText()
  const isOver = check.started_upload_id !== null
  const kept = t.checks.keptUntil(format.instant(check.expiresat))
  return (
    <PageTitle
      title={t.checks.title(check.name)}
      lead={isOver ? t.checks.started.title : `${t.checks.lead} ${kept}`}
    />
  )
}

/** The file that was just sent has been seen: the page is free for the next one. */
function useSeen(checkId: string): void {
  const { state, chooseFile } = useFiles()
  const { sending } = state
  const isSeen = sending.phase === 'checked' && sending.check.id === checkId
  useEffect(() => {
    if (isSeen) chooseFile(null)
  }, [isSeen, chooseFile])
}

function Check({ checkId }: { checkId: string }) {
  const { t } = useText()
  const query = useQuery(checkQuery(checkId))
  useSeen(checkId)
  // What is shown of a check that is gone cannot be started.
  if (query.isError && asProblem(query.error).code === 'NOT_FOUND') {
    return (
      <>
        <PageTitle title={t.checks.gone.title} lead={t.checks.gone.body} />
        <CheckGone />
      </>
    )
  }
  return (
    <>
      {query.data === undefined && <PageTitle title={t.checks.strip.open} />}
      <QueryView query={query} loadingRows={16}>
        {(check) => (
          <>
            <CheckTitle check={check} />
            <CheckView key={check.id} check={check} />
          </>
        )}
      </QueryView>
    </>
  )
}

function Sending() {
  const { t } = useText()
  const { chosen } = useFiles().state
  return (
    <>
      {chosen !== null && <PageTitle title={t.checks.title(chosen.name)} lead={t.checks.sendingLead} />}
      <NewCheck />
    </>
  )
}

/** *Conferir*: a file on its way, and what was found in it. */
export default function CheckPage() {
  const { t } = useText()
  const { checkId } = useParams()
  return (
    <Stack gap="lg">
      <Group>
        <Anchor component={Link} to={paths.uploads} size="sm">
          <Group gap={6} component="span">
            <IconArrowLeft size={16} aria-hidden="true" />
            {t.billings.back}
          </Group>
        </Anchor>
      </Group>
      {checkId === undefined ? <Sending /> : <Check checkId={checkId} />}
    </Stack>
  )
}
