import { Button, Title } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { Link } from 'react-router'

import { QueryView } from '@/components/query-view'
import { RecordsTable, type Column } from '@/components/records-table'
import { Sheet } from '@/components/sheet'
import { useText } from '@/lib/i18n/locale-context'
import { paths } from '@/lib/paths'
import type { OverviewDay } from '@/lib/schemas'

import { chartQuery } from '../api/get-overview'
import { useMade } from '../use-made'

import classes from './overview.module.css'

const HEIGHT = 100
const WIDTH = 10
/** What there is any of is seen. */
const PART_MIN = 1.5

const PARTS = ['delivered', 'notDelivered', 'underWay'] as const

function partsOf({ delivered, not_delivered, uncertain, under_way }: OverviewDay) {
  return { delivered, notDelivered: not_delivered + uncertain, underWay: under_way }
}

export function totalOf(day: OverviewDay): number {
  return Object.values(partsOf(day)).reduce((sum, part) => sum + part, 0)
}

/** Each part's foot and height, from the bottom; a part that is there is never too thin to be seen. */
function stacked(day: OverviewDay, largest: number): { part: (typeof PARTS)[number]; y: number; height: number }[] {
  const parts = partsOf(day)
  let top = HEIGHT
  return PARTS.filter((part) => parts[part] > 0).map((part) => {
    const height = Math.max((parts[part] / largest) * HEIGHT, PART_MIN)
    top -= height
    return { part, y: Math.max(top, 0), height }
  })
}

function Bar({ day, largest }: { day: OverviewDay; largest: number }) {
  const { t, format } = useText()
  const { many } = useMade()
  const parts = partsOf(day)
  const words = t.overview.chart.bar(
    format.weekday(day.day),
    format.integer(day.billings),
    `${format.integer(parts.delivered)} ${many}`,
    format.integer(parts.notDelivered),
    format.integer(parts.underWay),
  )
  return (
    <Link
      className={classes.bar}
      to={paths.uploadsOf(`from=${day.day}&to=${day.day}`)}
      aria-label={words}
      title={words}
      data-testid="day-bar"
    >
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" aria-hidden="true">
        {stacked(day, largest).map(({ part, y, height }) => (
          <rect key={part} x={0} y={y} width={WIDTH} height={height} data-part={part} />
        ))}
      </svg>
    </Link>
  )
}

const isMonday = (day: string) => new Date(`${day}T12:00:00Z`).getUTCDay() === 1

/** Bars by day, with room between weeks; a day on which nothing came is no door. */
function Chart({ days }: { days: OverviewDay[] }) {
  const { t, format } = useText()
  const words = t.overview.chart
  const largest = Math.max(...days.map(totalOf), 1)
  const [first, last] = [days[0]?.day ?? '', days.at(-1)?.day ?? '']
  const isEmpty = days.every((day) => day.billings === 0)
  return (
    <>
      <ul className={classes.chart} data-testid="day-bars">
        {days.map((day) => (
          <li key={day.day} data-week={isMonday(day.day)}>
            {day.billings > 0 && <Bar day={day} largest={largest} />}
          </li>
        ))}
      </ul>
      <div className={classes.ends} aria-hidden="true">
        <span>{format.date(first)}</span>
        <span>{isEmpty ? words.empty : words.largest(format.integer(Math.max(...days.map((day) => day.billings))))}</span>
        <span>{format.date(last)}</span>
      </div>
    </>
  )
}

function DaysTable({ days }: { days: OverviewDay[] }) {
  const { t, format } = useText()
  const words = t.overview.chart
  const number = (title: string, of: (day: OverviewDay) => number): Column<OverviewDay> => ({
    title,
    isNumber: true,
    card: 'titled',
    cell: (day) => format.integer(of(day)),
  })
  const columns: Column<OverviewDay>[] = [
    { title: words.day, cell: (day) => format.date(day.day) },
    { title: words.amount, isNumber: true, card: 'aside', cell: (day) => format.money(day.amount_cents) },
    number(words.billings, (day) => day.billings),
    number(useMade().title, (day) => day.delivered),
    number(words.notDeliveredMails, (day) => day.not_delivered),
    number(words.uncertainMails, (day) => day.uncertain),
    number(words.underWayMails, (day) => day.under_way),
  ]
  return (
    <RecordsTable
      label={words.title}
      columns={columns}
      records={days.toReversed()}
      idOf={(day) => day.day}
      dataOf={() => ({ 'data-testid': 'chart-day' })}
    />
  )
}

/** The boletos of the last working days by what became of their mails; the same as a table. */
export function DayBars() {
  const { t } = useText()
  const words = t.overview.chart
  const made = useMade().title
  const [isTable, setTable] = useState(false)
  const query = useQuery(chartQuery())
  return (
    <section aria-label={words.title}>
      <div className={classes.head}>
        <Title order={2}>{words.title}</Title>
        <Button
          size="compact-sm"
          variant="subtle"
          aria-expanded={isTable}
          onClick={() => setTable(!isTable)}
          data-testid="chart-table"
        >
          {isTable ? words.asChart : words.asTable}
        </Button>
      </div>
      <Sheet mt="sm">
        <div className={classes.legend}>
          <span>{words.lead}</span>
          {!isTable && PARTS.map((part) => (
            <span key={part} data-part={part}>
              {part === 'delivered' ? made : words[part]}
            </span>
          ))}
        </div>
        <div className={classes.room}>
          <QueryView query={query} loadingRows={4}>
            {(days) => (isTable ? <DaysTable days={days} /> : <Chart days={days} />)}
          </QueryView>
        </div>
      </Sheet>
    </section>
  )
}
