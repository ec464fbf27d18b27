import type { Turn } from './turn';

const columns = [
  ...['at', 'accountId', 'model', 'effort', 'kind', 'chat'],
  ...['input', 'output', 'cached', 'credits', 'firstPartMs', 'durationMs'],
] as (keyof Turn)[];

/** The turns as CSV (RFC 4180) under a line of names. Times are ISO 8601 in UTC; what is not known is empty. */
export function csvOf(turns: readonly Turn[]): string {
  const rows = turns.map((turn) => columns.map((column) => cell(column, turn[column])).join(','));
  return [columns.join(','), ...rows, ''].join('\r\n');
}

/** The turns as a JSON list, with ISO 8601 times. */
export function jsonOf(turns: readonly Turn[]): string {
  return `${JSON.stringify(
    turns.map((turn) => ({ ...turn, at: new Date(turn.at).toISOString() })),
    undefined,
    2,
  )}\n`;
}

function cell(column: keyof Turn, value: string | number | undefined): string {
  if (value === undefined) return '';
  const text = column === 'at' ? new Date(value).toISOString() : String(value);
  // A spreadsheet would calculate what begins like a formula.
  const harmless = /^[=+\-@\t\r]/.test(text) && typeof value === 'string' ? `'${text}` : text;
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}
