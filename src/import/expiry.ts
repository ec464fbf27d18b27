const rfc3339 = /^(\d{4}-\d{2}-\d{2})([Tt ])(\d{2}:\d{2}:\d{2})(?:\.(\d+))?([Zz]|([+-])(\d{2}):(\d{2}))$/;
const epoch = /^\d+(\.\d+)?$/;

// 1e11 seconds is the year 5138, 1e11 milliseconds is 1973: nothing real lies between the two readings.
const secondsLimit = 1e11;

/**
 * A moment in epoch milliseconds, from RFC 3339 text with any number of fractional digits (Kiro CLI writes up to nine)
 * or from an epoch in seconds or milliseconds. Undefined where the value is none of these.
 */
export function readExpiry(value: unknown): number | undefined {
  if (typeof value === 'string' && epoch.test(value)) return readExpiry(Number(value));
  if (typeof value === 'number') {
    if (!Number.isFinite(value) || value < 0) return undefined;
    return Math.round(value < secondsLimit ? value * 1000 : value);
  }
  const parts = typeof value === 'string' ? rfc3339.exec(value) : null;
  if (!parts) return undefined;
  const [, date, , time, fraction = '', zone = 'Z'] = parts;
  const parsed = Date.parse(`${date}T${time}.${fraction.padEnd(3, '0').slice(0, 3)}${zone.toUpperCase()}`);
  return Number.isNaN(parsed) ? undefined : parsed;
}

/**
 * A moment (epoch milliseconds) written the way `sample` is: as RFC 3339 with as many fractional digits and the same
 * zone, or as an epoch in seconds or milliseconds. Undefined where the sample is no moment.
 */
export function spellExpiry(sample: unknown, moment: number): string | number | undefined {
  if (typeof sample === 'number') {
    if (sample >= secondsLimit) return moment;
    return Number.isInteger(sample) ? Math.floor(moment / 1000) : moment / 1000;
  }
  if (typeof sample !== 'string') return undefined;
  if (epoch.test(sample)) return String(spellExpiry(Number(sample), moment));
  const parts = rfc3339.exec(sample);
  if (!parts) return undefined;
  const [, , separator, , fraction = '', zone, sign, hours, minutes] = parts;
  const offset = sign ? (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes)) * 60_000 : 0;
  const iso = new Date(moment + offset).toISOString();
  const digits = iso.slice(20, 23).padEnd(fraction.length, '0').slice(0, fraction.length);
  return `${iso.slice(0, 10)}${separator}${iso.slice(11, 19)}${digits && `.${digits}`}${zone}`;
}
