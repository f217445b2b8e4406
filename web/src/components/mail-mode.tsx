import { Group, Text } from '@mantine/core'

import { useText } from '@/lib/i18n/locale-context'

import { IconMail, IconMailOff, IconSend } from './icons'

const ICONS: Partial<Record<string, typeof IconMail>> = { smtp: IconSend, simulate: IconMailOff }

/** What becomes of the e-mails. Real sending stands out: it cannot be called back. */
export function MailMode({ mail }: { mail: string | undefined }) {
  const { t } = useText()
  const Icon = ICONS[mail ?? ''] ?? IconMail
  const color = mail === 'smtp' ? 'var(--tone-attention)' : 'var(--ink-soft)'
  return (
    <Group
      gap={8}
      wrap="nowrap"
      align="flex-start"
      c={color}
      // Its room is kept until it is known.
      style={{ visibility: mail === undefined ? 'hidden' : undefined }}
      data-testid={mail && 'mail-mode'}
      data-mail={mail}
    >
      <Icon size={18} aria-hidden="true" style={{ flex: 'none', marginTop: 2 }} />
      <Text size="sm" fw={mail === 'smtp' ? 600 : 400}>
        {t.mail.modes[mail ?? 'outbox'] ?? mail}
      </Text>
    </Group>
  )
}
