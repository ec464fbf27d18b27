const rfc3339 = /^\d{4}-\d{2}-\d{2}([Tt ])\d{2}:\d{2}:\d{2}(?:\.(\d+))?([Zz]|([+-])(\d{2}):(\d{2}))$/;
const secondsLimit = 1e11;

/**
 * A moment (epoch milliseconds) written the way `sample` is: as RFC 3339 with as many fractional digits and the same
 * zone, or as an epoch in seconds or milliseconds. Undefined where the sample is no moment.
 */
export function spelledLike(sample: unknown, moment: number): string | number | undefined {
  if (typeof sample === 'number') return numberLike(sample, moment);
  if (typeof sample !== 'string') return undefined;
  if (/^\d+(\.\d+)?$/.test(sample)) return String(numberLike(Number(sample), moment));
  const parts = rfc3339.exec(sample);
  if (!parts) return undefined;
  const [, separator = 'T', fraction = '', zone = 'Z', sign, hours, minutes] = parts;
  const offset = sign ? (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes)) * 60_000 : 0;
  const iso = new Date(moment + offset).toISOString();
  const digits = iso.slice(20, 23).padEnd(fraction.length, '0').slice(0, fraction.length);
  return iso.slice(0, 10) + separator + iso.slice(11, 19) + (digits && `.${digits}`) + zone;
}

function numberLike(sample: number, moment: number): number {
  if (sample >= secondsLimit) return moment;
  return Number.isInteger(sample) ? Math.floor(moment / 1000) : moment / 1000;
}
