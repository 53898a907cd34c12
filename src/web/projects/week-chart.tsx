import type { Week } from './weeks.js'

/** Units of the picture; it is stretched to its place. */
const HEIGHT = 100
const WEEK = 12
const BAR = 5

/** Patches received and dealt with per week, as bars and as a table for screen readers. */
export function WeekChart({ weeks }: { weeks: readonly Week[] }) {
  const most = Math.max(1, ...weeks.flatMap(({ received, handled }) => [received, handled]))
  const width = weeks.length * WEEK
  const first = weeks[0]?.start
  return (
    <figure class="chart">
      <figcaption>
        Patches per week: <span class="key received">received</span>{' '}
        <span class="key handled">dealt with</span>
      </figcaption>
      <span class="most">{most}</span>
      <svg
        viewBox={`0 0 ${width} ${HEIGHT}`}
        preserveAspectRatio="none"
        role="img"
        aria-label={describe(weeks)}
      >
        {weeks.map(({ received, handled }, index) => (
          <>
            <Bar x={index * WEEK} height={(received / most) * HEIGHT} kind="received" />
            <Bar x={index * WEEK + BAR} height={(handled / most) * HEIGHT} kind="handled" />
          </>
        ))}
      </svg>
      <p class="ends">
        <span>week of {first}</span>
        <span>this week</span>
      </p>
      <WeekTable weeks={weeks} />
    </figure>
  )
}

function Bar({ x, height, kind }: { x: number; height: number; kind: string }) {
  if (height === 0) return null
  const [top, tall] = [HEIGHT - height, height].map((value) => Math.round(value * 10) / 10)
  return <rect class={kind} x={x} y={top} width={BAR} height={tall} />
}

function describe(weeks: readonly Week[]): string {
  const [received, handled] = (['received', 'handled'] as const).map((kind) =>
    weeks.reduce((sum, week) => sum + week[kind], 0),
  )
  return `In ${weeks.length} weeks ${received} patches were received and ${handled} dealt with; the table below has each week.`
}

function WeekTable({ weeks }: { weeks: readonly Week[] }) {
  return (
    <details>
      <summary>As a table</summary>
      <table class="list weeks">
        <thead>
          <tr>
            <th>Week of</th>
            <th class="number">Received</th>
            <th class="number">Dealt with</th>
          </tr>
        </thead>
        <tbody>
          {weeks.toReversed().map(({ start, received, handled }) => (
            <tr>
              <td>{start}</td>
              <td class="number">{received}</td>
              <td class="number">{handled}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </details>
  )
}
