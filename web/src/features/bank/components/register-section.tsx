import { Alert, Button, Stack, Text } from '@mantine/core'
import { useMutation, useQuery } from '@tanstack/react-query'
import { useEffect, useRef, useState, type ReactNode } from 'react'
import { Link } from 'react-router'

import { ActButton } from '@/components/act-button'
import { Below } from '@/components/below'
import { ProblemAlert } from '@/components/problem-alert'
import { QueryView } from '@/components/query-view'
import { Sheet } from '@/components/sheet'
import { useText } from '@/lib/i18n/locale-context'
import { paths } from '@/lib/paths'
import { asProblem } from '@/lib/problem'
import type { RemittanceOrder, RemittancePreview } from '@/lib/schemas'
import { useReread } from '@/lib/use-reread'

import { isOrderMoving, orderQuery, previewQuery, registerAll, retryOrder } from '../api/remittances'

import classes from './bank.module.css'
import { HeldBackTable } from './held-back'

/** Nothing can be registered before somebody has said how the bank wants it. */
function Unset() {
  const { t } = useText()
  const words = t.bank.unset
  return (
    <Alert color="yellow" title={words.title} data-testid="bank-unset">
      <Text size="sm">
        {words.body} <code className="breaks">COBRANCA_REMITTANCE__LAYOUT</code> {words.after}
      </Text>
      <Button mt="sm" size="xs" variant="default" component={Link} to={paths.returns}>
        {words.open}
      </Button>
    </Alert>
  )
}

/** That an order is worked off, in the room that what became of it will take. */
function OrderWorking() {
  const { t } = useText()
  return (
    <Alert role="status" color="petrol" className={classes.order} data-testid="order-working">
      <Text size="sm">{t.bank.register.working}</Text>
    </Alert>
  )
}

/** What became of an order. */
function OrderTold({ order, onRetry }: { order: RemittanceOrder; onRetry: () => Promise<unknown> }) {
  const { t, format } = useText()
  const words = t.bank.register
  const files = order.remittances ?? []
  const titles = files.reduce((sum, one) => sum + one.titles, 0)
  const amount = files.reduce((sum, one) => sum + one.amount_cents, 0)
  const held = (order.held_back ?? []).reduce((sum, one) => sum + one.titles, 0)
  const isStopped = order.state === 'STOPPED'
  return (
    <Alert
      role="status"
      className={classes.order}
      color={isStopped ? 'red' : held > 0 || titles === 0 ? 'yellow' : 'petrol'}
      data-testid="order-told"
      data-state={order.state}
    >
      <Text size="sm">
        {isStopped && `${words.stopped} `}
        {titles > 0
          ? words.done(titles, format.integer(titles), format.money(amount))
          : !isStopped && words.doneNone}{' '}
        {held > 0 && words.held(held, format.integer(held))}
      </Text>
      {isStopped && (
        <>
          <Text size="sm" className="breaks">
            {order.last_error}
          </Text>
          <ActButton mt="sm" label={words.retry} act={onRetry} testId="order-retry" />
        </>
      )}
    </Alert>
  )
}

function Ready({ preview, act, isBusy }: { preview: RemittancePreview; act: () => void; isBusy: boolean }) {
  const { t, format } = useText()
  const words = t.bank.register
  const [titles, amount] = [format.integer(preview.titles), format.money(preview.amount_cents)]
  const offs = preview.write_offs
  // What is registered leaves less to say: its room is kept, or what stands below would jump up when it is known.
  const room = useRef<HTMLDivElement>(null)
  const [kept, setKept] = useState(0)
  const register = () => {
    setKept(room.current?.offsetHeight ?? 0)
    act()
  }
  const label =
    preview.titles > 0 ? words.button(preview.titles, titles, amount) : words.writeOffButton(offs, format.integer(offs))
  return (
    <Sheet isRoomy label={words.label}>
      <div className={classes.ready} ref={room} style={{ minHeight: kept || undefined }} data-testid="preview">
        <div>
          <dl className={classes.sums}>
            <div>
              <dt>{words.ready}</dt>
              <dd>
                {titles}
                <span>
                  {words.boletos(preview.titles)}{' '}
                  {preview.files > 0 && words.files(preview.files, format.integer(preview.files))}
                </span>
              </dd>
            </div>
            <div>
              <dt>{words.amount}</dt>
              <dd>{amount}</dd>
            </div>
          </dl>
          {offs > 0 && (
            <Text size="sm" mt="xs">
              {words.writeOffs(offs, format.integer(offs))}
            </Text>
          )}
          {preview.warnings.map((warning) => (
            <Text size="sm" mt="xs" key={warning} c="var(--tone-attention)" lang="pt-BR">
              {warning}
            </Text>
          ))}
        </div>
        {preview.titles + offs > 0 ? (
          <Button size="md" loading={isBusy} onClick={register} data-testid="register">
            {label}
          </Button>
        ) : (
          <Text size="sm" c="dimmed" data-testid="nothing-ready">
            {words.nothing}
          </Text>
        )}
      </div>
    </Sheet>
  )
}

/** The order that was placed here, until another is. */
function useOrder() {
  const reread = useReread()
  const [orderId, setOrderId] = useState<string | null>(null)
  const placing = useMutation({ mutationFn: registerAll, onSuccess: (order) => setOrderId(order.id) })
  const query = useQuery({ ...orderQuery(orderId ?? ''), enabled: orderId !== null })
  const order = orderId === null ? undefined : query.data
  const isMoving = orderId !== null && isOrderMoving(order) && !query.isError
  const state = order?.state
  useEffect(() => {
    if (state === 'DONE' || state === 'STOPPED') void reread()
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [state, orderId])
  const retry = async () => {
    await retryOrder(orderId ?? '')
    await query.refetch()
  }
  return { placing, query, order, isMoving, retry }
}

type RegisterSectionProps = {
  onOpen: (debt: string) => void
  /** What stands below, once it is known how much room is taken here. */
  children: ReactNode
}

/** What is ready for the bank and what is not; one button registers it. */
export function RegisterSection({ onOpen, children }: RegisterSectionProps) {
  const query = useQuery(previewQuery)
  const { placing, query: orders, order, isMoving, retry } = useOrder()
  const isBusy = placing.isPending || isMoving
  const isUnset = query.isError && asProblem(query.error).code === 'LAYOUT_NOT_SET'
  return (
    <Stack gap="lg">
      {placing.isError && <ProblemAlert error={placing.error} testId="register-problem" />}
      {orders.isError && <ProblemAlert error={orders.error} onRetry={() => void orders.refetch()} />}
      {isBusy && <OrderWorking />}
      {!isBusy && order !== undefined && <OrderTold order={order} onRetry={retry} />}
      {isUnset ? (
        <Unset />
      ) : (
        <QueryView query={query} loadingRows={16}>
          {(preview) => (
            <>
              <Ready preview={preview} act={() => placing.mutate()} isBusy={isBusy} />
              {preview.held_back.length > 0 && <HeldBackTable held={preview.held_back} onOpen={onOpen} />}
            </>
          )}
        </QueryView>
      )}
      <Below isKnown={!query.isPending} loadingRows={0}>
        {children}
      </Below>
    </Stack>
  )
}
