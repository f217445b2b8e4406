import { Button, CopyButton, Group, Text } from '@mantine/core'

import { IconCheck, IconCopy } from '@/components/icons'
import { formatDigitableLine } from '@/lib/format'
import { useText } from '@/lib/i18n/locale-context'

import classes from './billing-detail.module.css'

/** The line a payer types, in its printed groups, with a button that copies the bare digits. */
export function DigitableLine({ line, canCopy }: { line: string; canCopy: boolean }) {
  const { t } = useText()
  return (
    <div>
      <Group justify="space-between" mb={4}>
        <Text size="sm" fw={600}>
          {t.billings.digitableLine}
        </Text>
        {canCopy && (
          <CopyButton value={line.replace(/\D/g, '')}>
            {({ copied, copy }) => (
              <Button
                size="compact-xs"
                variant="subtle"
                onClick={copy}
                leftSection={
                  copied ? (
                    <IconCheck size={14} aria-hidden="true" />
                  ) : (
                    <IconCopy size={14} aria-hidden="true" />
                  )
                }
              >
                {copied ? t.common.copied : t.common.copy}
              </Button>
            )}
          </CopyButton>
        )}
      </Group>
      <div className={classes.line} data-testid="digitable-line" data-void={!canCopy}>
        {formatDigitableLine(line)}
      </div>
    </div>
  )
}
