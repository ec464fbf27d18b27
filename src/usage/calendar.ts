/** A day of a person's calendar, as `2026-11-26`. Days sort as texts do. */
export type Day = string;

const quarterHourMs = 15 * 60_000;
const dayMs = 86_400_000;

/** The days of a time zone (an IANA name; the machine's own without one). */
export class Calendar {
  private readonly format: Intl.DateTimeFormat;
  // Asking for a day is dear, and thousands of turns are asked about. Every time zone is off UTC by whole quarters of an hour.
  private readonly days = new Map<number, Day>();

  constructor(timeZone?: string) {
    const parts = { year: 'numeric', month: '2-digit', day: '2-digit' } as const;
    // The language that writes dates as `2026-11-26`.
    this.format = new Intl.DateTimeFormat('en-CA', { timeZone, ...parts });
  }

  /** The day of a time in epoch milliseconds. */
  dayOf(at: number): Day {
    const quarter = Math.floor(at / quarterHourMs);
    const known = this.days.get(quarter);
    if (known !== undefined) return known;
    const day = this.format.format(at);
    this.days.set(quarter, day);
    return day;
  }

  /** So many days up to that of a time, the earliest first. */
  daysUntil(at: number, count: number): Day[] {
    // Days are counted on a calendar, not in hours: some have 23 or 25.
    const last = Date.parse(this.dayOf(at));
    return Array.from({ length: count }, (_, index) =>
      new Date(last - (count - 1 - index) * dayMs).toISOString().slice(0, 10),
    );
  }
}
