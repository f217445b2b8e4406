import { Button, Group, SegmentedControl, Stack, Text, Title } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState, type ReactNode, type SyntheticEvent } from 'react'

import { ActButton } from '@/components/act-button'
import { Facts } from '@/components/facts'
import { IconFileTypePdf } from '@/components/icons'
import { QueryView } from '@/components/query-view'
import { useText } from '@/lib/i18n/locale-context'
import type { MailDetail } from '@/lib/schemas'

import { downloadEml } from '../api/download-eml'
import { mailQuery } from '../api/get-mail'

import classes from './outbox.module.css'

/** Shows the boleto of a billing, which is another feature's to do. */
export type RenderPdf = (props: { debtId: string; opened: boolean; onClose: () => void }) => ReactNode

/**
 * The message. Its HTML is foreign, and styled as mails are: it goes into a document of its own, whose policy
 * allows that, and no script but the one that takes the message in; from there it reaches neither this page,
 * nor the network.
 */
function MessageFrame({ html }: { html: string }) {
  const { t } = useText()
  const fill = (event: SyntheticEvent<HTMLIFrameElement>) =>
    // Its origin is nobody's, so that no name would fit.
    event.currentTarget.contentWindow?.postMessage(html, '*')
  return (
    <iframe
      title={t.outbox.messageFrame}
      sandbox="allow-scripts"
      src="/mail-frame.html"
      className={classes.frame}
      onLoad={fill}
      data-testid="mail-html"
    />
  )
}

function Body({ mail }: { mail: MailDetail }) {
  const { t } = useText()
  const [form, setForm] = useState(mail.html === '' ? 'text' : 'html')
  return (
    <Stack gap="xs">
      <SegmentedControl
        size="xs"
        aria-label={t.outbox.view}
        value={form}
        onChange={setForm}
        data={[
          { value: 'html', label: t.outbox.html },
          { value: 'text', label: t.outbox.text },
        ]}
        className={classes.forms}
      />
      {form === 'html' ? (
        <MessageFrame html={mail.html} />
      ) : (
        <pre className={classes.text} data-testid="mail-text">
          {mail.text}
        </pre>
      )}
    </Stack>
  )
}

function Attachments({ mail, renderPdf }: { mail: MailDetail; renderPdf: RenderPdf }) {
  const { t, format } = useText()
  const [pdfOpened, setPdfOpened] = useState(false)
  const hasPdf = mail.attachments.some((item) => item.media_type === 'application/pdf')
  return (
    <>
      <Group gap="xs">
        {hasPdf && (
          <Button
            size="xs"
            leftSection={<IconFileTypePdf size={16} aria-hidden="true" />}
            onClick={() => setPdfOpened(true)}
            data-testid="open-pdf"
          >
            {t.outbox.openPdf}
          </Button>
        )}
        <ActButton
          label={t.outbox.eml}
          act={() => downloadEml(mail.debt_id)}
          testId="download-eml"
        />
        <Text size="sm" c="dimmed">
          {t.outbox.attachments}:{' '}
          {mail.attachments
            .map((item) => `${item.name} (${format.bytes(item.size_bytes)})`)
            .join(', ') || t.common.none}
        </Text>
      </Group>
      {renderPdf({
        debtId: mail.debt_id,
        opened: pdfOpened,
        onClose: () => setPdfOpened(false),
      })}
    </>
  )
}

type MailViewProps = { debtId: string; onBack: () => void; renderPdf: RenderPdf }

/** One mail, as the payer reads it. */
export function MailView({ debtId, onBack, renderPdf }: MailViewProps) {
  const { t, format } = useText()
  const query = useQuery(mailQuery(debtId))
  return (
    <Stack gap="md">
      <div className={classes.back}>
        <Button size="xs" variant="default" onClick={onBack}>
          {t.outbox.backToList}
        </Button>
      </div>
      <QueryView query={query} loadingRows={6}>
        {(mail) => (
          <Stack gap="md" data-testid="mail-detail">
            <Title order={2}>{mail.subject}</Title>
            <Facts
              facts={[
                [t.outbox.from, mail.sender],
                [t.outbox.to, mail.recipient],
                [t.outbox.date, format.instant(mail.date)],
              ]}
            />
            <Attachments mail={mail} renderPdf={renderPdf} />
            <Body mail={mail} />
          </Stack>
        )}
      </QueryView>
    </Stack>
  )
}
