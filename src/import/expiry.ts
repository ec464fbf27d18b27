const rfc3339 = /^(\d{4}-\d{2}-\d{2})[Tt ](\d{2}:\d{2}:\d{2})(?:\.(\d+))?([Zz]|[+-]\d{2}:\d{2})$/;

// 1e11 seconds is the year 5138, 1e11 milliseconds is 1973: nothing real lies between the two readings.
const secondsLimit = 1e11;

/**
 * A moment in epoch milliseconds, from RFC 3339 text with any number of fractional digits (Kiro CLI writes up to nine)
 * or from an epoch in seconds or milliseconds. Undefined where the value is none of these.
 */
export function epochMs(value: string | number | null | undefined): number | undefined {
  if (value === null || value === undefined || value === '') return undefined;
  const number = typeof value === 'number' ? value : /^\d+(\.\d+)?$/.test(value) ? Number(value) : undefined;
  if (number !== undefined) {
    if (!Number.isFinite(number) || number < 0) return undefined;
    return Math.round(number < secondsLimit ? number * 1000 : number);
  }
  const parts = rfc3339.exec(String(value));
  if (!parts) return undefined;
  const [, date, time, fraction = '', zone = 'Z'] = parts;
  const parsed = Date.parse(`${date}T${time}.${fraction.padEnd(3, '0').slice(0, 3)}${zone.toUpperCase()}`);
  return Number.isNaN(parsed) ? undefined : parsed;
}
