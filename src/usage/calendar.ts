/** A day of a person's calendar, as `2026-11-26`. Days sort as texts do. */
export type Day = string;

/** Half of a day, in which there is one midnight at most. */
interface Half {
  before: Day;
  /** In epoch milliseconds; the end of the half where there is none. */
  midnight: number;
  after: Day;
}

const dayMs = 86_400_000;
const halfMs = dayMs / 2;
/** Every time zone is off UTC by whole quarters of an hour, and so is every midnight. */
const quarterHourMs = 15 * 60_000;

/** The days of a time zone (an IANA name; the machine's own without one). */
export class Calendar {
  private readonly format: Intl.DateTimeFormat;
  // Asking for a day is dear, and tens of thousands of turns are asked about.
  private readonly halves = new Map<number, Half>();

  constructor(timeZone?: string) {
    const parts = { year: 'numeric', month: '2-digit', day: '2-digit' } as const;
    // The language that writes dates as `2026-11-26`.
    this.format = new Intl.DateTimeFormat('en-CA', { timeZone, ...parts });
  }

  /** The day of a time in epoch milliseconds. */
  dayOf(at: number): Day {
    const start = Math.floor(at / halfMs) * halfMs;
    let half = this.halves.get(start);
    if (!half) {
      half = this.halfFrom(start);
      this.halves.set(start, half);
    }
    return at < half.midnight ? half.before : half.after;
  }

  /** So many days up to that of a time, the earliest first. */
  daysUntil(at: number, count: number): Day[] {
    // Days are counted on a calendar, not in hours: some have 23 or 25.
    const last = Date.parse(this.dayOf(at));
    return Array.from({ length: count }, (_, index) =>
      new Date(last - (count - 1 - index) * dayMs).toISOString().slice(0, 10),
    );
  }

  private halfFrom(start: number): Half {
    const [before, after] = [this.format.format(start), this.format.format(start + halfMs - 1)];
    let [last, midnight] = [start, start + halfMs];
    while (before !== after && midnight - last > quarterHourMs) {
      const middle = last + Math.floor((midnight - last) / quarterHourMs / 2) * quarterHourMs;
      if (this.format.format(middle) === before) last = middle;
      else midnight = middle;
    }
    return { before, midnight, after };
  }
}
