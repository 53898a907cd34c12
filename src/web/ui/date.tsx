import type { Time } from '../../db/schema.js'

interface DateProps {
  /** UTC */
  time: Time
  /** Only the day, with the rest in the title; for dense lists. */
  isShort?: boolean
}

/** A moment, in UTC as everything here. */
export function DateTime({ time, isShort = false }: DateProps) {
  const full = formatTime(time)
  return (
    <time dateTime={`${time.slice(0, 19)}Z`} title={isShort ? full : undefined}>
      {isShort ? time.slice(0, 10) : full}
    </time>
  )
}

/** `2026-11-23 10:00:00 UTC` */
export function formatTime(time: Time): string {
  return `${time.slice(0, 10)} ${time.slice(11, 19)} UTC`
}
