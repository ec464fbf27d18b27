// RFC 3339 and what programs make of it: slashes, blanks, no seconds, a zone with or without a colon, or none (UTC then).
const written =
  /^(?<year>\d{4})(?<dash>[-/])(?<month>\d{1,2})\k<dash>(?<day>\d{1,2})(?<gap>[Tt]|\s+)(?<hour>\d{1,2}):(?<minute>\d{2})(?<seconds>:(?<second>\d{2})(?:[.,](?<fraction>\d+))?)?(?<zone>\s*(?:[Zz]|UTC|GMT|(?<sign>[+-])(?<hours>\d{2}):?(?<minutes>\d{2})?)?)$/;
// RFC 1123, as in HTTP's headers.
const httpDate = /^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/;
type Parts = Record<string, string | undefined>;

const epoch = /^\d+(\.\d+)?$/;

// 1e11 seconds is the year 5138, 1e11 milliseconds is 1973: nothing real lies between the two readings.
const secondsLimit = 1e11;
// The last moment that a Date holds.
const latest = 8.64e15;

/**
 * A moment in epoch milliseconds, from text in any reasonable spelling (Kiro CLI writes RFC 3339 with up to nine
 * fractional digits) or from an epoch in seconds or milliseconds. Undefined where the value is none of these.
 */
export function readExpiry(value: unknown): number | undefined {
  if (typeof value === 'number') {
    const moment = Math.round(value < secondsLimit ? value * 1000 : value);
    return moment >= 0 && moment <= latest ? moment : undefined;
  }
  if (typeof value !== 'string') return undefined;
  const text = value.trim();
  if (epoch.test(text)) return readExpiry(Number(text));
  const parts = written.exec(text)?.groups;
  const moment = parts ? momentOf(parts) : httpDate.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(moment) ? undefined : moment;
}

function momentOf(parts: Parts): number {
  const two = (name: string) => (parts[name] ?? '').padStart(2, '0');
  const milliseconds = (parts['fraction'] ?? '').padEnd(3, '0').slice(0, 3);
  const day = `${parts['year']}-${two('month')}-${two('day')}`;
  return (
    Date.parse(`${day}T${two('hour')}:${two('minute')}:${two('second')}.${milliseconds}Z`) - offsetOf(parts)
  );
}

/** How far the zone is ahead of UTC, in milliseconds. */
function offsetOf({ sign, hours, minutes = '0' }: Parts): number {
  return sign ? Number(`${sign}1`) * (Number(hours) * 60 + Number(minutes)) * 60_000 : 0;
}

/**
 * A moment (epoch milliseconds) written the way `sample` is: as text with the same separators, as many fractional digits
 * and the same zone, or as an epoch in seconds or milliseconds. Undefined where the sample is no moment.
 */
export function spellExpiry(sample: unknown, moment: number): string | number | undefined {
  if (typeof sample === 'number') {
    if (sample >= secondsLimit) return moment;
    return Number.isInteger(sample) ? Math.floor(moment / 1000) : moment / 1000;
  }
  if (typeof sample !== 'string') return undefined;
  const text = sample.trim();
  if (epoch.test(text)) return String(spellExpiry(Number(text), moment));
  if (httpDate.test(text)) return new Date(moment).toUTCString();
  const parts = written.exec(text)?.groups;
  if (!parts) return undefined;
  const { dash = '-', gap, seconds, fraction = '', zone } = parts;
  const iso = new Date(moment + offsetOf(parts)).toISOString();
  const digits = iso.slice(20, 23).padEnd(fraction.length, '0').slice(0, fraction.length);
  const time = seconds ? `${iso.slice(11, 19)}${digits && `.${digits}`}` : iso.slice(11, 16);
  return `${iso.slice(0, 10).replaceAll('-', dash)}${gap}${time}${zone}`;
}
