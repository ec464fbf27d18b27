/**
 * What an account has and what is used of it: the figures and their arithmetic (this module), how the service tells them,
 * and how they are kept up to date. What the service does not say, or says in figures that cannot be, is undefined.
 *
 * Credits that were given, and what is used of them.
 */
export interface Allowance {
  kind: 'plan' | 'trial' | 'bonus' | 'add-on';
  /** What the service calls a bonus. */
  name?: string | undefined;
  used?: number | undefined;
  limit?: number | undefined;
  /** When a trial, a bonus, or add-on credits end for good, in epoch milliseconds. */
  endsAt?: number | undefined;
}

/** Credits beyond the plan, which cost money. */
export interface Overage {
  status: 'on' | 'off';
  /** In credits. */
  used?: number | undefined;
  /** The most credits there may be, in credits. */
  cap?: number | undefined;
  /** The price of one credit. */
  rate?: number | undefined;
  /** What they have cost in this period. */
  charges?: number | undefined;
  /** ISO 4217. */
  currency?: string | undefined;
}

/** What an account has of one resource. */
export interface Credits {
  /** What the service calls them. */
  name?: string | undefined;
  /** The plan's comes first. */
  allowances: Allowance[];
  /** Absent where it is not told, as in organizations. */
  overage?: Overage | undefined;
  /** When the plan's are given anew, in epoch milliseconds. */
  resetsAt?: number | undefined;
}

export interface Total {
  used: number;
  limit: number;
}

const day = 24 * 60 * 60 * 1000;
/** A reset that is further off is a misunderstanding: plans are monthly, or yearly at most. */
const longestPeriodMs = 400 * day;

/**
 * The credits at a moment (epoch milliseconds) after they were read: what has ended since is gone, and what was used of the
 * plan before its reset says nothing any more.
 */
export function creditsAt(credits: Credits, now: number): Credits {
  const { allowances, resetsAt } = credits;
  const isOver = resetsAt !== undefined && resetsAt <= now;
  return {
    ...credits,
    allowances: allowances
      .filter(({ endsAt }) => endsAt === undefined || endsAt > now)
      .map((one) => (one.kind === 'plan' && isOver ? { ...one, used: undefined } : one)),
    resetsAt: isOver || (resetsAt ?? 0) - now > longestPeriodMs ? undefined : resetsAt,
  };
}

/** What is used of all that is given, overage apart; undefined where a part of it is not known, or nothing is given. */
export function totalOf({ allowances }: Credits): Total | undefined {
  let [used, limit] = [0, 0];
  for (const one of allowances) {
    if (one.used === undefined || one.limit === undefined) return undefined;
    used += one.used;
    limit += one.limit;
  }
  return limit > 0 ? { used, limit } : undefined;
}

/** What is left of all that is given, overage apart. */
export function leftOf(credits: Credits): number | undefined {
  const total = totalOf(credits);
  return total && Math.max(0, total.limit - total.used);
}

/** The part of the credits that is used: 1 for all of them, more where the plan charges for more. */
export function usedPart(credits: Credits | undefined): number | undefined {
  const total = credits && totalOf(credits);
  return total && (total.used + (credits.overage?.used ?? 0)) / total.limit;
}

/** How many credits may still be bought by going on; undefined where that is not told. */
export function overageLeft({ overage }: Credits): number | undefined {
  if (!overage) return undefined;
  if (overage.status === 'off') return 0;
  if (overage.cap === undefined) return Number.POSITIVE_INFINITY;
  return overage.used === undefined ? undefined : Math.max(0, overage.cap - overage.used);
}

/**
 * When used-up credits come back, in epoch milliseconds: when the service says so, or else on the first of the next month
 * (UTC), as its plans do.
 */
export function creditsReturn(credits: Credits | undefined, now: number): number {
  const date = new Date(now);
  return credits?.resetsAt ?? Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1);
}

/**
 * The credits once so many more are used. Which of them the service takes first is not told: those that end soonest are
 * likely, and the next reading knows.
 */
export function withMetered(credits: Credits, metered: number): Credits {
  const taken = new Map<Allowance, number>();
  let rest = metered;
  for (const one of credits.allowances.toSorted(bySoonestEnd)) {
    const share = Math.min(rest, Math.max(0, (one.limit ?? 0) - (one.used ?? 0)));
    taken.set(one, share);
    rest -= share;
  }
  const { overage } = credits;
  const isCharged = overage?.status === 'on';
  const [plan] = credits.allowances;
  // What nobody charges for is the plan's: it is used beyond its limit.
  if (plan && !isCharged) taken.set(plan, (taken.get(plan) ?? 0) + rest);
  return {
    ...credits,
    allowances: credits.allowances.map((one) => ({ ...one, used: plus(one.used, taken.get(one)) })),
    ...(isCharged ? { overage: charged(overage, rest) } : {}),
  };
}

function charged(overage: Overage, credits: number): Overage {
  const { used, charges, rate } = overage;
  return {
    ...overage,
    used: plus(used, credits),
    charges: rate === undefined ? charges : plus(charges, credits * rate),
  };
}

/** A figure that is not known does not become known by what is added to it. */
const plus = (figure: number | undefined, more = 0) => (figure === undefined ? undefined : figure + more);

const bySoonestEnd = (one: Allowance, other: Allowance) =>
  (one.endsAt ?? Number.MAX_VALUE) - (other.endsAt ?? Number.MAX_VALUE);
