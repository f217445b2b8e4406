import { Button, Group, SegmentedControl, Stack, Text, Title } from '@mantine/core'
import { useMutation, useQuery } from '@tanstack/react-query'
import { useState } from 'react'

import { IconFileTypePdf } from '@/components/icons'
import { PdfDialog } from '@/components/pdf-dialog'
import { ProblemAlert } from '@/components/problem-alert'
import { QueryView } from '@/components/query-view'
import { useText } from '@/lib/i18n/locale-context'
import type { MailDetail } from '@/lib/schemas'

import { downloadEml } from '../api/download-eml'
import { mailQuery } from '../api/get-mail'

import classes from './mailbox.module.css'

function Envelope({ mail }: { mail: MailDetail }) {
  const { t, format } = useText()
  return (
    <dl className={classes.facts}>
      <dt>{t.mailbox.from}</dt>
      <dd>{mail.sender}</dd>
      <dt>{t.mailbox.to}</dt>
      <dd>{mail.recipient}</dd>
      <dt>{t.mailbox.date}</dt>
      <dd>{format.instant(mail.date)}</dd>
    </dl>
  )
}

/** The message. Its HTML is foreign: a frame without any permission runs no script and opens no link. */
function Body({ mail }: { mail: MailDetail }) {
  const { t } = useText()
  const [form, setForm] = useState(mail.html === '' ? 'text' : 'html')
  return (
    <Stack gap="xs">
      <SegmentedControl
        size="xs"
        aria-label={t.mailbox.view}
        value={form}
        onChange={setForm}
        data={[
          { value: 'html', label: t.mailbox.html },
          { value: 'text', label: t.mailbox.text },
        ]}
        style={{ alignSelf: 'flex-start' }}
      />
      {form === 'html' ? (
        <iframe
          title={t.mailbox.messageFrame}
          sandbox=""
          srcDoc={mail.html}
          className={classes.frame}
          data-testid="mail-html"
        />
      ) : (
        <pre className={classes.text} data-testid="mail-text">
          {mail.text}
        </pre>
      )}
    </Stack>
  )
}

function Attachments({ mail }: { mail: MailDetail }) {
  const { t, format } = useText()
  const [pdfOpened, setPdfOpened] = useState(false)
  const eml = useMutation({ mutationFn: () => downloadEml(mail.debt_id) })
  const hasPdf = mail.attachments.some((item) => item.media_type === 'application/pdf')
  return (
    <>
      {eml.isError && <ProblemAlert error={eml.error} />}
      <Group gap="xs">
        {hasPdf && (
          <Button
            size="xs"
            leftSection={<IconFileTypePdf size={16} aria-hidden="true" />}
            onClick={() => setPdfOpened(true)}
            data-testid="open-pdf"
          >
            {t.mailbox.openPdf}
          </Button>
        )}
        <Button
          size="xs"
          variant="default"
          loading={eml.isPending}
          onClick={() => eml.mutate()}
          data-testid="download-eml"
        >
          {t.mailbox.eml}
        </Button>
        <Text size="sm" c="dimmed">
          {t.mailbox.attachments}:{' '}
          {mail.attachments
            .map((item) => `${item.name} (${format.bytes(item.size_bytes)})`)
            .join(', ') || t.common.none}
        </Text>
      </Group>
      <PdfDialog debtId={mail.debt_id} opened={pdfOpened} onClose={() => setPdfOpened(false)} />
    </>
  )
}

/** One mail, as the payer reads it. */
export function MailView({ debtId, onBack }: { debtId: string; onBack: () => void }) {
  const { t } = useText()
  const query = useQuery(mailQuery(debtId))
  return (
    <Stack gap="md">
      <div className={classes.back}>
        <Button size="xs" variant="default" onClick={onBack}>
          {t.mailbox.backToList}
        </Button>
      </div>
      <QueryView query={query} loadingRows={6}>
        {(mail) => (
          <Stack gap="md" data-testid="mail-detail">
            <Title order={2}>{mail.subject}</Title>
            <Envelope mail={mail} />
            <Attachments mail={mail} />
            <Body mail={mail} />
          </Stack>
        )}
      </QueryView>
    </Stack>
  )
}
