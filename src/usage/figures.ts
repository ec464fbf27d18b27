// How figures are written, wherever a person reads them.

/** What stands where the service did not tell a figure. It is never 0. */
export const unknown = '—';

const credits = new Intl.NumberFormat('en-US', { maximumFractionDigits: 2 });
const small = new Intl.NumberFormat('en-US', { maximumSignificantDigits: 2 });
const compact = new Intl.NumberFormat('en-US', { notation: 'compact', maximumFractionDigits: 1 });
const day = new Intl.DateTimeFormat('en-US', { month: 'short', day: 'numeric' });
const longDay = new Intl.DateTimeFormat('en-US', { month: 'long', day: 'numeric' });
const time = new Intl.DateTimeFormat('en-US', {
  month: 'short',
  day: 'numeric',
  hour: 'numeric',
  minute: '2-digit',
});
const percent = new Intl.NumberFormat('en-US', { style: 'percent', maximumFractionDigits: 0 });

/** Credits as a person reads them: two digits behind the point, or as many as a small amount needs. */
export function creditsText(value: number | undefined): string {
  if (value === undefined) return unknown;
  return value > 0 && value < 0.01 ? small.format(value) : credits.format(value);
}

/** Credits for a number of tokens: few, so that two digits tell. */
export function priceText(value: number | undefined): string {
  return value === undefined ? unknown : small.format(value);
}

/** A large number, as `12.3K`. */
export function compactText(value: number | undefined): string {
  return value === undefined ? unknown : compact.format(value);
}

/** A share from 0 to 1. */
export function shareText(value: number | undefined): string {
  return value === undefined ? unknown : percent.format(value);
}

/** Milliseconds, as seconds. */
export function secondsText(value: number | undefined): string {
  return value === undefined ? unknown : `${(value / 1000).toFixed(1)} s`;
}

/** The day of a time in epoch milliseconds, as `Nov 26`. */
export function dayText(at: number): string {
  return day.format(at);
}

/** The day of a time in epoch milliseconds, as `November 26`. */
export function longDayText(at: number): string {
  return longDay.format(at);
}

/** A time in epoch milliseconds, as `Nov 26, 5:39 PM`. */
export function timeText(at: number): string {
  return time.format(at);
}
